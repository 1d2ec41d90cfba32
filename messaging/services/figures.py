"""How many: each figure counts exactly the rows that the list behind it shows.

A reminder belongs to the business day of its step; one without a step, to the day it was made on.
Everything about what was sent is counted by the one attempt of a reminder that may have left.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum, Value

from borrowers.services import acts
from messaging.models import Attempt, Reminder, Run, SendingStop
from messaging.services import seen_by, telling
from messaging.states import COUNTED, AttemptState, Delivery, ReminderState

FINAL = (Delivery.DELIVERED, Delivery.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Moment:
    """The site's present instant, and the lender's calendar day and zone at it."""

    at: datetime
    day: date
    zone: str

    @property
    def since(self) -> datetime:
        """Before which no reminder of the day can have been sent."""
        return begin(self.day, self.zone)


def begin(day: date, zone: str) -> datetime:
    """The instant at which a calendar day begins in a zone."""
    return datetime.combine(day, time.min, ZoneInfo(zone))


def present() -> Moment:
    """The site's time and business date; before a lender is set up, in the default zone."""
    now = acts.present()
    return Moment(now.at, now.day, now.zone.key)


def of_day(rows: "QuerySet[Reminder]", day: date, zone: str) -> "QuerySet[Reminder]":
    """The reminders that belong to a business day in the lender's zone."""
    begins, ends = begin(day, zone), begin(day + timedelta(days=1), zone)
    made_then = Q(step_on=None, created_at__gte=begins, created_at__lt=ends)
    return rows.filter(Q(step_on=day) | made_then)


@dataclass(frozen=True, slots=True)
class Counts:
    """Reminders by state, and those sent by what became of them. ``planned`` is the sum of the states."""

    scheduled: int = 0
    submitted: int = 0
    withheld: int = 0
    expired: int = 0
    cancelled: int = 0
    delivered: int = 0
    undelivered: int = 0
    rejected: int = 0
    unknown: int = 0
    presumed_lost: int = 0
    submitting: int = 0

    @property
    def planned(self) -> int:
        return self.scheduled + self.submitted + self.withheld + self.expired + self.cancelled

    @property
    def not_sent(self) -> int:
        """What a rule or the clock kept from going out."""
        return self.withheld + self.expired

    @property
    def failed(self) -> int:
        """Sent, and known not to have arrived."""
        return self.undelivered + self.rejected

    @property
    def unsettled(self) -> int:
        """Sent or not: nobody knows."""
        return self.unknown + self.presumed_lost


def counts(rows: "QuerySet[Reminder]", since: datetime) -> Counts:
    """Count some reminders by state, and by outcome those sent, none of them before ``since``."""
    return Counts(**_tally(rows, "", since).get(0, {}))


def _tally(rows: "QuerySet[Reminder]", group: str, since: datetime) -> dict[int, dict[str, int]]:
    """The counts of ``Counts``, by a column of the reminder or all together, in two queries.

    A sent reminder counts under its delivery once that is final, else under its attempt's state.
    """
    tally: defaultdict[int, dict[str, int]] = defaultdict(dict)
    states = rows.order_by().annotate(g=F(group) if group else Value(0)).values_list("g", "state")
    for key, state, n in states.annotate(n=Count("pk")):
        tally[key][state] = n
    attempts = _left(rows, since).annotate(g=F(f"reminder__{group}") if group else Value(0))
    for key, state, delivery, n in attempts.values_list("g", "state", "delivery").annotate(
        n=Count("pk")
    ):
        outcome = delivery if delivery in FINAL else state
        if outcome != AttemptState.ACCEPTED:
            tally[key][outcome] = tally[key].get(outcome, 0) + n
    return tally


def _left(rows: "QuerySet[Reminder]", since: datetime) -> "QuerySet[Attempt]":
    """The one attempt of each sent reminder that may have left. ``since`` bounds the search by index."""
    sent = rows.filter(state=ReminderState.SUBMITTED).order_by()
    attempts = Attempt.objects.filter(reminder__in=sent, submitted_at__gte=since)
    return attempts.exclude(state=AttemptState.NOT_SENT).order_by()


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many reminders a reason kept back or keeps waiting."""

    code: str
    label: str
    count: int


def by_reason(rows: "QuerySet[Reminder]", state: str) -> tuple[ReasonCount, ...]:
    """How many reminders in ``state`` each reason stands on, the most frequent first.

    A reminder with two reasons counts under both. Of what is withheld only the reasons that forbid
    count: a rule that merely waits has kept nobody back for good.
    """
    sql, values = (
        rows.filter(state=state).order_by().values("id", "reasons").query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e ->> 'code', count(DISTINCT q.id) FROM (" + sql + ") q,"
            " LATERAL jsonb_array_elements(q.reasons) e GROUP BY 1 ORDER BY 2 DESC, 1",
            values,
        )
        found = cursor.fetchall()
    return tuple(
        ReasonCount(code, telling.label(code), n)
        for code, n in found
        if state != ReminderState.WITHHELD or telling.forbids(code)
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """What texts cost in one currency."""

    currency: str
    amount: Decimal
    texts: int
    parts: int


def spent(rows: "QuerySet[Reminder]", since: datetime) -> tuple[Spent, ...]:
    """The price of the texts that left or may have left, by currency."""
    return tuple(_money(rows, "", since).get(0, []))


def _money(rows: "QuerySet[Reminder]", group: str, since: datetime) -> dict[int, list[Spent]]:
    money: defaultdict[int, list[Spent]] = defaultdict(list)
    attempts = _left(rows, since).filter(state__in=COUNTED)
    grouped = attempts.annotate(g=F(f"reminder__{group}") if group else Value(0)).values_list(
        "g", "sender__currency"
    )
    summed = grouped.annotate(Sum("cost"), Count("pk"), Sum("parts")).order_by("sender__currency")
    for key, *row in summed:
        money[key].append(Spent(*row))
    return money


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run with what became of its reminders so far."""

    run: Run
    counts: Counts
    spent: tuple[Spent, ...]
    stopped: bool

    @property
    def word(self) -> str:
        """``stopped``, ``sending`` while reminders wait, else ``done``."""
        if self.stopped:
            return "stopped"
        return "sending" if self.counts.scheduled else "done"


def of_runs(
    user: User, runs: Sequence[Run], stops: Sequence[SendingStop]
) -> tuple[RunFigures, ...]:
    """Figures of each run, in three queries however many there are. ``stops`` are the live ones."""
    if not runs:
        return ()
    rows = seen_by.reminders(user).filter(run__in=[run.pk for run in runs])
    since = min(run.at for run in runs)
    tally, money = _tally(rows, "run_id", since), _money(rows, "run_id", since)
    return tuple(
        RunFigures(
            run, Counts(**tally[run.pk]), tuple(money[run.pk]), stopped=_is_stopped(run, stops)
        )
        for run in runs
    )


def _is_stopped(run: Run, stops: Sequence[SendingStop]) -> bool:
    covering = {("all", ""), ("run", str(run.pk))}
    if run.strategy_id is not None:
        covering.add(("strategy", str(run.strategy_id)))
    return any((stop.scope, stop.target) in covering for stop in stops)
