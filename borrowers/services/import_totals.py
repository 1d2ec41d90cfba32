"""The file in which the sender states rows and sums of a batch."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from borrowers.policies import import_totals as policy
from borrowers.policies.imports import CannotTake
from borrowers.services.portfolio_files import SEPARATORS, refusal

MOST_BYTES = 100_000  # four files, a few currencies: more is another file


def read(path: Path) -> policy.Figures:
    """The figures of a totals file. Raises CannotImport, naming the row and what to put right."""
    name = path.name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise refusal("totals_unreadable", file=name, why="it is far too large for totals")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise refusal("totals_unreadable", file=name, why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise refusal("totals_unreadable", file=name, why="it is not UTF-8") from error
    try:
        return policy.figures(_lines(text))
    except (CannotTake, csv.Error) as wrong:
        row, what = (
            (wrong.column, wrong.sentence) if isinstance(wrong, CannotTake) else ("?", wrong)
        )
        raise refusal("totals_row", row=row, file=name, what=what) from wrong


def _lines(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    lines = text.splitlines()
    mark = max(SEPARATORS, key=lines[0].count) if lines else ","
    for number, line in enumerate(lines, 1):
        yield number, next(csv.reader([line], delimiter=mark), [])
