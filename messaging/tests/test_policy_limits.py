"""Rulebook files become limits, and a file that is wrong says where."""

from __future__ import annotations

import tomllib
from datetime import date, time

import pytest

from messaging.data import rulebook_limits
from messaging.policies.limits import CONFIDENCES, Limit, RulebookError, parse_rulebook

RULE = """
jurisdiction = "XX"
covers = ["XX-A"]
[[rules]]
id = "XX-1"
kind = "{kind}"
layer = "law"
party = "any"
effective_from = 2026-01-01
source = "An act"
confidence = "V"
{own}
"""
WINDOW = "windows = [{ opens = 08:00:00, closes = 20:00:00 }]"
CAP = 'most = 2\nhours = 24\nper = "loan"'


def read(text: str) -> list[Limit]:
    return parse_rulebook(tomllib.loads(text), "xx.toml")


def test_a_window_without_weekdays_is_one_row_for_every_day() -> None:
    (limit,) = read(RULE.format(kind="window", own=WINDOW))
    assert limit == Limit(
        rule="XX-1",
        jurisdiction="XX",
        kind="window",
        opens=time(8),
        closes=time(20),
        starts_on=date(2026, 1, 1),
        source="An act",
        confidence="V",
    )


def test_a_window_with_weekdays_is_a_row_for_each_of_them() -> None:
    own = 'windows = [{ weekdays = ["sun", "mon"], day_kind = "working", opens = 08:00:00, closes = 20:00:00 }]'
    limits = read(RULE.format(kind="window", own=own))
    assert [(limit.weekday, limit.day_kind) for limit in limits] == [(0, "working"), (6, "working")]


def test_holidays_are_a_row_a_day() -> None:
    limits = read(RULE.format(kind="holiday", own="days = [2026-12-25, 2026-12-26]"))
    assert [(limit.starts_on, limit.ends_on) for limit in limits] == [
        (date(2026, 12, 25), date(2026, 12, 25)),
        (date(2026, 12, 26), date(2026, 12, 26)),
    ]


@pytest.mark.parametrize(
    ("kind", "own", "complaint"),
    [
        ("cap", 'hours = 24\nper = "loan"', "field most: a whole number of at least 1 is needed"),
        ("cap", 'most = 0\nper = "loan"', "field most: a whole number"),
        ("cap", 'most = true\nper = "loan"', "field most: a whole number"),
        ("cap", 'most = 2\nhours = 24\nper = "debt"', "field per: 'debt' is not one of"),
        ("cap", CAP + "\nmsot = 3", "field msot: not a field of a cap"),
        (
            "cap",
            CAP + '\njurisdiction = "XX-B"',
            "field jurisdiction: 'XX-B' is not one of XX, XX-A",
        ),
        ("cap", CAP + "\neffective_to = 2025-01-01", "field effective_to: it lies before"),
        ("spacing", 'per = "person"', "field hours: a whole number"),
        ("freshness", 'hours = "a day"', "field hours: a whole number"),
        ("window", "windows = []", "field windows: at least one entry"),
        ("window", "windows = [8]", "field windows: every entry is a table"),
        ("window", "windows = [{ opens = 08:00:00 }]", "field windows.opens: opens and closes"),
        (
            "window",
            "windows = [{ opens = 20:00:00, closes = 08:00:00 }]",
            "field windows.closes: it must lie after opens",
        ),
        (
            "window",
            'windows = [{ weekdays = ["monday"], opens = 08:00:00, closes = 09:00:00 }]',
            "field windows.weekdays: a list of mon, tue",
        ),
        (
            "window",
            'windows = [{ day_kind = "odd", opens = 08:00:00, closes = 09:00:00 }]',
            "field windows.day_kind: one of any, working, holiday",
        ),
        ("window", "windows = [{ from = 08:00:00 }]", "field windows.from: not a field"),
        ("holiday", "days = [1]", "field days: a list of dates"),
        ("quota", "most = 1", "field kind: 'quota' is not one of"),
    ],
)
def test_a_wrong_rule_names_file_rule_and_field(kind: str, own: str, complaint: str) -> None:
    with pytest.raises(RulebookError) as raised:
        read(RULE.format(kind=kind, own=own))
    assert str(raised.value).startswith("xx.toml, rule XX-1, ")
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rules = []", "xx.toml, field jurisdiction"),
        ('jurisdiction = "XX"', "xx.toml, field rules"),
        ('jurisdiction = "XX"\nrules = [1]', "xx.toml, field rules"),
        ('jurisdiction = "XX"\ncovers = ["YY-A"]\nrules = []', "xx.toml, field covers"),
        ("edition = 2\n" + RULE.format(kind="cap", own=CAP), "xx.toml, field edition"),
    ],
)
def test_a_wrong_file_names_the_field(text: str, complaint: str) -> None:
    with pytest.raises(RulebookError, match=complaint):
        read(text)


def test_two_rules_of_one_kind_may_not_share_an_id() -> None:
    text = RULE.format(kind="cap", own=CAP)
    with pytest.raises(RulebookError, match="rule XX-1, field id: there is another cap"):
        read(text + text[text.index("[[rules]]") :])


def test_the_rulebooks_shipped_are_readable_and_each_row_has_a_source() -> None:
    limits = rulebook_limits()
    assert {limit.jurisdiction for limit in limits} == {
        *("CN", "GB", "IN", "HOUSE", "US"),
        *("US-MA", "US-FL", "US-NY-NYC", "US-DC", "US-WA"),
    }
    assert all(limit.source and limit.confidence in CONFIDENCES for limit in limits)
    assert len(set(limits)) == len(limits)


def test_house_rows_are_never_called_law() -> None:
    assert {limit.layer for limit in rulebook_limits() if limit.jurisdiction == "HOUSE"} == {
        "house"
    }
    assert {limit.layer for limit in rulebook_limits() if limit.rule == "UK-HOURS-01"} == {"house"}


def test_a_cap_counts_texts_unless_it_says_that_it_counts_all_contacts() -> None:
    (texts,) = read(RULE.format(kind="cap", own=CAP))
    (contacts,) = read(RULE.format(kind="cap", own=f'{CAP}\ncounts = "contacts"'))
    assert (texts.counts, contacts.counts) == ("texts", "contacts")


def test_places_whose_law_counts_calls_say_so() -> None:
    counting = {limit.jurisdiction for limit in rulebook_limits() if limit.counts == "contacts"}
    assert counting == {"US-MA", "US-NY-NYC"}
