"""Portfolio files for tests: a small book, changed at will."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from borrowers.services.imports import Summary, import_directory

HEADERS = {
    "borrowers": "borrower_ref,full_name,phone,language,region,locality,time_zone,consent_at",
    "loans": "loan_ref,borrower_ref,product,currency,principal,opened_on,status",
    "instalments": "loan_ref,number,due_on,amount_due",
    "repayments": "repayment_ref,loan_ref,paid_on,amount",
}
BOOK = {
    "borrowers": [
        "B1,王小明,+8613800130001,zh-hans,CN,,Asia/Shanghai,2025-01-01T10:00:00+08:00",
        "B2,Ana Silva,+447400123456,en,GB,,,2025-01-01T10:00:00+00:00",
    ],
    "loans": [
        "L1,B1,credit_card,CNY,10000.00,2025-12-01,active",
        "L2,B2,consumer_loan,GBP,900.50,2025-12-01,active",
    ],
    "instalments": [
        "L1,1,2026-10-20,100.00",
        "L1,2,2026-11-20,100.00",
        "L1,3,2026-12-20,100.00",
        "L2,1,2026-12-01,50.25",
    ],
    "repayments": ["R1,L1,2026-10-19,100.00"],
}
FIRST = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
NEXT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def a_folder(path: Path, encoding: str = "utf-8", **files: list[str] | None) -> Path:
    """The book as four files under ``path``; a keyword replaces a file's rows, None leaves it out."""
    path.mkdir(parents=True, exist_ok=True)
    for name, header in HEADERS.items():
        rows = files.get(name, BOOK[name])
        if rows is not None:
            text = "".join(f"{line}\n" for line in [header, *rows])
            (path / f"{name}.csv").write_bytes(text.encode(encoding))
    return path


def take(path: Path, *, as_of: datetime = FIRST, **rest: Any) -> Summary:
    """Import a folder made of the book and these changes."""
    how = {name: rest.pop(name) for name in ("delta", "check", "by") if name in rest}
    return import_directory(a_folder(path, **rest), as_of=as_of, **how)


def told(summary: Summary, name: str) -> tuple[int, int, int, int, int]:
    """New, changed, unchanged, absent, rejected of a file."""
    one = summary.files[f"{name}.csv"]
    return one.new, one.changed, one.unchanged, one.absent, one.rejected
