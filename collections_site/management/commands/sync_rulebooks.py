"""Make the table of limits say what the rulebook files say."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from collections_site.database.owner import as_owner
from messaging.policies.rulebook import RulebookError
from messaging.services import rulebooks


class Command(BaseCommand):
    """`manage.py sync_rulebooks`: run by migrate; needs the owner of the tables."""

    help = "Copy the rulebook files into the table that the database's own checks read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with as_owner():
                synced = rulebooks.sync()
        except RulebookError as error:
            raise CommandError(f"Rulebooks stay as they were: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(synced)))
        elif synced.added or synced.removed or options["verbosity"] > 1:
            self.stdout.write(
                f"Rulebooks: {synced.limits} limits, {synced.added} new, {synced.removed} gone."
            )
