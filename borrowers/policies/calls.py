"""Which calls may be written down: those that were made, and not too long ago to count."""

from datetime import datetime, timedelta
from typing import Literal

LONGEST_AGO = timedelta(days=31)  # no limit on contacts looks further back

# In these calls they were spoken to, and only then can it be checked who they are.
SPOKEN_TO = frozenset({"reached", "promised", "no_more_calls"})

Objection = Literal["not_yet", "too_long_ago"]


def against(at: datetime, *, now: datetime) -> Objection | None:
    """Why a call said to have been made at ``at`` is not taken; None when it is."""
    if at > now:
        return "not_yet"
    return "too_long_ago" if at < now - LONGEST_AGO else None
