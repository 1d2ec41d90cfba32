"""Who may end a hold early: short ones a supervisor, legal ones two people."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

# The lender's own arrangements; every other kind protects a right, and two people end it.
LIFTED_BY_ONE = ("pause", "promise", "paid", "plan")

# The furthest day a hold of the lender's own may be asked to last to: longer silence needs a new look.
FURTHEST = {
    "promise": timedelta(days=30),
    "pause": timedelta(days=90),
    "plan": timedelta(days=366),
}
# Somebody says that it is paid: the bank and the file have this long to show it.
PAID_HOURS = timedelta(hours=72)
# The same said by the same person within this is said once: a button was pressed twice.
TWICE = timedelta(minutes=1)

EndObjection = Literal["in_the_past", "too_far"]
Objection = Literal["may_not", "needs_no_second", "not_proposed", "same_person", "proposed_already"]


@dataclass(frozen=True, slots=True)
class Lifting:
    """A hold, and the person who would end it: `proposed_by` is the id of who proposed that."""

    kind: str
    inbound: bool
    by: int
    proposed_by: int | None
    permissions: frozenset[str]


def against_proposing(lifting: Lifting) -> Objection | None:
    """Why this person may not propose to lift the hold, or None."""
    if "lift_hold" not in lifting.permissions:
        return "may_not"
    if lifting.kind in LIFTED_BY_ONE:
        return "needs_no_second"
    return "proposed_already" if lifting.proposed_by else None


def against_lifting(lifting: Lifting) -> Objection | None:
    """Why this person may not lift the hold, or None.

    A pause that a borrower's text placed ends when whoever may handle replies has looked at it.
    """
    if lifting.kind in LIFTED_BY_ONE:
        answered = lifting.kind == "pause" and lifting.inbound
        wanted = {"lift_hold", "handle_reply"} if answered else {"lift_hold"}
        return None if wanted & lifting.permissions else "may_not"
    return against_declining(lifting)


def against_declining(lifting: Lifting) -> Objection | None:
    """Why this person may not decline to lift the hold, or None: who may approve may decline."""
    if "approve_lift" not in lifting.permissions:
        return "may_not"
    if lifting.proposed_by is None:
        return "not_proposed"
    return "same_person" if lifting.proposed_by == lifting.by else None


def against_day(kind: str, day: date, *, on: date) -> EndObjection | None:
    """Why a hold of this kind may not be asked for until ``day``, seen from the date ``on``, or None."""
    if day < on:
        return "in_the_past"
    return "too_far" if day > on + FURTHEST[kind] else None
