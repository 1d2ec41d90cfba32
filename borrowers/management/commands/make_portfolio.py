"""Write the synthetic book: invented borrowers with a known payment model, in the four portfolio files."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from borrowers.services import synthetic, synthetic_files
from collections_site.lib import clock, commands

ZONE = "Asia/Shanghai"


def a_date(text: str) -> date:
    """An ISO date. Raises CommandError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no date: write it like 2026-11-23.") from error


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("directory", metavar="DIR", type=Path)
        parser.add_argument("--borrowers", metavar="N", type=int, default=2000)
        parser.add_argument("--as-of", metavar="DATE", help=f"the book's day; else today in {ZONE}")
        parser.add_argument("--seed", metavar="S", type=int, default=1)
        parser.add_argument(
            "--instalments", metavar="N", type=int, default=synthetic.TERM, help="of each contract"
        )

    def answer(self, **options: Any) -> Mapping[str, Any]:
        as_of = a_date(options["as_of"]) if options["as_of"] else clock.today(ZONE)
        counts = synthetic_files.write(
            options["directory"],
            borrowers=options["borrowers"],
            as_of=as_of,
            seed=options["seed"],
            instalments=options["instalments"],
        )
        return {"directory": str(options["directory"]), "as_of": as_of, "rows": counts}
