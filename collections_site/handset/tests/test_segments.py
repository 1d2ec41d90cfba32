"""Parts are counted as GSM 03.38 and 3GPP 23.040 say."""

import pytest

from collections_site.handset.segments import segments


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 153, 3),  # an escape pair is not split: 76 in a part of 153
        ("汉" * 70, 1),
        ("汉" * 71, 2),
        ("汉" * 134, 2),
        ("汉" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 67, 3),  # a surrogate pair is not split: 33 in a part of 67
    ],
)
def test_parts(text: str, parts: int) -> None:
    assert segments(text) == parts
