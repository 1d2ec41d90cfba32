"""Send what is due, in the foreground, as the pump does; --drain goes on until nothing is."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from collections_site import site_clock
from collections_site.lib import commands
from messaging.services import dispatch, reconcile


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as-of", metavar="DATETIME", help="move the site's clock there first")
        parser.add_argument("--drain", action="store_true", help="go on until nothing is due")

    def answer(self, **options: Any) -> Mapping[str, Any]:
        with site_clock.travelling_to(commands.moment(options["as_of"])):
            counts = dispatch.pump(drain=options["drain"])
            asked = reconcile.run()
        return {
            "sent": dict(sorted(counts.items())),
            "asked": {k: v for k, v in asked.items() if v},
        }
