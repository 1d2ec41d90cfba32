"""The watchdog keeps real clusters alive, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django_q.models import Schedule
from django_q.tasks import async_task

from collections_site import heartbeats
from collections_site.lib import clock
from collections_site.management.commands import worker
from collections_site.management.commands.sync_schedules import sync
from collections_site.models import Heartbeat
from collections_site.processes import Child
from collections_site.supervisor import Cluster, Patience, Phase, Supervisor
from messaging.schedules import SCHEDULES
from tests.waiting import wait_for

# Seconds instead of minutes; beats are put into the queue by the test, not by the minute schedule.
QUICK = Patience(heartbeat=6, ending=30, ending_hung=1, again=0, look=0.1, housekeeping=0.5)


def title(process: psutil.Process) -> str:
    try:
        return str(process.cmdline()[0])
    except (psutil.Error, IndexError):  # it has just ended
        return ""


def alive(family: list[psutil.Process]) -> bool:
    """Whether one of the processes still does something; the system may not have reaped them yet."""
    return any(title(process) for process in family)


def nobody_else_is_connected() -> bool:
    """Whether the server has noticed that killed processes are gone; the database can be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) = 0 FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        alone: bool = cursor.fetchone()[0]
    return alone


@dataclass
class Watch:
    """A supervisor of one real cluster, in this process, and what it said."""

    cluster: Cluster
    beating: bool = True
    said: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor([self.cluster], QUICK, self.say, self.enqueue_beat)

    def say(self, event: str, name: str, why: str) -> None:
        self.said.append((event, why))

    def enqueue_beat(self) -> None:
        name = self.cluster.child.name
        if self.beating:
            async_task("collections_site.heartbeats.beat", name, cluster=name)

    def until(self, what: Callable[[], object]) -> None:
        wait_for(what, meanwhile=self.supervisor.look)

    def phase(self) -> str:
        return self.cluster.phase.name

    def beats_after(self, moment: object) -> bool:
        return Heartbeat.objects.filter(
            cluster=self.cluster.child.name, beat_at__gt=moment
        ).exists()

    def idle_workers(self) -> list[psutil.Process]:
        family = psutil.Process(self.cluster.child.pid).children(recursive=True)
        return [process for process in family if title(process).endswith(" idle")]


@pytest.fixture
def watch(own_database: str) -> Iterator[Watch]:
    watched = Watch(worker.cluster("bulk"))
    yield watched
    watched.cluster.child.clear()
    wait_for(nobody_else_is_connected)


def test_a_cluster_whose_idle_workers_were_killed_hangs_and_is_started_again(watch: Watch) -> None:
    watch.until(lambda: watch.beats_after(clock.real_now().replace(year=2000)))
    first = watch.cluster.child.pid
    wait_for(lambda: watch.idle_workers() and not watch.cluster.is_working())

    for process in watch.idle_workers():
        process.kill()
    killed_at = clock.real_now()

    watch.until(lambda: any(event == "hangs" for event, _ in watch.said))
    watch.until(lambda: watch.cluster.phase is Phase.UP and watch.cluster.child.pid != first)
    watch.until(lambda: watch.beats_after(killed_at))


