"""The shape of each placeholder's value: how long it may be, and of what it is made.

A value comes from a file that somebody else wrote. One that is not written as values of its kind are
written could be a threat, a link or another sender's signature, and stands in no text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale

from messaging.policies.checks_normalise import invisible
from messaging.policies.links import has_link


@dataclass(frozen=True, slots=True)
class Shape:
    """At most `most` characters, wholly matched by `pattern`; accents and vowel signs do not count."""

    most: int
    pattern: re.Pattern[str]


def _shape(most: int, pattern: str) -> Shape:
    return Shape(most, re.compile(pattern))


_BREAKS = frozenset("\n\r\t\u2028\u2029")
_LETTER = r"[^\W\d_]"
# Letters with what stands between them in names of people; the star is that of a masked name.
_PERSON = rf"(?:{_LETTER}|[ ·•・･‧∙.,'’‘ʼ´`*‐-])*"
_HOUSE = r"(?:[^\W_]|[ &+!.,'’·・()（）—–‐-])*"
_MONTH = r"(?:(?![\u3400-\u9fff])[\w \u00a0.’׳॰་:/-]|月)"  # in any language; of Han only the one for month
_WAY_TO_REACH = r"[^【】\[\]]*"
# Every placeholder there is.
SHAPES: Mapping[str, Shape] = {
    "name": _shape(40, _PERSON),
    "salutation": _shape(48, _PERSON),
    "lender": _shape(40, _HOUSE),
    "contact": _shape(60, _WAY_TO_REACH),
    "amount": _shape(
        24, r"(?:[A-Z]{3} |[$£])?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,3})?(?P<unit>\D*)"
    ),
    "due_date": _shape(16, rf"[0-9]{{1,2}}(?:月[0-9]{{1,2}}日| {_MONTH}+)"),
    "days_late": _shape(4, r"[0-9]{1,4}"),
    "card_tail": _shape(4, r"[0-9A-Za-z]*"),
    "instalment": _shape(24, r"(?:第[0-9]{1,4}期|(?:instalment )?[0-9]{1,4})?"),
    "plan_contact": _shape(60, _WAY_TO_REACH),
    "reference": _shape(40, r"(?:[^\W_]|[ _.,:/#()（）〔〕–‐-])*"),
}
NO_DIGITS = frozenset({"name", "salutation"})  # a number in a name is an injected phone or amount


class UnsafeValue(ValueError):
    """A value that must not stand in a text; `name` and `why` say which and why, never the value."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the value for (({name})) {why}")
        self.name = name
        self.why = why


def unsafe(name: str, value: str) -> str | None:
    """Why the value may not be put in for the placeholder, or None."""
    shape = SHAPES.get(name)
    if shape is None or len(value) > shape.most:
        return "is too long"
    if any(invisible(one) or one in _BREAKS for one in value):
        return "holds a line break or an invisible character"
    if has_link(value):
        return "holds a link"
    if name in NO_DIGITS and any(one.isdigit() for one in value):
        return "holds digits"
    return None if _fits(shape, value) else "is not written as such a value is"


def _fits(shape: Shape, value: str) -> bool:
    bare = value
    if not value.isascii():
        bare = "".join(one for one in value if unicodedata.category(one)[0] != "M")
    found = shape.pattern.fullmatch(bare)
    if found is None:
        return False
    unit = found.groupdict().get("unit")
    return not unit or unit in _currencies()


@cache
def _currencies() -> frozenset[str]:
    """What amounts in Chinese end with: the names of currencies, and the short ones of everyday."""
    named = [
        name for tag in ("zh_Hans", "zh_Hant") for name in Locale.parse(tag).currencies.values()
    ]
    return frozenset([*named, "元", "美元", "英镑", "英鎊", "卢比", "盧比", "欧元", "歐元"])
