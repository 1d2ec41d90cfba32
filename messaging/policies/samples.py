"""Invented people and debts to read a wording with: the usual, the longest and the shortest case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
