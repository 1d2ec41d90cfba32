"""What a reviewer is told about a text before reading it: its form, sender, way out, and length.

These findings are about form; whether a text threatens or misleads is for the lexicon and the reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["pass", "judge", "block", "tip"]

# How a text tells people that they can stop it, by language; either alphabet in any language will do.
_WAY_OUT = re.compile(
    r"退订|退訂|拒收|取消订阅|回复?\s*(?:R|TD|T|STOP)\b|\bSTOP\b|\bopt[ -]?out\b|\bunsubscribe\b"
    r"|\bBAJA\b|\bSALIR\b|\bPARAR\b|\bSAIR\b",
    re.IGNORECASE,
)
# These say how to stop by being what they are, or answer somebody who wrote first.
WITHOUT_WAY_OUT = frozenset({"opt_out_acknowledged", "reply"})
LONG = 2  # parts, from which on a reviewer should ask whether all of it is needed


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``code`` names it, ``values`` fill its sentence."""

    code: str
    severity: Severity
    values: Mapping[str, str | int] = field(default_factory=dict, hash=False)


def findings(
    text: str, signature: str, *, purpose: str, malformed: list[str], most_parts: int
) -> list[Finding]:
    """All that was looked at, also what is in order: a reviewer sees that it was.

    ``malformed`` is what ``wording.check`` answered, ``most_parts`` the parts of the longest sample.
    """
    return [
        Finding("form", "block" if malformed else "pass"),
        Finding("signature", _signature(text, signature), {"signature": signature.strip()}),
        Finding("way_out", _way_out(text, purpose)),
        Finding("length", "judge" if most_parts >= LONG else "pass", {"parts": most_parts}),
        Finding("link", "judge" if "://" in text or "www." in text.lower() else "pass"),
    ]


def _signature(text: str, signature: str) -> Severity:
    """The signature comes first by construction; a second one in the text would be billed twice."""
    if not signature.strip():
        return "block"
    return "judge" if "【" in text and "】" in text else "pass"


def _way_out(text: str, purpose: str) -> Severity:
    if purpose in WITHOUT_WAY_OUT:
        return "pass"
    return "pass" if _WAY_OUT.search(text) else "judge"
