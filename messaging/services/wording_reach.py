"""How many people a wording would reach on a day, in how many parts, and what that would cost."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Min

from messaging.models import MessageTemplate, Reminder, Wording
from messaging.policies.wording import MissingValue, UnsafeValue
from messaging.services import wording_pool
from messaging.services.wording_pool import LOANS, STEP_DAYS, Pool
from messaging.services.wording_rows import Words
from messaging.states import ReminderKind, ReminderState

WEEK = timedelta(days=7)
COUNTED_A_DAY = 50_000  # loans of one step and day, at most
TOMORROW = 2  # days looked at: today and tomorrow
COMING = """
WITH day AS MATERIALIZED ({days})
SELECT d.step_on, count(*) FROM day d CROSS JOIN LATERAL ({loans}) l GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """An ordinary day with these words.

    ``parts`` says of the ``looked_at`` people how many get a text of how many parts. ``cost_a_day``
    is in ``currency``, that of most texts; what senders in other currencies would charge stands in
    ``elsewhere``. ``before`` is the same day with the words that are live now, None where there are
    none or these are they.
    """

    people_a_day: int
    parts: dict[int, int]
    cost_a_day: Decimal
    currency: str
    looked_at: int = 0
    elsewhere: dict[str, Decimal] = field(default_factory=dict)
    before: "Reach | None" = None

    @property
    def more_a_day(self) -> Decimal | None:
        """What these words cost more than the live ones (less: below zero), in the same currency."""
        if self.before is None or self.before.currency != self.currency:
            return None
        return self.cost_a_day - self.before.cost_a_day


def reach(template: MessageTemplate, words: Words, *, pool: Pool | None = None) -> Reach:
    """What ``words`` would reach and cost on a day, beside the live ones they would replace.

    People a day: the mean of the last seven days in which reminders went out with versions of this
    template in the same language and for the same places; without such history, tomorrow's loans (or
    today's, where nothing is due tomorrow) in the part these words would reach. Parts and cost are
    those of at most 500 people, scaled: a page costs the same in a book of any size. Hand in a
    ``pool`` to save looking for it again.
    """
    group = pool or wording_pool.pool(template, words)
    if group is None:
        return Reach(0, {}, Decimal(0), "")
    people = _mean_of_the_week(template, words, group.on)
    if people is None:
        people = round(_coming(template, group.on) * group.share)
    live = _live(template, words, group)
    before = None
    if live and (live.signature, live.text) != (words.signature, words.text):
        old = Words(live.language, live.jurisdictions, live.signature, live.text)
        before = _day(old, group, people, None)
    return _day(words, group, people, before)


def _day(words: Words, group: Pool, people: int, before: Reach | None) -> Reach:
    sizes: Counter[int] = Counter()
    texts: Counter[str] = Counter()
    costs: defaultdict[str, Decimal] = defaultdict(Decimal)
    for person in group.people:
        sender = group.ways.route(person.candidate.facts.country).sender
        if not person.drawn or sender is None:
            continue
        try:
            counted = wording_pool.tell(person, group, words).counted
        except (MissingValue, UnsafeValue):
            continue
        sizes[counted.parts] += 1
        texts[sender.currency] += 1
        costs[sender.currency] += sender.price * counted.parts
    looked_at = sizes.total()
    scaled = {
        currency: (cost * people / looked_at).quantize(Decimal("0.01"))
        for currency, cost in costs.items()
    }
    currency = max(texts, key=lambda one: (texts[one], one), default="")
    return Reach(
        people,
        dict(sorted(sizes.items())),
        scaled.pop(currency, Decimal(0)),
        currency,
        looked_at,
        scaled,
        before,
    )


def _live(template: MessageTemplate, words: Words, group: Pool) -> Wording | None:
    """The live words that these would replace."""
    key = (template.pk, words.language, sorted(set(words.jurisdictions)))
    return next(
        (
            live
            for live in group.ways.wordings.values()
            if (live.template_id, live.language, sorted(live.jurisdictions)) == key
        ),
        None,
    )


def _mean_of_the_week(template: MessageTemplate, words: Words, on: date) -> int | None:
    """Reminders a day of the seven days before today, or of as many as there have been since the first."""
    versions = Wording.objects.filter(
        template=template, language=words.language, jurisdictions=sorted(set(words.jurisdictions))
    )
    sent = Reminder.objects.filter(
        wording__in=list(versions.values_list("pk", flat=True)),
        kind=ReminderKind.STEP,
        state=ReminderState.SUBMITTED,
        step_on__range=(on - WEEK, on - timedelta(days=1)),
    ).aggregate(n=Count("pk"), first=Min("step_on"))
    if not sent["n"]:
        return None
    days: int = (on - sent["first"]).days
    texts: int = sent["n"]
    return max(1, round(texts / days))


def _coming(template: MessageTemplate, on: date) -> int:
    """The loans with a step of this template due tomorrow, else today."""
    with connection.cursor() as cursor:
        cursor.execute(
            COMING.format(days=STEP_DAYS, loans=LOANS.format(seen_by="")),
            {"template": template.pk, "on": on, "days": TOMORROW, "a_day": COUNTED_A_DAY},
        )
        due = dict(cursor.fetchall())
    return due.get(on + timedelta(days=1)) or due.get(on) or 0
