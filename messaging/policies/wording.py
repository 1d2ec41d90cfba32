"""The text itself: its placeholders, how it is filled, what identifies it, who may approve it, whom it fits.

A placeholder is `((name))`. Filling is one pass over the stored text: a value is put in as it is and
never looked at again, here and in the database wall alike.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol, TypeVar

# Every placeholder there is, with the most characters its value may have.
PLACEHOLDERS: Mapping[str, int] = {
    "name": 40,
    "salutation": 48,
    "lender": 40,
    "contact": 60,
    "amount": 24,
    "due_date": 16,
    "days_late": 6,
    "card_tail": 8,
    "instalment": 24,
    "plan_contact": 60,
    "reference": 40,
}
NO_DIGITS = frozenset({"name", "salutation"})  # a number in a name is an injected phone or amount
VERSION = 1

_NAME = re.compile(r"\(\(([a-z_]+)\)\)")
_DOTS = str.maketrans("。．｡", "...")
_LINK = re.compile(
    r"://|\bwww\.|\b[\w-]{2,}\.(?:com|net|org|info|biz|cn|hk|tw|io|co|cc|me|top|xyz|vip|app|site|shop|"
    r"online|link|click|live|ly|gl|tk|ru|uk|us|in|eu|de)\b(?!\.\w)"
)

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


class UnsafeValue(ValueError):
    """A value that must not stand in a text; `name` and `why` say which and why, never the value."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the value for (({name})) {why}")
        self.name = name
        self.why = why


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


def unsafe(name: str, value: str) -> str | None:
    """Why the value may not be put in for the placeholder, or None."""
    if len(value) > PLACEHOLDERS.get(name, 0):
        return "is too long"
    if any(_invisible(one) for one in value):
        return "holds a line break or an invisible character"
    if _LINK.search(unicodedata.normalize("NFKC", value).translate(_DOTS).casefold()):
        return "holds a link"
    if name in NO_DIGITS and any(one.isdigit() for one in value):
        return "holds digits"
    return None


def _invisible(one: str) -> bool:
    """Controls, formats (zero-width, direction), line separators, private and unassigned characters."""
    return unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or (
        "\ufe00" <= one <= "\ufe0f"
    )


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


def may_approve(author_id: int, reviewer_id: int, state: str) -> str | None:
    """Why this person may not approve or reject the wording (a code of NOT_ALLOWED), or None."""
    if state != "submitted":
        return "not_waiting"
    return "wrote_it" if author_id == reviewer_id else None


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
    if expires_at is not None and expires_at <= at:
        return "past_expiry"
    return "wrote_it" if author_id == reviewer_id else None


def why_not(code: str, language: str) -> str:
    """The sentence of a NOT_ALLOWED code, in Chinese for `zh…` and in English otherwise."""
    english, chinese = NOT_ALLOWED[code]
    return chinese if language.lower().startswith("zh") else english


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
