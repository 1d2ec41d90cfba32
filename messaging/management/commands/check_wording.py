"""Check wordings: JSON lines `{id, language, text}` in, `{id, verdict, findings}` out.

A line may also hold `signature`, `jurisdictions` (a list), `stage` and `third_party` (true for a lender
that collects for others); required content, and placeholders, are checked only where places or a stage
are given. Places of a finding are those of its `field`. Reads standard input, writes as it goes.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging.data import wording_knowledge
from messaging.models.wording import PURPOSES
from messaging.policies.checks_desk import check_wording
from messaging.policies.checks_finding import Finding, verdict


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="JSON lines, which is what it always answers"
        )
        parser.add_argument(
            "--why",
            choices=["en", "zh"],
            help="the language of `why`; that of each text unless given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refused = []
        for number, line in enumerate(sys.stdin.buffer, 1):
            if not line.strip():
                continue
            try:
                answer = _answer(_read(line), options["why"])
            except ValueError as error:
                refused.append(f"line {number}: {error}")
                continue
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if refused:
            raise CommandError("; ".join(refused))


def _read(line: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except ValueError as error:
        raise ValueError(f"this is no JSON ({error})") from error
    if not isinstance(row, dict):
        raise ValueError("this is no JSON object")
    for name in ("text", "language"):
        if not isinstance(row.get(name), str):
            raise ValueError(f"`{name}` is missing or no text")
    for name in ("signature", "stage"):
        if not isinstance(row.get(name) or "", str):
            raise ValueError(f"`{name}` is no text")
    places = row.get("jurisdictions") or []
    if not isinstance(places, list) or not all(isinstance(one, str) for one in places):
        raise ValueError("`jurisdictions` is no list of codes")
    if (row.get("stage") or PURPOSES[0]) not in PURPOSES:
        raise ValueError(f"`stage` is none of {', '.join(PURPOSES)}")
    if not isinstance(row.get("third_party") or False, bool):
        raise ValueError("`third_party` is neither true nor false")
    return row


def _answer(row: Mapping[str, Any], why: str | None) -> Mapping[str, Any]:
    language = row["language"]
    found = check_wording(
        row["text"],
        signature=row.get("signature") or "",
        language=language,
        jurisdictions=row.get("jurisdictions") or [],
        purpose=row.get("stage") or "",
        third_party=row.get("third_party") or False,
        knowledge=wording_knowledge(),
    )
    return {
        "id": row.get("id"),
        "verdict": verdict(found),
        "findings": [_said(one, why or language) for one in found],
    }


def _said(one: Finding, language: str) -> Mapping[str, Any]:
    return {
        "rule": one.rule,
        "category": one.category,
        "severity": one.severity,
        "field": one.field,
        "start": one.start,
        "end": one.end,
        "text": one.text,
        "why": one.why(language),
        "suggestion": one.suggestion(language),
    }
