"""Fill a text with a person's values: decides, in this one place, what may stand in a text.

A name that could be a threat, a link or another sender is left out, and the person is greeted without
one; any other value that is missing or unsafe refuses the text.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from collections_site.lib.decision import Reason
from messaging import data
from messaging.policies import values, wording
from messaging.policies.checks_harsh import harsh
from messaging.policies.values import Said
from messaging.policies.wording import MissingValue, UnsafeValue

_PLACEHOLDER = re.compile(r"(\(\([a-z_]+\)\))")
KEPT = 8192  # values whose reading is remembered
# Values that somebody typed freely: read for harsh wording as a text is.
FREE = frozenset({"contact", "plan_contact", "reference"})


def fill(
    said: Said, placeholders: Iterable[str], *, shown: Callable[[str], str] = str
) -> dict[str, str]:
    """The value of each placeholder asked for, without a name that must not be said.

    ``shown`` may write the name another way, as staff see it; what may be said is decided before.
    """
    full_name = said.full_name if may_be_said(said.full_name) else ""
    return values.formatted(replace(said, full_name=shown(full_name)), placeholders)


def render(signature: str, text: str, filled: Mapping[str, str]) -> str:
    """The text as it is sent. Raises MissingValue, and UnsafeValue also for harsh wording in a value."""
    for name in wording.placeholders(text):
        if name in FREE and (why := _free(filled.get(name, ""))):
            raise UnsafeValue(name, why)
    return wording.render(signature, text, filled)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some characters of a text; ``value`` where they were put in for a placeholder."""

    text: str
    value: bool = False


def stretches(signature: str, text: str, filled: Mapping[str, str]) -> tuple[Stretch, ...]:
    """The same text in stretches, in reading order: what everybody gets, and what was put in.

    Joined they are what ``render`` makes; raises MissingValue and UnsafeValue as it does.
    """
    made = [Stretch(signature)]
    for index, piece in enumerate(_PLACEHOLDER.split(text)):
        made.append(Stretch(render("", piece, filled), value=index % 2 == 1))
    return tuple(one for one in made if one.text)


def joined(shown: Iterable[Stretch]) -> str:
    """The text that the stretches make up."""
    return "".join(one.text for one in shown)


def may_be_said(full_name: str) -> bool:
    """Whether a text may call somebody by this name: shaped like one, and nothing to judge in it."""
    name = values.name(full_name)
    return not wording.unsafe("name", name) and not _reads(name)


def reason(error: MissingValue | UnsafeValue) -> Reason:
    """Why a text cannot be made, as the policy says it."""
    code = "content_missing" if isinstance(error, MissingValue) else "variable_unsafe"
    return Reason(code, {"name": error.name})


def lacking(
    placeholders: Iterable[str],
    *,
    lender: str,
    contact: str,
    loan_ref: str,
    instalment: int | None,
) -> Reason | None:
    """What keeps any text with these placeholders from being made for a loan, known before it is.

    The rest is always there for a loan with an amount due, and written by us.
    """
    given = {
        "lender": lender,
        "contact": contact,
        "plan_contact": contact,
        "reference": loan_ref,
    }
    for name in placeholders:
        if name == "instalment" and not instalment:
            return reason(MissingValue(name))
        if name in given and (why := _unsafe(name, given[name])):
            return reason(UnsafeValue(name, why))
    return None


@lru_cache(maxsize=KEPT)
def _unsafe(name: str, value: str) -> str | None:
    return wording.unsafe(name, value) or (_free(value) if name in FREE else None)


def _free(value: str) -> str | None:
    return "reads as harsh wording" if "block" in _reads(value) else None


@lru_cache(maxsize=KEPT)
def _reads(value: str) -> frozenset[str]:
    """The severities, other than tips, of the harsh wording found in a value."""
    found = harsh(value, data.wording_knowledge().lexicon)
    return frozenset(one.severity for one in found if one.severity != "tip")
