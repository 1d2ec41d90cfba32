"""Add a member of staff, and print the one-time link that lets them choose a password.

For somebody who is on the staff already, `--phone` alone records their phone.
"""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from collections_site import staff
from collections_site.lib import commands


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", help="required for somebody new")
        parser.add_argument("--full-name", default="", help="as colleagues see it")
        parser.add_argument(
            "--phone",
            default="",
            metavar="+86…",
            help="their own phone, for tests of what they write; you vouch that it is theirs",
        )

    def answer(self, **options: Any) -> Mapping[str, Any]:
        name, role, phone = options["name"], options["role"], options["phone"]
        if role is None:
            if not phone:
                raise CommandError("Say --role for somebody new, or --phone for somebody known.")
            return {"name": staff.record_phone(name, phone).username, "phone": "recorded"}
        user = staff.add(name, role, full_name=options["full_name"], phone=phone)
        return {"name": user.username, "role": role, "link": staff.welcome_link(user)}

    def in_words(self, said: Mapping[str, Any]) -> str:
        if "link" not in said:
            return "The phone of {name} is recorded.".format(**said)
        return "{name} can sign in after choosing a password here: {link}".format(**said)
