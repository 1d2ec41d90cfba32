"""The four files of a batch: their digests, their encoding, and their rows one by one."""

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from borrowers.policies.import_reasons import say
from borrowers.policies.imports import SHEETS, CannotTake, Sheet, order
from collections_site.lib.decision import NotAllowed

CHUNK = 1 << 20
NAMES = ", ".join(sheet.name for sheet in SHEETS)


class CannotImport(NotAllowed):
    """The batch as a whole cannot be taken: nothing of it was; the sentence says what to do."""


def refusal(code: str, /, **values: object) -> CannotImport:
    """The refusal of a batch for a reason of policies/import_reasons.py."""
    return CannotImport(say(code, "en", **values))


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it was when its digest was taken."""

    sheet: Sheet
    path: Path
    sha256: str
    encoding: str
    size: int
    modified_ns: int

    @property
    def modified_at(self) -> datetime:
        return datetime.fromtimestamp(self.modified_ns // 10**9, UTC)

    def insist_unchanged(self) -> None:
        """Raise CannotImport if the file is no longer what the digest was taken of."""
        now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.modified_ns):
            raise refusal("changed_while_read", file=self.sheet.name)


def survey(folder: Path) -> list[Source]:
    """The four files with digest and encoding. Raises CannotImport for what no row can mend."""
    if not folder.is_dir():
        raise refusal("no_folder", folder=folder, files=NAMES)
    return [_survey(folder / sheet.name, sheet) for sheet in SHEETS]


def _survey(path: Path, sheet: Sheet) -> Source:
    if not path.is_file():
        raise refusal("no_file", file=sheet.name, files=NAMES)
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
        raise refusal("unreadable", file=sheet.name, why=error.strerror) from error
    if not start:
        raise refusal("empty_file", file=sheet.name)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refusal("utf_16", file=sheet.name)
    encoding = "utf-8" if is_utf8 and _decodes(decoder, b"", final=True) else _guess(path, sheet)
    if start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    return Source(sheet, path, digest.hexdigest(), encoding, state.st_size, state.st_mtime_ns)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _guess(path: Path, sheet: Sheet) -> str:
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
        raise refusal("encoding", file=sheet.name)
    return "gb18030"


def rows(source: Source) -> Iterator[tuple[int, Sequence[str], CannotTake | None]]:
    """Each row after the header: its number as in the file, its values in the sheet's order of columns,
    and what is wrong with it as a row of text (its values are then as they could be split).

    Every row stands on one line, so a quote left open spoils no more than its own row. Blank lines are
    passed over. Raises CannotImport for a header that will not do.
    """
    with source.path.open(encoding=source.encoding, errors="surrogateescape") as file:
        header, _ = _split(file.readline())
        try:
            places = order(source.sheet, header)
        except CannotTake as unusable:
            raise CannotImport(unusable.sentence) from unusable
        width, plain = len(header), places == list(range(len(header)))
        for number, line in enumerate(file, 2):
            values, wrong = _split(line)
            if wrong or len(values) != width:
                if not line.strip():
                    continue
                problem = CannotTake("", wrong or "width", found=len(values), wanted=width)
                yield number, [value.strip() for value in values], problem
            elif plain:
                yield number, values, None
            else:
                yield number, ["" if at is None else values[at] for at in places], None


def _split(line: str) -> tuple[list[str], str]:
    """The values of a line, and the code of what is wrong with it."""
    line = line.rstrip("\r\n")
    if not line.isascii() and any("\udc80" <= letter <= "\udcff" for letter in line):
        return line.split(","), "bytes"
    if '"' not in line:
        return line.split(","), ""
    try:
        return next(csv.reader([line], strict=True)), ""
    except csv.Error:
        return line.replace('"', "").split(","), "quotes"
