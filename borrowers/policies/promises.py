"""Promises to pay: which may be taken, and whether one was kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

# A payment needs a day or two to reach the book; reminders stay back as long.
GRACE = timedelta(days=2)

Objection = Literal["nothing_owed", "too_much"]
State = Literal["open", "kept", "broken", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Promised:
    """An amount by a day. ``paid_already`` was on file when it was made, paid on ``made_on`` or later.

    ``lifted_on`` is the day its hold was lifted, None where nobody lifted it.
    """

    amount: Decimal
    due_on: date
    made_on: date
    paid_already: Decimal = Decimal(0)
    lifted_on: date | None = None

    @property
    def last(self) -> date:
        """The last day on which a payment keeps it."""
        return self.due_on + GRACE


def against(
    amount: Decimal, *, overdue: Decimal, upcoming: Decimal, includes_next: bool
) -> Objection | None:
    """Why a promise of this amount is not taken, or None; all amounts in one currency.

    The next instalment counts when it is meant, or when nothing is overdue.
    """
    owed = overdue + upcoming if includes_next or not overdue else overdue
    if owed <= 0:
        return "nothing_owed"
    return "too_much" if amount > owed else None


def state(promised: Promised, payments: Iterable[tuple[date, Decimal]], *, on: date) -> State:
    """What has become of a promise by the business date ``on``.

    ``payments`` are day and amount in the promise's currency; a reversal is negative and takes back.
    Kept as soon as enough is paid; withdrawn when its hold was lifted in time; broken after the grace.
    """
    paid = sum(
        (amount for day, amount in payments if promised.made_on <= day <= min(promised.last, on)),
        Decimal(0),
    )
    if paid - promised.paid_already >= promised.amount:
        return "kept"
    if promised.lifted_on is not None and promised.lifted_on <= promised.last:
        return "withdrawn"
    return "open" if on <= promised.last else "broken"
