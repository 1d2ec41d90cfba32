"""A lender's whole book as the generator writes it: taken in by command, its arrears, its pages.

A contract has six instalments here, so a million loans have six million. The limits: of the import
a bare COPY of the same rows into the same indexed tables; of the second day's files the first load; of
the arrears the bare sums over the same rows; of a page the same page over a small book, asked in turn.
Goals: at most 4 times the COPY, in at most 300 MB at any size; arrears at most twice the sums; a page's
95th percentile at most 1.5 times the small book's, with as many queries, and 60 kB packed.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from benchmarks import pages
from benchmarks.measure import Figure, report, tell
from benchmarks.portfolio import (
    a_database,
    a_day_passes,
    a_template,
    analyze,
    bare_aggregate,
    copy_in,
    copy_out,
    owing,
    recompute,
    timed,
)
from borrowers.models import Borrower, Loan
from borrowers.services import assignments
from messaging.services import planning
from tests import cast, databases

SIZE = os.environ.get("SIZE", "small")
INSTALMENTS = 6
# People; each has 2.24 loans on average. Then those of the small book that pages are compared with.
PEOPLE = {"small": 3_000, "50k": 30_000, "1m": 447_000}[SIZE]
FEW = {"small": 1_000, "50k": 5_000, "1m": 10_000}[SIZE]
ROUNDS = {"small": 5, "50k": 3, "1m": 1}[SIZE]
PAGE_ROUNDS = 5
YESTERDAY, BEFORE = cast.TODAY - timedelta(days=1), cast.TODAY - timedelta(days=2)
IN_CARE = 300  # people a collector looks after
MOST_PACKED = 60_000  # bytes of a page's first screen
# Where the written books stay for the next run; a million loans take minutes to write.
BOOKS = os.environ.get("BOOKS")


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ended well: seconds from its start to its end, its peak memory, its answer."""

    seconds: float
    peak_mb: int
    said: dict[str, Any]


