"""Write the synthetic book as the four portfolio files, row by row, with twenty rows bad on purpose."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from borrowers.policies.imports import SHEETS
from borrowers.services import synthetic
from collections_site.lib.decision import NotAllowed

MOST_INSTALMENTS = 60
# Rows as lenders' exports have them: each is refused for another reason, and says so.
BAD_ROWS: dict[str, list[tuple[str, ...]]] = {
    "borrowers.csv": [
        ("C0000001", "王重复", "+8615400000001", "zh-hans", "CN", "", "Asia/Shanghai", ""),
        ("X0000001", "李一", "+86154", "zh-hans", "CN", "", "Asia/Shanghai", ""),
        ("X0000002", "李二", "+8615400000002", "zh-hans", "CN", "", "CET", ""),
        ("X0000003", "李三", "+8615400000003", "zh-hans", "ZZ", "", "Asia/Shanghai", ""),
        ("X0000004", "李四", "+8615400000004", "mandarin", "CN", "", "Asia/Shanghai", ""),
        ("X0000005", "李五", "+8615400000005", "zh-hans", "CN", "", "Asia/Shanghai", "last year"),
        ("X0000006", "", "+8615400000006", "zh-hans", "CN", "", "Asia/Shanghai", ""),
    ],
    "loans.csv": [
        ("X1", "C9999999", "consumer_loan", "CNY", "5000.00", "2026-01-01", "active"),
        ("X2", "X0000001", "consumer_loan", "CNY", "5000.00", "2026-01-01", "active"),
        ("X3", "C0000001", "consumer_loan", "RMB", "5000.00", "2026-01-01", "active"),
        ("X4", "C0000001", "mortgage", "CNY", "5000.00", "2026-01-01", "active"),
        ("X5", "C0000001", "consumer_loan", "CNY", "5,000.00", "2026-01-01", "active"),
        ("X6", "C0000001", "consumer_loan", "CNY", "5000.00", "2026-01-01", "late"),
    ],
    "instalments.csv": [
        ("X2", "1", "2026-02-01", "500.00"),
        ("X7", "1", "2026-02-01", "500.00"),
        ("{last}", "98", "2026-02-30", "500.00"),
        ("{last}", "99", "2026-03-01", "-500.00"),
    ],
    "repayments.csv": [
        ("X-1", "{last}", "2026-02-01", "NaN"),
        ("X-2", "{last}", "2026-02-01", "0.00"),
        ("X-3", "{last}", "2026-02-01", "99.995"),
    ],
}


def write(
    folder: Path, *, borrowers: int, as_of: date, seed: int, instalments: int = synthetic.TERM
) -> dict[str, int]:
    """Write the book as it stands at the end of ``as_of``; answer the rows of each file.

    Payments after that day do not exist yet. Raises NotAllowed for a day before 2025, no people, contracts
    of fewer than 6 or more than 60 instalments, or a folder that cannot be written.
    """
    if borrowers < 1:
        raise NotAllowed("A book has at least one borrower.")
    if as_of < synthetic.FIRST_DAY:
        raise NotAllowed(
            f"The book begins on {synthetic.FIRST_DAY}: choose that day or a later one."
        )
    if not synthetic.TAIL <= instalments <= MOST_INSTALMENTS:
        raise NotAllowed(
            f"A contract has {synthetic.TAIL} to {MOST_INSTALMENTS} instalments, not {instalments}."
        )
    try:
        with ExitStack() as files:
            sheets = {
                sheet.name: files.enter_context(_sheet(folder, sheet.name)) for sheet in SHEETS
            }
            for sheet in SHEETS:
                sheets[sheet.name].writerow(sheet.columns)
            return _write_rows(sheets, borrowers, as_of, seed, instalments)
    except OSError as error:
        raise NotAllowed(f"{folder} cannot be written: {error.strerror}.") from error


@contextmanager
def _sheet(folder: Path, name: str) -> Iterator[Any]:
    """A file that appears under its name only when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{name}.part"
    with half.open("w", newline="", encoding="utf-8") as file:
        yield csv.writer(file, lineterminator="\n")
    half.replace(folder / name)


def _write_rows(
    sheets: dict[str, Any], borrowers: int, as_of: date, seed: int, instalments: int
) -> dict[str, int]:
    counts = dict.fromkeys(sheets, 0)

    def put(name: str, rows: Iterable[tuple[object, ...]]) -> None:
        for row in rows:
            sheets[name].writerow(row)
            counts[name] += 1

    last = ""
    for person in synthetic.people(borrowers, seed):
        put("borrowers.csv", [person.row])
        for loan in synthetic.contracts(person, seed, as_of, instalments):
            last = loan.ref
            terms = (loan.principal, loan.opened_on, loan.status(as_of))
            put("loans.csv", [(loan.ref, person.ref, loan.product, person.currency, *terms)])
            put("instalments.csv", ((loan.ref, n, *due) for n, due in enumerate(loan.due, 1)))
            paid = (row for row in loan.payments if row[1] <= as_of)
            put("repayments.csv", ((ref, loan.ref, on, amount) for ref, on, amount in paid))
    for name, rows in BAD_ROWS.items():
        put(name, (tuple(value.format(last=last) for value in row) for row in rows))
    return counts
