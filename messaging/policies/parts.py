"""How many parts a text is billed as (3GPP TS 23.038 and 23.040): 160 or 153 septets, 70 or 67 units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a character: two septets
ALPHABET = BASIC | EXTENDED
# Han, its punctuation, full-width forms and printable ASCII: each stands alone in one unit.
PLAIN = re.compile("[\u4e00-\u9fff\u3001-\u3020\uff01-\uff5e\x20-\x7e]+")
SINGLE = {"gsm7": 160, "ucs2": 70}
JOINED = {"gsm7": 153, "ucs2": 67}

_JOINER = "\u200d"
# Billing follows Unicode 10: after a joiner only these go on, and only these take a skin tone.
_AFTER_JOINER = frozenset("♀♂⚕⚖✈❤🌈🌾🍳🎓🎤🎨🏫🏭👦👧👨👩💋💻💼🔧🔬🗨🚀🚒")
_TONED = re.compile(
    "[☝⛹✊-✍🎅🏂-🏄🏇🏊-🏌👂👃👆-👐👦-👩👮👰-👸👼💁-💃💅-💇💪🕴🕵🕺🖐🖕🖖🙅-🙇🙋-🙏🚣🚴-🚶🛀🛌"
    "🤘-🤜🤞🤟🤦🤰-🤹🤽🤾🧑-🧝]\ufe0f?$"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """`characters` are septets or 16-bit units: what is billed, not what is seen."""

    encoding: Literal["gsm7", "ucs2"]
    characters: int
    parts: int


def count(text: str) -> Parts:
    """The encoding, billed length and number of parts of a text; an empty one has no parts.

    In joined messages no escape pair, surrogate pair or character of several code points is cut in
    two: it moves to the next part, which may make the text longer by a part.
    """
    if ALPHABET.issuperset(text):
        widths = [2 if one in EXTENDED else 1 for one in text]
        return Parts("gsm7", sum(widths), _parts(widths, "gsm7"))
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units <= SINGLE["ucs2"] or PLAIN.fullmatch(text):  # nothing that could be cut in two
        return Parts("ucs2", units, 1 if units <= SINGLE["ucs2"] else -(-units // JOINED["ucs2"]))
    widths = [width for cluster in _clusters(text) for width in _cut(cluster)]
    return Parts("ucs2", sum(widths), _parts(widths, "ucs2"))


def _parts(widths: list[int], encoding: str) -> int:
    total = sum(widths)
    if total <= SINGLE[encoding]:
        return 1 if total else 0
    parts, room = 1, JOINED[encoding]
    for width in widths:
        if width > room:
            parts, room = parts + 1, JOINED[encoding]
        room -= width
    return parts


def _units(text: str) -> int:
    return sum(2 if one > "\uffff" else 1 for one in text)


def _cut(cluster: str) -> list[int]:
    """The widths that must stay whole; a cluster longer than a part is cut between code points."""
    width = _units(cluster)
    return [width] if width <= JOINED["ucs2"] else [_units(one) for one in cluster]


def _clusters(text: str) -> Iterator[str]:
    """What a reader sees as one character: marks, joined emoji, flags and Hangul jamo stay together."""
    cluster = ""
    for one in text:
        if cluster and not _joins(cluster, one):
            yield cluster
            cluster = ""
        cluster += one
    if cluster:
        yield cluster


def _joins(cluster: str, one: str) -> bool:
    last = cluster[-1]
    if _is_control(last) or _is_control(one):
        return last == "\r" and one == "\n"
    if unicodedata.category(one) in ("Mn", "Me", "Mc") or one in (_JOINER, "\u200c"):
        return True
    if last == _JOINER:
        return one in _AFTER_JOINER
    if _is_flag_letter(one):
        return _is_flag_letter(last) and len(cluster) % 2 == 1
    if "\U0001f3fb" <= one <= "\U0001f3ff":  # skin tones
        return bool(_TONED.search(cluster))
    return _is_jamo(last) and _is_jamo(one) and one >= "\u1160"


def _is_control(one: str) -> bool:
    return unicodedata.category(one) in ("Cc", "Zl", "Zp")


def _is_flag_letter(one: str) -> bool:
    return "\U0001f1e6" <= one <= "\U0001f1ff"


def _is_jamo(one: str) -> bool:
    return "\u1100" <= one <= "\u11ff"
