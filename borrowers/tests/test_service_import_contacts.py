"""Numbers and consents after imports: whose they are, where they may be, what was agreed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borrowers.models import Borrower, BorrowerNumber, Consent, ContactPoint
from borrowers.services import holds
from borrowers.tests.portfolio import BOOK, FIRST, NEXT, take, told
from tests.cast import a_number, the_lender

pytestmark = pytest.mark.django_db

WANG, ANA = BOOK["borrowers"]
HERE, THERE = "+8613800130001", "+8613800130002"
LATER = NEXT + timedelta(hours=3)


def person(ref: str = "B1") -> Borrower:
    found: Borrower = Borrower.objects.get(borrower_ref=ref)
    return found


def live(ref: str = "B1") -> list[tuple[str, str]]:
    rows = person(ref).numbers.filter(till_at=None).order_by("contact_point__phone")
    return [(row.contact_point.phone, row.relation) for row in rows]


def test_a_number_knows_its_places(tmp_path: Path) -> None:
    the_lender(jurisdictions=["CN"])
    take(tmp_path)
    wang, ana = (ContactPoint.objects.get(phone=phone) for phone in (HERE, "+447400123456"))
    assert (wang.zones, wang.zone_source, wang.phone_last4) == (["Asia/Shanghai"], "file", "0001")
    assert (ana.zones, ana.zone_source, ana.country) == (["Europe/London"], "derived", "GB")
    assert (wang.jurisdictions, ana.jurisdictions) == (["CN"], ["CN", "GB"])


def test_a_shared_number_takes_the_places_of_all_and_is_nobodys_own(tmp_path: Path) -> None:
    ana = ANA.replace("+447400123456", HERE).replace("GB,,,", "GB,,Europe/London,")
    take(tmp_path, borrowers=[WANG, ana])
    number = ContactPoint.objects.get()
    assert number.zones == ["Asia/Shanghai", "Europe/London"]
    assert number.jurisdictions == ["CN", "GB"]
    assert live("B1") == live("B2") == [(HERE, "shared")]


def test_when_one_of_two_moves_out_the_number_is_the_others_own_again(tmp_path: Path) -> None:
    take(tmp_path, borrowers=[WANG, ANA.replace("+447400123456", HERE)])
    take(tmp_path, as_of=NEXT)
    assert (live("B1"), live("B2")) == ([(HERE, "own")], [("+447400123456", "own")])
    number = ContactPoint.objects.get(phone=HERE)
    assert (number.zones, number.jurisdictions) == (["Asia/Shanghai"], ["CN"])


def test_somebody_outside_a_delta_still_counts_at_a_shared_number(tmp_path: Path) -> None:
    take(tmp_path)
    newcomer = WANG.replace("B1", "B3")
    take(
        tmp_path,
        as_of=NEXT,
        delta=True,
        borrowers=[newcomer.replace("CN,,Asia/Shanghai", "US-NY,New York City,America/New_York")],
        loans=[],
        instalments=[],
        repayments=[],
    )
    number = ContactPoint.objects.get(phone=HERE)
    assert number.zones == ["America/New_York", "Asia/Shanghai"]
    assert number.jurisdictions == ["CN", "US-NY", "US-NY-NYC"]
    assert live("B1") == live("B3") == [(HERE, "shared")]


def test_a_changed_number_ends_the_old_one_and_begins_another(tmp_path: Path) -> None:
    take(tmp_path)
    summary = take(tmp_path, as_of=NEXT, borrowers=[WANG.replace(HERE, THERE), ANA])
    assert told(summary, "borrowers") == (0, 1, 1, 0, 0)
    assert live() == [(THERE, "own")]
    assert person().numbers.exclude(till_at=None).get().contact_point.phone == HERE
    assert Consent.objects.filter(borrower=person()).count() == 2
    take(tmp_path, as_of=LATER)
    assert live() == [(HERE, "own")]
    assert person().numbers.count() == 3


def test_what_staff_know_to_be_somebody_elses_number_stays_so(tmp_path: Path) -> None:
    take(tmp_path)
    BorrowerNumber.objects.filter(borrower=person()).update(relation="not_own")
    take(tmp_path, as_of=NEXT)
    take(tmp_path / "2", as_of=LATER, borrowers=[WANG.replace("王小明", "王晓明"), ANA])
    assert live() == [(HERE, "not_own")]


def test_a_move_changes_the_places_of_the_number(tmp_path: Path) -> None:
    take(tmp_path)
    moved = WANG.replace("CN,,Asia/Shanghai", "GB,,Europe/London")
    take(tmp_path, as_of=NEXT, borrowers=[moved, ANA])
    number = ContactPoint.objects.get(phone=HERE)
    assert (number.zones, number.jurisdictions) == (["Europe/London"], ["CN", "GB"])


def test_an_opt_out_that_came_before_its_person_stands(tmp_path: Path) -> None:
    hold = holds.place("opt_out", contact_point=a_number(HERE), source="inbound")
    take(tmp_path)
    hold.refresh_from_db()
    assert (hold.lifted_at, live()) == (None, [(HERE, "own")])
    assert ContactPoint.objects.get(phone=HERE).seq == 1


def test_a_consent_is_written_down_once(tmp_path: Path) -> None:
    take(tmp_path)
    take(tmp_path, as_of=NEXT)
    consent = Consent.objects.get(borrower=person())
    assert (consent.given, consent.source) == (True, "import")
    assert consent.at == datetime(2025, 1, 1, 2, tzinfo=UTC)


def test_a_consent_from_before_a_withdrawal_does_not_come_back(tmp_path: Path) -> None:
    take(tmp_path)
    where = ContactPoint.objects.get(phone=HERE)
    Consent.objects.create(
        borrower=person(), contact_point=where, given=False, at=FIRST, source="letter"
    )
    old = WANG.replace("2025-01-01", "2025-02-02")
    take(tmp_path, as_of=NEXT, borrowers=[old, ANA])
    assert Consent.objects.filter(borrower=person()).count() == 2
    again = WANG.replace("2025-01-01T10:00:00+08:00", "2026-11-23T10:00:00+08:00")
    take(tmp_path / "2", as_of=LATER, borrowers=[again, ANA])
    newest = Consent.objects.filter(borrower=person()).order_by("-at").first()
    assert newest is not None
    assert newest.given


def test_no_date_of_consent_is_no_consent(tmp_path: Path) -> None:
    take(tmp_path, borrowers=[WANG.removesuffix("2025-01-01T10:00:00+08:00"), ANA])
    assert not Consent.objects.filter(borrower=person()).exists()
