"""Recheck every seal: of the operation log, and of each day's decisions and texts; exit status 1 on a mismatch."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from collections_site.audit import seals
from collections_site.audit.models import Event, Seal
from collections_site.lib import commands
from messaging.services import day_seals


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--contains",
            metavar="DIGEST",
            help="a digest printed earlier, which must be among the seals",
        )

    def answer(self, **options: Any) -> Mapping[str, Any]:
        problems = [str(problem) for problem in [*seals.verify(), *day_seals.verify_days()]]
        wanted = options["contains"]
        if wanted and not Seal.objects.filter(digest=wanted).exists():
            problems.append(f"No seal has the digest {wanted}: the end of the log was cut off.")
        newest = Seal.objects.order_by("pk").last()
        said = {
            "seals": Seal.objects.count(),
            "events": Event.objects.count(),
            "unsealed": Event.objects.filter(pk__gt=newest.through_id if newest else 0).count(),
            "head": newest.digest if newest else "",
            "problems": problems,
        }
        if problems:
            if options["json"]:
                self.stdout.write(json.dumps(said))
            raise CommandError(problems[0])
        return said

    def in_words(self, said: Mapping[str, Any]) -> str:
        return (
            "{events} events, {seals} seals, {unsealed} not sealed yet. Newest seal: {head}".format(
                **said
            )
        )
