"""Doors for the queue: each may run twice or never, and answers a few counts at most."""

from django_q.tasks import async_task

from borrowers.models import Lender
from collections_site import heartbeats
from collections_site.audit import seals
from collections_site.lib import clock
from messaging.schedules import BULK
from messaging.services import day_seals, dispatch, planning, portfolio, reconcile, wordings

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
    """Every five minutes: seal the days that are over, then what the log has gained."""
    day_seals.seal_days()
    seals.seal()


def take_imports() -> dict[str, int]:
    """Every minute, and when somebody rings: check and apply the files that wait."""
    return portfolio.work()


def ring_for_imports() -> None:
    """Somebody waits in front of a page: do not let the minute pass."""
    async_task("messaging.tasks.take_imports", cluster=BULK)


def beat(cluster: str) -> None:
    """Every minute, through the whole path: this cluster runs tasks."""
    heartbeats.beat(cluster)
