"""Show the whole house: a site, a book of invented borrowers, a worker, and phones in the browser."""

import json
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import setproctitle
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django_q.tasks import async_task

from collections_site.database import environment
from collections_site.demo import book, house, people, preflight
from collections_site.embedded_postgres import CannotStart
from collections_site.lib.decision import NotAllowed

LENDER = Path(book.__file__).with_name("lender.toml")


class Command(BaseCommand):
    """`manage.py demo`: what `make demo` runs; the second start finds everything as it was left."""

    help = __doc__
    requires_system_checks: list[str] = []  # they want tables that are only about to be made

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="say in one JSON object where it is, and who is who"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        setproctitle.setproctitle("courtesy demo")
        self.as_json: bool = options["json"]
        try:
            with preflight.check():
                with redirect_stdout(StringIO()):  # what the commands below say is not for here
                    at = self.prepare()
                connection.close()
                house.run(lambda: self.welcome(at), self.say)
        except (NotAllowed, CannotStart) as error:
            raise CommandError(str(error)) from error
        self.say("Stopped.")

    def prepare(self) -> datetime:
        """Bring database, lender, people, clock and book to where a day's work can begin."""
        self.say("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        if not environment.is_ours():
            raise NotAllowed(
                "This database was made for another environment, or copied from another server."
            )
        call_command("start_lender", str(LENDER), demo=True)
        at = book.set_clock()
        self.say("Preparing the book ...")
        if book.bring_up_to(at.astimezone(book.ZONE).date()):
            book.share_out()
            book.settle_statistics()
        call_command("sync_schedules")
        async_task("messaging.tasks.tick")  # the first minute's, without waiting for it
        return at

    def welcome(self, at: datetime) -> None:
        """Say where the site is and who can sign in."""
        site, known = settings.PUBLIC_URL, people.passwords()
        phones = f"{site}/handset/"
        cast = [
            {"name": p.name, "role": p.role, "password": known[p.name]}
            for p in people.CAST
            if p.name in known
        ]
        if self.as_json:
            said = {"url": site, "phones": phones, "site_time": at.isoformat(), "users": cast}
            self.stdout.write(json.dumps(said))
            self.stdout.flush()
            return
        lines = [f"Courtesy is at {site}", f"Phones, and what they received: {phones}"]
        lines.append(f"Site time: {at.astimezone(book.ZONE):%Y-%m-%d %H:%M} in Shanghai")
        lines.append("Sign in as:")
        lines += [f"  {u['name']:<6} {u['role']:<14} {u['password']}" for u in cast]
        lines.append("Ctrl-C stops everything.")
        self.say("\n".join(lines))

    def say(self, line: str) -> None:
        """Tell the person at the terminal; with --json, on the error stream."""
        stream = self.stderr if self.as_json else self.stdout
        stream.write(line)
        stream.flush()
