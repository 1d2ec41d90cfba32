"""`manage.py handset`."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command
from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[3]


def test_production_has_no_simulated_carrier(settings: Settings) -> None:
    settings.SITE_ENVIRONMENT = "production"

    with pytest.raises(CommandError, match="no simulated carrier in production"):
        call_command("handset")


def test_it_says_where_it_listens_and_stops_when_told(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "HANDSET_PORT": str(port), "VAR_DIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "manage.py", "handset", "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        healthy = requests.get(f"{said['url']}/control/health", timeout=20)
        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=20) == 0

    assert healthy.json() == {"status": "ok"}
    assert said["url"] == f"http://127.0.0.1:{port}"
    assert Path(said["ledger"]) == tmp_path / "handset" / "ledger.jsonl"
