"""Reads one file that somebody brought, in a process of its own with little memory and time.

python -m borrowers.services.import_child FILE INTO NAME ROOM MOST_ROWS

ROOM is `browser` or `command`, MOST_ROWS is 0 where the room alone limits them. Answers one line of JSON:
what the file is; or code and values of why it cannot be read; or, where others found that, their reason.
A spreadsheet becomes CSV, each row on the line of its number. Knows neither Django nor the database.
"""

import csv
import json
import lzma
import re
import resource
import shutil
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any

from borrowers.policies.import_reasons import plain
from borrowers.policies.imports import SHEETS
from borrowers.services import portfolio_files

MOST_COLUMNS = 200
MOST_PARTS, MOST_RATIO, SMALL = 200, 100, 1 << 20
WORKBOOK_OLD, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
BINARY = (
    ZIP,
    WORKBOOK_OLD,
    b"%PDF",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"BZh",
    b"\x7fELF",
    b"MZ",
)
DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")
DIGITS = 10**15  # a spreadsheet keeps no more digits of a number


@dataclass(frozen=True, slots=True)
class Room:
    """What a file may take: bytes of memory, seconds of the processor, bytes unpacked and bytes written."""

    memory: int
    seconds: int
    unpacked: int
    written: int


# A worksheet as large as the format allows (1,048,576 rows, of eight columns) unpacks into half a gigabyte
# and is read with 0.8 of memory: a command gives it several times that, and still not the whole machine.
ROOMS = {
    "browser": Room(768 << 20, 25, 100 << 20, 128 << 20),
    "command": Room(4 << 30, 600, 4 << 30, 4 << 30),
}


class Unreadable(Exception):
    """The file cannot be read: a code of policies/import_reasons.py and its values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def limit(room: Room) -> None:
    """No more memory, time or output than an honest file needs."""
    resource.setrlimit(resource.RLIMIT_AS, (room.memory, room.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (room.seconds, room.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room.written, room.written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: Path, into: Path, name: str, room: Room, most_rows: int) -> dict[str, Any]:
    """What the file is: digest, encoding, separator, header row, number of rows, whether a spreadsheet.

    Raises Unreadable. The text that the import reads is at ``into`` afterwards.
    """
    with path.open("rb") as file:
        start = file.read(512)
    ending = Path(name).suffix.lower()
    if ending in {".xls", ".xlsm", ".xlsb"}:
        raise Unreadable("macros" if ending == ".xlsm" else "old_workbook")
    if ending not in {".csv", ".txt", ".tsv", ".xlsx"}:
        raise Unreadable("extension")
    spreadsheet = ending == ".xlsx"
    if spreadsheet:
        _insist_on_workbook(path, start, room)
        _write(path, into, most_rows)
    else:
        _insist_on_text(start)
        shutil.copyfile(path, into)
    source = portfolio_files.examine(into, SHEETS[0], name)
    return {
        "sha256": source.sha256,
        "size": path.stat().st_size,
        "encoding": "xlsx" if spreadsheet else source.encoding,
        "delimiter": source.delimiter,
        **_shape(source, most_rows),
    }


def _insist_on_text(start: bytes) -> None:
    if start.startswith(BINARY):
        raise Unreadable("old_workbook" if start.startswith(WORKBOOK_OLD) else "not_text")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # told by its own sentence
    if start.split(b"\n", 1)[0].count(b"\0"):
        raise Unreadable("not_text")


def _shape(source: portfolio_files.Source, most_rows: int) -> dict[str, Any]:
    header = [name.strip() for name in portfolio_files.header(source)]
    if len(header) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", most=MOST_COLUMNS)
    rows = 0
    with source.path.open("rb") as file:
        next(file)
        for line in file:
            rows += bool(line.strip())
            if rows > most_rows > 0:
                raise Unreadable("too_many_rows", most=f"{most_rows:,}")
    return {"header": [portfolio_files.storable(name) for name in header], "rows": rows}


def _insist_on_workbook(path: Path, start: bytes, room: Room) -> None:
    if start.startswith(WORKBOOK_OLD):
        raise Unreadable("old_workbook")
    if not start.startswith(ZIP):
        raise Unreadable("not_xlsx")
    try:
        with zipfile.ZipFile(path) as archive:
            _inspect(archive, room)
    except (
        zipfile.BadZipFile,
        EOFError,
        RuntimeError,
        OSError,
        ValueError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise Unreadable("not_xlsx") from error


def _inspect(archive: zipfile.ZipFile, room: Room) -> None:
    """Refuse what unpacks into too much, declares entities, or computes; before anything is parsed."""
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if "[content_types].xml" not in names or not any(one.startswith("xl/") for one in names):
        raise Unreadable("not_xlsx")
    if any(one.endswith(("vbaproject.bin", ".vbs", ".js")) for one in names):
        raise Unreadable("macros")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > room.unpacked:
        raise Unreadable("bomb")
    if any(one.endswith((".zip", ".gz", ".xlsx", ".jar")) for one in names):
        raise Unreadable("bomb")
    if len({part.header_offset for part in parts}) < len(parts):
        raise Unreadable("bomb")
    for part in parts:
        if part.flag_bits & 1:
            raise Unreadable("old_workbook")
        packed = max(part.compress_size, 1)
        if part.file_size > SMALL and part.file_size // packed > MOST_RATIO:
            raise Unreadable("bomb")
        _inspect_part(archive, part)


def _inspect_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack it once: a false size or sum makes zipfile refuse it."""
    in_xml = part.filename.lower().endswith((".xml", ".rels"))
    in_sheet = part.filename.lower().startswith("xl/worksheets/")
    before = b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            if in_xml and (DECLARES.search(before + chunk) or b"<\0!\0" in chunk):
                raise Unreadable("entities")
            if in_sheet and FORMULA.search(before + chunk):
                raise Unreadable("formulas")
            before = chunk[-16:]


