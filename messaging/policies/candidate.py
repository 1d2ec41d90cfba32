"""What is known of one person, loan and number when the contact policy is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from collections_site.lib.decision import Reason


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A live hold: its kind, what it lies on (`person`, `number`, `loan`), and its end if it has one."""

    kind: str
    scope: str
    till: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactFact:
    """One reminder already texted, or possibly texted, to this person or this number; or one call.

    A call is about no loan in particular, so it counts for each loan of the person.
    """

    at: datetime
    loan_id: int | None
    same_person: bool
    same_number: bool
    call: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """One candidate, as the query in `messaging/facts.py` finds it. All instants are aware."""

    borrower_id: int
    loan_id: int
    contact_point_id: int | None
    kind: str  # "step" or "one_off"
    offset: int | None  # days from the due day that the step asks for; None for a one-off
    step_on: date | None  # the local date on which the step is due
    business_on: date
    amount: Decimal | None  # what the text would state
    loan_status: str
    arrears_on: date | None  # the business date the amount is of
    data_as_of: datetime | None  # when the lender's system exported what the amount rests on
    in_latest_file: bool
    holds: tuple[HoldFact, ...]
    consent: str  # "given", "withdrawn" or "none"
    relation: str  # of the number to the person: "own", "shared", "not_own" or "none"
    country: str  # of the number
    zones: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    contacts: tuple[
        ContactFact, ...
    ]  # of the last 31 days; not_sent and rejected attempts excluded
    open_question: bool  # an attempt to this number is still submitting or unknown
    stopped: str | None  # scope of a live stop of sending
    wording_id: int | None
    sender: str | None  # provider code of the route
    provider_refuses: str | None  # why the route's terms forbid this text
    other_loan_ref: str | None  # another loan of this person that takes today's turn
    registered: bool = True  # the sender's provider takes this wording
    lacking: Reason | None = None  # a value that the wording needs and that is missing or unsafe
