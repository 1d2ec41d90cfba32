"""All that happened between us and one person, in one list, the newest first."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from borrowers.models import Borrower, Call, Consent, Hold, Note, Promise, Repayment
from borrowers.services import holds, reveals
from collections_site.audit.models import Event
from messaging.models import Attempt, Reminder, Reply
from messaging.services import figures, lists, telling
from messaging.states import AttemptState, Delivery, ReminderState

PAGE = 20
NOT_SENT = [ReminderState.WITHHELD, ReminderState.EXPIRED, ReminderState.CANCELLED]
# Looks at a whole name or number are listed by themselves: there may be many, and they move nothing.
ALL = frozenset({"text", "not_sent", "reply", "payment", "hold", "lift", "consent", "note", "call"})
TALK = frozenset({"text", "reply"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``kind`` says which of the other columns speak."""

    at: datetime
    kind: str
    reminder: Reminder | None = None
    attempt: Attempt | None = None
    delivery: str = ""
    prose: str = ""
    decision_id: int | None = None
    reply: Reply | None = None
    hold: Hold | None = None
    promises: tuple[Promise, ...] = ()
    consent: Consent | None = None
    note: Note | None = None
    call: Call | None = None
    look: Event | None = None
    amount: Decimal | None = None
    currency: str = ""
    loan_ref: str = ""
    absent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, and whether there is more before it."""

    entries: list[Entry]
    number: int
    more: bool


def of(borrower: Borrower, *, page: int = 1, kinds: Iterable[str] = ALL) -> Page:
    """The ``page``-th newest entries of a person. Each kind is one query, whatever the page.

    Holds and opt-outs of the numbers they live on are among them; so are their loans' payments.
    """
    wanted, reach = frozenset(kinds), page * PAGE + 1
    found: list[Entry] = []
    for kind, source in SOURCES.items():
        if kind in wanted:
            found += source(borrower, reach)
    found.sort(key=lambda entry: entry.at, reverse=True)
    entries = found[(page - 1) * PAGE : page * PAGE]
    return Page(_with_decisions(entries), page, more=len(found) > page * PAGE)


def _with_decisions(entries: list[Entry]) -> list[Entry]:
    """Link what was sent or not sent to the newest decision about it."""
    ids = [entry.reminder.pk for entry in entries if entry.reminder]
    decided = lists.newest_decisions(ids) if ids else {}
    return [
        replace(entry, decision_id=decided.get(entry.reminder.pk)) if entry.reminder else entry
        for entry in entries
    ]


def _texts(borrower: Borrower, reach: int) -> list[Entry]:
    rows = Attempt.objects.filter(borrower=borrower).exclude(state=AttemptState.NOT_SENT)
    rows = rows.select_related("reminder__wording__template").order_by("-submitted_at")
    return [
        Entry(
            row.submitted_at,
            "text",
            reminder=row.reminder,
            attempt=row,
            delivery=row.delivery if row.delivery != Delivery.NONE else "",
        )
        for row in rows[:reach]
    ]


def _not_sent(borrower: Borrower, reach: int) -> list[Entry]:
    rows = Reminder.objects.filter(borrower=borrower, state__in=NOT_SENT)
    rows = rows.select_related("template").order_by("-closed_at", "-pk")
    return [
        Entry(
            row.closed_at or row.created_at,
            "not_sent",
            reminder=row,
            prose=telling.joined(telling.tell(row.reasons)),
        )
        for row in rows[:reach]
    ]


def _replies(borrower: Borrower, reach: int) -> list[Entry]:
    rows = Reply.objects.filter(borrower=borrower).select_related("hold", "handled_by")
    return [Entry(row.at, "reply", reply=row) for row in rows.order_by("-at")[:reach]]


def _payments(borrower: Borrower, reach: int) -> list[Entry]:
    """A payment has a day and no hour: it stands at the beginning of its day."""
    rows = Repayment.objects.filter(loan__borrower=borrower).select_related("loan")
    zone = figures.present().zone
    return [
        Entry(
            figures.begin(row.paid_on, zone),
            "payment",
            amount=row.amount,
            currency=row.loan.currency,
            loan_ref=row.loan.loan_ref,
            absent_since=row.absent_since,
        )
        for row in rows.order_by("-paid_on", "-pk")[:reach]
    ]


def _holds(borrower: Borrower, reach: int) -> list[Entry]:
    rows = Hold.objects.filter(holds.on(borrower)).select_related("placed_by", "loan")
    made: defaultdict[int, list[Promise]] = defaultdict(list)
    for promise in Promise.objects.filter(hold__borrower=borrower):
        made[promise.hold_id].append(promise)
    return [
        Entry(row.from_at, "hold", hold=row, promises=tuple(made[row.pk]))
        for row in rows.order_by("-from_at")[:reach]
    ]


def _lifts(borrower: Borrower, reach: int) -> list[Entry]:
    rows = Hold.objects.filter(holds.on(borrower), lifted_at__isnull=False)
    rows = rows.select_related("lifted_by", "loan").order_by("-lifted_at")
    return [Entry(row.lifted_at, "lift", hold=row) for row in rows[:reach] if row.lifted_at]


def _consents(borrower: Borrower, reach: int) -> list[Entry]:
    rows = Consent.objects.filter(borrower=borrower).select_related("contact_point", "by")
    return [Entry(row.at, "consent", consent=row) for row in rows.order_by("-at", "-pk")[:reach]]


def _notes(borrower: Borrower, reach: int) -> list[Entry]:
    rows = Note.objects.filter(borrower=borrower).select_related("by").order_by("-at", "-pk")
    return [Entry(row.at, "note", note=row) for row in rows[:reach]]


def _calls(borrower: Borrower, reach: int) -> list[Entry]:
    rows = Call.objects.filter(borrower=borrower).select_related("by", "contact_point")
    return [Entry(row.at, "call", call=row) for row in rows.order_by("-at", "-pk")[:reach]]


def _reveals(borrower: Borrower, reach: int) -> list[Entry]:
    kind = Borrower._meta.label_lower
    rows = Event.objects.filter(subject_type=kind, subject_id=str(borrower.pk), verb=reveals.VERB)
    return [Entry(row.at, "reveal", look=row) for row in rows.select_related("by")[:reach]]


SOURCES: dict[str, Callable[[Any, int], list[Entry]]] = {
    "text": _texts,
    "not_sent": _not_sent,
    "reply": _replies,
    "payment": _payments,
    "hold": _holds,
    "lift": _lifts,
    "consent": _consents,
    "note": _notes,
    "call": _calls,
    "reveal": _reveals,
}
