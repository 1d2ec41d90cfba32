"""Taking a portfolio in, and the arrears of all of it.

The limit of the first figure is a bare COPY of the very rows the import wrote into the same tables, with
their indexes and keys, from files made beforehand. The limit of a day's changes is the first load; that
of the arrears is the bare aggregate over the same rows. Goals: at most 4 times the COPY and 300 MB at any
size; a day's diff at most a fifth of the first load; arrears at most twice the aggregate.
"""

import csv
import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.measure import Figure, report
from benchmarks.portfolio import (
    a_database,
    a_template,
    analyze,
    bare_aggregate,
    copy_in,
    copy_out,
    owing,
    recompute,
    timed,
)
from borrowers.policies.imports import SHEETS
from borrowers.services.imports import Summary, import_directory

LOANS = {"small": 10_000, "100k": 100_000, "1m": 1_000_000}[os.environ.get("SIZE", "small")]
ROUNDS = 5 if LOANS <= 10_000 else 1
EXPORTED = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LATER = TODAY + timedelta(days=40)  # every loan owes something else by then


def write_book(folder: Path, numbers: range, extra_payments: int = 0) -> int:
    """A person, a loan, six instalments and about three payments for each number; answer the rows."""
    folder.mkdir()
    rows = 0
    with (
        (folder / "borrowers.csv").open("w") as people,
        (folder / "loans.csv").open("w") as loans,
        (folder / "instalments.csv").open("w") as lines,
        (folder / "repayments.csv").open("w") as payments,
    ):
        sheets = [csv.writer(file) for file in (people, loans, lines, payments)]
        for sheet, writer in zip(SHEETS, sheets, strict=True):
            writer.writerow(sheet.columns)
        for n in numbers:
            ref = f"L{n:08d}"
            sheets[0].writerow(
                [
                    f"B{n:08d}",
                    "王小明",
                    f"+86154{n:08d}",
                    "zh-hans",
                    "CN",
                    "",
                    "Asia/Shanghai",
                    "2025-06-01T10:00:00+08:00",
                ]
            )
            sheets[1].writerow(
                [ref, f"B{n:08d}", "consumer_loan", "CNY", "6000.00", "2026-06-01", "active"]
            )
            sheets[2].writerows(
                [ref, k, date(2026, 6 + k, n % 28 + 1), f"{500 + n % 700}.{n % 100:02d}"]
                for k in range(1, 7)
            )
            paid = min(n % 7, 4) + (n < numbers.start + extra_payments)
            sheets[3].writerows(
                [
                    f"R{n:08d}-{k}",
                    ref,
                    date(2026, 6 + k, n % 28 + 1),
                    f"{500 + n % 700}.{n % 100:02d}",
                ]
                for k in range(1, paid + 1)
            )
            rows += 8 + paid
    return rows


def take(folder: Path, days: int, *, delta: bool = False) -> Summary:
    return import_directory(folder, as_of=EXPORTED + timedelta(days=days), delta=delta)


def one_round(template: str, folder: Path) -> list[tuple[float, float]]:
    """(import, COPY), (day's diff as a delta, first load), (as a full batch, first load), (arrears, aggregate),
    (arrears written, aggregate)."""
    with a_database(template):
        first, summary = timed(lambda: take(folder / "first", 0))
        assert sum(counts.new for counts in summary.files.values()) == sum(
            counts.rows for counts in summary.files.values()
        )
        copies = Path(tempfile.mkdtemp(dir=folder))
        copy_out(copies)
        analyze()
        delta, summary = timed(lambda: take(folder / "delta", 1, delta=True))
        assert summary.files["repayments.csv"].new
        full, summary = timed(lambda: take(folder / "full", 2))
        assert not summary.changed_loans
        bare, _ = timed(lambda: bare_aggregate(LATER))
        owed, _ = timed(lambda: owing(LATER))
        written, _ = timed(lambda: recompute(LATER))
    with a_database(template):
        floor, _ = timed(lambda: copy_in(copies))
    return [(first, floor), (delta, first), (full, first), (owed, bare), (written, bare)]


def main() -> None:
    with a_template() as template, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = max(LOANS // 100, 1)
        rows = write_book(folder / "first", range(1, LOANS + 1))
        changed = write_book(folder / "delta", range(1, few + 1), extra_payments=few)
        write_book(folder / "full", range(1, LOANS + 1), extra_payments=few)
        rounds = [one_round(template, folder) for _ in range(ROUNDS)]
    imported, delta, full, owed, written = (list(pairs) for pairs in zip(*rounds, strict=True))
    report(
        [
            Figure("first import, against a bare COPY", "s", imported, rows, "<= 4"),
            Figure("1% of the loans as a delta, against the first", "s", delta, changed, "<= 0.2"),
            Figure("the whole book again, against the first", "s", full, rows, "told, not judged"),
            Figure(
                "arrears of every loan, against the aggregate",
                "s",
                owed,
                LOANS * 6,
                "<= 2 at SIZE=1m",
            ),
            Figure(
                "and written, every loan with a new version",
                "s",
                written,
                LOANS,
                "told, not judged",
            ),
        ]
    )


if __name__ == "__main__":
    main()
