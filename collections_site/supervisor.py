"""The watchdog of the workers: it starts the clusters and notices when one is gone or hangs.

A cluster can hang without a process dying: when a worker is killed while it waits for work, the lock of
the queue dies with it, and no task is ever run again. Only a task that went the whole way shows that
the way is open: the heartbeat.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import psutil
from django.db import Error, close_old_connections

from collections_site import heartbeats
from collections_site.processes import Child, Signals

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the watchdog waits, in seconds."""

    heartbeat: float = (
        heartbeats.STALE
    )  # age at which an idle cluster hangs; a fresh start has as long
    ending: float = 80  # the longest task of 60, and a margin
    ending_hung: float = 10  # a cluster that hangs does not heed the signal
    again: float = 5  # between two starts of one cluster
    look: float = 2  # between two looks at all
    housekeeping: float = 60


class Phase(Enum):
    DOWN = auto()
    UP = auto()
    ENDING = auto()


class Cluster:
    """One qcluster under watch. ``longest`` is how long one of its tasks may run, in seconds."""

    def __init__(self, child: Child, longest: float) -> None:
        self.child = child
        self.longest = longest
        self.phase = Phase.DOWN
        self.sound_since = 0.0  # from when on silence counts, by the monotonic clock
        self.until = 0.0  # when to start again, or when to stop waiting for the end

    def is_working(self) -> bool:
        """Whether one of its processes is at a task just now, by the title it gives itself."""
        if self.child.pid is None:
            return False
        try:
            family = psutil.Process(self.child.pid).children(recursive=True)
            return any(" processing " in " ".join(process.cmdline()) for process in family)
        except psutil.Error:
            return False


class Supervisor:
    """Keeps clusters alive until it is asked to stop."""

    def __init__(
        self,
        clusters: list[Cluster],
        patience: Patience,
        say: Callable[[str, str, str], None],
        housekeeping: Callable[[], object] = lambda: None,
    ) -> None:
        """``say(event, cluster, why)`` hears of every start, restart and end."""
        self.clusters = clusters
        self.patience = patience
        self._say = say
        self._housekeeping = housekeeping
        self._next_housekeeping = 0.0

    def run(self, signals: Signals) -> None:
        """Watch until SIGTERM or SIGINT, then end every cluster; a second signal ends them at once."""
        while not signals.stops:
            self.look()
            signals.sleep(self.patience.look)
        for cluster in self.clusters:
            if cluster.phase is Phase.UP:
                self._end(cluster, self.patience.ending)
        while any(cluster.phase is Phase.ENDING for cluster in self.clusters):
            for cluster in self.clusters:
                self._await_end(cluster, at_once=signals.stops > 1)
            signals.sleep(0.1)

    def look(self) -> None:
        """One look at every cluster, and what follows from it."""
        now = time.monotonic()
        ages = self._heartbeats(now)
        for cluster in self.clusters:
            if cluster.phase is Phase.ENDING:
                self._await_end(cluster)
            elif cluster.phase is Phase.UP:
                self._check(cluster, ages, now)
            if cluster.phase is Phase.DOWN and now >= cluster.until:
                self._start(cluster, now)

    def _heartbeats(self, now: float) -> dict[str, float] | None:
        """The age of each cluster's newest heartbeat, or None while the database does not answer.

        A cluster cannot show that it is alive without the database, so its silence counts only from
        when the database answers again.
        """
        try:
            close_old_connections()
            if now >= self._next_housekeeping:
                self._housekeeping()
                self._next_housekeeping = now + self.patience.housekeeping
            return heartbeats.ages()
        except Error as error:
            logger.warning("The database does not answer: %s", type(error).__name__)
            for cluster in self.clusters:
                cluster.sound_since = now
            return None

    def _start(self, cluster: Cluster, now: float) -> None:
        cluster.child.start()
        cluster.phase = Phase.UP
        cluster.sound_since = now
        cluster.until = now + self.patience.again
        self._say("started", cluster.child.name, f"process {cluster.child.pid}")

    def _check(self, cluster: Cluster, ages: dict[str, float] | None, now: float) -> None:
        if cluster.child.has_ended():
            status = cluster.child.clear()  # its own children may still pull tasks, unguarded
            cluster.phase = Phase.DOWN
            self._say("ended", cluster.child.name, f"exit status {status}")
            return
        if ages is None:
            return
        silence = min(ages.get(cluster.child.name, float("inf")), now - cluster.sound_since)
        working = cluster.is_working()
        if silence > self.patience.heartbeat + (cluster.longest if working else 0):
            self._say("hangs", cluster.child.name, f"no heartbeat for {silence:.0f} s")
            self._end(cluster, self.patience.ending_hung)

    def _end(self, cluster: Cluster, patience: float) -> None:
        cluster.child.ask_to_end()
        cluster.phase = Phase.ENDING
        cluster.until = time.monotonic() + patience

    def _await_end(self, cluster: Cluster, *, at_once: bool = False) -> None:
        if cluster.phase is not Phase.ENDING:
            return
        ended = cluster.child.has_ended()
        if ended or at_once or time.monotonic() >= cluster.until:
            status = cluster.child.clear()
            cluster.phase = Phase.DOWN
            cluster.until = time.monotonic()
            self._say("ended", cluster.child.name, f"exit status {status}" if ended else "killed")
