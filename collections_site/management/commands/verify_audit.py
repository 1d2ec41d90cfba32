"""Recheck every seal of the operation log."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from collections_site.audit import seals
from collections_site.audit.models import Event, Seal


class Command(BaseCommand):
    """`manage.py verify_audit`: exit status 1 when the log is not what was sealed."""

    help = "Recheck every seal of the operation log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--contains",
            metavar="DIGEST",
            help="a digest printed earlier, which must be among the seals",
        )
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = [str(problem) for problem in seals.verify()]
        wanted = options["contains"]
        if wanted and not Seal.objects.filter(digest=wanted).exists():
            problems.append(f"No seal has the digest {wanted}: the end of the log was cut off.")
        newest = Seal.objects.order_by("pk").last()
        counts = {
            "seals": Seal.objects.count(),
            "events": Event.objects.count(),
            "unsealed": Event.objects.filter(pk__gt=newest.through_id if newest else 0).count(),
            "head": seals.head(),
        }
        if options["json"]:
            self.stdout.write(json.dumps({**counts, "problems": problems}, ensure_ascii=False))
        if problems:
            raise CommandError(problems[0])
        if not options["json"]:
            self.stdout.write(
                "{events} events, {seals} seals, {unsealed} not sealed yet. Newest seal: {head}".format(
                    **counts
                )
            )
