"""What a loan owes on a day, by the lender's own definition."""

from datetime import date
from decimal import Decimal

import pytest

from borrowers.policies.arrears import Line, Owing, Payment, arrears, days_late

MARCH, APRIL, MAY = date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)
PLAN = [
    Line(1, MARCH, Decimal("100.00")),
    Line(2, APRIL, Decimal("100.00")),
    Line(3, MAY, Decimal("100.00")),
]


def paid(amount: str, on: date = date(2028, 1, 1)) -> Payment:
    return Payment(on, Decimal(amount))


@pytest.mark.parametrize(
    ("why", "payments", "on", "overdue", "following"),
    [
        ("before anything falls due", [], date(2028, 2, 1), (None, "0"), (1, "100")),
        ("the due day itself is not late", [], MARCH, (None, "0"), (1, "100")),
        ("the day after a leap day is late", [], date(2028, 3, 1), (1, "100"), (2, "100")),
        ("two months late", [], date(2028, 4, 1), (1, "200"), (3, "100")),
        ("everything late: nothing is next", [], date(2028, 5, 1), (1, "300"), (None, "0")),
        ("a part pays the oldest", [paid("40")], date(2028, 3, 1), (1, "60"), (2, "100")),
        ("a payment spills over", [paid("140")], date(2028, 4, 1), (2, "60"), (3, "100")),
        ("paying ahead leaves the rest", [paid("140")], MARCH, (None, "0"), (2, "60")),
        ("paying too much owes nothing", [paid("999")], MAY, (None, "0"), (None, "0")),
        (
            "a reversal takes it back",
            [paid("100"), paid("-100")],
            date(2028, 3, 1),
            (1, "100"),
            (2, "100"),
        ),
        ("a lone reversal adds no debt", [paid("-50")], date(2028, 3, 1), (1, "100"), (2, "100")),
        (
            "a payment counts from its day",
            [paid("100", date(2028, 3, 2))],
            date(2028, 3, 1),
            (1, "100"),
            (2, "100"),
        ),
        (
            "and on its day",
            [paid("100", date(2028, 3, 1))],
            date(2028, 3, 1),
            (None, "0"),
            (2, "100"),
        ),
    ],
)
def test_a_repayment_pays_the_oldest_instalment_first(
    why: str,
    payments: list[Payment],
    on: date,
    overdue: tuple[int | None, str],
    following: tuple[int | None, str],
) -> None:
    owing = arrears(PLAN, payments, on)
    assert (owing.overdue_number, owing.overdue_amount) == (overdue[0], Decimal(overdue[1])), why
    assert (owing.next_number, owing.next_due_amount) == (following[0], Decimal(following[1])), why
    dates = {line.number: line.due_on for line in PLAN}
    assert owing.overdue_since == dates.get(overdue[0] or 0)
    assert owing.next_due_on == dates.get(following[0] or 0)


def test_a_withdrawn_instalment_owes_nothing_and_takes_no_payment() -> None:
    plan = [PLAN[0]._replace(withdrawn=True), *PLAN[1:]]
    owing = arrears(plan, [paid("30")], date(2028, 4, 1))
    assert (owing.overdue_number, owing.overdue_amount) == (2, Decimal("70.00"))


def test_a_loan_without_instalments_owes_nothing() -> None:
    assert arrears([], [paid("10")], MAY) == Owing()


@pytest.mark.parametrize(
    ("since", "days"), [(None, 0), (date(2028, 2, 28), 2), (date(2027, 2, 28), 367)]
)
def test_days_late_count_calendar_days_leap_day_included(since: date | None, days: int) -> None:
    assert days_late(since, date(2028, 3, 1)) == days
