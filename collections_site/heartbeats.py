"""Which clusters of workers are alive, by the true clock: a stopped clock must not hide a hang."""

import os

from collections_site.lib import clock
from collections_site.models import Heartbeat

STALE = 100.0  # seconds; beats come every minute, the clock of the queue is up to 30 s late


def beat(cluster: str) -> None:
    """Say that a task of this cluster has just gone the whole way from the schedule to a worker."""
    Heartbeat.objects.update_or_create(
        cluster=cluster, defaults={"beat_at": clock.real_now(), "process": os.getpid()}
    )


def ages() -> dict[str, float]:
    """Seconds since the newest heartbeat of each cluster that ever had one."""
    now = clock.real_now()
    rows = Heartbeat.objects.values_list("cluster", "beat_at")
    return {cluster: (now - beat_at).total_seconds() for cluster, beat_at in rows}


def any_fresh() -> bool:
    """Whether some worker is at work on this database just now."""
    return any(age <= STALE for age in ages().values())
