"""The text itself: its placeholders, how it is filled, what identifies it, who may approve it, whom it fits.

A placeholder is `((name))`. Filling is one pass over the stored text: a value is put in as it is and
never looked at again, here and in the database wall alike.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from messaging.policies.shapes import SHAPES, UnsafeValue, unsafe

__all__ = [
    "NOT_ALLOWED",
    "PLACEHOLDERS",
    "Choosable",
    "MissingValue",
    "UnsafeValue",
    "choose",
    "fingerprint",
    "fits",
    "may_approve",
    "may_edit",
    "may_make_live",
    "may_reject",
    "may_withdraw",
    "past_expiry",
    "placeholders",
    "render",
    "unsafe",
]

PLACEHOLDERS = SHAPES  # every placeholder there is
VERSION = 1

_NAME = re.compile(r"\(\(([a-z_]+)\)\)")

# Why an act on a wording is not allowed: English, Chinese.
NOT_ALLOWED: Mapping[str, tuple[str, str]] = {
    "wrote_it": (
        "You wrote this version, so someone else must approve it",
        "这一版是你写的，须由他人审批",
    ),
    "not_waiting": ("This version is not waiting for approval", "这一版不在待审批状态"),
    "not_draft": ("Only a draft can be changed", "只有草稿可以修改"),
    "not_author": ("Only its author can take it back", "只有作者本人可以撤回"),
    "not_approved": ("Only an approved version can do this", "只有已批准的版本可以这样做"),
    "past_expiry": ("This version has passed its last day", "这一版已过有效期"),
}


class MissingValue(KeyError):
    """A placeholder of the text has no value; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"no value for (({self.name}))"


def placeholders(text: str) -> tuple[str, ...]:
    """The names in a text, each once, in the order in which they first appear."""
    return tuple(dict.fromkeys(_NAME.findall(text)))


def render(signature: str, text: str, values: Mapping[str, str]) -> str:
    """The signature, then the text with each placeholder replaced by its value, in one pass.

    Raises MissingValue for a placeholder without a value (an empty one is a value) and UnsafeValue
    for one that must not stand in a text; brackets that are no placeholder stay as they are.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            raise MissingValue(name)
        why = unsafe(name, values[name])
        if why:
            raise UnsafeValue(name, why)
        return values[name]

    return signature + _NAME.sub(value, text)


def fingerprint(
    *,
    text: str,
    signature: str,
    language: str,
    jurisdictions: Iterable[str],
    channel: str,
    expires_at: datetime | None,
    template: str,
) -> str:
    """SHA-256, in hex, of all that a reviewer sees, as canonical JSON.

    Keys sorted, no spaces, UTF-8 unescaped; expiry in UTC to the second; placeholder names are those
    of the text. The database computes the same from its own columns (`wording_fingerprint`).
    """
    seen = {
        "channel": channel,
        "expiry": expires_at and expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "jurisdictions": sorted(jurisdictions),
        "language": language,
        "placeholders": sorted(placeholders(text)),
        "signature": signature,
        "template": template,
        "text": text,
        "v": VERSION,
    }
    canonical = json.dumps(seen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def may_edit(state: str) -> str | None:
    """Why a wording in this state may not be changed (a code of NOT_ALLOWED), or None."""
    return None if state == "draft" else "not_draft"


def past_expiry(expires_at: datetime | None, *, at: datetime) -> bool:
    """Whether the last instant of a wording, if it has one, has come at `at`."""
    return expires_at is not None and expires_at <= at


def may_reject(author_id: int, reviewer_id: int, state: str) -> str | None:
    """Why this person may not decide on the wording at all (a code of NOT_ALLOWED), or None."""
    if state != "submitted":
        return "not_waiting"
    return "wrote_it" if author_id == reviewer_id else None


def may_approve(
    author_id: int, reviewer_id: int, state: str, expires_at: datetime | None, *, at: datetime
) -> str | None:
    """Why this person may not approve the wording (a code of NOT_ALLOWED), or None.

    Past its last day it could never be sent, and would only take down the one it replaces.
    """
    if why := may_reject(author_id, reviewer_id, state):
        return why
    return "past_expiry" if past_expiry(expires_at, at=at) else None


def may_withdraw(author_id: int, user_id: int, state: str) -> str | None:
    """Why this person may not take a submitted wording back (a code of NOT_ALLOWED), or None."""
    if state != "submitted":
        return "not_waiting"
    return None if author_id == user_id else "not_author"


def may_make_live(
    author_id: int, reviewer_id: int, state: str, expires_at: datetime | None, *, at: datetime
) -> str | None:
    """Why this person may not make an approved wording live again (a code of NOT_ALLOWED), or None."""
    if state != "approved":
        return "not_approved"
    if past_expiry(expires_at, at=at):
        return "past_expiry"
    return "wrote_it" if author_id == reviewer_id else None


def fits(
    wording_jurisdictions: Collection[str],
    wording_language: str,
    person_jurisdictions: Collection[str],
    person_language: str,
) -> bool:
    """Whether a wording may be sent to a person.

    An empty set fits everywhere; otherwise every jurisdiction of the person must lie within one of
    the wording's (`US` covers `US-NY-NYC`), and a person without any fits nothing narrower.
    """
    if not _same_language(wording_language, person_language):
        return False
    if not wording_jurisdictions:
        return True
    return bool(person_jurisdictions) and all(
        any(one == code or one.startswith(f"{code}-") for code in wording_jurisdictions)
        for one in person_jurisdictions
    )


def _same_language(one: str, other: str) -> bool:
    """Same base language, and the same script where both are known: `en` and `en-GB` are the same,
    simplified and traditional Chinese are not."""
    (base, script), (other_base, other_script) = _script(one), _script(other)
    return base == other_base and (not script or not other_script or script == other_script)


def _script(language: str) -> tuple[str, str]:
    base, *rest = language.lower().replace("_", "-").split("-")
    script = next((part for part in rest if len(part) == 4), "")
    if base == "zh" and not script and rest:
        script = "hant" if rest[0] in ("tw", "hk", "mo") else "hans"
    return base, script


class Choosable(Protocol):
    """What `choose` asks of a wording."""

    @property
    def jurisdictions(self) -> Collection[str]: ...
    @property
    def language(self) -> str: ...
    @property
    def version(self) -> int: ...


Chosen = TypeVar("Chosen", bound=Choosable)


def choose(
    candidates: Iterable[Chosen], person_jurisdictions: Collection[str], person_language: str
) -> Chosen | None:
    """The most specific of the live wordings that fit: the smallest set of jurisdictions that is not
    empty, then the closest language, then the newest version. None when none fits."""

    def rank(one: Chosen) -> tuple[bool, int, bool, int]:
        places = len(one.jurisdictions)
        return not places, places, one.language.lower() != person_language.lower(), -one.version

    fitting = (
        one
        for one in candidates
        if fits(one.jurisdictions, one.language, person_jurisdictions, person_language)
    )
    return min(fitting, key=rank, default=None)
