"""A lender's file is taken whole or refused with the entry and field that is wrong."""

import copy
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from messaging.policies.lender_file import LenderFileError, parse

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "example-lender.toml"
KNOWN = ["twilio", "gateway"]


@pytest.fixture
def raw() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_in_the_documentation_can_be_used_as_it_is(raw: dict[str, Any]) -> None:
    file = parse(raw, known_providers=KNOWN)

    assert file.name == "示例消费金融"
    assert file.signatures == {"zh-hans": "【示例消金】", "en": "Example Finance: "}
    assert [(s.provider, s.priority, s.price, s.rate) for s in file.senders] == [
        ("gateway", 10, Decimal("0.0450"), None),
        ("twilio", 20, Decimal("0.0079"), None),
    ]


def at(raw: dict[str, Any], path: str) -> tuple[Any, Any]:
    """The table that holds the field at a dotted path, and the field's key there."""
    *above, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    table: Any = raw
    for key in above:
        table = table[key]
    return table, last


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("lender.name", "", r"\[lender\] name"),
        ("lender.name", "x" * 81, "at most 80"),
        ("lender.party", "second", r"\[lender\] party"),
        ("lender.time_zone", "Asia/Nowhere", "time_zone"),
        ("lender.time_zone", "../etc/passwd", "time_zone"),
        ("lender.jurisdictions", ["China"], "jurisdictions"),
        ("lender.jurisdictions", "CN", "jurisdictions"),
        ("lender.bucket_days", [], "1 to 12 buckets"),
        ("lender.bucket_days", [30, 30], "later day"),
        ("lender.bucket_days", [True], "whole days"),
        ("lender.bucket_days", 30, "whole days"),
        ("lender.balance_hours", 0, "balance_hours"),
        ("lender.balance_hours", "24", "balance_hours"),
        ("lender.nickname", "Spruce", r"nickname: there is no such field"),
        ("signatures.EN", "Spruce: ", "language"),
        (
            "lender.contact_line",
            "www.spruce.cn/pay",
            "contact_line: no text could carry it: it holds a link",
        ),
        ("providers.0.code", "pigeon", "is not one of gateway, twilio"),
        ("providers.0.senders", [], "at least one entry"),
        ("providers.0.senders.0.countries", [], "at least one country"),
        ("providers.0.senders.0.countries", ["CHN"], "countries"),
        ("providers.0.senders.0.priority", 0, "priority"),
        ("providers.0.senders.0.priority", True, "priority"),
        ("providers.0.senders.0.priority", 20, "two senders have the same"),
        ("providers.0.senders.0.price", 0.045, "price"),
        ("providers.0.senders.0.price", "-1", "price"),
        ("providers.0.senders.0.price", "NaN", "price"),
        ("providers.0.senders.0.price", "0.00001", "price"),
        ("providers.0.senders.0.price", "cheap", "price"),
        ("providers.0.senders.0.rate", 0, "rate"),
        ("providers.0.requires_registration", "yes", "requires_registration"),
        ("providers.0.senders.0.currency", "yuan", "currency"),
        ("providers.0.senders.0.speed", 5, "speed: there is no such field"),
        ("senders", [], "senders: there is no such field"),
    ],
)
def test_a_wrong_field_is_named(
    raw: dict[str, Any], path: str, value: object, complaint: str
) -> None:
    changed = copy.deepcopy(raw)
    table, key = at(changed, path)
    table[key] = value

    with pytest.raises(LenderFileError, match=complaint):
        parse(changed, known_providers=KNOWN)


@pytest.mark.parametrize("part", ["lender", "signatures", "providers"])
def test_a_missing_part_is_named(raw: dict[str, Any], part: str) -> None:
    del raw[part]

    with pytest.raises(LenderFileError, match=part):
        parse(raw, known_providers=KNOWN)


def test_a_provider_that_asks_for_registration_is_named(raw: dict[str, Any]) -> None:
    assert parse(raw, known_providers=KNOWN).registering == frozenset()
    raw["providers"][0]["requires_registration"] = True

    assert parse(raw, known_providers=KNOWN).registering == {raw["providers"][0]["code"]}


def test_buckets_and_the_age_of_balances_are_the_lenders_to_set(raw: dict[str, Any]) -> None:
    file = parse(raw, known_providers=KNOWN)
    assert (file.bucket_days, file.balance_hours) == (None, None)
    raw = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    raw["lender"] |= {"bucket_days": [7, 30], "balance_hours": 24}
    file = parse(raw, known_providers=KNOWN)
    assert (file.bucket_days, file.balance_hours) == ((7, 30), 24)
