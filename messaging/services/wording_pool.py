"""The people whom a wording would reach within a week: found by index, a bounded number looked at.

Of each step and day at most A_DAY loans are read, of these at most MOST people are drawn, whatever
the size of the book; longest, shortest and odd names among those read are drawn besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import connection

from borrowers.models import Lender
from collections_site.lib import clock
from collections_site.lib.masking import mask_name
from messaging import facts as gather
from messaging import filling
from messaging import ways as batch_ways
from messaging.facts import Candidate
from messaging.filling import Stretch
from messaging.models import MessageTemplate
from messaging.policies import contact, parts
from messaging.policies import wording as policy
from messaging.policies.candidate import Facts
from messaging.policies.parts import Parts
from messaging.services import compose, seen_by
from messaging.services.wording_rows import Words
from messaging.ways import Ways

DAYS = 7  # today and the six days after it
A_DAY = 600
MOST = 500
ODD_NAMES = "[^A-Za-z \u4e00-\u9fa5]"
# Rules about words and clock say nothing of whom a wording is for.
NOT_ASKED = {
    contact.has_wording,
    contact.has_every_value,
    contact.is_registered,
    *contact.CLOCK_RULES,
}
LAST_VERSION = 1 << 30  # the words in hand are newer than any that is live

# The days on which a step of a live ladder asks for this template. What is due later than today and
# would be overdue by then is not known yet: such days are left out.
STEP_DAYS = """
  SELECT s.offset AS step_offset, %(on)s::date + k AS step_on, %(on)s::date + k - s.offset AS due_on, t.product
  FROM messaging_step s
  JOIN messaging_strategy g ON g.id = s.strategy_id AND g.live
  JOIN messaging_messagetemplate t ON t.id = s.template_id
  CROSS JOIN generate_series(0, %(days)s - 1) k
  WHERE s.template_id = %(template)s AND (s.offset <= 0 OR k < s.offset)
"""
LOANS = """
  (SELECT o.id, o.borrower_id FROM borrowers_loan o
   WHERE d.step_offset > 0 AND o.status = 'active' AND o.overdue_since = d.due_on AND d.product IN ('', o.product) {seen_by} LIMIT %(a_day)s)
  UNION ALL
  (SELECT o.id, o.borrower_id FROM borrowers_loan o
   WHERE d.step_offset <= 0 AND o.status = 'active' AND o.overdue_since IS NULL AND o.next_due_on = d.due_on
     AND d.product IN ('', o.product) {seen_by} LIMIT %(a_day)s)
"""
SEEN_BY = """AND EXISTS (SELECT 1 FROM borrowers_assignment a
  WHERE a.borrower_id = o.borrower_id AND a.collector_id = %(collector)s AND a.ended_at IS NULL)"""
DRAW = """
WITH day AS MATERIALIZED ({days}),
seen AS MATERIALIZED (SELECT d.step_offset, d.step_on, l.id, l.borrower_id FROM day d CROSS JOIN LATERAL ({loans}) l),
person AS MATERIALIZED (
  SELECT DISTINCT ON (s.borrower_id) s.id, s.step_offset, s.step_on, b.full_name,
         hashint8extended(s.id, %(seed)s) AS dice
  FROM seen s JOIN borrowers_borrower b ON b.id = s.borrower_id
  WHERE split_part(lower(replace(b.language, '_', '-')), '-', 1) = %(tongue)s
  ORDER BY s.borrower_id, s.step_on, s.id)
SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM person), c.* FROM (
  (SELECT id, step_offset, step_on, true AS drawn FROM person ORDER BY dice, id LIMIT %(most)s)
  UNION ALL (SELECT id, step_offset, step_on, false FROM person ORDER BY char_length(full_name) DESC, dice LIMIT 5)
  UNION ALL (SELECT id, step_offset, step_on, false FROM person ORDER BY char_length(full_name), dice LIMIT 5)
  UNION ALL (SELECT id, step_offset, step_on, false FROM person WHERE btrim(full_name) = '' ORDER BY dice LIMIT 5)
  UNION ALL (SELECT id, step_offset, step_on, false FROM person WHERE full_name ~ %(odd)s ORDER BY dice LIMIT 5)) c
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the words would reach; ``drawn`` by chance, not for the length of their name."""

    candidate: Candidate
    on: date
    days_late: int
    drawn: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """Those the words would reach, in an order that is the same all day.

    ``share`` is the part of the template's loans that they stand for: other languages and places,
    and people whom a rule forbids to text, are left out.
    """

    ways: Ways
    on: date
    people: list[Person]
    share: float


@dataclass(frozen=True, slots=True)
class Told:
    """A text for one person: its figures and values; ``shown``, where asked for, has the name masked."""

    counted: Parts
    values: dict[str, str]
    shown: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    jurisdictions: Sequence[str]
    language: str
    version: int = LAST_VERSION


def pool(template: MessageTemplate, words: Words, *, by: User | None = None) -> Pool | None:
    """Whom ``words`` would reach today and in the six days after it, were they live.

    With ``by``, only people whom this member of staff may see. None before the lender is set up.
    """
    at = clock.now()
    try:
        ways = batch_ways.load(at)
    except Lender.DoesNotExist:
        return None
    on = at.astimezone(ZoneInfo(ways.lender.time_zone)).date()
    looked_at, right_tongue, rows = _draw(template, words, on, by)
    found = gather.of_loans(ways, template.pk, [row[:3] for row in rows], business_on=on, at=at)
    drawn = {row[0] for row in rows if row[3]}
    reached = [one for one in found if _reaches(one, template, words, ways)]
    people = [
        Person(
            one,
            one.facts.step_on or on,
            max(0, one.facts.offset or 0),
            one.facts.loan_id in drawn,
        )
        for one in sorted(reached, key=lambda one: one.facts.loan_id)
    ]
    share = right_tongue / looked_at if looked_at else 0.0
    share *= sum(one.drawn for one in people) / len(drawn) if drawn else 0.0
    return Pool(ways, on, people, share)


def tell(person: Person, group: Pool, words: Words, *, masked: bool = False) -> Told:
    """The text this person would get, counted. Raises MissingValue or UnsafeValue as the gate would."""
    ways, candidate = group.ways, person.candidate
    said = compose.said(candidate, ways, words.language, days_late=person.days_late)
    given = filling.fill(said, policy.placeholders(words.text))
    counted = parts.count(filling.render(words.signature, words.text, given))
    if not masked:
        return Told(counted, given)
    seen = filling.fill(said, given, shown=mask_name)
    return Told(counted, given, filling.stretches(words.signature, words.text, seen))


def _draw(
    template: MessageTemplate, words: Words, on: date, by: User | None
) -> tuple[int, int, list[tuple[Any, ...]]]:
    """How many loans were read, how many people read the language, and who was drawn of these."""
    own = by is not None and seen_by.sees_some(by)
    loans = LOANS.format(seen_by=SEEN_BY if own else "")
    with connection.cursor() as cursor:
        cursor.execute(
            DRAW.format(days=STEP_DAYS, loans=loans),
            {
                "template": template.pk,
                "on": on,
                "days": DAYS,
                "a_day": A_DAY,
                "most": MOST,
                "collector": by.pk if by else None,
                "seed": template.pk * 1_000_000 + on.toordinal(),
                "tongue": words.language.lower().replace("_", "-").split("-")[0],
                "odd": ODD_NAMES,
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return 0, 0, []
    by_loan: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        by_loan.setdefault(row[2], row[2:])  # the draw comes first
    return rows[0][0], rows[0][1], list(by_loan.values())


def _reaches(one: Candidate, template: MessageTemplate, words: Words, ways: Ways) -> bool:
    """Whether these words would be chosen for this person, and no rule forbids to text them at all."""
    places = sorted(set(words.jurisdictions))
    mine = _Words(places, words.language)
    others: list[policy.Choosable] = [
        live
        for live in ways.wordings.values()
        if live.template_id == template.pk
        and (live.language, sorted(live.jurisdictions)) != (words.language, places)
    ]
    chosen = policy.choose([mine, *others], one.facts.jurisdictions, one.language)
    return chosen is mine and not _forbidden(one.facts, ways)


def _forbidden(facts: Facts, ways: Ways) -> bool:
    """Whether a rule says never; that a text would have to wait is no matter here."""
    moment = ways.rulebook.moment(ways.at, facts.zones, facts.jurisdictions)
    rules = [rule for rule in contact.RULES if rule not in NOT_ASKED]
    return any(reason.code not in contact.WAITS for rule in rules for reason in rule(facts, moment))
