"""What a policy answers: now, wait until a moment, or never, and every reason why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Answer = Literal["now", "wait", "never"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's objection: its code, what the rule saw, its id, and when it ends if that is known."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    rule: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, all reasons for it, and for `wait` the earliest moment that satisfies every one."""

    answer: Answer
    until: datetime | None = None
    reasons: tuple[Reason, ...] = ()

    def as_rows(self) -> list[dict[str, object]]:
        """The reasons as plain JSON values; instants become ISO 8601 in UTC."""
        return [
            {
                "code": reason.code,
                "values": dict(reason.values),
                "rule": reason.rule,
                "until": reason.until and reason.until.astimezone(UTC).isoformat(),
            }
            for reason in self.reasons
        ]


class NotAllowed(Exception):
    """An act that the rules forbid; `sentence` says so to the member of staff who tried it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
