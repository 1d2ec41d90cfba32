"""The sender's own figures beside the files: rows, and a sum per currency, of each file."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from borrowers.policies.imports import BORROWERS, CURRENCIES, SHEETS, CannotTake, shown

HEADER = ("file", "what", "value")
ROWS = re.compile(r"[0-9]{1,9}")
SUM = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,2})?")
FILES = [sheet.name for sheet in SHEETS]

Figures = dict[str, dict[str, Any]]


def figures(lines: Iterable[tuple[int, Sequence[str]]]) -> Figures:
    """Figures by file as `import_preview.Look` takes them: `rows` a number, `sums` texts by currency.

    ``lines`` are numbered as in the file, the header first. Raises CannotTake for the first line that
    cannot be read; its column is the number of that line.
    """
    found: Figures = {}
    first: dict[tuple[str, str], int] = {}
    rest = iter(lines)
    at, header = next(rest, (1, ()))
    if tuple(name.strip().lower() for name in header) != HEADER:
        raise CannotTake(str(at), "totals_header", header=",".join(HEADER))
    for row, values in rest:
        if any(map(str.strip, values)):
            try:
                file, what, value = _read(values)
            except CannotTake as wrong:
                wrong.column = str(row)
                raise
            if (file, what) in first:
                raise CannotTake(str(row), "totals_twice", first=first[file, what])
            first[file, what] = row
            told = found.setdefault(file, {})
            if what == "rows":
                told["rows"] = int(value)
            else:
                told.setdefault("sums", {})[what] = f"{Decimal(value):.2f}"
    return found


def _read(values: Sequence[str]) -> tuple[str, str, str]:
    if len(values) != len(HEADER):
        raise CannotTake("", "width", found=len(values), wanted=len(HEADER))
    file, what, value = (text.strip() for text in values)
    what = what.lower() if what.lower() == "rows" else what.upper()
    if file not in FILES:
        raise CannotTake("", "totals_file", value=shown(file), known=", ".join(FILES))
    if what != "rows" and what not in CURRENCIES:
        raise CannotTake("", "totals_what", value=shown(what))
    if what != "rows" and file == BORROWERS.name:
        raise CannotTake("", "totals_people", file=file)
    if not (ROWS if what == "rows" else SUM).fullmatch(value):
        raise CannotTake("", "totals_value", value=shown(value))
    return file, what, value
