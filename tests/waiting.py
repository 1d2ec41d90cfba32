"""Wait for something to become true in another process; the deadline only ends a test that hangs."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")
DEADLINE = 120.0


def wait_for(what: Callable[[], T], *, meanwhile: Callable[[], object] = lambda: None) -> T:
    """The first true answer of ``what``, asked ten times a second; fails after two minutes."""
    end = monotonic() + DEADLINE
    pause = threading.Event()
    while not (answer := what()):
        if monotonic() > end:
            raise AssertionError("It did not become true.")
        meanwhile()
        pause.wait(0.1)
    return answer
