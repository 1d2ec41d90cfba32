"""The queue as a page shows it: who is on it, may they be texted, and in whose care they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef

from borrowers.forms.queue import QueueFilter
from borrowers.models import Assignment, Borrower, Call, Lender
from borrowers.services import people, promises, worklist
from borrowers.services.people import Line
from borrowers.services.promises import Told
from borrowers.services.worklist import Wanted
from collections_site.lib.decision import Decision
from messaging.models import Attempt, Reply
from messaging.services import telling, verdicts
from messaging.services.figures import Moment
from messaging.states import AttemptState

LOOKED = 1000  # people asked about when only some answers are wanted

# Style and sign of the answer; its word is the reason that speaks first.
LOOKS = {"now": ("success", "✓"), "wait": ("neutral", "◷"), "never": ("paused", "❚❚")}


@dataclass(frozen=True, slots=True)
class Listed:
    """Ids in order; ``more`` when there are more people, ``looked`` how many were asked about."""

    people: tuple[int, ...]
    more: bool
    looked: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A person of the queue. ``answer``: now, wait or never; ``label``: why, in a few words.

    ``promise``: their newest one, while it is open or when it was broken.
    """

    line: Line
    answer: str
    label: str
    owner: str
    promise: Told | None = None

    @property
    def style(self) -> str:
        return LOOKS.get(self.answer, ("neutral", "–"))[0]

    @property
    def sign(self) -> str:
        return LOOKS.get(self.answer, ("neutral", "–"))[1]


def filtered(form: QueueFilter, *, user: User, moment: Moment) -> Listed:
    """The people whom the filters of a valid form show."""
    return listed(
        form.wanted(),
        form.cleaned_data["can"],
        form.quiet_days(),
        new_reply=form.new_reply(),
        user=user,
        moment=moment,
    )


def listed(
    wanted: Wanted,
    can: str = "",
    quiet: int | None = None,
    *,
    new_reply: bool = False,
    user: User,
    moment: Moment,
) -> Listed:
    """The people as wanted; with ``can``, those of the first 1,000 for whom that is the answer.

    ``quiet``: only people with whom there was no contact for so many days. ``new_reply``: only those
    who wrote something that nobody has looked at.

    The answer depends on the minute and cannot be searched for, so the work is bounded instead.
    """
    found = worklist.find(
        wanted,
        user=user,
        on=moment.day,
        among=_wrote() if new_reply else None,
        without=_contacts(moment.at - timedelta(days=quiet)) if quiet else [],
    )
    if not can:
        return Listed(found.people, found.more)
    asked = found.people[:LOOKED]
    answers = _decisions(asked, moment)
    matching = tuple(pk for pk in asked if pk in answers and answers[pk].answer == can)
    return Listed(matching, found.more or len(found.people) > LOOKED, len(asked))


def _wrote() -> set[int]:
    """Ids of the people of whom a reply waits, as it does in the inbox."""
    waiting = Reply.objects.filter(handled_at=None, borrower__isnull=False).order_by()
    return set(waiting.values_list("borrower_id", flat=True))


def _contacts(since: datetime) -> list[Exists]:
    """That somebody was in contact since then: a text that may have gone out, a call, a reply."""
    person = {"borrower": OuterRef("borrower")}
    texts = Attempt.objects.filter(submitted_at__gte=since, **person)
    return [
        Exists(texts.exclude(state=AttemptState.NOT_SENT)),
        Exists(Call.objects.filter(at__gte=since, **person)),
        Exists(Reply.objects.filter(at__gte=since, **person)),
    ]


def rows(ids: Sequence[int], moment: Moment) -> list[Row]:
    """What the queue shows of these people, in their order, in a few queries however many."""
    found = Borrower.objects.in_bulk(ids)
    lines = people.lines([found[pk] for pk in ids if pk in found], on=moment.day, at=moment.at)
    answers = _decisions(ids, moment)
    owners, told = _owners(ids), promises.newest(ids)
    return [
        _row(
            line,
            answers.get(line.borrower.pk),
            owners.get(line.borrower.pk, ""),
            told.get(line.borrower.pk),
        )
        for line in lines
    ]


def _row(line: Line, decision: Decision | None, owner: str, told: Told | None) -> Row:
    promise = told if told and told.state in ("open", "broken") else None
    if decision is None:
        return Row(line, "", "", owner, promise)
    return Row(line, decision.answer, telling.headline(decision), owner, promise)


def _decisions(ids: Sequence[int], moment: Moment) -> dict[int, Decision]:
    """None before the lender is set up, when no rule can be asked."""
    try:
        return verdicts.decisions(ids, at=moment.at)
    except Lender.DoesNotExist:
        return {}


def _owners(ids: Sequence[int]) -> dict[int, str]:
    live = Assignment.objects.filter(borrower__in=ids, ended_at=None).select_related("collector")
    return {
        one.borrower_id: one.collector.get_full_name() or one.collector.get_username()
        for one in live
    }