def run(database: str, *words: object) -> Ran:
    """One of our commands in a process of its own, as a nightly job would start it."""
    environment = {**os.environ, "DATABASE_URL": databases.url(database)}

    def act() -> tuple[bytes, int, int]:
        child = subprocess.Popen(
            [sys.executable, "manage.py", *map(str, words), "--json"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        return said, status, usage.ru_maxrss // 1024

    seconds, (said, status, peak) = timed(act)
    assert status == 0, words
    return Ran(seconds, peak, json.loads(said))


def write_book(database: str, folder: Path, people: int, on: date) -> int:
    """The book of an evening, unless ``folder`` holds it already; answer its rows."""
    if not folder.exists():
        size = ("--borrowers", people, "--instalments", INSTALMENTS)
        run(database, "make_portfolio", folder, *size, "--as-of", on)
        tell(f"{folder.name} book written")
    rows = 0
    for sheet in folder.glob("*.csv"):
        with sheet.open("rb") as file:
            rows += sum(1 for _ in file) - 1
    return rows


def take_in(database: str, folder: Path, on: date, *, new: set[str]) -> Ran:
    """Import the files of the evening of ``on``; only the named files may hold anything new."""
    ran = run(database, "import_portfolio", folder, "--as-of", f"{on}T22:00:00+00:00")
    assert {name for name, counts in ran.said["files"].items() if counts["new"]} == new, ran.said
    assert ran.said["rejected"] == 20, ran.said["rejected"]
    return ran


@contextmanager
def a_book(template: str, folder: Path) -> Iterator[tuple[str, Ran]]:
    """A database with the book of one evening, as fresh from the import."""
    everything = {"borrowers.csv", "loans.csv", "instalments.csv", "repayments.csv"}
    with a_database(template) as name:
        yield name, take_in(name, folder, BEFORE, new=everything)


def floor(template: str, book: str, folder: Path) -> tuple[float, int]:
    """Seconds a bare COPY of the book's rows takes, and how many rows."""
    with tempfile.TemporaryDirectory(dir=folder) as box:
        with databases.connected_to(book):
            rows = copy_out(Path(box))
        with a_database(template):
            seconds, _ = timed(lambda: copy_in(Path(box)))
    return seconds, rows


def settle(book: str) -> tuple[float, int]:
    """What the server does by itself within minutes of an import, somebody's people, and the plan of the
    day; answer its candidates a second, and how many.
    """
    with databases.connected_to(book):
        analyze()
        collector = get_user_model().objects.get(username="collector")
        late = Loan.objects.filter(overdue_since__isnull=False, status="active")
        cared_for = Borrower.objects.filter(pk__in=late.values("borrower")).order_by("pk")
        assignments.assign(list(cared_for[:IN_CARE]), collector, by=None, team="A")
        seconds, runs = timed(planning.plan)
        candidates = sum(one.candidates for one in runs)
        return candidates / seconds, candidates


def asked(large: str, small: str) -> list[Figure]:
    """Every page over both books in turn."""
    much, few = pages.Book(large, PEOPLE), pages.Book(small, FEW)
    rounds = [[(much.ask(page), few.ask(page)) for page in pages.PAGES] for _ in range(PAGE_ROUNDS)]
    figures = []
    for at, page in enumerate(pages.PAGES):
        pairs = [one[at] for one in rounds]
        times = [(large_one.p95, small_one.p95) for large_one, small_one in pairs]
        figures.append(Figure(f"page: {page.what}", "ms", times, PEOPLE, "<= 1.5"))
    every = [pair for one in rounds for pair in one]
    most = max(((float(a.queries), float(b.queries)) for a, b in every), key=lambda q: q[0] / q[1])
    packed = max(one.packed for one, _ in every)
    tell("pages asked")
    return [
        *figures,
        Figure("queries of the page that grew most", "queries", [most], PEOPLE, "<= 1"),
        Figure("largest page, packed", "bytes", [(packed, MOST_PACKED)], PEOPLE, "<= 1"),
    ]


def owed(book: str) -> list[Figure]:
    """Arrears read, of what a day overtakes, and of the loans with a payment of yesterday alone."""
    read, passed, few = [], [], []
    overtaken = 0
    with databases.connected_to(book):
        analyze()
        loans = Loan.objects.count()
        paid = Loan.objects.filter(repayments__paid_on=YESTERDAY)
        touched = sorted(set(paid.values_list("pk", flat=True)))
        for days in range(1, PAGE_ROUNDS + 1):
            on = cast.TODAY + timedelta(days=days)
            bare, _ = timed(partial(bare_aggregate, on))
            alone, _ = timed(partial(owing, on))
            only, _ = timed(partial(recompute, on, touched))
            daily, overtaken = timed(partial(a_day_passes, on))
            read.append((alone, bare))
            passed.append((daily, bare))
            few.append((only, bare))
    return [
        Figure("arrears of every loan, against the sums", "s", read, loans, "<= 2"),
        Figure("arrears as a day passes, against the sums", "s", passed, overtaken, "<= 2"),
        Figure("arrears of loans paid yesterday, against the sums", "s", few, len(touched), "<= 2"),
    ]


def main() -> None:
    with a_template() as template, tempfile.TemporaryDirectory() as name:
        folder = Path(BOOKS or name) / SIZE
        with databases.connected_to(template):
            cast.the_house()
            for role in ("supervisor", "collector"):
                cast.a_user(role, role=role)
        rows = write_book(template, folder / "first", PEOPLE, BEFORE)
        write_book(template, folder / "second", PEOPLE, YESTERDAY)
        write_book(template, folder / "few", FEW, BEFORE)
        first, second, peak = [], [], 0
        figures: list[Figure] = []
        for left in reversed(range(ROUNDS)):
            with a_book(template, folder / "first") as (book, loaded):
                bare, written = floor(template, book, folder)
                first.append((loaded.seconds, bare))
                tell(f"first import {loaded.seconds:.0f} s, a bare COPY {bare:.0f} s")
                again = take_in(book, folder / "second", YESTERDAY, new={"repayments.csv"})
                second.append((again.seconds, loaded.seconds))
                tell(f"second day {again.seconds:.0f} s")
                peak = max(peak, loaded.peak_mb, again.peak_mb)
                if not left:
                    figures += over(template, folder, book)
    report(
        [
            Figure("first import by command, against COPY", "s", first, written, "<= 4", peak),
            Figure("the next day's files, whole", "s", second, rows, "told, not judged", peak),
            Figure("memory of an import", "MB", [(peak, 300)], rows, "<= 1", peak),
            *figures,
        ]
    )


def over(template: str, folder: Path, book: str) -> list[Figure]:
    """What is done with a book on file: pages and arrears."""
    with a_book(template, folder / "few") as (small, _):
        speed, candidates = settle(book)
        settle(small)
        tell(f"planned {candidates} candidates, {speed:.0f} a second")
        plan = Figure("the day's plan, candidates", "1/s", [(speed, 20_000)], candidates, ">= 1")
        return [plan, *asked(book, small), *owed(book)]


if __name__ == "__main__":
    main()
