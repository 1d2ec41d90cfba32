"""Which words about consent are taken down: what was said, in its order, and after a withdrawal by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Objection = Literal["not_yet", "not_the_last_word", "needs_supervisor"]


@dataclass(frozen=True, slots=True)
class Said:
    """Consent given or withdrawn at an instant, and what was on file before.

    ``newest`` is the instant of the newest word on file. ``withdrawn``: that word, at any number of the
    person, is a withdrawal. ``supervises``: whether who records it may undo what protects a person.
    """

    given: bool
    at: datetime
    newest: datetime | None
    withdrawn: bool
    supervises: bool


def against(said: Said, *, now: datetime) -> Objection | None:
    """Why this is not taken, or None."""
    if said.at > now:
        return "not_yet"
    if said.newest is not None and said.at < said.newest:
        return "not_the_last_word"
    if said.given and said.withdrawn and not said.supervises:
        return "needs_supervisor"
    return None
