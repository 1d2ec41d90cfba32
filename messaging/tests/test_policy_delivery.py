"""Delivery reports may repeat, come late and come in any order."""

from __future__ import annotations

from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.policies.delivery import FINAL, RANKS, advance, effect

reports = st.lists(st.sampled_from(sorted(RANKS)), max_size=8)


@pytest.mark.parametrize(
    ("current", "reported", "expected"),
    [
        ("none", "queued", "queued"),
        ("queued", "sent", "sent"),
        ("sent", "queued", "sent"),
        ("none", "delivered", "delivered"),
        ("delivered", "sent", "delivered"),
        ("delivered", "undelivered", "delivered"),
        ("undelivered", "delivered", "undelivered"),
        ("sent", "none", "sent"),
    ],
)
def test_the_rank_only_rises_and_the_first_final_word_stands(
    current: str, reported: str, expected: str
) -> None:
    assert advance(current, reported) == expected


@given(reports)
def test_once_final_nothing_changes(more: list[str]) -> None:
    for final in FINAL:
        assert reduce(advance, more, final) == final


def test_the_order_of_reports_does_not_matter_unless_two_are_final() -> None:
    for order in permutations(["queued", "sent", "delivered", "queued"]):
        assert reduce(advance, order, "none") == "delivered"


def test_an_effect_is_told_once() -> None:
    assert effect("sent", "delivered") == "reached"
    assert effect("delivered", "delivered") is None
    assert effect("sent", "undelivered") == "not_reached"
    assert effect("delivered", "undelivered") is None
    assert effect("none", "sent") is None


def test_a_word_nobody_defined_is_refused() -> None:
    with pytest.raises(KeyError):
        advance("none", "read")
