"""Values are written as each language writes them, and in letters that texts carry."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.policies import values
from messaging.policies.parts import BASIC
from messaging.policies.values import Said, formatted
from messaging.policies.wording import PLACEHOLDERS, unsafe


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        ("860.00", "CNY", "zh-hans", "860.00元"),
        ("12860.5", "CNY", "zh-hans", "12,860.50元"),
        ("25", "USD", "zh-hans", "25.00美元"),
        ("25", "GBP", "zh-hans", "25.00英镑"),
        ("25", "GBP", "zh-hant", "25.00英鎊"),
        ("25", "INR", "zh-hans", "25.00卢比"),
        ("25", "EUR", "zh-hans", "25.00欧元"),
        ("2500", "JPY", "zh-hans", "2,500日元"),
        ("25", "USD", "en", "$25.00"),
        ("1234567.89", "USD", "en-US", "$1,234,567.89"),
        ("40", "GBP", "en-GB", "£40.00"),
        ("860", "CNY", "en", "CNY 860.00"),
        ("860", "INR", "en", "INR 860.00"),
        ("860", "EUR", "en", "EUR 860.00"),
        ("860", "JPY", "en", "JPY 860"),
        ("860.50", "JPY", "en", "JPY 860.50"),
        ("12860", "EUR", "fr", "EUR 12860.00"),
    ],
)
def test_amounts(amount: str, currency: str, language: str, written: str) -> None:
    assert values.amount(Decimal(amount), currency, language) == written


@given(
    st.decimals("0.01", "999999999999.99", places=2),
    st.sampled_from(["CNY", "USD", "GBP", "INR", "EUR", "JPY"]),
    st.sampled_from(["zh-hans", "zh-hant", "en", "fr", "hi"]),
)
def test_the_digits_of_an_amount_are_the_amount(
    amount: Decimal, currency: str, language: str
) -> None:
    written = values.amount(amount, currency, language)
    assert Decimal(re.sub(r"[^0-9.]", "", written)) == amount
    assert not set(written) & set("¥₹€")
    assert unsafe("amount", written) is None


@pytest.mark.parametrize(
    ("name", "language", "written"),
    [
        ("李娜", "zh-hans", "李娜您好"),
        ("Ana Silva", "zh-hans", "Ana Silva您好"),
        ("Ana Silva", "en", "Hi Ana"),
        ("  Ana   Silva ", "en-GB", "Hi Ana"),
        ("Cher", "en", "Hi Cher"),
        ("李 娜", "en", "Hi 李 娜"),
        ("Ana Silva", "fr", "Ana Silva"),
        ("", "en", "Hello"),
        (" ", "zh-hans", "您好"),
        ("", "zh-hant", "您好"),
        ("", "fr", ""),
    ],
)
def test_salutations(name: str, language: str, written: str) -> None:
    assert values.salutation(name, language) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh-hans", "9月8日"),
        ("en", "8 Sep"),
        ("en-GB", "8 Sep"),
        ("fr", "8 sept."),
        ("xx", "8 Sep"),
    ],
)
def test_due_dates(language: str, written: str) -> None:
    assert values.due_date(date(2026, 9, 8), language) == written


def test_the_tail_of_a_card_is_its_last_four_characters() -> None:
    assert values.card_tail("6222 **** **** 12-34") == "1234"
    assert values.card_tail("L7") == "L7"
    assert values.card_tail("借2026-7字号") == "0267"


@pytest.mark.parametrize(
    "language", ["zh-hans", "zh-hant", "en", "fr", "hi", "ja", "ko", "ar", "vi"]
)
def test_what_we_write_ourselves_may_stand_in_a_text(language: str) -> None:
    for month in range(1, 13):
        said = replace(SAID, language=language, due_on=date(2026, month, 28), days_late=9999)
        for name, value in formatted(said, PLACEHOLDERS).items():
            assert unsafe(name, value) is None, (name, value)


SAID = Said(
    language="zh-hans",
    full_name="李娜",
    lender="示例消金",
    contact="95000",
    amount=Decimal("860.00"),
    currency="CNY",
    due_on=date(2026, 11, 28),
    days_late=3,
    instalment=3,
    loan_ref="L000123",
)


def test_every_placeholder_can_be_filled() -> None:
    assert formatted(SAID, PLACEHOLDERS) == {
        "name": "李娜",
        "salutation": "李娜您好",
        "lender": "示例消金",
        "contact": "95000",
        "plan_contact": "95000",
        "amount": "860.00元",
        "due_date": "11月28日",
        "days_late": "3",
        "card_tail": "0123",
        "instalment": "第3期",
        "reference": "L000123",
    }


def test_only_what_is_asked_for_and_known_is_given() -> None:
    assert formatted(SAID, ["name", "amount"]) == {"name": "李娜", "amount": "860.00元"}
    plain = Said("en", "Ana Silva", "Example", "0800 000 000")
    assert formatted(plain, ["amount", "due_date", "instalment", "salutation"]) == {
        "salutation": "Hi Ana"
    }


def test_english_values_stay_in_the_cheap_alphabet() -> None:
    said = Said(
        "en", "Ana Silva", "Example", "0800", Decimal(40), "GBP", date(2026, 9, 1), 3, 2, "L1"
    )
    assert set("".join(formatted(said, PLACEHOLDERS).values())) <= BASIC