def _write(path: Path, into: Path, most_rows: int) -> None:
    from python_calamine import CalamineWorkbook  # the limits stand before it is loaded

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        found = sheet.iter_rows()
    except Exception as error:
        raise Unreadable("not_xlsx") from error
    before = [""] * (
        sheet.start[1] if sheet.start else 0
    )  # empty columns are left out, empty rows are not
    rows = ([*before, *row] for row in found)
    first = next(rows, [])
    width = max((at for at, cell in enumerate(first, 1) if cell != ""), default=0)
    if not width:
        raise Unreadable("no_sheet")
    if width > MOST_COLUMNS:
        raise Unreadable("too_many_columns", most=MOST_COLUMNS)
    if sheet.end and sheet.end[0] > most_rows > 0:
        raise Unreadable("too_many_rows", most=f"{most_rows:,}")
    with into.open("w", encoding="utf-8", newline="") as file:
        _copy(chain([first], rows), width, csv.writer(file, lineterminator="\n"))


def _copy(rows: Iterable[list[Any]], width: int, out: Any) -> None:
    """Each row on the line of its number, as wide as the header or wider."""
    for number, row in enumerate(rows, 1):
        cells = list(_cells(row, number))
        while len(cells) > width and not cells[-1]:
            cells.pop()
        out.writerow(cells if any(cells) else [])


def _cells(row: list[Any], number: int) -> Iterator[str]:
    for cell in row:
        if isinstance(cell, bool):
            yield str(cell).lower()
        elif isinstance(cell, int | float):
            if abs(cell) >= DIGITS:
                raise Unreadable("long_number", row=number)
            yield f"{cell:.15g}"
        elif isinstance(cell, datetime):
            a_day = cell.time() == time()
            yield (cell.date() if a_day else cell).isoformat()
        elif isinstance(cell, date | time):
            yield cell.isoformat()
        else:
            yield " ".join(str(cell).split())


def main(path: str, into: str, name: str, room: str, most_rows: str) -> dict[str, Any]:
    """The answer for one file."""
    limit(ROOMS[room])
    try:
        return read(Path(path), Path(into), name, ROOMS[room], int(most_rows))
    except Unreadable as unreadable:
        return {"code": unreadable.code, "values": unreadable.values}
    except portfolio_files.CannotImport as refused:
        return {"refused": plain(refused.sentence)}
    except MemoryError:
        return {"code": "too_much", "values": {}}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201  the answer to whoever started it
