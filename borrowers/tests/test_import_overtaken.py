"""An import that is overtaken while it compares: by payments posted, and by numbers kept of nobody."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from borrowers.models import ContactPoint, Hold, Loan, Repayment
from borrowers.policies.repayments import Asked
from borrowers.services import contacts, do_not_contact, repayments
from borrowers.services.do_not_contact import Listing
from borrowers.services.imports import Summary
from borrowers.tests.portfolio import BOOK, FIRST, NEXT, take, told
from collections_site.lib import clock
from tests import databases
from tests.cast import at_noon, the_lender
from tests.waiting import wait_for

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
TODAY = date(2026, 11, 24)
PAID = [*BOOK["repayments"], "R2,L1,2026-11-24,60.00", "R3,L2,2026-11-24,1.00"]
NOTHING: dict[str, list[str]] = {"borrowers": [], "loans": [], "instalments": [], "repayments": []}
NEWCOMER = "B3,李四,+8613800130003,zh-hans,CN,,Asia/Shanghai,"


@pytest.fixture(autouse=True)
def _on_file(tmp_path: Path, own_database: str) -> None:
    the_lender()
    at_noon()
    take(tmp_path / "first")


class Beside:
    """Work in a thread of its own: what it answered, or what it died of."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.answer: Any = None
        self.error: BaseException | None = None
        self.work = work
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.answer = self.work()
        except Exception as error:  # noqa: BLE001  told to the test
            self.error = error
        finally:
            connections.close_all()

    def done(self) -> Any:
        self.thread.join(timeout=60)
        assert self.error is None
        return self.answer


@contextmanager
def waiting(database: str, work: Callable[[], Any]) -> Iterator[Beside]:
    """``work`` begun beside us, once it waits for a lock."""
    beside = Beside(work)
    with psycopg.connect(databases.url(database), autocommit=True) as other:
        wait_for(lambda: other.execute(WAITING).fetchone() == (1,))
    yield beside


def post(loan: str, amount: str = "60.00", on: date = TODAY) -> None:
    currency = Loan.objects.get(loan_ref=loan).currency
    asked = Asked("R2", loan, on, Decimal(amount), currency)
    repayments.take(asked, on=TODAY, at=clock.now())


@pytest.mark.parametrize(
    ("amount", "on", "counts", "owed"),
    [
        ("60.00", TODAY, (1, 0, 2, 0, 0), "40.00"),
        ("60.00", date(2026, 11, 23), (1, 1, 1, 0, 0), "40.00"),
        ("61.00", TODAY, (1, 0, 1, 0, 1), "39.00"),
    ],
)
def test_a_payment_posted_while_the_import_compares_is_judged_as_if_on_file(
    tmp_path: Path, own_database: str, amount: str, on: date, counts: tuple[int, ...], owed: str
) -> None:
    def import_it() -> Summary:
        return take(tmp_path / "next", as_of=NEXT, repayments=PAID)

    with transaction.atomic():
        post("L1", amount, on)
        with waiting(own_database, import_it) as beside:
            pass
    summary: Summary = beside.done()
    assert told(summary, "repayments") == counts
    assert summary.batch
    assert summary.batch.counts["repayments.csv"]["rejected"] == counts[-1]
    loan = Loan.objects.get(loan_ref="L1")
    assert str(loan.overdue_amount) == owed
    assert Repayment.objects.get(repayment_ref="R2").paid_on == TODAY
    if counts[-1]:
        (row,) = summary.rejected
        assert (row.row, row.column) == (3, "amount")
        assert "61.00 and now reads 60.00" in row.reason
        assert loan.data_as_of == FIRST  # in doubt
        assert summary.batch.rejected_rows.count() == loan.unread_rows.count() == 1
    else:
        assert (summary.rejected, loan.data_as_of) == ((), NEXT)


def test_a_ref_that_a_payment_on_another_loan_takes_is_rejected(
    tmp_path: Path, own_database: str
) -> None:
    """The other loan is none of the import's: only the ref itself is waited for."""

    def import_it() -> Summary:
        rows = {**NOTHING, "repayments": PAID[1:2]}
        return take(tmp_path / "next", as_of=NEXT, delta=True, **rows)

    with transaction.atomic():
        post("L2", "5.00")
        with waiting(own_database, import_it) as beside:
            pass
    summary: Summary = beside.done()
    assert told(summary, "repayments") == (0, 0, 0, 0, 1)
    assert "on file for loan L2" in summary.rejected[0].reason
    assert Repayment.objects.get(repayment_ref="R2").loan.loan_ref == "L2"
    assert Loan.objects.get(loan_ref="L1").overdue_amount == Decimal("100.00")


def test_a_payment_waits_for_its_loan_before_it_takes_its_ref(
    tmp_path: Path, own_database: str
) -> None:
    """Else a full import, which holds every loan, and the payment would wait for each other."""
    lock = "SELECT 1 FROM borrowers_loan WHERE loan_ref = 'L2' FOR NO KEY UPDATE"
    with psycopg.connect(databases.url(own_database)) as holder:
        holder.execute(lock)
        with waiting(own_database, lambda: post("L2", "5.00")) as beside:
            holder.execute(
                "INSERT INTO borrowers_repayment (repayment_ref, loan_id, paid_on, amount)"
                " SELECT 'R2', id, '2026-11-24', 5 FROM borrowers_loan WHERE loan_ref = 'L2'"
            )
        holder.commit()
    beside.done()
    assert Repayment.objects.filter(repayment_ref="R2").count() == 1


def test_a_number_kept_of_nobody_meanwhile_gets_its_person(
    tmp_path: Path, own_database: str
) -> None:
    def import_it() -> Summary:
        return take(tmp_path / "next", as_of=NEXT, borrowers=[*BOOK["borrowers"], NEWCOMER])

    with transaction.atomic():
        contacts.keep(["+8613800130003"])
        with waiting(own_database, import_it) as beside:
            pass
    assert told(beside.done(), "borrowers") == (1, 0, 2, 0, 0)
    number = ContactPoint.objects.get(phone="+8613800130003")
    assert (number.people.get().borrower.borrower_ref, number.zone_source) == ("B3", "file")


def test_a_list_and_an_import_that_want_the_same_people_and_numbers_wait_in_one_order(
    tmp_path: Path, own_database: str
) -> None:
    """The list names somebody whom the import changes, and a number that it brings."""
    renamed = BOOK["borrowers"][0].replace("王小明", "王晓明")
    listing = Listing(
        "0" * 64, ("phone",), 0, "phone", {"+8613800130001": 2, "+8613800130003": 3}, 0, ()
    )

    def import_it() -> Summary:
        rows = [renamed, BOOK["borrowers"][1], NEWCOMER]
        return take(tmp_path / "next", as_of=NEXT, borrowers=rows)

    def hold_them() -> None:
        do_not_contact.apply(listing, "letters", by=None)

    with psycopg.connect(databases.url(own_database)) as holder:
        holder.execute("SELECT 1 FROM borrowers_loan FOR UPDATE")
        with waiting(own_database, import_it) as importing:
            listed = Beside(hold_them)
            with psycopg.connect(databases.url(own_database), autocommit=True) as other:
                wait_for(lambda: other.execute(WAITING).fetchone() == (2,))
        holder.commit()
    importing.done()
    listed.done()
    held = Hold.objects.filter(contact_point__phone="+8613800130003")
    assert held.count() == 1
