"""CSV that a spreadsheet shows and never computes, and that comes back as it was."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import SEEK_END, StringIO

MARK = "\ufeff"  # by which spreadsheets know UTF-8
GUARD = "'"
# What spreadsheets take for the start of a formula, the full-width signs they read as such, and the
# characters some pass over before they look. Apostrophes before it count as part of the start, so that a
# cell that was guarded twice comes back guarded once.
COMPUTED = re.compile(r"'*[=+\-@＝＋－＠\t\r\n\0]")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet computes: an apostrophe before what would start a formula."""
    return GUARD + cell if COMPUTED.match(cell) else cell


def restored(cell: str) -> str:
    """What a cell was before `harmless`: for every text, restored(harmless(text)) is that text."""
    return cell[1:] if cell.startswith(GUARD) and COMPUTED.match(cell) else cell


def text(lines: Iterable[Sequence[str]], *, guarded: bool = True) -> str:
    """A whole file with its mark; ``guarded`` makes each cell harmless."""
    made = StringIO(MARK)
    made.seek(0, SEEK_END)
    csv.writer(made).writerows(
        [harmless(cell) for cell in line] if guarded else line for line in lines
    )
    return made.getvalue()
