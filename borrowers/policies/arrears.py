"""What a loan owes on a day: the definition that the database's own computation is held against."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

NOTHING = Decimal("0.00")


class Line(NamedTuple):
    """One instalment: a withdrawn one owes nothing."""

    number: int
    due_on: date
    amount_due: Decimal
    withdrawn: bool = False


class Payment(NamedTuple):
    """One repayment; a reversal is negative."""

    paid_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Owing:
    """What is owed on a day, in the loan's currency; the columns of a loan of the same names.

    ``next_*`` is the first instalment due on the day or later that is not fully paid, whether or not
    something is overdue.
    """

    overdue_since: date | None = None
    overdue_number: int | None = None
    overdue_amount: Decimal = NOTHING
    next_due_on: date | None = None
    next_number: int | None = None
    next_due_amount: Decimal = NOTHING


def arrears(instalments: Iterable[Line], repayments: Iterable[Payment], on: date) -> Owing:
    """What is owed on the day ``on``.

    A repayment counts from ``paid_on`` and pays the oldest unpaid instalment first (by due date, then
    number). More reversed than was ever paid counts as nothing paid. Overdue is what is unpaid of
    instalments due before ``on``; an instalment due on the day itself is next, not overdue.
    """
    paid = sum((p.amount for p in repayments if p.paid_on <= on), NOTHING)
    paid = max(paid, NOTHING)
    late: list[tuple[Line, Decimal]] = []
    ahead: list[tuple[Line, Decimal]] = []
    for line in sorted(instalments, key=lambda one: (one.due_on, one.number)):
        if line.withdrawn:
            continue
        covered = min(paid, line.amount_due)
        paid -= covered
        if covered < line.amount_due:
            (late if line.due_on < on else ahead).append((line, line.amount_due - covered))
    oldest = late[0][0] if late else None
    following, rest = ahead[0] if ahead else (None, NOTHING)
    return Owing(
        overdue_since=oldest and oldest.due_on,
        overdue_number=oldest.number if oldest else None,
        overdue_amount=sum((rest for _, rest in late), NOTHING),
        next_due_on=following and following.due_on,
        next_number=following.number if following else None,
        next_due_amount=rest,
    )


def days_late(overdue_since: date | None, on: date) -> int:
    """Days past due on a day: since the due date of the oldest unpaid instalment; 0 if none."""
    return (on - overdue_since).days if overdue_since else 0
