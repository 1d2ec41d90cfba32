"""Texts are billed in parts: 160 or 153 septets, 70 or 67 units, and nothing is cut in two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.policies.parts import BASIC, EXTENDED, Parts, count

GRIN = "\U0001f600"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # 8 units, one sign
FLAG = "\U0001f1ec\U0001f1e7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Parts("gsm7", 0, 0)),
        ("a" * 160, Parts("gsm7", 160, 1)),
        ("a" * 161, Parts("gsm7", 161, 2)),
        ("a" * 306, Parts("gsm7", 306, 2)),
        ("a" * 307, Parts("gsm7", 307, 3)),
        ("€" * 80, Parts("gsm7", 160, 1)),
        ("€" * 81, Parts("gsm7", 162, 2)),
        ("a" * 152 + "€" + "a" * 152, Parts("gsm7", 306, 3)),  # the escape pair is not cut
        ("£$é@ñ", Parts("gsm7", 5, 1)),
        ("¥5", Parts("gsm7", 2, 1)),
        ("₹5", Parts("ucs2", 2, 1)),
        ("it’s", Parts("ucs2", 4, 1)),
        ("á", Parts("ucs2", 1, 1)),
        ("中" * 70, Parts("ucs2", 70, 1)),
        ("中" * 71, Parts("ucs2", 71, 2)),
        ("中" * 134, Parts("ucs2", 134, 2)),
        ("中" * 135, Parts("ucs2", 135, 3)),
        ("中" * 68 + GRIN, Parts("ucs2", 70, 1)),
        ("中" * 66 + GRIN + "中" * 66, Parts("ucs2", 134, 3)),  # the surrogate pair is not cut
        ("中" * 66 + FAMILY + "中" * 60, Parts("ucs2", 134, 3)),
        ("中" * 66 + FLAG + "中" * 64, Parts("ucs2", 134, 3)),
        ("中" * 66 + "e\u0301" + "中" * 66, Parts("ucs2", 134, 3)),
        ("e" + "\u0301" * 133, Parts("ucs2", 134, 2)),  # a sign longer than a part is cut after all
        ("【示例消金】李女士，本期860.00元将于11月28日到期", Parts("ucs2", 29, 1)),
    ],
)
def test_parts_as_billed(text: str, expected: Parts) -> None:
    assert count(text) == expected


def test_the_alphabet_has_its_size() -> None:
    assert len(BASIC) == 127  # 128 places, one of them the escape
    assert len(EXTENDED) == 10


def by_hand(widths: list[int], single: int, joined: int) -> int:
    """Fill parts one after the other, whole characters only."""
    if sum(widths) <= single:
        return min(1, len(widths))
    parts: list[int] = []
    for width in widths:
        if not parts or parts[-1] + width > joined:
            parts.append(0)
        parts[-1] += width
    return len(parts)


@given(st.text(st.sampled_from("ab €[^é\n"), max_size=500))
def test_seven_bit_texts_agree_with_filling_by_hand(text: str) -> None:
    widths = [2 if one in "€[^" else 1 for one in text]
    assert count(text) == Parts("gsm7", sum(widths), by_hand(widths, 160, 153))


@given(st.text(st.sampled_from(["中", "a", "€", GRIN, "文"]), max_size=300))
def test_wide_texts_agree_with_filling_by_hand(text: str) -> None:
    text = f"中{text}"
    widths = [len(one.encode("utf-16-le")) // 2 for one in text]
    assert count(text) == Parts("ucs2", sum(widths), by_hand(widths, 70, 67))


@given(st.text(max_size=400))
def test_any_text_is_billed_at_least_by_its_length(text: str) -> None:
    found = count(text)
    room = {"gsm7": (160, 153), "ucs2": (70, 67)}[found.encoding]
    assert found.characters <= (room[0] if found.parts <= 1 else room[1] * found.parts)
