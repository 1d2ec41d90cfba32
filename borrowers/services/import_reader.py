"""Have a file that somebody brought read by a child with limits; whatever it holds, no harm comes of it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from borrowers.policies.imports import SHEETS
from borrowers.services import portfolio_files
from borrowers.services.portfolio_files import CannotImport, Source, refusal

MOST_BYTES = 10 * 1024 * 1024
SHEET_ROWS = 1_048_576  # what a worksheet can hold: a nightly job has no limit of ours
MOST_ROWS = {".xlsx": 200_000, ".csv": 300_000}  # ten megabytes of text hold no more honest rows
SECONDS = 40  # by the wall's clock; the child has 25 of the processor's


def read(path: Path, into: Path, name: str, most_rows: int = 0) -> dict[str, Any]:
    """What the file is (digest, encoding, separator, header, rows); its text is at ``into`` then.

    Raises CannotImport, with a sentence, for everything that cannot be read.
    """
    most = most_rows or MOST_ROWS.get(Path(name).suffix.lower(), MOST_ROWS[".csv"])
    argv = [sys.executable, "-m", "borrowers.services.import_child", path, into, name, most]
    try:
        done = subprocess.run(
            [str(word) for word in argv],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        into.unlink(missing_ok=True)
        raise refusal("too_much", file=name) from late
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError:  # it was ended by its limits
        said = {}
    if done.returncode != 0 or "header" not in said:
        into.unlink(missing_ok=True)
        raise (
            CannotImport(said["sentence"]) if "sentence" in said else refusal("too_much", file=name)
        )
    return said


@contextmanager
def surveyed(folder: Path) -> Iterator[list[Source]]:
    """The four files of a folder; where a workbook stands in for a CSV file, it is read by the child.

    What was converted is as old as the workbook, and gone afterwards. Raises CannotImport.
    """
    with tempfile.TemporaryDirectory(prefix="courtesy-") as box:
        instead = {}
        for sheet in SHEETS:
            book = (folder / sheet.name).with_suffix(".xlsx")
            if book.is_file() and not (folder / sheet.name).exists():
                text = Path(box) / sheet.name
                read(book, text, book.name, SHEET_ROWS)
                as_old = book.stat().st_mtime_ns
                os.utime(text, ns=(as_old, as_old))
                instead[sheet.name] = text
        yield portfolio_files.survey(folder, instead)
