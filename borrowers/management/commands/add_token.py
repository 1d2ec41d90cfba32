"""Make a key for one of the lender's systems, and print it: it cannot be shown again."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from borrowers.services import tokens
from collections_site.lib import commands


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="the system that will use it")
        parser.add_argument(
            "--scope",
            action="append",
            choices=tokens.SCOPES,
            help="what it opens; may be given several times, everything when left out",
        )

    def answer(self, **options: Any) -> Mapping[str, Any]:
        scopes = options["scope"] or tokens.SCOPES
        key = tokens.add(options["name"], scopes)
        return {"name": options["name"], "scopes": sorted(scopes), "key": key}

    def in_words(self, said: Mapping[str, Any]) -> str:
        scopes = ", ".join(said["scopes"])
        return f"The key of {said['name']} opens {scopes}. It is shown this once:\n{said['key']}"
