"""Invented people and debts to read a wording with: the usual, the longest and the shortest case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from messaging.policies.values import Said

CURRENCIES: Mapping[str, str] = {
    "CN": "CNY",
    "GB": "GBP",
    "HK": "HKD",
    "IN": "INR",
    "SG": "SGD",
    "US": "USD",
}
ZH_NAMES = {"usual": "王芳", "longest": "欧阳建国", "shortest": "李娜"}
NAMES = {"usual": "Ana Souza", "longest": "Christopher Featherstone-Haughley", "shortest": "Li Wu"}
ZH_ODD_NAME, ODD_NAME = "阿依古丽·艾合买提", "Seán O'Brien-Núñez"
AMOUNTS = {
    "usual": Decimal("3260.00"),
    "longest": Decimal("128450.75"),
    "shortest": Decimal("86.00"),
}
REFERENCES = {"usual": "L20260421", "longest": "LN-2026-00004213302", "shortest": "L3302"}


def samples(
    language: str, jurisdictions: Collection[str], *, lender: str, contact: str, today: date
) -> dict[str, Said]:
    """What each case would say today, in the money of the first place the wording is for."""
    place = min((code.split("-")[0] for code in jurisdictions), default="CN")
    names = ZH_NAMES if language.lower().startswith("zh") else NAMES
    return {
        case: Said(
            language=language,
            full_name=names[case],
            lender=lender,
            contact=contact,
            amount=AMOUNTS[case],
            currency=CURRENCIES.get(place, "USD"),
            due_on=today,
            days_late=128 if case == "longest" else 7,
            instalment=12 if case == "longest" else 3,
            loan_ref=REFERENCES[case],
        )
        for case in ("usual", "longest", "shortest")
    }


def awkward(usual: Said) -> dict[str, Said]:
    """The usual case without a name (`missing`), and with one of unusual characters (`special`)."""
    odd = ZH_ODD_NAME if usual.language.lower().startswith("zh") else ODD_NAME
    return {"missing": replace(usual, full_name=""), "special": replace(usual, full_name=odd)}


def odd_characters(name: str) -> str:
    """The characters of a name, each once, that not every phone and form takes for granted.

    These are all but the basic letters, spaces, and Han of the everyday sets of the mainland and Taiwan.
    """
    return "".join(dict.fromkeys(one for one in name if not _everyday(one)))


def _everyday(one: str) -> bool:
    if one.isascii():
        return one.isalpha() or one == " "
    return "\u4e00" <= one <= "\u9fff" and any(_has(one, code) for code in ("gb2312", "big5"))


def _has(one: str, character_set: str) -> bool:
    try:
        one.encode(character_set)
    except UnicodeEncodeError:
        return False
    return True
