"""Add a member of staff, and print the one-time link that lets them choose a password."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from collections_site import staff
from collections_site.lib import commands


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", required=True)
        parser.add_argument("--full-name", default="", help="as colleagues see it")

    def answer(self, **options: Any) -> Mapping[str, Any]:
        user = staff.add(options["name"], options["role"], full_name=options["full_name"])
        return {"name": user.username, "role": options["role"], "link": staff.welcome_link(user)}

    def in_words(self, said: Mapping[str, Any]) -> str:
        return "{name} can sign in after choosing a password here: {link}".format(**said)
