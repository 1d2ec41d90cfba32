"""The lists behind the figures: reminders by state, outcome, reason, day and run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet

from messaging.models import Attempt, Decision, Reminder
from messaging.services import figures, seen_by, telling
from messaging.services.telling import Told
from messaging.states import AttemptState, Delivery, ReminderState

RECENT = timedelta(days=6)  # for what nobody knows the end of: today and the six days before
# What became of a sent reminder: the words of the figures, and two that gather several.
OUTCOMES = {
    "delivered": ("delivered",),
    "undelivered": ("undelivered",),
    "rejected": ("rejected",),
    "submitting": ("submitting",),
    "unknown": ("unknown",),
    "presumed_lost": ("presumed_lost",),
    "failed": ("undelivered", "rejected"),
    "unsettled": ("unknown", "presumed_lost"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; an empty field narrows nothing."""

    state: str = ""
    outcome: str = ""
    reason: str = ""
    day: date | None = None
    run: int | None = None
    since: date | None = None  # of an outcome: only texts sent on this day or later


def reminders(user: User, wanted: Wanted, zone: str) -> "QuerySet[Reminder]":
    """The reminders ``user`` may see that are as ``wanted``, the newest first."""
    rows = seen_by.reminders(user)
    if wanted.day:
        rows = figures.of_day(rows, wanted.day, zone)
    if wanted.run:
        rows = rows.filter(run=wanted.run)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.reason:
        rows = rows.filter(reasons__contains=[{"code": wanted.reason}])
    if wanted.outcome:
        left = Attempt.objects.none()
        for outcome in OUTCOMES[wanted.outcome]:
            left = left | _with_outcome(outcome)
        if wanted.since:
            left = left.filter(submitted_at__gte=figures.begin(wanted.since, zone))
        rows = rows.filter(state=ReminderState.SUBMITTED, pk__in=left.order_by().values("reminder"))
    return rows.order_by("-pk")


def _with_outcome(outcome: str) -> "QuerySet[Attempt]":
    if outcome in figures.FINAL:
        return Attempt.objects.filter(delivery=outcome).exclude(state=AttemptState.NOT_SENT)
    return Attempt.objects.filter(state=outcome).exclude(delivery__in=figures.FINAL)


@dataclass(frozen=True, slots=True)
class Line:
    """A reminder in a list: the attempt that may have left, its reasons, its newest decision."""

    reminder: Reminder
    attempt: Attempt | None
    told: tuple[Told, ...]
    decision_id: int | None

    @property
    def labels(self) -> list[str]:
        """Its reasons in a few words, each once; of what is withheld only those that forbid."""
        withheld = self.reminder.state == ReminderState.WITHHELD
        told = [one for one in self.told if not withheld or telling.forbids(one.code)]
        return list(dict.fromkeys(one.label for one in told))

    @property
    def delivery(self) -> str:
        """What the phone did, where the attempt was accepted and something is known of it."""
        known = self.attempt and self.attempt.delivery != Delivery.NONE
        return self.attempt.delivery if self.attempt and known else ""


def lines(rows: Iterable[Reminder]) -> list[Line]:
    """What a list shows of some reminders, in two queries however many there are."""
    page = list(rows)
    ids = [row.pk for row in page]
    attempts = live_attempts(ids)
    decided = newest_decisions(ids)
    return [
        Line(row, attempts.get(row.pk), telling.tell(row.reasons), decided.get(row.pk))
        for row in page
    ]


def live_attempts(reminder_ids: Sequence[int]) -> dict[int, Attempt]:
    """By reminder, its one attempt that may have left."""
    left = Attempt.objects.filter(reminder__in=reminder_ids).exclude(state=AttemptState.NOT_SENT)
    return {one.reminder_id: one for one in left}


def newest_decisions(reminder_ids: Sequence[int]) -> dict[int, int]:
    """By reminder, the id of its newest decision."""
    rows = Decision.objects.filter(reminder_id__in=reminder_ids).order_by("reminder_id", "-pk")
    return dict(rows.distinct("reminder_id").values_list("reminder_id", "pk"))
