"""Have a file that somebody brought read by a child with limits; whatever it holds, no harm comes of it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from borrowers.policies.import_reasons import read as kept_as
from borrowers.policies.imports import SHEETS
from borrowers.services import portfolio_files
from borrowers.services.portfolio_files import CannotImport, Source, TooLarge, refusal

MOST_BYTES = 10 * 1024 * 1024  # by browser
FORM = 1 << 20  # what a form may have around its files


@dataclass(frozen=True, slots=True)
class Door:
    """Through which a file comes in: the room the child has for it, the most rows a file may have by its
    ending (0: no limit of ours), seconds by the wall's clock, and the command that takes more.
    """

    room: str
    rows: Mapping[str, int]
    seconds: int
    command: str = ""


# In CSV the largest book that a browser is to bring: 30,000 borrowers with eight instalments each are
# 240,000 rows of fewer than MOST_BYTES, and the child only counts them. A workbook's are unpacked and parsed.
PORTFOLIO = Door("browser", {".xlsx": 200_000, "": 300_000}, 40, "import_portfolio")
SERVER = Door("command", {"": 0}, 900)  # of the night: only the format and the machine are limits


def insist_small(size: int, name: str, door: Door) -> None:
    """Raise TooLarge for a file that is larger than a browser may bring."""
    if size > MOST_BYTES:
        raise too_large("too_large", file=name, most=MOST_BYTES >> 20, command=door.command)


def too_large(code: str, **values: object) -> TooLarge:
    """The refusal of a file that a command would take."""
    return TooLarge(refusal(code, **values).sentence)


def read(path: Path, into: Path, name: str, door: Door = PORTFOLIO) -> dict[str, Any]:
    """What the file is (digest, encoding, separator, header, rows); its text is at ``into`` then.

    Raises TooLarge for more rows than the door lets in, CannotImport, with a sentence, for everything
    that cannot be read.
    """
    most = door.rows.get(Path(name).suffix.lower(), door.rows[""])
    argv = [sys.executable, "-m", "borrowers.services.import_child", path, into, name]
    try:
        done = subprocess.run(
            [*map(str, argv), door.room, str(most)],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=door.seconds,
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
        raise _refused(said, name, door)
    return said


def _refused(said: dict[str, Any], name: str, door: Door) -> CannotImport:
    if "refused" in said:
        return CannotImport(kept_as(said["refused"]))
    code, values = said.get("code", "too_much"), said.get("values", {})
    if code == "too_many_rows":
        return too_large(code, file=name, command=door.command, **values)
    return refusal(code, file=name, **values)


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
                read(book, text, book.name, SERVER)
                as_old = book.stat().st_mtime_ns
                os.utime(text, ns=(as_old, as_old))
                instead[sheet.name] = text
        yield portfolio_files.survey(folder, instead)
