"""May this borrower be texted: the answer, every reason with its rule and source, and the next moment."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation

from borrowers.models import Borrower
from collections_site.lib import commands
from messaging.policies import reasons
from messaging.services import verdicts


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("borrower_ref")
        parser.add_argument("--at", metavar="DATETIME", help="as the rules would answer then")

    def answer(self, **options: Any) -> Mapping[str, Any]:
        ref = options["borrower_ref"]
        borrower = Borrower.objects.filter(borrower_ref=ref).first()
        if borrower is None:
            raise CommandError(
                f"There is no borrower {ref!r}: use the lender's own number for them."
            )
        verdict = verdicts.verdict(borrower, at=commands.moment(options["at"]))
        language = translation.get_language() or "en"
        sources = {
            rule: f"{found[0].layer}: {found[0].source} ({found[0].confidence})"
            for reason in verdict.decision.reasons
            if (rule := reason.rule) and (found := verdict.ways.rulebook.sources(rule))
        }
        return {
            "borrower": ref,
            "at": verdict.at,
            "answer": verdict.decision.answer,
            "until": verdict.decision.until,
            "next_at": verdict.next_at,
            "rulebook": verdict.ways.rulebook_version,
            "reasons": [
                {
                    **row,
                    "sentence": reasons.sentence(reason.code, reason.values, language),
                    "source": sources.get(reason.rule, ""),
                }
                for row, reason in zip(
                    verdict.decision.as_rows(), verdict.decision.reasons, strict=True
                )
            ],
            "checks": [
                {"code": check.code, "passed": check.passed, "rule": check.rule}
                for check in verdict.checks
            ],
        }

    def in_words(self, said: Mapping[str, Any]) -> str:
        lines = [f"{said['borrower']} at {said['at']:%Y-%m-%d %H:%M %Z}: {said['answer']}"]
        lines += [
            f"  - {reason['sentence']} [{reason['code']}] {reason['rule']} {reason['source']}".rstrip()
            for reason in said["reasons"]
        ]
        if said["next_at"]:
            lines.append(f"  next allowed: {said['next_at']:%Y-%m-%d %H:%M %Z}")
        passed = sum(check["passed"] for check in said["checks"])
        lines.append(f"  {passed} of {len(said['checks'])} checks passed")
        return "\n".join(lines)
