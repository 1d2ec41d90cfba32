"""What the phone did, as reports say it: reports repeat, come late and come in any order.

The rank only rises, and the first final word stands: after `delivered` or `undelivered` nothing
changes any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Effect = Literal["reached", "not_reached"]

RANKS: Mapping[str, int] = {"none": 0, "queued": 1, "sent": 2, "delivered": 3, "undelivered": 3}
FINAL = frozenset(state for state, rank in RANKS.items() if rank == max(RANKS.values()))

# What a state says about the number, on the day it is first reached.
EFFECTS: Mapping[str, Effect] = {"delivered": "reached", "undelivered": "not_reached"}


def advance(current: str, reported: str) -> str:
    """The state after a report. Raises KeyError for a word that is not in RANKS."""
    return reported if RANKS[reported] > RANKS[current] else current


def effect(current: str, reported: str) -> Effect | None:
    """What the report newly tells about the number; None for repeats and for steps on the way."""
    return None if advance(current, reported) == current else EFFECTS.get(reported)
