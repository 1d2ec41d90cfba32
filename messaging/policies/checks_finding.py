"""What a check found in a text: where, why, how grave, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["block", "judge", "tip"]
Verdict = Literal["pass", "judge", "block"]

RANK: dict[Severity, int] = {"block": 0, "judge": 1, "tip": 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was found, and what to write instead, in both languages of the staff."""

    en: str
    zh: str
    suggestion_en: str = ""
    suggestion_zh: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `start` and `end` are places in the original `field`, `text` what stands there.

    `block`: cannot be submitted. `judge`: a reviewer must say why it is right here. `tip`: worth knowing.
    Something that is missing has an empty span at the end of the text.
    """

    rule: str
    category: str
    severity: Severity
    start: int
    end: int
    text: str
    reason: Reason
    field: Literal["text", "signature"] = "text"

    def why(self, language: str) -> str:
        """Why it was found, in Chinese for `zh…` and in English otherwise."""
        return self.reason.zh if _chinese(language) else self.reason.en

    def suggestion(self, language: str) -> str:
        """What to write instead, in Chinese for `zh…` and in English otherwise; may be empty."""
        return self.reason.suggestion_zh if _chinese(language) else self.reason.suggestion_en


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The gravest severity among the findings; tips alone pass."""
    grave = {one.severity for one in findings}
    return "block" if "block" in grave else "judge" if "judge" in grave else "pass"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first, then as they stand in the text."""
    return tuple(
        sorted(findings, key=lambda one: (RANK[one.severity], one.start, one.end, one.rule))
    )


def _chinese(language: str) -> bool:
    return language.lower().startswith("zh")
