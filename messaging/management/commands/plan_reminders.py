"""Plan what is due on the business date; with --as-of, on another one, outside production."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Count

from collections_site import site_clock
from collections_site.lib import commands
from messaging.models import Reminder
from messaging.services import planning


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as-of", metavar="DATETIME", help="move the site's clock there first")

    def answer(self, **options: Any) -> Mapping[str, Any]:
        with site_clock.travelling_to(commands.moment(options["as_of"])):
            runs = planning.plan()
        rows = Reminder.objects.filter(run__in=runs).order_by()
        states = rows.values_list("state").annotate(Count("pk"))
        reasons: dict[str, int] = {}
        for (found,) in rows.exclude(reasons=[]).values_list("reasons"):
            for code in {reason["code"] for reason in found}:
                reasons[code] = reasons.get(code, 0) + 1
        return {
            "runs": [run.pk for run in runs],
            "candidates": sum(run.candidates for run in runs),
            "states": dict(states),
            "reasons": dict(sorted(reasons.items())),
        }
