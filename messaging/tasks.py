"""Doors for the queue: each takes nothing, may run twice or never, and answers a few counts at most."""

import os

from django_q.tasks import async_task

from borrowers.models import Lender
from collections_site.audit import seals
from collections_site.lib import clock
from collections_site.models import Heartbeat
from messaging.services import dispatch, planning, reconcile, wordings

SECONDS = 40  # a task is cut off after 60; a call on the wire may take 10


def tick() -> dict[str, int]:
    """Every minute: end what has expired, plan what has come due, then send it."""
    if not Lender.objects.exists():
        return {}  # an installation that is being set up has nobody to text
    wordings.expire(clock.now())
    planning.plan()
    return dict(dispatch.pump(seconds=SECONDS))


def settle_unknown() -> dict[str, int]:
    """Every minute: give up on calls nobody settled, ask the providers about what is unknown."""
    return dict(reconcile.run())


def seal() -> None:
    """Every five minutes: seal what the log has gained."""
    seals.seal()


def beat(cluster: str = "collections") -> None:
    """Every minute, through the whole path: this cluster runs tasks. The clock's cluster asks the others."""
    Heartbeat.objects.update_or_create(
        cluster=cluster, defaults={"beat_at": clock.real_now(), "process": os.getpid()}
    )
    if cluster == "collections":
        async_task("messaging.tasks.beat", "bulk", cluster="bulk")
