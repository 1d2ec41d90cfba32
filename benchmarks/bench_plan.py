"""Planning: candidates a second from facts to written decisions and reminders, and what a larger book costs.

The limit of the first figure is the database alone: the same facts read, and the same rows copied into
tables like ours, with no policy between. The second compares the same candidates in a ten times larger
book. Goals: at least 20,000 candidates a second on one core; at most 1.3 times for the larger book.
"""

import os
import time

from benchmarks.house import connection, house
from benchmarks.measure import Figure, report
from messaging.models import Reminder
from messaging.services import planning

DUE = {"small": 10_000, "1m": 45_000}[os.environ.get("SIZE", "small")]
ROUNDS = 5


def seconds_to_plan(*, due: int, book: int) -> float:
    with house(due=due, book=book):
        started = time.perf_counter()
        (run,) = planning.plan()
        seconds = time.perf_counter() - started
        assert run.candidates == due == Reminder.objects.filter(state="scheduled").count()
        return seconds


def seconds_to_copy(due: int) -> float:
    """The floor: rows like those of a plan, from prepared bytes into tables with the same indexes."""
    with house(due=due):
        planning.plan()
        with connection.cursor() as cursor:
            copies = {}
            for table in ("messaging_reminder", "messaging_decision"):
                cursor.execute(f"CREATE TEMP TABLE bare_{table} (LIKE {table} INCLUDING INDEXES)")
                with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                    copies[table] = b"".join(bytes(block) for block in copy)
            started = time.perf_counter()
            for table, rows in copies.items():
                with cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
                    copy.write(rows)
            return time.perf_counter() - started


def main() -> None:
    plans = [seconds_to_plan(due=DUE, book=DUE) for _ in range(ROUNDS)]
    floors = [seconds_to_copy(DUE) for _ in range(ROUNDS)]
    larger = [seconds_to_plan(due=DUE, book=10 * DUE) for _ in range(min(ROUNDS, 3))]
    report(
        [
            Figure(
                "plan, against copying its rows alone",
                "s",
                list(zip(plans, floors, strict=True)),
                DUE,
                "told, not judged",
            ),
            Figure(
                "plan, candidates a second",
                "1/s",
                [(DUE / one, 20_000.0) for one in plans],
                DUE,
                ">= 1",
            ),
            Figure(
                "the same candidates in a 10 times larger book",
                "s",
                list(zip(larger, plans, strict=False)),
                10 * DUE,
                "<= 1.3",
            ),
        ]
    )


if __name__ == "__main__":
    main()
