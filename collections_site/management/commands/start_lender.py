"""Make the lender, its carriers and the starter drafts from a TOML file; run again after a change."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from collections_site.demo import approvals, people
from collections_site.lib import commands
from collections_site.lib.decision import NotAllowed
from messaging.policies.lender_file import LenderFile, LenderFileError, parse
from messaging.providers import PROVIDERS
from messaging.services import starters


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", metavar="NAME", help="who writes the drafts: a supervisor")
        parser.add_argument(
            "--demo", action="store_true", help="add demonstration users, and approve the drafts"
        )

    def answer(self, **options: Any) -> Mapping[str, Any]:
        try:
            file = read(options["file"])
        except LenderFileError as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            return self.start(file, options)

    def in_words(self, said: Mapping[str, Any]) -> str:
        return (
            "{lender} is set up: {templates} templates, {wordings} wordings and {strategies}"
            " ladders drafted, {approved} approved.".format(**said)
        )

    def start(self, file: LenderFile, options: dict[str, Any]) -> dict[str, Any]:
        """Do it all, as whoever is to write the drafts."""
        cast = people.welcome_all() if options["demo"] else {}
        author = cast[people.LI.name] if cast else writer(options["by"])
        starters.set_up_lender(file, by=author)
        if cast:
            people.give_phones(cast)
        begun = starters.draft_starters(file, by=author)
        reviewer = cast.get(people.ZHOU.name)
        approved = approvals.approve_drafts(author=author, reviewer=reviewer) if reviewer else 0
        return {"lender": file.name, **asdict(begun), "approved": approved}


def read(path: Path) -> LenderFile:
    """The file's contents. Raises LenderFileError naming what is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LenderFileError(f"{path} cannot be read: {error}") from error
    return parse(raw, known_providers=list(PROVIDERS))


def writer(name: str | None) -> User:
    """The member of staff who writes the drafts: the one named, or else the first supervisor."""
    staff = User.objects.filter(is_active=True, groups__name="supervisor").order_by("pk")
    found = staff.filter(username=name).first() if name else staff.first()
    if found is None:
        raise NotAllowed(
            f"{name!r} is no supervisor."
            if name
            else "Somebody must write the drafts: manage.py add_staff NAME --role supervisor"
        )
    return found
