"""`make demo`: everything up from nothing, refused where it could do harm, nothing left behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django.fixtures import Settings

from borrowers.models import Lender
from collections_site import site_clock
from collections_site.demo import book, house, people, preflight
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from messaging.models import Decision, Strategy, Wording
from tests.waiting import wait_for


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Demo:
    """The demonstration as a process, on a folder and ports of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")},
            "VAR_DIR": str(var),
            "PORT": str(a_free_port()),
            "HANDSET_PORT": str(a_free_port()),
            "PYTHONWARNINGS": "ignore",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> dict[str, Any]:
        """Start it, and answer what it says when it is ready."""
        out, err = self.var / "said.json", self.var / "errors.txt"
        with out.open("w") as stdout, err.open("w") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo", "--json"],
                env=self.env,
                stdout=stdout,
                stderr=stderr,
            )
        started = self.process
        wait_for(lambda: out.read_text().endswith("\n") or started.poll() is not None)
        assert started.poll() is None, err.read_text()[-3000:]
        said: dict[str, Any] = json.loads(out.read_text())
        return said

    def stop(self) -> int:
        """Ctrl-C, and the exit status."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(120)

    def texts(self) -> int:
        ledger = self.var / "handset" / "ledger.jsonl"
        return ledger.read_text().count('"kind": "text"') if ledger.exists() else 0

    def left_behind(self) -> list[str]:
        """Processes that work on this folder or listen on its ports."""
        found = []
        for process in psutil.process_iter(["cmdline", "environ"]):
            env, argv = process.info["environ"] or {}, process.info["cmdline"] or []
            if env.get("VAR_DIR") == str(self.var) or str(self.var) in " ".join(argv):
                found.append(" ".join(argv))
        return found


@pytest.fixture
def demo() -> Iterator[Demo]:
    var = Path(tempfile.mkdtemp(prefix="courtesy-"))  # pytest's own paths are too long for a socket
    running = Demo(var)
    yield running
    if running.process and running.process.poll() is None:
        running.stop()
    wait_for(lambda: not running.left_behind())
    shutil.rmtree(var)


def test_it_comes_up_sends_texts_stops_clean_and_finds_everything_again(demo: Demo) -> None:
    said = demo.start()

    assert sorted({user["role"] for user in said["users"]}) == [
        "administrator",
        "auditor",
        "collector",
        "compliance",
        "supervisor",
    ]
    assert requests.get(f"{said['url']}/signin/", timeout=30).status_code == 200
    texts = wait_for(demo.texts)

    assert demo.stop() == 0
    assert demo.left_behind() == []

    again = demo.start()
    assert again["users"] == said["users"]
    assert again["site_time"][:13] == said["site_time"][:13]
    assert demo.texts() >= texts


def test_killed_outright_it_leaves_nothing_running(demo: Demo) -> None:
    demo.start()
    assert demo.process

    demo.process.kill()
    demo.process.wait(60)

    wait_for(lambda: not demo.left_behind())


@pytest.fixture
def sound(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings under which nothing is in the way."""
    settings.VAR_DIR, settings.PRODUCTION = tmp_path / "var", False
    settings.PORT, settings.HANDSET_PORT = a_free_port(), a_free_port()
    for name in preflight.CREDENTIALS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    return settings


def test_nothing_in_the_way_makes_the_folder_and_keeps_a_second_one_out(sound: Settings) -> None:
    with preflight.check(), pytest.raises(NotAllowed, match=r"running on .* already"):
        preflight.check()
    preflight.check().close()


def test_it_never_runs_in_production(sound: Settings) -> None:
    sound.PRODUCTION = True
    with pytest.raises(NotAllowed, match="production"):
        preflight.check()
    with pytest.raises(NotAllowed, match="production"):
        people.welcome_all()


@pytest.mark.parametrize("name", ["TWILIO_AUTH_TOKEN", "GATEWAY_SECRET", "TWILIO_AUTH_TOKEN_FILE"])
def test_it_does_not_run_beside_real_credentials(
    sound: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "real")
    with pytest.raises(NotAllowed, match=name.removesuffix("_FILE")):
        preflight.check()


@pytest.mark.parametrize("name", ["PORT", "HANDSET_PORT"])
def test_a_busy_port_is_named_with_the_variable_to_change(sound: Settings, name: str) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        setattr(sound, name, busy.getsockname()[1])
        with pytest.raises(NotAllowed, match=rf"is in use: .* {name}="):
            preflight.check()


def test_a_folder_that_cannot_be_written_is_named(sound: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sound.VAR_DIR = tmp_path / "file" / "var"
    with pytest.raises(NotAllowed, match=r"cannot be written .* set VAR_DIR"):
        preflight.check()


def test_its_children_can_reach_the_simulated_carrier_only() -> None:
    env = house.environment()
    carrier = f"http://127.0.0.1:{settings.HANDSET_PORT}"
    assert env["TWILIO_API_URL"] == env["GATEWAY_URL"] == carrier


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "morning"),
    [
        (utc(24, 1, 59), utc(24, 2)),  # 09:59 in Shanghai
        (utc(24, 2), utc(24, 2)),
        (utc(24, 2, 1), utc(25, 2)),
        (utc(24, 16), utc(25, 2)),  # midnight there
    ],
)
def test_the_next_ten_o_clock_in_shanghai(after: datetime, morning: datetime) -> None:
    assert book.next_morning(after) == morning


@pytest.mark.django_db
@pytest.mark.parametrize("at", [utc(24, 1), utc(24, 11, 58)])
def test_a_clock_at_which_texts_flow_is_kept(at: datetime) -> None:
    site_clock.set_to(at)
    assert book.set_clock() - at < timedelta(minutes=1)


@pytest.mark.django_db
@pytest.mark.parametrize("at", [utc(24, 12), utc(24, 0, 58), utc(24, 20)])
def test_a_clock_at_which_nothing_flows_goes_on_to_ten_in_the_morning(at: datetime) -> None:
    site_clock.set_to(at)
    assert book.set_clock() - book.next_morning(at) < timedelta(minutes=1)


@pytest.mark.django_db
def test_the_clock_never_goes_back_behind_what_was_decided() -> None:
    site_clock.set_to(utc(24, 20))
    decided = clock.now() + timedelta(days=3)
    Decision.objects.create(reminder_id=1, stage="plan", answer="now", rulebook="0", at=decided)

    assert book.set_clock() >= book.next_morning(decided)


@pytest.mark.django_db
def test_the_cast_keeps_its_passwords_in_a_file_of_its_own(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    users = people.welcome_all()
    first = people.passwords()

    people.welcome_all()

    assert people.passwords() == first
    assert people.passwords_file().stat().st_mode & 0o777 == 0o600
    assert all(users[name].check_password(password) for name, password in first.items())
    assert User.objects.filter(username__in=first).count() == len(people.CAST)


@pytest.mark.django_db
def test_starting_a_lender_twice_changes_nothing_the_second_time(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    lender = Path(book.__file__).with_name("lender.toml")
    answers = []
    for _ in range(2):
        said = StringIO()
        call_command("start_lender", lender, "--demo", "--json", stdout=said)
        answers.append(json.loads(said.getvalue()))

    assert [answer["approved"] for answer in answers] == [22, 0]
    assert Lender.objects.get().name_en == "Spruce Finance"
    assert Strategy.objects.get(live=True).steps.count() == 4
    live = Wording.objects.filter(live=True)
    assert live.count() == 21
    assert all(row.checked_by for row in live)
    assert all(row.signature == "【云杉消金】" for row in live if "CN" in row.jurisdictions)
    assert not [row for row in live if row.author_id == row.reviewer_id]