def test_a_cluster_whose_main_process_was_killed_is_started_again_without_orphans(
    watch: Watch,
) -> None:
    watch.until(lambda: watch.beats_after(clock.real_now().replace(year=2000)))
    main = psutil.Process(watch.cluster.child.pid)
    family = main.children(recursive=True)

    main.kill()
    killed_at = clock.real_now()

    watch.until(lambda: watch.cluster.child.pid not in (None, main.pid))
    assert ("ended", "exit status -9") in watch.said
    wait_for(lambda: not alive(family))
    watch.until(lambda: watch.beats_after(killed_at))


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A supervisor whose cluster is a process that does nothing; heartbeats are what the test says."""
    argv = [sys.executable, "-c", "import signal; signal.pause()"]
    cluster = Cluster(Child("bulk", argv, os.environ), worker.LONGEST["bulk"])
    monkeypatch.setattr(heartbeats, "ages", dict)
    watched = Watch(cluster, beating=False)
    yield watched
    watched.cluster.child.clear()


def test_silence_while_the_database_does_not_answer_is_no_hang(
    still: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    still.until(lambda: still.cluster.phase is Phase.UP)

    def unreachable() -> dict[str, float]:
        raise OperationalError

    monkeypatch.setattr(heartbeats, "ages", unreachable)
    still.cluster.sound_since = -1e9
    still.supervisor.look()
    monkeypatch.setattr(heartbeats, "ages", lambda: {"bulk": 1e9})
    still.supervisor.look()

    assert [event for event, _ in still.said] == ["started"]


def test_a_long_task_is_not_taken_for_a_hang_until_its_own_time_is_up(
    still: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    still.until(lambda: still.cluster.phase is Phase.UP)
    monkeypatch.setattr(heartbeats, "ages", lambda: {"bulk": 1e9})
    monkeypatch.setattr(still.cluster, "is_working", lambda: True)

    still.cluster.sound_since -= QUICK.heartbeat + still.cluster.longest - 60
    still.supervisor.look()
    assert still.phase() == "UP"

    still.cluster.sound_since -= 120
    still.supervisor.look()
    assert still.phase() == "ENDING"


@pytest.fixture
def process(own_database: str, tmp_path: Path) -> Iterator["Command"]:
    command = Command(tmp_path / "said.jsonl")
    yield command
    if command.process.poll() is None:
        command.process.send_signal(signal.SIGTERM)
        command.process.wait(60)
    wait_for(nobody_else_is_connected)


class Command:
    """`manage.py worker --json` as a process of its own."""

    def __init__(self, out: Path) -> None:
        self.out = out
        argv = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--json"]
        with out.open("w") as stdout:
            self.process = subprocess.Popen(argv, stdout=stdout, env=dict(os.environ))

    def said(self, event: str) -> list[str]:
        lines = [json.loads(line) for line in self.out.read_text().splitlines()]
        return sorted(line["cluster"] for line in lines if line["event"] == event)

    def family(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def is_up(self) -> bool:
        """Whether all three workers of the two clusters wait for work."""
        return sum(title(process).endswith(" idle") for process in self.family()) == 3


def test_asked_to_stop_the_worker_ends_every_process_and_exits_well(process: Command) -> None:
    wait_for(process.is_up)
    family = process.family()

    process.process.send_signal(signal.SIGTERM)

    assert process.process.wait(60) == 0
    assert process.said("started") == process.said("ended") == ["bulk", "collections"]
    assert not alive(family)


def test_when_the_watchdog_is_killed_its_clusters_end(process: Command) -> None:
    wait_for(process.is_up)
    family = process.family()

    process.process.kill()
    process.process.wait(60)

    wait_for(lambda: not alive(family))


def test_an_unknown_cluster_is_refused_in_one_line() -> None:
    with pytest.raises(CommandError, match="no cluster 'nightly': collections, bulk"):
        call_command("worker", only="nightly")


@pytest.mark.django_db
def test_schedules_come_to_agree_with_the_code_and_keep_their_next_moment() -> None:
    assert sorted(sync()["made"]) == sorted(SCHEDULES)
    before = dict(Schedule.objects.values_list("name", "next_run"))

    assert sync() == {"made": [], "mended": [], "removed": []}
    assert dict(Schedule.objects.values_list("name", "next_run")) == before


@pytest.mark.django_db
def test_a_schedule_that_would_stop_all_others_is_removed_and_a_changed_one_mended() -> None:
    sync()
    Schedule.objects.create(name=None, func="os.getpid", args="(")
    Schedule.objects.filter(name="seal the operation log").update(args="(")
    Schedule.objects.filter(name="settle open questions").update(
        next_run=clock.real_now().replace(year=2099)
    )

    changed = sync()

    assert changed["removed"] == [""]
    assert sorted(changed["mended"]) == ["seal the operation log", "settle open questions"]
    assert sorted(Schedule.objects.values_list("name", flat=True)) == sorted(SCHEDULES)
