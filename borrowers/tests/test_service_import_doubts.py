"""A loan of which a row was not taken stays in doubt until that row comes after all, or everything does."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from borrowers.models import Borrower, Loan, UnreadRow
from borrowers.services import import_repairs
from borrowers.tests.portfolio import BOOK, FIRST, NEXT, take
from borrowers.tests.uploads import applied, background, checked, text, the_book
from tests.cast import a_user, at_noon, the_house, the_lender
from tests.visits import signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOTHING: dict[str, list[str]] = {"borrowers": [], "loans": [], "instalments": [], "repayments": []}
WRONG = "R9,L1,2026-11-20,sixty"
GOOD = "R9,L1,2026-11-20,60.00"


@pytest.fixture(autouse=True)
def _at_noon(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"
    the_lender()
    at_noon()  # 24 November 2026


def loan(ref: str = "L1") -> Loan:
    return Loan.objects.get(loan_ref=ref)


def change(path: Path, as_of: datetime, **files: list[str]) -> None:
    take(path / as_of.isoformat(), as_of=as_of, delta=True, **{**NOTHING, **files})


def in_doubt(path: Path) -> None:
    """On file as of FIRST; a payment of L1 an hour later is unread; two hours later another is read."""
    take(path)
    change(path, FIRST + HOUR, repayments=[WRONG])
    change(path, FIRST + 2 * HOUR, repayments=["R2,L1,2026-11-20,10.00"])


def test_a_later_delta_does_not_make_it_fresh(tmp_path: Path) -> None:
    in_doubt(tmp_path)
    assert (loan().overdue_amount, loan().data_as_of) == (Decimal("90.00"), FIRST)
    assert loan().taken_as_of == FIRST + 2 * HOUR
    change(tmp_path, FIRST + 3 * HOUR, loans=BOOK["loans"], repayments=["R3,L2,2026-11-20,1.00"])
    assert (loan().data_as_of, loan("L2").data_as_of) == (FIRST, FIRST + 3 * HOUR)


def test_a_clean_full_batch_makes_up_for_it(tmp_path: Path) -> None:
    in_doubt(tmp_path)
    rows = [*BOOK["repayments"], GOOD, "R2,L1,2026-11-20,10.00"]
    take(tmp_path / "full", as_of=NEXT, repayments=rows)
    assert (loan().overdue_amount, loan().data_as_of) == (Decimal("30.00"), NEXT)
    assert loan().taken_as_of is None
    assert not UnreadRow.objects.exists()


def test_a_full_batch_with_the_same_row_unread_keeps_one_doubt(tmp_path: Path) -> None:
    in_doubt(tmp_path)
    take(tmp_path / "full", as_of=NEXT, repayments=[*BOOK["repayments"], WRONG])
    assert (loan().data_as_of, loan().taken_as_of) == (FIRST, NEXT)
    assert [row.batch.data_as_of for row in UnreadRow.objects.all()] == [NEXT]


@pytest.mark.parametrize(
    ("unread", "read"),
    [
        ({"repayments": [WRONG]}, {"repayments": [GOOD]}),
        ({"instalments": ["L1,2,2026-11-20,many"]}, {"instalments": ["L1,2,2026-11-20,40.00"]}),
        (
            {"loans": [BOOK["loans"][0].replace("active", "late")]},
            {"loans": [BOOK["loans"][0].replace("active", "settled")]},
        ),
    ],
)
def test_the_row_that_comes_again_and_is_taken_makes_up_for_it(
    tmp_path: Path, unread: dict[str, list[str]], read: dict[str, list[str]]
) -> None:
    take(tmp_path)
    change(tmp_path, FIRST + HOUR, **unread)
    change(tmp_path, FIRST + 2 * HOUR, repayments=["R8,L1,2026-11-20,1.00"])
    assert loan().data_as_of == FIRST
    change(tmp_path, FIRST + 3 * HOUR, **read)
    assert (loan().data_as_of, loan().taken_as_of) == (FIRST + 3 * HOUR, None)


def test_the_same_row_unread_again_is_one_doubt(tmp_path: Path) -> None:
    take(tmp_path)
    for hours in range(1, 4):
        change(tmp_path, FIRST + hours * HOUR, repayments=[WRONG])
    assert UnreadRow.objects.count() == 1


def test_a_new_loan_in_doubt_is_of_no_known_age_until_it_is_read(tmp_path: Path) -> None:
    take(tmp_path, repayments=[*BOOK["repayments"], WRONG])
    change(tmp_path, FIRST + HOUR, repayments=["R2,L1,2026-11-20,10.00"])
    assert (loan().data_as_of, loan().taken_as_of) == (None, FIRST + HOUR)
    change(tmp_path, FIRST + 2 * HOUR, repayments=[GOOD])
    assert loan().data_as_of == FIRST + 2 * HOUR


@pytest.mark.parametrize("of", ["L1", "L2"])
def test_rows_mended_alone_make_up_for_it_and_what_came_since_counts(
    tmp_path: Path, of: str
) -> None:
    """Also where its ref was put right, or its loan."""
    boss = a_user(role="supervisor")
    take(tmp_path)
    upload = checked(
        {"repayments.csv": text("repayments", [WRONG])}, by=boss, data_as_of=FIRST + HOUR
    )
    applied(upload, by=boss)
    change(tmp_path, FIRST + 2 * HOUR, repayments=["R2,L1,2026-11-20,10.00"])
    assert loan().data_as_of == FIRST
    cells = {upload.rows.get().pk: ["R10", of, "2026-11-20", "20.00"]}
    made = import_repairs.mend(upload, cells, by=boss)
    background()
    made.refresh_from_db()
    applied(made, by=boss)
    assert (loan().data_as_of, loan().taken_as_of) == (FIRST + 2 * HOUR, None)
    assert loan().overdue_amount == Decimal("70.00" if of == "L1" else "90.00")


def test_rows_still_wrong_after_mending_leave_it_in_doubt(tmp_path: Path) -> None:
    boss = a_user(role="supervisor")
    files = the_book(repayments=text("repayments", [*BOOK["repayments"], WRONG]))
    upload = applied(checked(files, by=boss), by=boss)
    made = import_repairs.mend(upload, {}, by=boss)
    background()
    made.refresh_from_db()
    applied(made, by=boss)
    assert loan().data_as_of is None
    assert [row.batch for row in UnreadRow.objects.all()] == [made.batch]


def test_nothing_of_it_is_withdrawn_by_a_full_batch_from_before_the_doubt(tmp_path: Path) -> None:
    take(tmp_path)
    change(tmp_path, FIRST + 3 * HOUR, repayments=[WRONG])
    take(
        tmp_path / "full",
        as_of=FIRST + HOUR,
        instalments=[BOOK["instalments"][0], BOOK["instalments"][3]],
    )
    assert loan().instalments.filter(withdrawn_at=None).count() == 3


def test_the_page_says_why_the_balance_is_not_newer(tmp_path: Path) -> None:
    the_house()
    in_doubt(tmp_path)
    person = Borrower.objects.get(borrower_ref="B1")
    page = signed_in(role="supervisor").get(f"/borrowers/{person.borrower_ref}/").content.decode()
    assert "could not be read" in page
    batch = UnreadRow.objects.get().batch
    assert f"/imports/batches/{batch.pk}/" in page
