"""The file that sets up a lender: who it is, its signatures, and the carriers its texts go over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from borrowers.policies.buckets import NoBuckets, buckets
from messaging.policies.shapes import unsafe

T = TypeVar("T")
COUNTRY = re.compile(r"[A-Z]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")
PARTY = re.compile("first|third")
DEAREST = Decimal(1000)  # a part costs less in any currency
OLDEST = 24 * 31  # hours; older balances tell nobody what is owed


@dataclass(frozen=True, slots=True)
class SenderEntry:
    """A way out; ``price`` is for a part, ``rate`` in texts a second, None without a limit."""

    provider: str
    name: str
    countries: tuple[str, ...]
    priority: int
    rate: int | None
    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class LenderFile:
    """All that the file says; ``signatures`` by language, ``providers`` code to name.

    ``registering`` are the providers that carry only wordings they have accepted beforehand.
    ``bucket_days`` and ``balance_hours`` are None where the file leaves them out.
    """

    name: str
    name_en: str
    contact_line: str
    party: str
    time_zone: str
    jurisdictions: tuple[str, ...]
    signatures: Mapping[str, str]
    providers: Mapping[str, str]
    senders: tuple[SenderEntry, ...]
    registering: frozenset[str] = frozenset()
    bucket_days: tuple[int, ...] | None = None
    balance_hours: int | None = None


class LenderFileError(ValueError):
    """What is wrong with the file; names the entry and the field."""


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the file; takes its fields one by one and complains of what is left."""

    where: str
    fields: dict[str, object]

    def wrong(self, field: str, why: str) -> LenderFileError:
        return LenderFileError(f"[{self.where}] {field}: {why}")

    def text(self, field: str, most: int, pattern: re.Pattern[str] | None = None) -> str:
        value = self.fields.pop(field, None)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(field, "a text is needed")
        if len(value) > most:
            raise self.wrong(field, f"at most {most} characters")
        if pattern and not pattern.fullmatch(value):
            raise self.wrong(field, f"{value!r} is not written as it should be")
        return value

    def texts(self, field: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
        values = self.fields.pop(field, [])
        if not isinstance(values, list):
            raise self.wrong(field, "a list of codes is needed")
        for value in values:
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise self.wrong(field, f"{value!r} is not a code like CN or US-NY")
        return tuple(sorted(set(values)))

    def whole(self, field: str, most: int) -> int:
        value = self.fields.pop(field, None)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise self.wrong(field, f"a whole number from 1 to {most} is needed")
        return value

    def yes(self, field: str) -> bool:
        """Absent means no."""
        value = self.fields.pop(field, False)
        if not isinstance(value, bool):
            raise self.wrong(field, "true or false is needed")
        return value

    def price(self, field: str) -> Decimal:
        """Written as a text, so that no binary fraction creeps in; at most four decimals."""
        value = self.text(field, 9)
        try:
            price = Decimal(value)
        except InvalidOperation:
            raise self.wrong(field, f"{value!r} is not an amount") from None
        if not price.is_finite() or not 0 <= price < DEAREST or price != round(price, 4):
            raise self.wrong(field, f"{value!r} is not an amount with at most four decimals")
        return price

    def tables(self, field: str) -> list[_Table]:
        value = self.fields.pop(field, None)
        if not isinstance(value, list) or not value or not all(isinstance(t, dict) for t in value):
            raise self.wrong(field, "at least one entry is needed")
        place = field if self.where == "file" else f"{self.where}.{field}"
        return [_Table(f"{place} {n}", dict(entry)) for n, entry in enumerate(value, 1)]

    def table(self, field: str) -> _Table:
        value = self.fields.pop(field, None)
        if not isinstance(value, dict):
            raise self.wrong(field, "this part of the file is needed")
        return _Table(field, dict(value))

    def done(self) -> None:
        for field in self.fields:
            raise self.wrong(field, "there is no such field")


def parse(raw: Mapping[str, object], *, known_providers: Sequence[str]) -> LenderFile:
    """What a TOML file says, or LenderFileError naming the first entry and field that is wrong."""
    file = _Table("file", dict(raw))
    lender = _closed(file.table("lender"), _lender)
    signatures = _closed(file.table("signatures"), _signatures)
    providers, senders, registering = _providers(file.tables("providers"), known_providers)
    file.done()
    return LenderFile(
        **lender,
        signatures=signatures,
        providers=providers,
        senders=senders,
        registering=registering,
    )


def _lender(table: _Table) -> dict[str, Any]:
    return {
        "name": table.text("name", 80),
        "name_en": table.text("name_en", 80),
        "contact_line": _contact_line(table),
        "party": table.text("party", 10, PARTY),
        "time_zone": _zone(table),
        "jurisdictions": table.texts("jurisdictions", PLACE),
        "bucket_days": _bucket_days(table),
        "balance_hours": _balance_hours(table),
    }


def _contact_line(lender: _Table) -> str:
    """How to reach a person, as texts say it."""
    line = lender.text("contact_line", 40)
    if why := unsafe("contact", line):
        raise lender.wrong("contact_line", f"no text could carry it: it {why}")
    return line


def _bucket_days(lender: _Table) -> tuple[int, ...] | None:
    """The last day past due of each bucket from M1 on."""
    if "bucket_days" not in lender.fields:
        return None
    days = lender.fields.pop("bucket_days")
    if not isinstance(days, list) or not all(type(day) is int for day in days):
        raise lender.wrong("bucket_days", "a list of whole days is needed")
    try:
        return buckets(days).lasts
    except NoBuckets as error:
        raise lender.wrong("bucket_days", str(error)) from error


def _balance_hours(lender: _Table) -> int | None:
    return lender.whole("balance_hours", OLDEST) if "balance_hours" in lender.fields else None


def _closed(table: _Table, read: Callable[[_Table], T]) -> T:
    value = read(table)
    table.done()
    return value


def _zone(lender: _Table) -> str:
    name = lender.text("time_zone", 40)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise lender.wrong("time_zone", f"{name!r} is not a zone like Asia/Shanghai") from None
    return name


def _signatures(table: _Table) -> dict[str, str]:
    found = {}
    for language in list(table.fields):
        if not LANGUAGE.fullmatch(language):
            raise table.wrong(language, "a language is written like zh-hans or en")
        found[language] = table.text(language, 40)
    return found


def _providers(
    entries: Sequence[_Table], known: Sequence[str]
) -> tuple[dict[str, str], tuple[SenderEntry, ...], frozenset[str]]:
    providers: dict[str, str] = {}
    registering: set[str] = set()
    senders: list[SenderEntry] = []
    for entry in entries:
        code = entry.text("code", 12)
        if code not in known:
            raise entry.wrong("code", f"{code!r} is not one of {', '.join(sorted(known))}")
        providers[code] = entry.text("name", 40)
        if entry.yes("requires_registration"):
            registering.add(code)
        for one in entry.tables("senders"):
            senders.append(_sender(one, code))
            one.done()
        entry.done()
    priorities = [sender.priority for sender in senders]
    if len(set(priorities)) < len(priorities):
        raise LenderFileError("[providers] priority: two senders have the same")
    return providers, tuple(senders), frozenset(registering)


def _sender(table: _Table, provider: str) -> SenderEntry:
    countries = table.texts("countries", COUNTRY)
    if not countries:
        raise table.wrong("countries", "at least one country is needed")
    return SenderEntry(
        provider=provider,
        name=table.text("name", 40),
        countries=countries,
        priority=table.whole("priority", 1000),
        rate=table.whole("rate", 1000) if "rate" in table.fields else None,
        price=table.price("price"),
        currency=table.text("currency", 3, CURRENCY),
    )
