"""The four portfolio files: their columns, and what a value must look like to be taken.

A row is judged on its own here; what needs other rows (duplicates, unknown references, amounts already
on file) is found by the database and said in the same sentences.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Generic, TypeVar

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies

from borrowers.policies import places
from borrowers.policies.import_reasons import say

PRODUCTS = ("credit_card", "consumer_loan", "instalment_plan")
STATUSES = ("active", "settled", "written_off", "sold")
CURRENCIES = frozenset(list_currencies())
DELIMITERS = {"|": "bars", ":": "colons"}
FORMULA = re.compile(
    r"[=@]|[+-](?![0-9 ]*$)|#(N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|DIV/0!|SPILL!|CALC!)$"
)
FIRST_YEAR, LAST_YEAR = 1950, 2099
DAMAGED = "\ufffd"  # what is left of a character that was no text
SHOWN = 40  # characters of a value repeated in a sentence
T = TypeVar("T")

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
NUMBER = re.compile(r"[0-9]{1,9}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of the portfolio: its name, the columns it must have, and those it may lack."""

    name: str
    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    may_be_empty: bool = False


BORROWERS = Sheet(
    "borrowers.csv",
    (
        "borrower_ref",
        "full_name",
        "phone",
        "language",
        "region",
        "locality",
        "time_zone",
        "consent_at",
    ),
    optional=frozenset({"locality"}),
)
LOANS = Sheet(
    "loans.csv",
    ("loan_ref", "borrower_ref", "product", "currency", "principal", "opened_on", "status"),
)
INSTALMENTS = Sheet("instalments.csv", ("loan_ref", "number", "due_on", "amount_due"))
REPAYMENTS = Sheet(
    "repayments.csv", ("repayment_ref", "loan_ref", "paid_on", "amount"), may_be_empty=True
)
SHEETS = (BORROWERS, LOANS, INSTALMENTS, REPAYMENTS)


class CannotTake(Exception):
    """A value, or a whole file, that cannot be taken: the column, and a sentence with the remedy."""

    def __init__(self, column: str, code: str, /, **values: object) -> None:
        self.column = column
        self.sentence = say(code, "en", **values)
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken; ``row`` counts as in the file, the header is row 1."""

    file: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows are judged against: zones both clocks know, the lender's own, and the export's moment."""

    zones: frozenset[str]
    lender_zone: tzinfo
    lender_places: tuple[str, ...]
    data_as_of: datetime


def order(sheet: Sheet, header: Sequence[str]) -> list[int | None]:
    """Where each of the sheet's columns stands in a file with this header; None for an optional one.

    Raises CannotTake for the whole file when a column is missing or doubled, or the separator is wrong.
    """
    names = [name.strip().lower() for name in header]
    if len(names) == 1:
        for mark, word in DELIMITERS.items():
            if mark in names[0]:
                raise CannotTake("", "delimiter", file=sheet.name, delimiter=word)
    for name in sheet.columns:
        if names.count(name) > 1:
            raise CannotTake("", "column_twice", file=sheet.name, column=name)
    missing = [name for name in sheet.columns if name not in names and name not in sheet.optional]
    if missing:
        wanted = ", ".join(sheet.columns)
        raise CannotTake(
            "", "missing_columns", file=sheet.name, columns=", ".join(missing), wanted=wanted
        )
    return [names.index(name) if name in names else None for name in sheet.columns]


def shown(value: str) -> str:
    """A value as a sentence repeats it: short, and only what can be seen."""
    seen = "".join(letter if letter.isprintable() else "�" for letter in value)
    return f"“{seen[:SHOWN]}{'…' if len(seen) > SHOWN else ''}”"


