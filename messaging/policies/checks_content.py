"""What a reminder must say, and must not, in the places and at the stage for which it is meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from messaging.policies.checks_finding import RANK, Finding, Reason, Severity

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Element:
    """Something a text says or must not say, and how it is recognised."""

    name: str
    pattern: re.Pattern[str]
    forbidden: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Requirements:
    """The elements, and by place what is needed: always, and while the loan is overdue."""

    version: str
    elements: Mapping[str, Element]
    places: Mapping[str, Mapping[str, Severity]]
    places_late: Mapping[str, Mapping[str, Severity]]
    members: Mapping[str, str]
    stages: frozenset[str]
    late_stages: frozenset[str]


def parse_requirements(raw: Mapping[str, Any]) -> Requirements:
    """Requirements from what `tomllib` read. Raises ValueError naming the place or element."""
    elements = {
        name: Element(
            name,
            re.compile("|".join(f"(?:{one})" for one in row["phrases"]), re.IGNORECASE),
            bool(row.get("forbidden")),
            Reason(row["en"], row["zh"], row["suggestion_en"], row["suggestion_zh"]),
        )
        for name, row in raw["elements"].items()
    }
    always: dict[str, Mapping[str, Severity]] = {}
    late: dict[str, Mapping[str, Severity]] = {}
    for place, row in raw["places"].items():
        always[place] = row.get("need", {})
        late[place] = {**always[place], **row.get("late", {})}
        for name, severity in late[place].items():
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
        members,
        frozenset(raw["stages"]),
        frozenset(raw["late_stages"]),
    )


def content(
    text: str,
    *,
    signature: str,
    jurisdictions: Collection[str],
    stage: str,
    requirements: Requirements,
) -> list[Finding]:
    """What is missing or must not be there; the strictest of the places that apply counts.

    Nothing is required of texts that are no reminders (`stage` is none of the known ones).
    """
    if stage not in requirements.stages:
        return []
    rows = requirements.places_late if stage in requirements.late_stages else requirements.places
    strictest: dict[str, tuple[Severity, str]] = {}
    for code in sorted(jurisdictions) or [DEFAULT]:
        for name, severity in rows[_place(code, requirements)].items():
            if name not in strictest or RANK[severity] < RANK[strictest[name][0]]:
                strictest[name] = (severity, code)
    found = []
    for name, (severity, code) in strictest.items():
        one = _judged(text, signature, requirements.elements[name], severity, code)
        if one:
            found.append(one)
    return found


def _place(code: str, requirements: Requirements) -> str:
    country = code.split("-")[0]
    country = requirements.members.get(country, country)
    return country if country in requirements.places else DEFAULT


def _judged(
    text: str, signature: str, element: Element, severity: Severity, code: str
) -> Finding | None:
    said = element.pattern.search(text)
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
