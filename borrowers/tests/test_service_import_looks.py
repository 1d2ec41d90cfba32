"""What the check of a batch tells of consents, places and loans that were paid up."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django.fixtures import Settings

from borrowers.models import BorrowerNumber, Consent, ContactPoint, Upload
from borrowers.tests.portfolio import BOOK, NEXT
from borrowers.tests.uploads import applied, checked, text, the_book
from tests.cast import a_user, at_noon, the_lender

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WANG, ANA = BOOK["borrowers"]


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    the_lender()
    at_noon()  # 24 November 2026


@pytest.fixture
def boss() -> User:
    return a_user(role="supervisor")


def people(*rows: str) -> dict[str, bytes]:
    return {"borrowers.csv": text("borrowers", rows)}


def counted(upload: Upload) -> tuple[int, int]:
    """Changed and unchanged people."""
    told = upload.found["files"]["borrowers.csv"]
    return told["changed"], told["unchanged"]


def cells(upload: Upload) -> list[tuple[str, str, str, str]]:
    return [
        (one["ref"], one["column"], one["before"], one["after"])
        for one in upload.found["samples"]["changed"]
    ]


def test_new_consents_are_changes_that_are_counted_and_shown(boss: User) -> None:
    never = ANA.replace("2025-01-01T10:00:00+00:00", "")
    applied(checked(the_book(borrowers=text("borrowers", [WANG, never])), by=boss), by=boss)
    newer = WANG.replace("2025-01-01T10:00:00+08:00", "2026-11-20T10:00:00+08:00")
    upload = checked(people(newer, ANA), by=boss, data_as_of=NEXT)
    assert counted(upload) == (2, 0)
    assert cells(upload) == [
        ("B1", "consent_at", "2025-01-01 02:00 UTC", "2026-11-20 02:00 UTC"),
        ("B2", "consent_at", "", "2025-01-01 10:00 UTC"),
    ]
    applied(upload, by=boss)
    assert Consent.objects.count() == 3
    again = checked(people(newer, ANA), by=boss, data_as_of=NEXT + HOUR)
    assert (counted(again), cells(again)) == ((0, 2), [])


def test_somebody_renamed_who_consents_is_one_change(boss: User) -> None:
    applied(checked(the_book(), by=boss), by=boss)
    other = WANG.replace("王小明", "王晓明").replace("2025-01-01", "2026-01-01")
    assert counted(checked(people(other, ANA), by=boss, data_as_of=NEXT)) == (1, 1)


def test_no_consent_is_told_that_would_not_be_written(boss: User) -> None:
    applied(checked(the_book(), by=boss), by=boss)
    number = BorrowerNumber.objects.get(borrower__borrower_ref="B1")
    BorrowerNumber.objects.filter(pk=number.pk).update(relation=BorrowerNumber.NOT_OWN)
    Consent.objects.create(
        borrower=BorrowerNumber.objects.get(borrower__borrower_ref="B2").borrower,
        contact_point=ContactPoint.objects.get(phone="+447400123456"),
        given=False,
        at=NEXT,
        source="letter",
    )
    rows = [row.replace("2025-01-01", "2026-01-01") for row in (WANG, ANA)]
    upload = checked(people(*rows), by=boss, data_as_of=NEXT)
    assert (counted(upload), cells(upload)) == ((0, 2), [])


def test_places_that_come_to_a_number_are_a_change(boss: User) -> None:
    """Its zones and rules were worked out when less was known."""
    applied(checked(the_book(), by=boss), by=boss)
    ContactPoint.objects.filter(phone="+447400123456").update(
        zones=["Europe/Dublin"], jurisdictions=["CN"]
    )
    upload = checked(people(WANG, ANA), by=boss, data_as_of=NEXT)
    assert counted(upload) == (1, 1)
    assert cells(upload) == [
        ("B2", "time_zone", "Europe/Dublin", "Europe/London"),
        ("B2", "region", "CN", "GB"),
    ]


@pytest.mark.parametrize("status", ["written_off", "sold", "settled", None])
def test_a_loan_that_no_longer_runs_is_not_paid_up(boss: User, status: str | None) -> None:
    rows = [*BOOK["borrowers"], "B3,李四,+8613800130003,zh-hans,CN,,Asia/Shanghai,"]
    late = ["L3,B3,credit_card,CNY,1.00,2025-12-01,active"]
    lines = [*BOOK["instalments"], "L3,1,2026-11-20,10.00"]
    first = {"borrowers": text("borrowers", rows), "instalments": text("instalments", lines)}
    book = the_book(**first, loans=text("loans", [*BOOK["loans"], *late]))
    applied(checked(book, by=boss), by=boss)
    ended = [late[0].replace("active", status)] if status else []
    paid = [*BOOK["repayments"], "R2,L1,2026-11-23,100.00"]
    later = {
        **first,
        "loans": text("loans", [*BOOK["loans"], *ended]),
        "repayments": text("repayments", paid),
    }
    found = checked(the_book(**later), by=boss, data_as_of=NEXT).found
    assert (found["paid_up"], found["owing_else"]) == (1, 2)
