"""Harsh wording: what the lexicon finds in a text, in whatever disguise, minus what is innocent or negated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from messaging.policies.checks_finding import RANK, Finding, Severity
from messaging.policies.checks_normalise import (
    PLACEHOLDER,
    View,
    decoded,
    folded,
    han,
    tight,
    words,
)
from messaging.policies.lexicon import Lexicon, Rule, Table

REACH_HAN = 16  # characters that a negation reaches
NEAR_HAN = 2  # characters that 不, 未, 无 alone reach
REACH_LATIN = 12  # words before a finding in which a negation is looked for

_HAS_HAN = re.compile("[\u3400-\u9fff]")
_HAS_LATIN = re.compile("[a-z].?[a-z]")
_NOT_HAN = re.compile(
    "(不会|绝不|决不|从不|从未|不得|不能|不可|不应|不再|无需|无须|不需|不必|不用|没有|并未|未曾|未被|不允许|禁止|严禁|请勿|切勿|拒绝|杜绝|避免|取消|停止|暂停|解除|撤销|并非|不是)"
    "|(不|未|无|免|勿|非)"
)
# A pause ends the reach of a negation unless the next clause goes on with it.
_CLAUSE = re.compile("[，。](?!也|或|和|以及|更|及|亦|并)")
_NOT_LATIN = re.compile(
    r"(?<![a-z])(never|not|wont|dont|doesnt|didnt|cannot|cant|isnt|arent|wasnt|wouldnt|shouldnt|no|nobody|none|without|neither|nor|stopped|instead of|rather than|free from)(?![a-z])"
)
# What looks like a negation of what follows and is none.
_NOT_REALLY = re.compile(
    r"(hesitat|only|just |stop|rule |ruled|wait|long|limited|be able|able|escape|forget|let |choice|option|alternative|mercy|more|further|pay|paid|respon|answer|repl|settl|act |care|ignor|clear|receiv|heard|return|resolv|call us|contact us|doubt|matter|late|excuse|joke|kidding|surpris|make us|force|want|wish|think|expect|test|wonder|problem|way out|where|one will (help|lend|save)|bank|lender|come back|cooperat|comply|keep|kept|made|make)"
)
_IF_BEFORE = re.compile(
    r"(if|unless|as|since|because|until|when|should|that|why|once|while|so) (\S+ ){0,3}$|(you|u|youve) (have |still |did |do |had )?$"
)
_NEW_CLAUSE = re.compile(
    r"(?<![a-z])(but|unless|until|so|then|otherwise|instead we|if|or well|or we will|we will|well be|we are going|will be|because)(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: Rule
    start: int
    end: int
    negated: bool


def harsh(text: str, lexicon: Lexicon, values: Mapping[str, str] | None = None) -> list[Finding]:
    """Every harsh word or phrase with its place in `text`, the gravest of those that lie in one another.

    A text with placeholders is read without them, so that none splits a word, and filled with `values`.
    """
    found: dict[tuple[int, int, str], Finding] = {}
    readings = [folded(text, lexicon.folding)]
    if values and PLACEHOLDER.search(text):
        readings.append(folded(text, lexicon.folding, values))
    for reading in readings:
        for view, hit in _hits(reading, lexicon):
            start, end = view.place(hit.start, hit.end)
            start, end = _trimmed(text, start, end)
            severity: Severity = "tip" if hit.negated else hit.rule.severity
            one = Finding(
                hit.rule.id,
                hit.rule.category,
                severity,
                start,
                end,
                text[start:end],
                lexicon.negated if hit.negated else hit.rule.reason,
            )
            key = (start, end, hit.rule.category)
            if key not in found or RANK[severity] < RANK[found[key].severity]:
                found[key] = one
    return _outermost(list(found.values()))


def _hits(reading: View, lexicon: Lexicon) -> Iterator[tuple[View, _Hit]]:
    if _HAS_HAN.search(reading.text):
        chinese = han(reading)
        for hit in _in_view(chinese, lexicon.han):
            yield chinese, hit
        closed = tight(chinese)
        if closed is not None:
            for hit in _in_view(closed, lexicon.han, across=chinese):
                yield closed, hit
    if _HAS_LATIN.search(reading.text):
        for view in (words(reading), *decoded(reading)):
            for hit in _in_view(view, lexicon.latin):
                yield view, hit


def _in_view(view: View, table: Table, across: View | None = None) -> Iterator[_Hit]:
    """The hits in one form of the text; with `across`, only grave words that a pause or stop cuts."""
    rules, innocent = table.tried_on(view.text)
    if not rules:
        return
    spans = [match.span() for pattern in innocent for match in pattern.finditer(view.text)]
    for rule in rules:
        if across is not None and not (rule.literal and rule.severity == "block"):
            continue
        for match in rule.pattern.finditer(view.text):
            start, end = match.span()
            if any(first <= start and end <= last for first, last in spans):
                continue
            if across is not None and not _cut(view, start, end):
                continue
            reach = end - 1 if rule.inside else start
            negated = rule.category != "profanity" and _negated(view.text, start, reach, table)
            yield _Hit(rule, start, end, negated)


def _cut(view: View, start: int, end: int) -> bool:
    """Whether something stands between the characters in the original."""
    return any(view.ends[at] != view.starts[at + 1] for at in range(start, end - 1))


def _negated(text: str, start: int, reach: int, table: Table) -> bool:
    """Whether a negation that is one stands before `start`, or before `reach` in the words matched."""
    return _negated_latin(text, reach) if table.latin else _negated_han(text, start, reach, table)


def _negated_han(text: str, start: int, reach: int, table: Table) -> bool:
    since = max(0, start - REACH_HAN)
    for pause in _CLAUSE.finditer(text, since, start):
        since = pause.end()
    for match in _NOT_HAN.finditer(text, since, reach):
        if match[2] and start - match.end() > NEAR_HAN:
            continue
        if not any(
            hit.start() <= match.end() - 1 < hit.end()
            for deny in table.deny
            for hit in deny.finditer(text, max(0, match.start() - 4))
        ):
            return True
    return False


def _negated_latin(text: str, start: int) -> bool:
    since = text.rfind(". ", 0, start) + 1
    for match in _NOT_LATIN.finditer(text, since, start):
        between = text[match.end() : start].strip()
        before = text[since : match.start()]
        if between.count(" ") >= REACH_LATIN:
            continue
        if _IF_BEFORE.search(before) or _NOT_REALLY.match(between) or _NEW_CLAUSE.search(between):
            continue
        if not between and _NOT_REALLY.match(text[start : start + 20]):
            continue
        return True
    return False


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    while start < end - 1 and text[start].isspace():
        start += 1
    return start, end


def _outermost(found: list[Finding]) -> list[Finding]:
    """Without what lies within a finding that is as grave: a page should say a thing once."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda each: (RANK[each.severity], each.start - each.end)):
        if not any(other.start <= one.start and one.end <= other.end for other in kept):
            kept.append(one)
    return kept
