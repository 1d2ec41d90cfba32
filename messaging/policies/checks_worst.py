"""The worst cases of a text: the longest name, the largest amount, a missing optional value, another language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from messaging.policies import parts, placeholder_words, wording
from messaging.policies.checks_finding import Finding, Severity
from messaging.policies.checks_form_texts import told
from messaging.policies.values import salutation

USUAL: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "name": "王芳",
        "salutation": "王芳您好",
        "lender": "示例消金",
        "contact": "95000",
        "amount": "3,260.00元",
        "due_date": "11月28日",
        "days_late": "7",
        "card_tail": "3302",
        "instalment": "第3期",
        "plan_contact": "95000",
        "reference": "L20260421",
    },
    "en": {
        "name": "Ana Souza",
        "salutation": "Hi Ana",
        "lender": "Example Bank",
        "contact": "800-555-0100",
        "amount": "$3,260.00",
        "due_date": "28 Nov",
        "days_late": "7",
        "card_tail": "3302",
        "instalment": "instalment 3",
        "plan_contact": "800-555-0100",
        "reference": "L20260421",
    },
}
LONGEST: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "name": "古丽米热·阿卜杜热合曼·买买提依明",
        "salutation": "古丽米热·阿卜杜热合曼·买买提依明您好",
        "lender": "中国示例消费金融股份有限公司",
        "contact": "400-800-1234转人工服务",
        "amount": "128,450.75元",
        "due_date": "12月28日",
        "days_late": "128",
        "instalment": "第36期",
        "plan_contact": "400-800-1234转人工服务",
        "reference": "LN-2026-00004213302",
    },
    "en": {
        "name": "Christopher Featherstone-Haughley",
        "salutation": "Hi Christopher",
        "lender": "Example Consumer Finance Company",
        "contact": "800-555-0100 Mon-Fri 9am-6pm",
        "amount": "CNY 128,450.75",
        "due_date": "28 Sept",
        "days_late": "128",
        "instalment": "instalment 36",
        "plan_contact": "800-555-0100 Mon-Fri 9am-6pm",
        "reference": "LN-2026-00004213302",
    },
}
# Names in other letters: the longest Latin one that fits, and a Chinese one among Latin letters.
FOREIGN: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "name": "Christopher Alexander Featherstone-Haugh",
        "salutation": "Christopher Alexander Featherstone-Haugh您好",
    },
    "en": {"name": "欧阳建国", "salutation": "Hi 欧阳建国"},
}
NO_HOUSE: Mapping[str, str] = MappingProxyType({})
OPTIONAL = ("name", "salutation", "card_tail", "instalment", "plan_contact", "reference")
# What an empty value leaves behind: a text that begins with a pause, doubled pauses, empty brackets.
_GAP = re.compile(r"^[\s,，、。.;；:：]+|[,，、;；:：]\s*[,，、。.;；]|[（(「“]\s*[)）」”]| {2,}")


def worst(
    text: str, *, signature: str, language: str, house: Mapping[str, str] = NO_HOUSE
) -> list[Finding]:
    """What only shows once values are put in; nothing for texts without known placeholders.

    `house` has the lender's own values, which are the same for everybody.
    """
    names = wording.placeholders(text)
    if not names or any(name not in wording.PLACEHOLDERS for name in names):
        return []
    return [*_lengths(text, signature, language, house), *_gaps(text, names, language)]


def values(
    language: str, house: Mapping[str, str] = NO_HOUSE, *, longest: bool = False
) -> dict[str, str]:
    """A value for every placeholder, as an ordinary or an extreme person has it.

    What `house` holds is used in place of an invented lender and contact line, unless no text takes it.
    """
    own = {name: value for name, value in house.items() if not wording.unsafe(name, value)}
    return {**USUAL[_tongue(language)], **(LONGEST[_tongue(language)] if longest else {}), **own}


def most_parts(
    text: str, *, signature: str, language: str, house: Mapping[str, str] = NO_HOUSE
) -> int:
    """Parts of the longest text, whether the name is long or in other letters. Raises MissingValue."""
    return max(_count(text, signature, each).parts for each in _extremes(language, house))


def _extremes(language: str, house: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The longest values; then the same with a name in the letters of another language."""
    longest = values(language, house, longest=True)
    return longest, {**longest, **FOREIGN[_tongue(language)]}


def _tongue(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"


def _lengths(
    text: str, signature: str, language: str, house: Mapping[str, str]
) -> Iterator[Finding]:
    usual = _count(text, signature, values(language, house))
    long, other = (_count(text, signature, each) for each in _extremes(language, house))
    end = (len(text), len(text))
    if long.parts > max(usual.parts, 1):
        severity: Severity = "judge" if long.parts > 2 and long.parts > usual.parts + 1 else "tip"
        yield told(
            "worst_parts",
            severity,
            text,
            *end,
            parts=long.parts,
            units=long.characters,
            usual=usual.parts,
        )
    if other.parts > usual.parts and other.parts > long.parts:
        yield told("worst_encoding", "tip", text, *end, parts=other.parts, usual=usual.parts)


def _gaps(text: str, names: tuple[str, ...], language: str) -> Iterator[Finding]:
    usual = values(language)
    before = _GAP.search(wording.render("", text, usual))
    for name in OPTIONAL:
        if name not in names or before:
            continue
        nothing = salutation("", language) if name == "salutation" else ""
        without = wording.render("", text, {**usual, name: nothing})
        gap = _GAP.search(without)
        if gap:
            start = text.index(f"(({name}))")
            shown = without[max(0, gap.start() - 8) : gap.end() + 8].strip("\n")
            span = (start, start + len(name) + 4)
            yield told(
                "worst_gap",
                "tip",
                text,
                *span,
                name_en=placeholder_words.word(name, "en").lower(),
                name_zh=placeholder_words.word(name, "zh"),
                shown=shown,
            )


def _count(text: str, signature: str, said: Mapping[str, str]) -> parts.Parts:
    return parts.count(wording.render(signature, text, said))
