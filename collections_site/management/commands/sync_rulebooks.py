"""Copy the rulebook files into the table that the database's own checks read."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from collections_site.database.owner import as_owner
from collections_site.lib import commands
from messaging.policies.rulebook import RulebookError
from messaging.services import rulebooks


class Command(commands.Command):
    help = __doc__

    def answer(self, **options: Any) -> Mapping[str, Any]:
        try:
            with as_owner():
                return asdict(rulebooks.sync())
        except RulebookError as error:
            raise CommandError(f"Rulebooks stay as they were: {error}") from error

    def in_words(self, said: Mapping[str, Any]) -> str:
        return "Rulebooks: {limits} limits, {added} new, {removed} gone.".format(**said)
