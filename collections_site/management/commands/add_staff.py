"""Add a member of staff, and print the link that lets them in."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from collections_site import staff
from collections_site.lib.decision import NotAllowed


class Command(BaseCommand):
    """`manage.py add_staff NAME --role ROLE`: the first member of staff is added this way."""

    help = "Add a member of staff and print a one-time link to choose a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", required=True)
        parser.add_argument("--full-name", default="", help="as colleagues see it")
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = staff.add(options["name"], options["role"], full_name=options["full_name"])
        except NotAllowed as error:
            raise CommandError(error.sentence) from error
        link = staff.welcome_link(user)
        if options["json"]:
            self.stdout.write(
                json.dumps({"name": user.username, "role": options["role"], "link": link})
            )
        else:
            self.stdout.write(f"{user.username} can sign in after choosing a password here: {link}")
