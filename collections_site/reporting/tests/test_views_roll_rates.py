"""The page of roll rates: shares with their counts, lists behind counts, a running month marked."""

import re
from datetime import UTC, date, datetime

import pytest

from borrowers.models import Loan, LoanChange
from collections_site import site_clock
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db

OCTOBER = "/outcomes/roll-rates/?month=2026-10"
LIST = "/outcomes/roll-rates/loans/?month=2026-10"
BEFORE = datetime(2026, 9, 20, tzinfo=UTC)
WITHIN = datetime(2026, 10, 20, tzinfo=UTC)


def moved(*, since: date | None, paid: bool) -> Loan:
    """A loan that owed from ``since`` on before October and was, or was not, paid within it."""
    loan = cast.a_loan()
    for version, at, late in ((1, BEFORE, since), (2, WITHIN, None if paid else since)):
        LoanChange.objects.create(
            loan_id=loan.pk,
            version=version,
            status="active",
            overdue_since=late,
            overdue_amount=100 if late else 0,
            next_due_on=date(2026, 12, 1),
            next_due_amount=100,
            cause="import",
            at=at,
        )
    return loan


@pytest.fixture
def october() -> dict[str, Loan]:
    """Forty loans in M1 on 30 September: ten are paid, thirty roll on to M2."""
    site_clock.set_to(datetime(2026, 11, 24, 4, tzinfo=UTC))
    cast.the_lender()
    late = date(2026, 9, 10)
    paid = [moved(since=late, paid=True) for _ in range(10)]
    rolled = [moved(since=late, paid=False) for _ in range(30)]
    return {"paid": paid[0], "rolled": rolled[0]}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_each_share_has_its_denominator(october: dict[str, Loan]) -> None:
    page = words(body(signed_in("supervisor"), OCTOBER))
    assert "M1 40 25.0% (10 of 40) 0 ▲ worse 75.0% (30 of 40) 0" in page
    assert "Loans by bucket on 2026-09-30 (rows) and on 2026-10-31 (columns)" in page
    assert "M7+ 181 and more" in page


def test_the_loans_behind_a_count_are_a_click_away(october: dict[str, Loan]) -> None:
    browser = signed_in("auditor")
    assert 'loans/?month=2026-10&amp;from=1&amp;to=2"' in body(browser, OCTOBER)
    rolled = body(browser, f"{LIST}&from=1&to=2")
    assert "30 loans" in words(rolled)
    assert october["rolled"].loan_ref in rolled
    assert october["paid"].loan_ref not in rolled
    assert "No loan made this move." in body(browser, f"{LIST}&from=0&to=-2")


def test_a_running_month_says_so(october: dict[str, Loan]) -> None:
    browser = signed_in("supervisor")
    assert "still running" in body(browser, "/outcomes/roll-rates/")
    assert "still running" not in body(browser, OCTOBER)


@pytest.mark.parametrize(
    "address",
    [
        "/outcomes/roll-rates/?month=2026-09",
        "/outcomes/roll-rates/?month=2026-13",
        "/outcomes/roll-rates/?month='",
        LIST,
        f"{LIST}&from=9&to=0",
        f"{LIST}&from=1&to=x",
    ],
)
def test_what_has_no_matrix_is_not_found(october: dict[str, Loan], address: str) -> None:
    body(signed_in("supervisor"), address, 404)


def test_before_the_second_month_the_page_says_when_it_begins() -> None:
    cast.at_noon()
    cast.the_lender()
    assert "month after the first import" in body(signed_in("supervisor"), "/outcomes/roll-rates/")
