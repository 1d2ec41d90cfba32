"""The four files of a batch: their digests, their encoding, and their rows one by one."""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from borrowers.policies.import_reasons import say
from borrowers.policies.imports import SHEETS, CannotTake, Sheet, order
from collections_site.lib import csv_files
from collections_site.lib.decision import NotAllowed

CHUNK = 1 << 20
NAMES = ", ".join(sheet.name for sheet in SHEETS)
SEPARATORS = ",\t;"
NO_TEXT = re.compile("[\ud800-\udfff\0]")


class CannotImport(NotAllowed):
    """The batch as a whole cannot be taken: nothing of it was; the sentence says what to do."""


class TooLarge(CannotImport):
    """More than is taken by browser; the sentence names the command that takes it."""


class Busy(CannotImport):
    """Another import is running; this one may come later."""


def refusal(code: str, /, **values: object) -> CannotImport:
    """The refusal of a batch for a reason of policies/import_reasons.py."""
    return CannotImport(say(code, "en", **values))


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it was when its digest was taken.

    ``columns`` says where each of the sheet's columns stands; without it the header row does.
    """

    sheet: Sheet
    path: Path
    sha256: str
    encoding: str
    size: int
    modified_ns: int
    delimiter: str = ","
    columns: tuple[int | None, ...] = ()

    @property
    def modified_at(self) -> datetime:
        return datetime.fromtimestamp(self.modified_ns // 10**9, UTC)

    def insist_unchanged(self) -> None:
        """Raise CannotImport if the file is no longer what the digest was taken of."""
        now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.modified_ns):
            raise refusal("changed_while_read", file=self.sheet.name)


def survey(folder: Path, instead: Mapping[str, Path] | None = None) -> list[Source]:
    """The four files with digest and encoding; ``instead`` names files that lie elsewhere.

    Raises CannotImport for what no row can mend.
    """
    if not folder.is_dir():
        raise refusal("no_folder", folder=folder, files=NAMES)
    sources = []
    for sheet in SHEETS:
        path = (instead or {}).get(sheet.name, folder / sheet.name)
        if not path.is_file():
            raise refusal("no_file", file=sheet.name, files=NAMES)
        sources.append(examine(path, sheet))
    return sources


def examine(path: Path, sheet: Sheet, name: str = "") -> Source:
    """Digest, encoding and separator of one text file; ``name`` is what people call it.

    Raises CannotImport when it is empty, cannot be read, or is in no encoding we take.
    """
    name = name or sheet.name
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    start, is_utf8 = b"", True
    try:
        with path.open("rb") as file:
            state = path.stat()
            while chunk := file.read(CHUNK):
                start = start or chunk[:4]
                digest.update(chunk)
                is_utf8 = is_utf8 and _decodes(decoder, chunk)
    except OSError as error:
        raise refusal("unreadable", file=name, why=error.strerror) from error
    if not start:
        raise refusal("empty_file", file=name)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refusal("utf_16", file=name)
    encoding = "utf-8" if is_utf8 and _decodes(decoder, b"", final=True) else _guess(path, name)
    if start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    delimiter = _separator(path, encoding)
    made = (state.st_size, state.st_mtime_ns)
    return Source(sheet, path, digest.hexdigest(), encoding, *made, delimiter)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _guess(path: Path, name: str) -> str:
    """The encoding of a file that is not UTF-8 throughout.

    A UTF-8 file with a few damaged rows often reads as GB18030 too, and every name in it would turn into
    other characters; so the rows vote.
    """
    good = bad = 0
    other = codecs.getincrementaldecoder("gb18030")()
    is_gb18030 = True
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                whole = _decodes(codecs.getincrementaldecoder("utf-8")(), line, final=True)
                good, bad = good + whole, bad + (not whole)
            is_gb18030 = is_gb18030 and _decodes(other, line)
    if good >= bad:
        return "utf-8"
    if not (is_gb18030 and _decodes(other, b"", final=True)):
        raise refusal("encoding", file=name)
    return "gb18030"


def _separator(path: Path, encoding: str) -> str:
    """What stands most often between the names of the header row."""
    with path.open(encoding=encoding, errors="surrogateescape") as file:
        line = file.readline(CHUNK)
    return max(SEPARATORS, key=line.count)


def header(source: Source) -> list[str]:
    """The names in the header row, as written."""
    with source.path.open(encoding=source.encoding, errors="surrogateescape") as file:
        return _split(file.readline(), source.delimiter)[0]


def rows(source: Source) -> Iterator[tuple[int, Sequence[str], CannotTake | None]]:
    """Each row after the header: its number as in the file, its values in the sheet's order of columns,
    and what is wrong with it as a row of text (its values are then as they could be split).

    Every row stands on one line, so a quote left open spoils no more than its own row. Blank lines are
    passed over, and the apostrophe by which our own downloads guard a cell is taken off. Raises
    CannotImport for a header that will not do.
    """
    delimiter = source.delimiter
    with source.path.open(encoding=source.encoding, errors="surrogateescape") as file:
        names, _ = _split(file.readline(), delimiter)
        try:
            places = list(source.columns) or order(source.sheet, names)
        except CannotTake as unusable:
            raise CannotImport(unusable.sentence) from unusable
        width, plain = len(names), places == list(range(len(names)))
        for number, line in enumerate(file, 2):
            values, wrong = _split(line, delimiter)
            if csv_files.GUARD in line:
                values = [csv_files.restored(value) for value in values]
            if wrong or len(values) != width:
                if not line.strip():
                    continue
                problem = CannotTake("", wrong or "width", found=len(values), wanted=width)
                yield number, [value.strip() for value in values], problem
            elif plain:
                yield number, values, None
            else:
                yield number, ["" if at is None else values[at] for at in places], None


def cells(source: Source, numbers: set[int]) -> Iterator[tuple[int, list[str]]]:
    """The values of these rows in the sheet's order of columns, as well as they can be told apart.

    What a row has beyond the header stays at its last value, so that 1,000.00 never comes back as 1.
    """
    names = header(source)
    places = list(source.columns) or order(source.sheet, names)
    last = max(at for at in places if at is not None)
    end = max(numbers, default=0)
    for number, values, wrong in rows(source):
        if number > end:
            break
        if number in numbers:
            told = values
            if wrong is not None:
                beyond = last + 1 + max(len(values) - len(names), 0)
                whole = [*values[:last], source.delimiter.join(values[last:beyond])]
                told = ["" if at is None or at >= len(whole) else whole[at] for at in places]
            yield number, [storable(value.strip()) for value in told]


def storable(value: str) -> str:
    """What the database can keep of a value: bytes that are no text become a mark that no row may hold."""
    return NO_TEXT.sub("�", value)[:300]


def rewrite(source: Source, instead: Mapping[int, Sequence[str]], into: Path) -> None:
    """Write the file again with other values in these rows; every row keeps its number.

    The header row and columns we do not know stay; ``instead`` is in the sheet's order of columns.
    """
    names = header(source)
    places = list(source.columns) or order(source.sheet, names)
    how = {"encoding": source.encoding, "errors": "surrogateescape"}
    with (
        source.path.open(**how) as old,  # type: ignore[call-overload]
        into.open("w", newline="\n", **how) as new,  # type: ignore[call-overload]
    ):
        sheet = csv.writer(new, delimiter=source.delimiter, lineterminator="\n")
        for number, line in enumerate(old, 1):
            values = instead.get(number)
            if values is None:
                new.write(line)
                continue
            row, _ = _split(line, source.delimiter)
            row = [*row, *[""] * len(names)][: len(names)]
            for at, value in zip(places, values, strict=True):
                if at is not None:
                    row[at] = " ".join(value.split())
            sheet.writerow(row)


def _split(line: str, delimiter: str) -> tuple[list[str], str]:
    """The values of a line, and the code of what is wrong with it."""
    line = line.rstrip("\r\n")
    if not line.isascii() and any("\udc80" <= letter <= "\udcff" for letter in line):
        return line.split(delimiter), "bytes"
    if '"' not in line:
        return line.split(delimiter), ""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True)), ""
    except csv.Error:
        return line.replace('"', "").split(delimiter), "quotes"
