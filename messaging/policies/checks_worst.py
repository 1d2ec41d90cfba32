"""The worst cases of a text: the longest name, the largest amount, a missing optional value, another language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from messaging.policies import parts, wording
from messaging.policies.checks_finding import Finding, Reason, Severity
from messaging.policies.checks_form_texts import REASONS

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
OPTIONAL = ("name", "salutation", "card_tail", "instalment", "plan_contact", "reference")
# What an empty value leaves behind: a text that begins with a pause, doubled pauses, empty brackets.
_GAP = re.compile(r"^[\s,，、。.;；:：]+|[,，、;；:：]\s*[,，、。.;；]|[（(「“]\s*[)）」”]| {2,}")


def worst(text: str, *, signature: str, language: str) -> list[Finding]:
    """What only shows once values are put in; nothing for texts without known placeholders."""
    names = wording.placeholders(text)
    if not names or any(name not in wording.PLACEHOLDERS for name in names):
        return []
    return [*_lengths(text, signature, language), *_gaps(text, names, language)]


def values(language: str, *, longest: bool = False) -> dict[str, str]:
    """A value for every placeholder, as an ordinary or an extreme person has it."""
    tongue = "zh" if language.lower().startswith("zh") else "en"
    return {**USUAL[tongue], **(LONGEST[tongue] if longest else {})}


def _lengths(text: str, signature: str, language: str) -> Iterator[Finding]:
    usual = _count(text, signature, values(language))
    long = _count(text, signature, values(language, longest=True))
    if long.parts > max(usual.parts, 1):
        severity: Severity = "judge" if long.parts > 2 and long.parts > usual.parts + 1 else "tip"
        yield _one(
            "worst_parts",
            severity,
            text,
            parts=long.parts,
            units=long.characters,
            usual=usual.parts,
        )
    if language.lower().startswith("zh"):
        return
    other = _count(text, signature, {**values(language), "name": "王芳", "salutation": "Hi 王芳"})
    if other.parts > usual.parts and other.parts > long.parts:
        yield _one("worst_encoding", "tip", text, parts=other.parts, usual=usual.parts)


def _gaps(text: str, names: tuple[str, ...], language: str) -> Iterator[Finding]:
    usual = values(language)
    before = _GAP.search(wording.render("", text, usual))
    for name in OPTIONAL:
        if name not in names or before:
            continue
        without = wording.render("", text, {**usual, name: ""})
        gap = _GAP.search(without)
        if gap:
            start = text.index(f"(({name}))")
            shown = without[max(0, gap.start() - 8) : gap.end() + 8].strip("\n")
            yield _one(
                "worst_gap", "tip", text, (start, start + len(name) + 4), name=name, shown=shown
            )


def _count(text: str, signature: str, said: Mapping[str, str]) -> parts.Parts:
    return parts.count(wording.render(signature, text, said))


def _one(
    rule: str, severity: Severity, text: str, span: tuple[int, int] | None = None, **said: object
) -> Finding:
    start, end = span or (len(text), len(text))
    reason = Reason(*(part.format(**said) for part in REASONS[rule]))
    return Finding(f"form.{rule}", "form", severity, start, end, text[start:end], reason)
