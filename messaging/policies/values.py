"""The values of placeholders, as each language writes them.

Amounts name the currency in words or letters a text can carry cheaply: never a sign that forces
another alphabet or that carriers refuse (¥, ₹).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import get_currency_name, get_currency_precision

ZH_UNITS: Mapping[str, str] = {
    "CNY": "元",
    "USD": "美元",
    "GBP": "英镑",
    "INR": "卢比",
    "EUR": "欧元",
}
ZH_HANT_UNITS: Mapping[str, str] = {**ZH_UNITS, "GBP": "英鎊", "INR": "盧比", "EUR": "歐元"}
EN_SIGNS: Mapping[str, str] = {"USD": "$", "GBP": "£"}  # both in the basic alphabet of texts


@dataclass(frozen=True, slots=True)
class Said:
    """What a text may say: to whom, of which loan, and whom to turn to."""

    language: str
    full_name: str
    lender: str
    contact: str
    amount: Decimal | None = None
    currency: str = ""
    due_on: date | None = None
    days_late: int = 0
    instalment: int = 0
    loan_ref: str = ""
    plan_contact: str = ""


def formatted(said: Said, placeholders: Iterable[str]) -> dict[str, str]:
    """The value of each placeholder asked for; one that nothing is known for is left out."""
    tongue = said.language
    known: dict[str, str] = {
        "name": name(said.full_name),
        "salutation": salutation(said.full_name, tongue),
        "lender": said.lender,
        "contact": said.contact,
        "plan_contact": said.plan_contact or said.contact,
        "reference": said.loan_ref,
        "card_tail": card_tail(said.loan_ref),
        "days_late": str(said.days_late),
    }
    if said.amount is not None and said.currency:
        known["amount"] = amount(said.amount, said.currency, tongue)
    if said.due_on is not None:
        known["due_date"] = due_date(said.due_on, tongue)
    if said.instalment:
        known["instalment"] = instalment(said.instalment, tongue)
    wanted = set(placeholders)
    return {key: value for key, value in known.items() if key in wanted}


def name(full_name: str) -> str:
    """The name as it is on file, with single spaces."""
    return " ".join(full_name.split())


def salutation(full_name: str, language: str) -> str:
    """`李娜您好`, `Hi Ana`; other languages have the plain name. Without a name `您好`, `Hello`, nothing."""
    full = name(full_name)
    if _is(language, "zh"):
        return f"{full}您好"
    if not _is(language, "en"):
        return full
    if not full:
        return "Hello"
    return f"Hi {full}" if _has_han(full) else f"Hi {full.split()[0]}"


def amount(value: Decimal, currency: str, language: str) -> str:
    """`12,860.00元`, `25.00美元`; `$25.00`, `£40.00`, `CNY 860.00`. `currency` is ISO 4217.

    Other languages: the currency's letters and the number without separators, `EUR 12860.00`, which
    nobody reads as another sum. Digits and the point are those of the amount in every language.
    """
    number = _number(value, currency)
    if _is(language, "zh"):
        return f"{number}{_zh_unit(currency, language)}"
    if not _is(language, "en"):
        return f"{currency} {number.replace(',', '')}"
    sign = EN_SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{currency} {number}"


def due_date(day: date, language: str) -> str:
    """`11月28日`, `28 Nov`."""
    if _is(language, "zh"):
        return f"{day.month}月{day.day}日"
    return format_date(day, "d MMM", locale=_locale(language))


def instalment(number: int, language: str) -> str:
    """`第3期`, `instalment 3`; other languages have the number alone."""
    if _is(language, "zh"):
        return f"第{number}期"
    return f"instalment {number}" if _is(language, "en") else str(number)


def card_tail(reference: str) -> str:
    """The last four basic letters or digits of a card or contract number."""
    return "".join(one for one in reference if one.isascii() and one.isalnum())[-4:]


def _number(value: Decimal, currency: str) -> str:
    places = get_currency_precision(currency)
    if value != round(value, places):  # never say another sum than what is owed
        places = 2
    return f"{value:,.{places}f}"


def _zh_unit(currency: str, language: str) -> str:
    tag = language.lower()
    traditional = any(mark in tag for mark in ("hant", "tw", "hk", "mo"))
    units = ZH_HANT_UNITS if traditional else ZH_UNITS
    locale = "zh_Hant" if traditional else "zh_Hans"
    return units.get(currency) or get_currency_name(currency, locale=locale)


def _is(language: str, *bases: str) -> bool:
    return language.lower().replace("_", "-").split("-")[0] in bases


def _locale(language: str) -> Locale:
    """The locale of a BCP 47 tag; its base language, then English, where babel knows no better.

    English is read without its region: in Britain alone September is four letters."""
    if _is(language, "en"):
        return Locale("en")
    for tag in (language, language.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _has_han(text: str) -> bool:
    return any(unicodedata.name(one, "").startswith("CJK") for one in text)
