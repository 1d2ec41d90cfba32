"""What an import writes: new, changed, unchanged, absent, returned; rejected rows beside good ones."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection

from borrowers.models import (
    Borrower,
    Consent,
    ImportBatch,
    Instalment,
    Loan,
    LoanChange,
    RejectedRow,
    Repayment,
)
from borrowers.services import imports
from borrowers.services.imports import CannotImport
from borrowers.tests.portfolio import BOOK, FIRST, NEXT, a_folder, take, told
from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from tests import databases
from tests.cast import a_user, at_noon, the_lender

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon() -> None:
    the_lender()
    at_noon()  # 24 November 2026


def loan(ref: str = "L1") -> Loan:
    return Loan.objects.get(loan_ref=ref)


def test_a_first_batch_writes_everything_with_its_arrears_and_one_record(tmp_path: Path) -> None:
    boss = a_user(role="supervisor")
    summary = take(tmp_path, by=boss)
    assert [told(summary, name)[0] for name in BOOK] == [2, 2, 4, 1]
    one = loan()
    assert (one.overdue_since, one.overdue_amount) == (date(2026, 11, 20), Decimal("100.00"))
    assert (one.next_due_on, one.version, one.data_as_of) == (date(2026, 12, 20), 1, FIRST)
    assert LoanChange.objects.filter(version=1, cause="import").count() == 2
    batch = ImportBatch.objects.get()
    assert (batch.by, batch.counts["loans.csv"]["new"], batch.full) == (boss, 2, True)
    event = Event.objects.get(verb="import.applied")
    assert event.after["counts"]["instalments.csv"]["new"] == 4
    assert "王小明" not in str(event.after)
    person = Borrower.objects.get(borrower_ref="B1")
    assert (person.name_pinyin, person.name_initials) == ("wangxiaoming", "wxm")


def test_a_collector_imports_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        take(tmp_path, by=a_user(role="collector"))
    assert not Borrower.objects.exists()


def test_the_same_batch_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    take(tmp_path)
    before = list(Loan.objects.order_by("pk").values())
    summary = take(tmp_path)
    assert (summary.repeated, told(summary, "loans")) == (True, (0, 0, 2, 0, 0))
    assert list(Loan.objects.order_by("pk").values()) == before
    assert ImportBatch.objects.count() == Event.objects.filter(verb="import.applied").count() == 1


def test_the_same_files_later_move_only_the_moment_they_are_as_of(tmp_path: Path) -> None:
    take(tmp_path)
    before = Loan.objects.order_by("pk").values("version", "arrears_on", "overdue_amount")
    kept = list(before)
    summary = take(tmp_path, as_of=NEXT)
    assert not summary.changed_loans
    assert list(before.all()) == kept
    assert {row.data_as_of for row in Loan.objects.all()} == {NEXT}
    assert Consent.objects.count() == 2


def test_a_checked_batch_writes_nothing_and_tells_what_it_would_do(tmp_path: Path) -> None:
    checked = take(tmp_path, check=True)
    assert not any(model.objects.exists() for model in (Borrower, Loan, ImportBatch, RejectedRow))
    done = take(tmp_path)
    assert (checked.checked, checked.files) == (True, done.files)


def test_a_payment_changes_what_is_owed_and_raises_the_version(tmp_path: Path) -> None:
    take(tmp_path)
    paid = [*BOOK["repayments"], "R2,L1,2026-11-24,60.00", "R3,L1,2026-11-30,40.00"]
    summary = take(tmp_path, as_of=NEXT, repayments=paid)
    one = loan()
    assert summary.changed_loans == {one.pk}
    assert (one.overdue_amount, one.version) == (Decimal("40.00"), 2)  # the 30th is still to come
    assert LoanChange.objects.get(loan_id=one.pk, version=2).overdue_amount == Decimal("40.00")
    assert loan("L2").version == 1


def test_a_changed_schedule_and_status_are_taken(tmp_path: Path) -> None:
    take(tmp_path)
    summary = take(
        tmp_path,
        as_of=NEXT,
        loans=[BOOK["loans"][0].replace("active", "settled"), BOOK["loans"][1]],
        instalments=[*BOOK["instalments"][:3], "L2,1,2026-12-05,60.00"],
    )
    assert (told(summary, "loans"), told(summary, "instalments")) == (
        (0, 1, 1, 0, 0),
        (0, 1, 3, 0, 0),
    )
    assert (loan("L2").next_due_on, loan("L2").next_due_amount) == (
        date(2026, 12, 5),
        Decimal("60.00"),
    )
    assert (loan().status, loan().version) == ("settled", 2)
    assert summary.changed_loans == {loan().pk, loan("L2").pk}


def test_what_a_full_batch_no_longer_names_is_marked_and_owes_nothing(tmp_path: Path) -> None:
    take(tmp_path)
    summary = take(
        tmp_path,
        as_of=NEXT,
        borrowers=BOOK["borrowers"][:1],
        loans=BOOK["loans"][:1],
        instalments=[BOOK["instalments"][0], BOOK["instalments"][2]],
        repayments=[],
    )
    assert [told(summary, name)[3] for name in BOOK] == [1, 1, 2, 1]
    assert Borrower.objects.get(borrower_ref="B2").absent_since is not None
    assert (loan("L2").absent_since is not None, loan("L2").data_as_of) == (True, FIRST)
    assert loan("L2").next_due_amount == 0
    assert loan().overdue_amount == 0  # its payment is flagged, and still counts
    assert Repayment.objects.get().absent_since is not None
    assert Instalment.objects.filter(withdrawn_at__isnull=False).count() == 2
    assert summary.changed_loans == {loan().pk, loan("L2").pk}


def test_what_comes_back_owes_again(tmp_path: Path) -> None:
    take(tmp_path)
    take(tmp_path / "2", as_of=NEXT, loans=BOOK["loans"][:1], repayments=[])
    later = NEXT + timedelta(hours=3)
    summary = take(tmp_path / "3", as_of=later)
    assert told(summary, "loans") == (0, 1, 1, 0, 0)
    assert told(summary, "repayments") == (0, 1, 0, 0, 0)
    assert (loan("L2").absent_since, loan("L2").data_as_of) == (None, later)
    assert Repayment.objects.get().absent_since is None


def test_in_a_delta_absence_means_nothing(tmp_path: Path) -> None:
    take(tmp_path)
    summary = take(
        tmp_path,
        as_of=NEXT,
        delta=True,
        borrowers=[],
        loans=[],
        instalments=[],
        repayments=["R2,L1,2026-11-24,60.00"],
    )
    assert all(told(summary, name)[3] == 0 for name in BOOK)
    assert (loan().overdue_amount, loan().data_as_of) == (Decimal("40.00"), NEXT)
    assert (loan("L2").data_as_of, loan("L2").absent_since) == (FIRST, None)


def test_the_day_of_a_payment_may_be_put_right(tmp_path: Path) -> None:
    take(tmp_path)
    summary = take(tmp_path, as_of=NEXT, repayments=["R1,L1,2026-11-25,100.00"])
    assert told(summary, "repayments") == (0, 1, 0, 0, 0)
    assert loan().overdue_amount == Decimal("200.00")


def test_older_files_never_overwrite_newer_ones(tmp_path: Path) -> None:
    take(tmp_path, as_of=NEXT)
    with pytest.raises(CannotImport, match="already known as of"):
        take(tmp_path, as_of=FIRST, repayments=[])
    assert loan().overdue_amount == Decimal("100.00")


def test_an_older_book_of_other_loans_leaves_the_newer_one_alone(tmp_path: Path) -> None:
    take(tmp_path, as_of=NEXT)
    take(
        tmp_path / "other",
        as_of=FIRST,
        borrowers=[BOOK["borrowers"][0].replace("B1", "C1").replace("0001,", "0009,")],
        loans=["M1,C1,credit_card,CNY,1.00,2025-12-01,active"],
        instalments=["M1,1,2026-12-01,5.00"],
        repayments=[],
    )
    assert (loan().absent_since, loan().overdue_amount) == (None, Decimal("100.00"))
    assert not Repayment.objects.exclude(absent_since=None).exists()


def test_one_import_at_a_time(tmp_path: Path) -> None:
    with psycopg.connect(databases.url(connection.settings_dict["NAME"])) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [imports.ONE_AT_A_TIME])
        with pytest.raises(CannotImport, match="Another import"):
            take(tmp_path)


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("borrowers.services.import_apply.LOANS", ["SELECT 1/0"])
    with pytest.raises(DatabaseError):
        take(tmp_path)
    assert not Borrower.objects.exists()
    monkeypatch.undo()
    assert told(take(tmp_path), "loans") == (2, 0, 0, 0, 0)


def test_leap_days_and_cents_come_through(tmp_path: Path) -> None:
    take(
        tmp_path,
        instalments=["L1,1,2028-02-29,0.01", "L1,2,2028-03-31,999999999999.99"],
        repayments=[],
    )
    rows = Instalment.objects.order_by("number")
    assert [(row.due_on.isoformat(), str(row.amount_due)) for row in rows] == [
        ("2028-02-29", "0.01"),
        ("2028-03-31", "999999999999.99"),
    ]


def test_a_delta_of_the_same_bytes_is_another_batch(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    full = imports.import_directory(folder, as_of=FIRST)
    delta = imports.import_directory(folder, as_of=FIRST, delta=True)
    assert (full.digest == delta.digest, delta.repeated) == (False, False)
