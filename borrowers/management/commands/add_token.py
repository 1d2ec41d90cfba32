"""Make a key for one of the lender's systems, and print it: it cannot be shown again."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

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

        parser.add_argument(
            "--by", metavar="NAME", help="who makes it, by the name they sign in with"
        )

    def answer(self, **options: Any) -> Mapping[str, Any]:
        scopes = options["scope"] or tokens.SCOPES
        key = tokens.add(options["name"], scopes, by=_staff(options["by"]))
        return {"name": options["name"], "scopes": sorted(scopes), "key": key}

    def in_words(self, said: Mapping[str, Any]) -> str:
        scopes = ", ".join(said["scopes"])
        return f"The key of {said['name']} opens {scopes}. It is shown this once:\n{said['key']}"


def _staff(name: str | None) -> User | None:
    """The member of staff, None where nobody is named."""
    if name is None:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody on the staff signs in as {name}.")
    return user
