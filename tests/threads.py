"""Several pieces of work at once, each on a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connections


def together(*works: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own, let go at once; what they answered or raised, in order."""
    barrier = threading.Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            barrier.wait()
            answers[place] = work()
        except Exception as error:  # noqa: BLE001  told to the test
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers
