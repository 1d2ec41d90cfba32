"""What benchmarks of a whole portfolio share: databases, bare copies of the same rows, bare sums over them."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.db import connection, transaction

import benchmarks.house  # noqa: F401  sets Django up, before anything that needs it
from borrowers.services import arrears
from collections_site.database.owner import as_owner
from collections_site.lib import clock
from messaging.services import planning
from tests import databases

T = TypeVar("T")
# In the order their keys need.
TABLES = [
    f"borrowers_{name}"
    for name in (
        "borrower",
        "contactpoint",
        "borrowernumber",
        "consent",
        "loan",
        "instalment",
        "repayment",
        "loanchange",
    )
]


@contextmanager
def a_template() -> Iterator[str]:
    """The name of a migrated database that others are cloned from."""
    template = f"courtesy_bench_{uuid.uuid4().hex[:8]}"
    databases.build_template(template)
    try:
        yield template
    finally:
        databases.drop(template)


@contextmanager
def a_database(template: str) -> Iterator[str]:
    """A fresh clone, warmed up by one statement; yields its name."""
    name = f"{template}_{uuid.uuid4().hex[:8]}"
    databases.clone(template, name)
    try:
        with databases.connected_to(name):
            clock.now()
            yield name
    finally:
        databases.drop(name)


def timed(act: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    done = act()
    return time.perf_counter() - started, done


def copy_out(folder: Path) -> int:
    """Every row of the portfolio as the bytes COPY takes; answer how many rows."""
    rows = 0
    with connection.cursor() as cursor:
        for table in TABLES:
            with (
                cursor.copy(f"COPY {table} TO STDOUT") as copy,
                (folder / table).open("wb") as file,
            ):
                file.writelines(bytes(block) for block in copy)
            rows += cursor.rowcount
    return rows


def copy_in(folder: Path) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            with (
                cursor.copy(f"COPY {table} FROM STDIN") as copy,
                (folder / table).open("rb") as file,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)


def analyze() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def bare_aggregate(on: date) -> None:
    """What any answer must read and add up: due and paid of every loan."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(arrears.ROOM)
        cursor.execute(
            """SELECT count(*), sum(due), min(first), sum(total) FROM
                 (SELECT loan_id, sum(amount_due) FILTER (WHERE due_on < %(on)s) AS due, min(due_on) AS first
                  FROM borrowers_instalment WHERE withdrawn_at IS NULL GROUP BY loan_id) lines
               LEFT JOIN (SELECT loan_id, sum(amount) AS total FROM borrowers_repayment WHERE paid_on <= %(on)s
                          GROUP BY loan_id) money USING (loan_id)""",
            {"on": on},
        )


def owing(on: date) -> None:
    """The definition itself over every loan, nothing written."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(arrears.ROOM)
        cursor.execute(
            "SELECT count(*), sum(overdue_amount), min(overdue_since), sum(next_due_amount)"
            f" FROM ({arrears.OWING.format(narrow='')}) owing",
            {"on": on},
        )


def a_day_passes(on: date) -> int:
    """What the worker does after midnight; answer for how many loans."""
    loans = 0
    while some := arrears.overtaken(on, most=planning.CHUNK):
        recompute(on, some)
        loans += len(some)
    return loans


def recompute(on: date, loans: Sequence[int] | None = None) -> set[int]:
    return arrears.recompute(loans, on=on, cause="day", at=clock.now())
