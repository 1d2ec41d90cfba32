"""The processes of the demonstration: phones, web, worker; they start together and end in order."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from django.conf import settings

from collections_site.demo.preflight import HOST
from collections_site.lib.decision import NotAllowed
from collections_site.processes import Child, Signals

READY_WITHIN = 60.0  # seconds
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
PHONES, WEB, WORKER = "phones", "web", "worker"
ENDING = [(WEB, 10.0), (WORKER, 90.0), (PHONES, 10.0)]  # in this order; seconds to end by itself


def environment() -> dict[str, str]:
    """Our own, and how to reach the simulated carrier: its credentials open nothing else."""
    carrier = f"http://{HOST}:{settings.HANDSET_PORT}"
    return {
        **os.environ,
        "PORT": str(settings.PORT),
        "HANDSET_PORT": str(settings.HANDSET_PORT),
        "TWILIO_API_URL": carrier,
        "TWILIO_ACCOUNT_SID": "AC" + "de30" * 8,
        "TWILIO_AUTH_TOKEN": "simulated-carrier",
        "TWILIO_MESSAGING_SERVICE_SID": "MG" + "de30" * 8,
        "GATEWAY_URL": carrier,
        "GATEWAY_SECRET": "simulated-carrier",
        "PYTHONWARNINGS": "ignore:No directory at",  # static files are served without collecting
    }


def children() -> dict[str, Child]:
    """The three processes, in the order in which they start; none is started yet."""
    env = environment()
    web = [sys.executable, "-m", "gunicorn", "collections_site.wsgi:application"]
    web += ["--bind", f"{HOST}:{settings.PORT}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "8", "--graceful-timeout", "5"]
    web += ["--no-control-socket", "--log-level", "warning", "--chdir", str(settings.BASE_DIR)]
    commands = {PHONES: [*MANAGE, "handset"], WEB: web, WORKER: [*MANAGE, "worker"]}
    return {name: Child(name, argv, env) for name, argv in commands.items()}


def run(ready: Callable[[], None], say: Callable[[str], None]) -> None:
    """Start everything, call ``ready`` when the site answers, end everything on SIGINT or SIGTERM.

    Raises NotAllowed, after ending the others, when one of them ends by itself.
    """
    signals = Signals()
    house = children()
    try:
        for child in house.values():
            child.start()
        _await_site(house, signals)
        if not signals.stops:
            ready()
        while not signals.stops:
            _all_there(house)
            signals.sleep(1)
        say(
            "Stopping: no new work is begun, what is being sent is finished. Ctrl-C again stops now."
        )
    finally:
        for name, seconds in ENDING:
            _end(house[name], seconds, signals)


def _await_site(house: dict[str, Child], signals: Signals) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not signals.stops and not _answers():
        _all_there(house)
        if time.monotonic() > deadline:
            raise NotAllowed(f"The site did not answer within {READY_WITHIN:.0f} seconds.")
        signals.sleep(0.1)


def _answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{settings.PORT}/healthz", timeout=5) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except (OSError, ValueError, urllib.error.URLError):
        return False


def _all_there(house: dict[str, Child]) -> None:
    for child in house.values():
        if child.has_ended():
            status = child.clear()
            raise NotAllowed(
                f"{child.name} ended by itself (exit status {status}); what it said stands above."
            )


def _end(child: Child, seconds: float, signals: Signals) -> None:
    child.ask_to_end()
    deadline = time.monotonic() + seconds
    while not child.has_ended() and signals.stops < 2 and time.monotonic() < deadline:
        signals.sleep(0.1)
    child.clear()