def a_word(column: str, value: str, most: int) -> str:
    """Text that must be there: trimmed, composed (NFC), visible, no formula, at most ``most`` characters."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text:
        raise CannotTake(column, "missing")
    if not text.isprintable() or DAMAGED in text:
        raise CannotTake(column, "invisible")
    if len(text) > most:
        raise CannotTake(column, "too_long", most=most)
    if FORMULA.match(text):
        raise CannotTake(column, "formula")
    return text


def a_date(column: str, value: str) -> str:
    """An ISO date between 1950 and 2099, as written."""
    text = value.strip()
    try:
        if not DATE.fullmatch(text):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError:
        raise CannotTake(column, "date", value=shown(value)) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CannotTake(column, "year", value=shown(value))
    return text


def an_amount(column: str, value: str, *, signed: bool = False) -> str:
    """Major units with at most two decimals, as written; below zero only where ``signed``."""
    text = value.strip()
    if not AMOUNT.fullmatch(text):
        raise CannotTake(column, "amount", value=shown(value))
    if text[0] == "-" and not signed:
        raise CannotTake(column, "negative", value=shown(value))
    if signed and not text.strip("-0."):
        raise CannotTake(column, "zero")
    return text


def a_number(column: str, value: str) -> str:
    """The number of an instalment, 0 to 999,999,999."""
    text = value.strip()
    if not NUMBER.fullmatch(text):
        raise CannotTake(column, "number", value=shown(value))
    return text.lstrip("0") or "0"


def one_of(column: str, value: str, known: tuple[str, ...]) -> str:
    """One of our own words, in lower case."""
    text = value.strip().lower()
    if text not in known:
        raise CannotTake(column, column, value=shown(value), known=", ".join(known))
    return text


def a_currency(column: str, value: str) -> str:
    """An ISO 4217 code."""
    text = value.strip().upper()
    if text not in CURRENCIES:
        raise CannotTake(column, "currency", value=shown(value))
    return text


def a_language(column: str, value: str) -> str:
    """A BCP 47 tag that CLDR knows, in lower case, at most 12 characters."""
    text = value.strip().lower()
    try:
        if not LANGUAGE.fullmatch(text) or len(text) > 12:
            raise ValueError(text)
        Locale.parse(text, sep="-")
    except (ValueError, UnknownLocaleError):
        raise CannotTake(column, "language", value=shown(value)) from None
    return text


def a_region(column: str, value: str) -> str:
    """A country, or a country and a subdivision of it."""
    text = value.strip().upper()
    if not places.known_region(text):
        raise CannotTake(column, "region", value=shown(value))
    return text


def a_phone(column: str, value: str) -> tuple[str, str]:
    """A possible number in E.164, and its country."""
    phone = places.canonical_phone(unicodedata.normalize("NFKC", value).strip())
    country = phone and places.country_of(phone)
    if not phone or not country:
        raise CannotTake(column, "phone")
    return phone, country


def a_zone(column: str, value: str, known: frozenset[str]) -> str:
    """The name of a place's zone that this machine and the database know; empty stays empty."""
    text = value.strip()
    if text and text not in known:
        raise CannotTake(column, "zone", value=shown(value))
    return text


def a_moment(column: str, value: str, known: Known) -> str | None:
    """When a consent was given, None if it was not; without an offset it is the lender's local time.

    One given after the export is refused: it would outlive every withdrawal until then.
    """
    text = value.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=known.lender_zone)
        after = moment > known.data_as_of
    except (ValueError, OverflowError):
        raise CannotTake(column, "moment", value=shown(value)) from None
    if not moment.year >= FIRST_YEAR:
        raise CannotTake(column, "year", value=shown(value))
    if after:
        raise CannotTake(column, "future_consent", value=shown(value))
    return moment.isoformat()


class Remembering(Generic[T]):
    """Answers of a check that come again and again, kept so that a million rows cost a look-up each."""

    def __init__(self, check: Callable[[str], T], most: int = 20_000) -> None:
        self._check, self._most = check, most
        self._known: dict[str, T] = {}

    def __call__(self, value: str) -> T:
        try:
            return self._known[value]
        except KeyError:
            if len(self._known) >= self._most:
                self._known.clear()
            return self._known.setdefault(value, self._check(value))
