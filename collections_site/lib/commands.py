"""What our commands share: ``--json``, moments on the command line, and one clear line on refusal."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from collections_site.lib.decision import NotAllowed


def moment(text: str | None) -> datetime | None:
    """An ISO date-time, None for none; without an offset it is meant in the site's TIME_ZONE.

    Raises CommandError: call it in ``answer``, where a refusal becomes one line.
    """
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"{text!r} is no date-time: write it like 2026-11-23T10:00 or 2026-11-23T10:00+08:00."
        ) from error
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


class Command(BaseCommand):
    """A command with ``--json`` whose refusals are one line and a non-zero exit."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            said = self.answer(**options)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False))
        else:
            self.stdout.write(self.in_words(said))

    def answer(self, **options: Any) -> Mapping[str, Any]:
        """Do the work, and say what came of it."""
        raise TypeError(f"{type(self).__name__} has no answer")

    def in_words(self, said: Mapping[str, Any]) -> str:
        """The answer for a person, a line a fact."""
        return "\n".join(f"{name}: {value}" for name, value in said.items())
