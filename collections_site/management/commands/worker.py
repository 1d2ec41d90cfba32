"""Run the background clusters under a watchdog."""

import json
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from setproctitle import setproctitle

from collections_site.management.commands.sync_schedules import sync
from collections_site.processes import Child, Signals
from collections_site.supervisor import Cluster, Patience, Supervisor

QUEUE: dict[str, Any] = settings.Q_CLUSTER
LONGEST: dict[str, float] = {
    QUEUE["name"]: QUEUE["timeout"],
    **{name: alternative["timeout"] for name, alternative in QUEUE["ALT_CLUSTERS"].items()},
}


def cluster(name: str) -> Cluster:
    """The cluster ``name``, ready to be started as a process of its own."""
    argv = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
    return Cluster(Child(name, argv, {**os.environ, "Q_CLUSTER_NAME": name}), LONGEST[name])


class Command(BaseCommand):
    """`manage.py worker`: as many as you like, on as many machines, on one database."""

    help = "Run the background clusters until stopped; restart one that ends or hangs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", metavar="NAME", help="one cluster instead of all")
        parser.add_argument("--json", action="store_true", help="say what happens as JSON lines")

    def handle(self, *args: Any, **options: Any) -> None:
        only = options["only"]
        if only and only not in LONGEST:
            raise CommandError(f"There is no cluster {only!r}: {', '.join(LONGEST)}.")
        self.as_json = options["json"]
        setproctitle("courtesy worker")
        clusters = [cluster(name) for name in ([only] if only else LONGEST)]
        Supervisor(clusters, Patience(), self.say, sync).run(Signals())

    def say(self, event: str, name: str, why: str) -> None:
        """Tell of a start, a hang or an end."""
        if self.as_json:
            self.stdout.write(json.dumps({"event": event, "cluster": name, "why": why}))
        else:
            self.stdout.write(f"worker: {name} {event} ({why})")
        self.stdout.flush()
