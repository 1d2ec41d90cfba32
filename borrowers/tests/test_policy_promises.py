"""Promises: taken up to what is owed, and kept or broken by the payments alone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borrowers.policies import holds
from borrowers.policies.promises import GRACE, Promised, against, state

MADE = date(2026, 11, 24)
CENTS = st.integers(1, 500_000).map(lambda n: Decimal(n) / 100)
MOVED = st.integers(-500_000, 500_000).filter(bool).map(lambda n: Decimal(n) / 100)
PAYMENTS = st.lists(st.tuples(st.integers(-5, 20), MOVED), max_size=8)


def promised(days: int, amount: Decimal, **fields: object) -> Promised:
    return Promised(amount, MADE + timedelta(days=days), MADE, **fields)  # type: ignore[arg-type]


@given(st.integers(0, 10), CENTS, PAYMENTS, st.integers(0, 25))
def test_it_is_kept_exactly_when_enough_came_in_between(
    days: int, amount: Decimal, payments: list[tuple[int, Decimal]], today: int
) -> None:
    """Counted day by day: what came from the day it was made to the end of the grace, and no other."""
    rows = [(MADE + timedelta(days=day), money) for day, money in payments]
    got = Decimal(0)
    for day in range(min(days + GRACE.days, today) + 1):
        got += sum(money for at, money in payments if at == day)

    answer = state(promised(days, amount), rows, on=MADE + timedelta(days=today))

    late = today > days + GRACE.days
    assert answer == ("kept" if got >= amount else "broken" if late else "open")


@given(st.integers(0, 10), CENTS, st.lists(CENTS, max_size=5))
def test_the_order_of_payments_does_not_matter_and_more_never_breaks_it(
    days: int, amount: Decimal, paid: list[Decimal]
) -> None:
    rows = [(MADE, one) for one in paid]
    on = MADE + timedelta(days=30)
    first = state(promised(days, amount), rows, on=on)
    assert state(promised(days, amount), rows[::-1], on=on) == first
    assert state(promised(days, amount), [*rows, (MADE, amount)], on=on) == "kept"


@given(CENTS, CENTS)
def test_money_that_was_there_before_keeps_no_promise(amount: Decimal, before: Decimal) -> None:
    rows = [(MADE, before)]
    made = promised(3, amount, paid_already=before)
    assert state(made, rows, on=MADE) == "open"
    assert state(made, [*rows, (MADE, amount)], on=MADE) == "kept"


@pytest.mark.parametrize(
    ("lifted", "answer"), [(None, "broken"), (5, "withdrawn"), (7, "withdrawn"), (8, "broken")]
)
def test_a_promise_whose_hold_was_lifted_in_time_is_withdrawn(
    lifted: int | None, answer: str
) -> None:
    on = None if lifted is None else MADE + timedelta(days=lifted)
    made = promised(5, Decimal(100), lifted_on=on)
    assert state(made, [], on=MADE + timedelta(days=9)) == answer


@pytest.mark.parametrize(
    ("amount", "overdue", "upcoming", "includes_next", "answer"),
    [
        ("3260.00", "3260.00", "500.00", False, None),
        ("3260.01", "3260.00", "500.00", False, "too_much"),
        ("3760.00", "3260.00", "500.00", True, None),
        ("3760.01", "3260.00", "500.00", True, "too_much"),
        ("500.00", "0.00", "500.00", False, None),
        ("500.01", "0.00", "500.00", False, "too_much"),
        ("0.01", "0.00", "0.00", True, "nothing_owed"),
    ],
)
def test_nobody_promises_more_than_is_owed(
    amount: str, overdue: str, upcoming: str, includes_next: bool, answer: str | None
) -> None:
    assert (
        against(
            Decimal(amount),
            overdue=Decimal(overdue),
            upcoming=Decimal(upcoming),
            includes_next=includes_next,
        )
        == answer
    )


@pytest.mark.parametrize("kind", sorted(holds.FURTHEST))
def test_a_day_is_neither_past_nor_further_off_than_its_kind_may_last(kind: str) -> None:
    last = MADE + holds.FURTHEST[kind]
    one = timedelta(days=1)
    days = (MADE - one, MADE, last, last + one)
    answers = [holds.against_day(kind, day, on=MADE) for day in days]
    assert answers == ["in_the_past", None, None, "too_far"]
