"""Say stored reasons and checks as sentences, in the reader's language, with the rule behind each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_site.lib.decision import Decision
from messaging.models import Limit
from messaging.policies import reasons
from messaging.policies.contact import Check
from messaging.services.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written: its id, place, whether law or house, and the text it rests on."""

    rule: str
    jurisdiction: str
    layer: str
    text: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Told:
    """One reason or check for a reader. ``layer`` is "law", "house", or empty where neither is meant."""

    code: str
    sentence: str
    label: str
    passed: bool
    layer: str
    rule: str
    until: datetime | None
    source: Source | None


def language() -> str:
    """The reader's language as the reason texts know it."""
    return get_language() or "en"


def label(code: str) -> str:
    """A reason in a few words, for tables and counts."""
    return reasons.short(code, language())


def forbids(code: str) -> bool:
    """Whether a reason means never; one this version does not know counts as such."""
    text = reasons.REASONS.get(code)
    return text is None or text.answer == "never"


def headline(decision: Decision) -> str:
    """The reason that speaks first: one that forbids, or for a wait the first; empty when none does."""
    return next(
        (
            label(one.code)
            for one in decision.reasons
            if decision.answer == "wait" or forbids(one.code)
        ),
        "",
    )


def sources(rules: Iterable[str]) -> dict[str, Source]:
    """The rows of these rules, by id; an id that is no longer in the rulebook is left out."""
    wanted = {rule for rule in rules if rule}
    if not wanted:
        return {}
    return {
        row.rule: Source(row.rule, row.jurisdiction, row.layer, row.source, row.confidence)
        for row in Limit.objects.filter(rule__in=wanted).order_by("pk")
    }


def tell(
    rows: Iterable[Mapping[str, Any]], known: Mapping[str, Source] | None = None
) -> tuple[Told, ...]:
    """The reasons of a reminder or decision, as stored: code, values, rule, until."""
    return tuple(
        _told(
            str(row["code"]),
            row.get("values") or {},
            rule=str(row.get("rule") or ""),
            until=datetime.fromisoformat(row["until"]) if row.get("until") else None,
            known=known or {},
        )
        for row in rows
    )


def tell_checks(
    checks: Iterable[Check], known: Mapping[str, Source] | None = None
) -> tuple[Told, ...]:
    """Every check of a verdict, passed and failed."""
    return tuple(
        _told(
            one.code,
            one.values,
            passed=one.passed,
            rule=one.rule,
            until=one.until,
            known=known or {},
        )
        for one in checks
    )


def _told(
    code: str,
    values: Mapping[str, Any],
    *,
    rule: str,
    until: datetime | None,
    known: Mapping[str, Source],
    passed: bool = False,
) -> Told:
    say = reasons.passed if passed else reasons.sentence
    text = reasons.REASONS.get(code)
    source = known.get(rule)
    kind = source.layer if source else text.kind if text else ""
    return Told(
        code=code,
        sentence=say(code, values, language()),
        label=reasons.short(code, language()),
        passed=passed,
        layer="" if kind == "either" else kind,
        rule=rule,
        until=until,
        source=source,
    )


# Of the rules that passed, those a reader wants in the sentence, in this order.
WORTH_SAYING = ("cap_day", "cap_week", "quiet_hours", "hold", "balance_stale")


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the list of checks; ``source`` names law or house policy and where it is written."""

    passed: bool
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class Box:
    """The box "can I text now": the answer, one sentence, and every check behind it."""

    answer: str
    sentence: str
    until: datetime | None
    checks: tuple[CheckLine, ...]


def box(verdict: Verdict) -> Box:
    """A verdict for a reader, in one query."""
    found = verdict.checks
    known = sources(check.rule for check in found)
    checks = tell_checks(found, known)
    if verdict.decision.answer == "now":
        said = [one for code in WORTH_SAYING for one in checks if one.code == code]
    else:
        said = list(tell(verdict.decision.as_rows()))
    return Box(
        answer=verdict.decision.answer,
        sentence=joined(said),
        until=verdict.decision.until,
        checks=tuple(CheckLine(one.passed, one.sentence, _written(one)) for one in checks),
    )


def joined(told: Iterable[Told]) -> str:
    """Several reasons or checks as prose, each sentence once and ended as the language ends it."""
    stop, gap = ("。", "") if language().startswith("zh") else (".", " ")
    sentences = dict.fromkeys(one.sentence for one in told)
    return gap.join(f"{sentence}{stop}" for sentence in sentences)


def _written(told: Told) -> str:
    layer = {"law": _("Law"), "house": _("House policy")}.get(told.layer, "")
    parts = [layer, told.rule, told.source.text if told.source else ""]
    return " · ".join(part for part in parts if part)
