"""The figures of Today: one function each, every one the count of the list it links to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Min, Q, QuerySet

from borrowers.models import Assignment, ImportBatch, Lender, Upload
from borrowers.services import second_person, worklist
from collections_site import heartbeats
from collections_site.audit.models import Event, Seal
from messaging.models import Limit, Reply, SendingStop, Wording
from messaging.policies.limits import HOUSE
from messaging.services import figures, lists, seen_by
from messaging.services.figures import Counts, Moment, ReasonCount, Spent
from messaging.services.lists import Wanted
from messaging.states import ReminderState, WordingState


@dataclass(frozen=True, slots=True)
class Sending:
    """The reminders of the business day: how many in which state, and why not the others."""

    counts: Counts
    withheld: tuple[ReasonCount, ...]
    expired: tuple[ReasonCount, ...]
    spent: tuple[Spent, ...]

    @property
    def several(self) -> bool:
        """Whether some reminders have more than one reason, so that the reasons add up to more."""
        return sum(one.count for one in self.withheld) > self.counts.withheld


def sending(user: User, moment: Moment) -> Sending:
    """Today's reminders that ``user`` may see."""
    rows = figures.of_day(seen_by.reminders(user), moment.day, moment.zone)
    return Sending(
        figures.counts(rows, moment.since),
        figures.by_reason(rows, ReminderState.WITHHELD),
        figures.by_reason(rows, ReminderState.EXPIRED),
        figures.spent(rows, moment.since),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for somebody, and since when the oldest does."""

    count: int
    oldest: datetime | None


def replies(user: User) -> Waiting:
    """Replies that nobody has looked at, of people this member of staff may see."""
    return _waiting(seen_by.replies(user).filter(handled_at=None), "at")


def wordings(user: User) -> Waiting:
    """Wordings this reviewer may decide: submitted, and written by somebody else."""
    rows = Wording.objects.filter(state=WordingState.SUBMITTED).exclude(author=user)
    return _waiting(rows, "submitted_at")


def wordings_to_decide(user: User, most: int = 5) -> list[Wording]:
    """The oldest wordings that this reviewer may decide, at most ``most`` of them."""
    rows = Wording.objects.filter(state=WordingState.SUBMITTED).exclude(author=user)
    return list(rows.select_related("template", "author").order_by("submitted_at", "pk")[:most])


def imports_to_release(user: User) -> Waiting:
    """Files with something unusual in them that wait for this member of staff to release them."""
    return _waiting(second_person.imports_to_release(user), "checked_at")


def lifts_to_decide(user: User) -> Waiting:
    """Lifts of legal holds that somebody else proposed and this reviewer may decide."""
    holds = list(second_person.lifts_to_decide(user))
    since = second_person.proposed_at(holds)
    oldest = min((since.get(one.pk, one.from_at) for one in holds), default=None)
    return Waiting(len(holds), oldest)


def _waiting(rows: "QuerySet[Reply] | QuerySet[Wording] | QuerySet[Upload]", since: str) -> Waiting:
    found = rows.order_by().aggregate(count=Count("pk"), oldest=Min(since))
    return Waiting(found["count"], found["oldest"])


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Texts of the last seven days of which nobody knows whether they arrived."""

    since: date
    unknown: int
    presumed_lost: int

    @property
    def any(self) -> bool:
        return bool(self.unknown or self.presumed_lost)


def unsettled(user: User, moment: Moment) -> Unsettled:
    """Attempts that are unknown or presumed lost; each count is that of its list."""
    since = moment.day - lists.RECENT

    def count(outcome: str) -> int:
        return lists.reminders(user, Wanted(outcome=outcome, since=since), moment.zone).count()

    return Unsettled(since, count("unknown"), count("presumed_lost"))


@dataclass(frozen=True, slots=True)
class Book:
    """The newest import: what amounts rest on."""

    data_as_of: datetime
    hours: int
    rejected: int
    stale: bool


def book(moment: Moment) -> Book | None:
    """The newest balances on file, how many whole hours old they are, and whether that is too old."""
    newest = ImportBatch.objects.order_by("-data_as_of").first()
    if newest is None:
        return None
    age = moment.at - newest.data_as_of
    most = _freshness(moment)
    stale = most is not None and age > timedelta(hours=most)
    return Book(newest.data_as_of, int(age.total_seconds() // 3600), newest.rejected, stale)


def _freshness(moment: Moment) -> int | None:
    """Hours after which no amount is stated: what the house allows, or less where the lender says so."""
    house = Limit.objects.filter(kind="freshness", jurisdiction=HOUSE, starts_on__lte=moment.day)
    lender = Lender.objects.values_list("balance_hours", flat=True)
    said = [*house.filter(_unended(moment)).values_list("hours", flat=True), *lender]
    return min((hours for hours in said if hours), default=None)


def _unended(moment: Moment) -> Q:
    return Q(ends_on=None) | Q(ends_on__gte=moment.day)


def people(user: User) -> int:
    """How many people are in this collector's care."""
    return Assignment.objects.filter(collector=user, ended_at=None).count()


def promised_today(user: User, moment: Moment) -> int:
    """How many people of the queue promised to pay today and have not."""
    wanted = worklist.Wanted(promise="today")
    return len(worklist.find(wanted, user=user, on=moment.day).people)


def bad_numbers(user: User, moment: Moment) -> worklist.Found:
    """The people of the queue whom no text reaches for want of a number."""
    wanted = worklist.Wanted(bad_number=True)
    return worklist.find(wanted, user=user, on=moment.day)


def to_propose(stops: Sequence[SendingStop]) -> int:
    """Live stops that no supervisor has proposed to end."""
    return sum(stop.resume_proposed_by_id is None for stop in stops)


def to_approve(stops: Sequence[SendingStop], user: User) -> int:
    """Live stops whose end waits for a reviewer other than who proposed it."""
    return sum(stop.resume_proposed_by_id not in (None, user.pk) for stop in stops)


@dataclass(frozen=True, slots=True)
class Sealed:
    """How far the operation log is sealed, and how much came after."""

    at: datetime | None
    since: int


def sealed() -> Sealed:
    """The newest link of the chain of seals."""
    newest = Seal.objects.order_by("-pk").first()
    after = Event.objects.filter(pk__gt=newest.through_id if newest else 0)
    return Sealed(newest.at if newest else None, after.count())


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of workers and when it last finished a task, in whole seconds."""

    name: str
    seconds: int
    alive: bool


def clusters() -> tuple[Cluster, ...]:
    """The clusters that ever ran, by name."""
    return tuple(
        Cluster(name, int(age), age <= heartbeats.STALE)
        for name, age in sorted(heartbeats.ages().items())
    )
