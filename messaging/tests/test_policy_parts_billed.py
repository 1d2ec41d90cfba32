"""Our count of parts is the one on the bill: the calculator of the carrier's own makers agrees."""

from __future__ import annotations

import json
from pathlib import Path

from messaging.policies.parts import count

VECTORS = Path(__file__).parent / "data" / "segments.jsonl"


def test_three_thousand_texts_are_counted_as_the_calculator_counts_them() -> None:
    """GSM-7 with and without escapes, accents, Han, joined emoji, skin tones, flags, other scripts,
    at lengths around every boundary. The first line names the calculator and its version."""
    _about, *lines = VECTORS.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 3000
    wrong = [
        (row, found)
        for row in rows
        if ((found := count(row["text"])).encoding, found.parts) != (row["encoding"], row["parts"])
    ]
    assert wrong == []
