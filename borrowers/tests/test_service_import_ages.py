"""Files that are older than what is on file: they never overwrite it, and late payments still come in."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django.fixtures import Settings

from borrowers.models import BorrowerNumber, Instalment, Loan, Repayment
from borrowers.services import import_repairs
from borrowers.services.imports import CannotImport
from borrowers.tests.portfolio import BOOK, FIRST, NEXT, a_folder, take, told
from borrowers.tests.uploads import applied, background, checked, text, the_book
from collections_site.lib import clock
from tests.cast import a_user, at_noon, the_lender

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOTHING: dict[str, list[str]] = {"borrowers": [], "loans": [], "instalments": [], "repayments": []}


@pytest.fixture(autouse=True)
def _at_noon(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"
    the_lender()
    at_noon()  # 24 November 2026


@pytest.fixture
def boss() -> User:
    return a_user(role="supervisor")


def loan(ref: str = "L1") -> Loan:
    return Loan.objects.get(loan_ref=ref)


def change(path: Path, as_of: datetime, **files: list[str]) -> object:
    return take(path, as_of=as_of, delta=True, **{**NOTHING, **files})


@pytest.mark.parametrize(
    "files",
    [
        {"instalments": ["L1,2,2026-11-28,70.00"]},
        {"instalments": ["L1,4,2027-01-20,70.00"]},
        {"repayments": ["R1,L1,2026-10-20,100.00"]},
        {"loans": [BOOK["loans"][0].replace("active", "sold")]},
        {"loans": BOOK["loans"], "instalments": ["L1,2,2026-11-28,70.00"]},
    ],
)
def test_an_older_delta_overwrites_nothing_of_a_loan(
    tmp_path: Path, files: dict[str, list[str]]
) -> None:
    take(tmp_path, as_of=NEXT)
    before = (Loan.objects.values().get(loan_ref="L1"), list(Instalment.objects.values()))
    with pytest.raises(CannotImport, match="1 of their loans are already known as of 2026-11-23"):
        change(tmp_path / "2", FIRST, **files)
    assert (Loan.objects.values().get(loan_ref="L1"), list(Instalment.objects.values())) == before
    assert Repayment.objects.get().paid_on.day == 19


def test_late_payments_are_taken_and_make_nothing_older(tmp_path: Path) -> None:
    take(tmp_path, as_of=NEXT)
    loans = BOOK["loans"]  # as they are on file: nothing is overwritten
    change(tmp_path / "2", FIRST, loans=loans, repayments=["R2,L1,2026-11-21,60.00"])
    assert (loan().overdue_amount, loan().data_as_of) == (Decimal("40.00"), NEXT)
    assert loan("L2").data_as_of == NEXT


def test_the_same_moment_is_not_older(tmp_path: Path) -> None:
    take(tmp_path, as_of=NEXT)
    change(tmp_path / "2", NEXT, instalments=["L1,2,2026-11-20,70.00"])
    assert loan().overdue_amount == Decimal("70.00")


@pytest.mark.parametrize("full", [True, False])
def test_an_older_delta_takes_no_number_back(tmp_path: Path, full: bool) -> None:
    """What a full batch left as it was is as new as what a delta changed."""
    new = BOOK["borrowers"][0].replace("+8613800130001", "+8613800130009")
    take(tmp_path, borrowers=[new if full else BOOK["borrowers"][0], BOOK["borrowers"][1]])
    if full:
        take(tmp_path / "2", as_of=NEXT, borrowers=[new, BOOK["borrowers"][1]])
    else:
        change(tmp_path / "2", NEXT, borrowers=[new])
    with pytest.raises(CannotImport, match="would change 1 people"):
        change(tmp_path / "3", FIRST + HOUR, borrowers=BOOK["borrowers"])
    live = BorrowerNumber.objects.get(borrower__borrower_ref="B1", till_at=None)
    assert live.contact_point.phone == "+8613800130009"


def test_a_delta_of_people_is_not_held_up_by_newer_payments_of_theirs(tmp_path: Path) -> None:
    take(tmp_path)
    change(tmp_path / "2", NEXT, repayments=["R2,L1,2026-11-21,60.00"])
    moved = BOOK["borrowers"][0].replace("+8613800130001", "+8613800130009")
    change(tmp_path / "3", FIRST + HOUR, borrowers=[moved])
    assert BorrowerNumber.objects.filter(contact_point__phone="+8613800130009").exists()


def test_of_mended_rows_only_those_are_rejected_that_are_older(boss: User) -> None:
    """Between the files and their mended rows another night has passed."""
    rows = [*BOOK["repayments"], "R2,L1,2026-11-20,forty"]
    lines = [*BOOK["instalments"][:3], "L2,1,2026-12-01,fifty"]
    files = the_book(repayments=text("repayments", rows), instalments=text("instalments", lines))
    upload = applied(checked(files, by=boss), by=boss)
    again = the_book(instalments=text("instalments", [*lines[:3], "L2,1,2026-12-01,60.00"]))
    applied(checked(again, by=boss, data_as_of=NEXT), by=boss)

    payment, line = upload.rows.get(file="repayments.csv"), upload.rows.get(file="instalments.csv")
    cells = {
        payment.pk: ["R2", "L1", "2026-11-20", "20.00"],
        line.pk: ["L2", "1", "2026-12-01", "50.00"],
    }
    made = import_repairs.mend(upload, cells, by=boss)
    background()
    made.refresh_from_db()
    row = made.rows.get()
    assert (made.state, row.file, row.column) == ("checked", "instalments.csv", "loan_ref")
    assert "as of 2026-11-22 22:00 UTC, and what is on file is as of 2026-11-23" in row.reason

    applied(made, by=boss)
    assert (loan().overdue_amount, loan().data_as_of) == (Decimal("80.00"), NEXT)
    assert (loan("L2").next_due_amount, loan("L2").data_as_of) == (Decimal("60.00"), NEXT)
    assert not loan("L2").unread_rows.exists()  # all of it is known as of later


def test_a_moment_that_has_not_come_is_refused_however_files_come(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    with pytest.raises(CannotImport, match="a moment that has not come"):
        take(folder, as_of=clock.now() + timedelta(days=365))
    assert not Loan.objects.exists()
    seconds = timedelta(seconds=30)  # by which two clocks may differ
    assert told(take(folder, as_of=clock.now() + seconds), "loans") == (2, 0, 0, 0, 0)
