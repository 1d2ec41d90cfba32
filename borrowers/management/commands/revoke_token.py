"""Take back the key of one of the lender's systems; it opens nothing from now on."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from borrowers.services import tokens
from collections_site.lib import commands


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="the system whose key it is")

    def answer(self, **options: Any) -> Mapping[str, Any]:
        row = tokens.revoke(options["name"])
        return {"name": row.name, "revoked_at": row.revoked_at}

    def in_words(self, said: Mapping[str, Any]) -> str:
        return f"The key of {said['name']} is revoked."
