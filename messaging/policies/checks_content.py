"""What a reminder must say, and must not, in the places and at the stage for which it is meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from messaging.policies.checks_finding import RANK, Finding, Reason, Severity
from messaging.policies.checks_form_texts import told

DEFAULT = "default"
Jargon = tuple[re.Pattern[str], Sequence[str]]  # a group a word, and what to say for each
DENIED_WITHIN = 40  # characters before a phrase in which a negation is looked for


@dataclass(frozen=True, slots=True)
class Element:
    """Something a text says or must not say, and how it is recognised.

    What `unless` matches is passed over; `deniable` says that a negation right before it takes it back;
    it is asked for only in texts that hold `when`.
    """

    name: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    when: re.Pattern[str] | None
    deniable: bool
    forbidden: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Requirements:
    """The elements, and by place what is needed: always, while the loan is overdue, of third parties.

    `denied` ends where a phrase begins that says the opposite; `jargon` are words of the trade, by
    language, with what people say instead.
    """

    version: str
    elements: Mapping[str, Element]
    places: Mapping[str, Mapping[str, Severity]]
    places_late: Mapping[str, Mapping[str, Severity]]
    places_third: Mapping[str, Mapping[str, Severity]]
    members: Mapping[str, str]
    stages: frozenset[str]
    late_stages: frozenset[str]
    denied: re.Pattern[str]
    jargon: Mapping[str, Jargon]


def parse_requirements(raw: Mapping[str, Any]) -> Requirements:
    """Requirements from what `tomllib` read. Raises ValueError naming the place or element."""
    elements = {name: _element(name, row) for name, row in raw["elements"].items()}
    always: dict[str, Mapping[str, Severity]] = {}
    late: dict[str, Mapping[str, Severity]] = {}
    for place, row in raw["places"].items():
        always[place] = row.get("need", {})
        late[place] = {**always[place], **row.get("late", {})}
    third = {place: row["need"] for place, row in raw.get("places_third", {}).items()}
    for place, needs in (*late.items(), *third.items()):
        for name, severity in needs.items():
            if name not in elements or severity not in RANK:
                raise ValueError(f"places.{place}: {name} = {severity!r} is out of form")
    if DEFAULT not in always:
        raise ValueError("places: default is missing")
    members = {one: group for group, ones in raw.get("members", {}).items() for one in ones}
    return Requirements(
        str(raw.get("version", "?")),
        elements,
        always,
        late,
        third,
        members,
        frozenset(raw["stages"]),
        frozenset(raw["late_stages"]),
        re.compile(f"(?:{_any(raw['denied'])})$", re.IGNORECASE),
        {tongue: _jargon(tongue, rows) for tongue, rows in raw.get("jargon", {}).items()},
    )


def _element(name: str, row: Mapping[str, Any]) -> Element:
    def pattern(key: str) -> re.Pattern[str] | None:
        return re.compile(_any(row[key]), re.IGNORECASE) if key in row else None

    return Element(
        name,
        re.compile(_any(row["phrases"]), re.IGNORECASE),
        pattern("unless"),
        pattern("when"),
        not row.get("as_it_stands") and not row.get("forbidden"),
        bool(row.get("forbidden")),
        Reason(row["en"], row["zh"], row["suggestion_en"], row["suggestion_zh"]),
    )


def _any(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{one})" for one in patterns)


def _jargon(tongue: str, rows: Mapping[str, str]) -> Jargon:
    edge = "" if tongue == "zh" else r"\b"
    words = "|".join(f"({word})" for word in rows)
    return re.compile(f"{edge}(?:{words}){edge}", re.IGNORECASE), list(rows.values())


def jargon(text: str, language: str, requirements: Requirements) -> Iterator[Finding]:
    """Words of the trade in a text of this language, each with what people say instead."""
    tongue = language.lower().replace("_", "-").split("-")[0]
    if tongue not in requirements.jargon:
        return
    pattern, plain = requirements.jargon[tongue]
    for hit in pattern.finditer(text):
        yield told("jargon", "tip", text, *hit.span(), plain=plain[(hit.lastindex or 1) - 1])


def content(
    text: str,
    *,
    signature: str,
    jurisdictions: Collection[str],
    stage: str,
    requirements: Requirements,
    third_party: bool = False,
) -> list[Finding]:
    """What is missing or must not be there; the strictest of the places that apply counts.

    Nothing is required of texts that are no reminders (`stage` is none of the known ones). More is asked
    in some places of a `third_party`, a lender that collects for other creditors.
    """
    if stage not in requirements.stages:
        return []
    rows = requirements.places_late if stage in requirements.late_stages else requirements.places
    strictest: dict[str, tuple[Severity, str]] = {}
    for code in sorted(jurisdictions) or [DEFAULT]:
        place = _place(code, requirements)
        third = requirements.places_third.get(place, {}) if third_party else {}
        for name, severity in {**rows[place], **third}.items():
            if name not in strictest or RANK[severity] < RANK[strictest[name][0]]:
                strictest[name] = (severity, code)
    found = []
    for name, (severity, code) in strictest.items():
        element = requirements.elements[name]
        one = _judged(text, signature, element, severity, code, requirements.denied)
        if one:
            found.append(one)
    return found


def _place(code: str, requirements: Requirements) -> str:
    country = code.split("-")[0]
    country = requirements.members.get(country, country)
    return country if country in requirements.places else DEFAULT


def _judged(
    text: str,
    signature: str,
    element: Element,
    severity: Severity,
    code: str,
    denied: re.Pattern[str],
) -> Finding | None:
    # What looks like the element and is none is struck out; the places of the rest stay.
    read = element.unless.sub(lambda one: "\0" * len(one[0]), text) if element.unless else text
    if element.when and not element.when.search(read):
        return None
    said = _said(read, element, denied)
    if element.forbidden:
        if said is None:
            return None
        rule, span = f"content.{element.name}", said.span()
    else:
        signed = element.name == "sender" and signature.strip()
        if said is not None or signed:
            return None
        rule, span = f"content.no_{element.name}", (len(text), len(text))
    place = "" if code == DEFAULT else f" [{code}]"
    reason = Reason(
        element.reason.en + place,
        element.reason.zh + place,
        element.reason.suggestion_en,
        element.reason.suggestion_zh,
    )
    return Finding(rule, "content", severity, *span, text[span[0] : span[1]], reason)


def _said(text: str, element: Element, denied: re.Pattern[str]) -> re.Match[str] | None:
    """The first place where the element is said, and not said to be refused."""
    for hit in element.pattern.finditer(text):
        before = text[max(0, hit.start() - DENIED_WITHIN) : hit.start()]
        if not (element.deniable and denied.search(before)):
            return hit
    return None
