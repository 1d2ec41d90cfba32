"""A list of people or numbers that are not to be texted: which column counts, and what a cell says."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

import phonenumbers

from borrowers.policies import imports
from borrowers.policies.import_headers import KNOWN_AS, plain
from borrowers.policies.imports import CannotTake

Kind = Literal["phone", "ref"]
KINDS: tuple[Kind, ...] = ("phone", "ref")
COLUMN: dict[Kind, str] = {"phone": "phone", "ref": "borrower_ref"}
REF = 40  # characters of a lender's number
GROUPED = re.compile(r"[\s().-]+")


def guess(
    header: Sequence[str], rows: Sequence[Sequence[str]], country: str
) -> tuple[int, Kind, bool]:
    """Which column counts, what it holds, and whether the first row is a header.

    A column's name speaks first; else the column with the most telephone numbers, if it has any; else
    the first one is taken for borrower numbers. ``rows`` are some after the first.
    """
    names = [plain(name) for name in header]
    for kind in KINDS:
        words = {plain(COLUMN[kind]), *KNOWN_AS[COLUMN[kind]].split()}
        if (at := next((i for i, name in enumerate(names) if name in words), None)) is not None:
            return at, kind, True
    counts = [
        sum(is_phone(row[at], country) for row in rows if at < len(row))
        for at in range(len(header))
    ]
    best = max(range(len(header)), key=counts.__getitem__)
    if counts[best] or is_phone(header[best], country):
        return best, "phone", not is_phone(header[best], country)
    alike = [row[0] for row in rows if row and row[0].strip()]
    return 0, "ref", not (alike and shape(header[0]) == shape(alike[0]))


def shape(ref: str) -> str:
    """What a number looks like: ``C0001639`` and ``C0000026`` are alike, ``customer`` is not."""
    return re.sub(r"\d", "0", ref.strip())


def is_phone(value: str, country: str) -> bool:
    """Whether a cell reads as a telephone number."""
    try:
        a_phone(value, country)
    except CannotTake:
        return False
    return True


def a_phone(value: str, country: str) -> tuple[str, str]:
    """A number in E.164 and its country; without a country code it is one of ``country``.

    Spreadsheets drop the plus: digits that are no number of ``country`` are read with one before them.
    Raises CannotTake.
    """
    text = GROUPED.sub("", unicodedata.normalize("NFKC", value))
    if not text:
        raise CannotTake("phone", "missing")
    if text.startswith("00"):
        text = f"+{text[2:]}"
    if text.isascii() and text.isdecimal():
        text = _national(text, country) or f"+{text}"
    return imports.a_phone("phone", text)


def _national(digits: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number_for_region(number, country):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def a_ref(value: str) -> str:
    """A borrower's number as written in the lender's files. Raises CannotTake."""
    return imports.a_word("borrower_ref", value, REF)
