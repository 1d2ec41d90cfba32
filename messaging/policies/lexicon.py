"""Lexicons: harsh words and ways of saying them, innocent words that look like them, and look-alikes.

Data with versions, read by `messaging/data.py`; `lexicon_patterns` explains the notation. A new
language is a new file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from messaging.policies.checks_finding import Reason, Severity
from messaging.policies.checks_normalise import Folding, parse_folding
from messaging.policies.lexicon_patterns import (
    LexiconError,
    compiled,
    expand,
    keys,
    keys_in,
)

CATEGORIES = (
    "threat",
    "legal_misrepresentation",
    "third_party",
    "shame",
    "urgency",
    "profanity",
    "official_imitation",
    "misleading_money",
)
LATIN = "en"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of being harsh: `pattern` is tried on texts that hold one of its keys."""

    id: str
    category: str
    severity: Severity
    reason: Reason
    pattern: re.Pattern[str]
    literal: bool  # a word or phrase, not a pattern with gaps
    inside: bool  # a negation within the words matched counts as well
    order: int


@dataclass(frozen=True, slots=True)
class Table:
    """The rules of one script with their keys; `allow` are innocent, `deny` no negations."""

    rules: Mapping[str, Sequence[Rule]]
    allow: Mapping[str, Sequence[re.Pattern[str]]]
    deny: tuple[re.Pattern[str], ...]
    latin: bool

    def tried_on(self, text: str) -> tuple[list[Rule], list[re.Pattern[str]]]:
        """The rules worth trying on a text, and the innocent words that may be in it."""
        there = keys_in(text, latin=self.latin)
        wanted = {rule.order: rule for key in there & self.rules.keys() for rule in self.rules[key]}
        if not wanted:
            return [], []
        allowed = {one: None for key in there & self.allow.keys() for one in self.allow[key]}
        return [wanted[order] for order in sorted(wanted)], list(allowed)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that the checks of harsh wording know; `version` joins the versions of the files."""

    version: str
    folding: Folding
    han: Table
    latin: Table
    negated: Reason
    reasons: Mapping[str, Reason] = field(repr=False)


def parse_lexicon(
    folding: Mapping[str, Any], reasons: Mapping[str, Any], tables: Iterable[Mapping[str, Any]]
) -> Lexicon:
    """A lexicon from what `tomllib` read. Raises LexiconError naming the entry that is out of form."""
    why = {name: _reason(name, row) for name, row in reasons.items() if isinstance(row, dict)}
    for name in (*CATEGORIES, "negated"):
        if name not in why:
            raise LexiconError(f"reasons: {name} is missing")
    files = list(tables)
    latin = [one for one in files if one.get("language") == LATIN]
    han = [one for one in files if one.get("language") == "zh"]
    versions = sorted({str(one.get("version", "?")) for one in (folding, reasons, *files)})
    return Lexicon(
        "+".join(versions),
        parse_folding(folding),
        _table(han, why, latin=False),
        _table(latin, why, latin=True),
        why["negated"],
        why,
    )


def _reason(name: str, row: Mapping[str, str]) -> Reason:
    try:
        return Reason(
            row["en"], row["zh"], row.get("suggestion_en", ""), row.get("suggestion_zh", "")
        )
    except KeyError as error:
        raise LexiconError(f"reasons, {name}: {error.args[0]} is missing") from error


def _table(files: Sequence[Mapping[str, Any]], why: Mapping[str, Reason], *, latin: bool) -> Table:
    rules: dict[str, list[Rule]] = {}
    allow: dict[str, list[re.Pattern[str]]] = {}
    deny: list[re.Pattern[str]] = []
    order = 0
    for file in files:
        for expanded, row, literal in _entries(file):
            rule = _rule(expanded, row, why, latin=latin, literal=literal, order=order)
            order += 1
            for key in keys(expanded):
                rules.setdefault(key, []).append(rule)
        innocent = file.get("allow", {})
        for expanded in (*innocent.get("words", ()), *innocent.get("patterns", ())):
            pattern = compiled(expanded, latin=latin, greedy=True)
            for key in keys(expanded):
                allow.setdefault(key, []).append(pattern)
        deny += [compiled(one, latin=latin) for one in innocent.get("deny", ())]
    return Table(rules, allow, tuple(deny), latin)


def _entries(file: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    classes = file.get("classes", {})
    for row in file.get("phrases", ()):
        for word in row["words"]:
            yield word, row, True
    for row in file.get("patterns", ()):
        yield expand(row["pattern"], classes), row, False


def _rule(
    expanded: str,
    row: Mapping[str, Any],
    why: Mapping[str, Reason],
    *,
    latin: bool,
    literal: bool,
    order: int,
) -> Rule:
    name = row.get("id", "?")
    if row.get("category") not in CATEGORIES or row.get("severity") not in ("block", "judge"):
        raise LexiconError(f"{name}: category or severity is out of form")
    reason = row.get("why", row["category"])
    if reason not in why:
        raise LexiconError(f"{name}: there is no reason {reason!r}")
    pattern, inside = compiled(expanded, latin=latin), bool(row.get("inside"))
    return Rule(
        name, row["category"], row["severity"], why[reason], pattern, literal, inside, order
    )
