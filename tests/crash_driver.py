"""A pump that is killed at a named place: run as a process of its own by the crash tests.

python -m tests.crash_driver committed | between | answered
"""

import os
import signal
import sys
import threading
from typing import Any

import django

django.setup()

from messaging.providers.gateway import GatewayProvider  # noqa: E402  needs the settings
from messaging.services import dispatch, gate, settle  # noqa: E402


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after_the_commit() -> None:
    """The attempts are on file; not a byte has left."""
    opened = gate.open_for

    def open_and_die(*args: Any, **options: Any) -> Any:
        batch = opened(*args, **options)
        if batch.outgoing:
            die()
        return batch

    gate.open_for = open_and_die


def between_two_calls() -> None:
    """Some texts of the batch have left and been answered, others have not."""
    send, lock = GatewayProvider.send, threading.Lock()
    sent: list[Any] = []

    def send_three_and_die(self: GatewayProvider, text: Any) -> Any:
        with lock:
            if len(sent) == 3:
                die()
            outcome = send(self, text)
            sent.append(text)
            return outcome

    GatewayProvider.send = send_three_and_die  # type: ignore[method-assign]


def before_the_outcomes() -> None:
    """Every text has left and been answered; nothing of it is written down."""
    settle.settle = lambda answers: die()  # type: ignore[assignment, return-value]


PLACES = {
    "committed": after_the_commit,
    "between": between_two_calls,
    "answered": before_the_outcomes,
}

if __name__ == "__main__":
    PLACES[sys.argv[1]]()
    dispatch.pump(drain=True)
