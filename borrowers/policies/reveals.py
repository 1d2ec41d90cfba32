"""Who looks at a whole name or number, what for, and how often."""

from datetime import timedelta
from typing import Literal

REASONS = ("call", "identify", "correct")
MOST = 30
WITHIN = timedelta(hours=1)

Objection = Literal["no_reason", "too_many"]


def against(reason: str, *, looked: int) -> Objection | None:
    """Why somebody who ``looked`` that often within the last hour may not look now; None when they may."""
    if reason not in REASONS:
        return "no_reason"
    return "too_many" if looked >= MOST else None
