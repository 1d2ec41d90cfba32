"""The form of a text: what is invisible or disguised in it, its length, its loudness, links, signature."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from messaging.policies import checks_gateway, checks_worst, parts
from messaging.policies.checks_finding import Finding, Severity
from messaging.policies.checks_form_texts import told
from messaging.policies.checks_links import SHORTENERS, links
from messaging.policies.checks_normalise import PLACEHOLDER, invisible

__all__ = ["LONGEST", "READ", "SHORTENERS", "form", "hidden", "unread"]

LONGEST = (
    1600  # characters with the signature that any carrier takes; a longer text is not looked at
)
READ = frozenset({"zh", "en"})  # languages in which harsh words are known
CAPITALS = 0.3  # share of Latin letters above which a text shouts
CAPITALS_FROM = 20  # letters, below which a share says nothing
LONG_SENTENCE = {"zh": 45, "en": 28}  # characters without a stop; words
NAMED = 8  # dear characters named in one finding

# Said of any sender, these words shout for no one: the ways in and out of a service.
QUIET_CAPITALS = re.compile(
    r"\b(?:STOP|HELP|START|YES|NO|PLAN|LESS|WRONG|APP|SMS|ATM|ID|[A-Z]{1,4})\b"
)

_WORD = re.compile(r"[^\W\d_]{2,}")
_SHOUTS = re.compile("[!！‼❗❕]")
_LOUD = re.compile("[!！?？❗❕❓❔]{2,}|[‼⁉⁇⁈]")
# Unicode's Extended_Pictographic without ©, ® and ™, and the box that makes a picture of a digit.
_PICTOGRAPH = re.compile(
    "[\u203c\u2049\u20e3\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf\u23e9-\u23f3\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001faff\U0001fc00-\U0001fffd]"
)
_HARSH_EMOJI = frozenset("👮🚓🚔⚖💣🔪🔫💀☠⚰🩸👊🖕😡🤬😠👿💢🚨⛓🏛")
_LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
# How the names of letters begin that English and Chinese texts are made of, in whatever style.
_READ_SCRIPTS = frozenset(
    {
        "LATIN",
        "CJK",
        "FULLWIDTH",
        "HALFWIDTH",
        "MATHEMATICAL",
        "MODIFIER",
        "SUPERSCRIPT",
        "FEMININE",
    }
    | {"MASCULINE", "DOUBLE-STRUCK", "SCRIPT", "BLACK-LETTER", "KELVIN", "ANGSTROM", "IDEOGRAPHIC"}
)


def form(
    text: str,
    *,
    signature: str,
    language: str,
    jurisdictions: Collection[str],
    house: Mapping[str, str],
    to_be_sent: bool,
) -> list[Finding]:
    """What a reader, a bill or a carrier would stumble over; `text` is without its signature.

    `house` has the lender's own values, as for `checks_worst.values`. In a text `to_be_sent` the
    invisible parts of a picture are refused as well: no template may hold them.
    """
    chinese = language.lower().startswith("zh")
    found = [
        *_read(text, language, to_be_sent),
        *_length(text, signature, language, house),
        *_readable(text, chinese),
    ]
    for one in _read(signature, language, to_be_sent):
        grave: Severity = "judge" if one.rule == "form.link" else one.severity
        found.append(replace(one, field="signature", severity=grave))
    if any(code.split("-")[0] == "CN" for code in jurisdictions):
        found += checks_gateway.gateway(text, signature)
    elif "【" in text.lstrip()[1:] and signature.strip().startswith("【"):
        at = text.index("【")
        found.append(told("second_signature", "judge", text, at, at + 1))
    return found


def unread(language: str) -> bool:
    """Whether harsh words are not known in a language, so that finding none says nothing."""
    return language.lower().replace("_", "-").split("-")[0] not in READ


def _read(text: str, language: str, to_be_sent: bool) -> Iterator[Finding]:
    yield from hidden(text, to_be_sent=to_be_sent)
    yield from _mixed(text, language)
    yield from _loud(text)
    yield from _emoji(text)
    yield from links(text)


def hidden(text: str, *, to_be_sent: bool) -> Iterator[Finding]:
    """What nobody can see; the joins within a picture are let be where the text is not `to_be_sent`."""
    for at, one in enumerate(text):
        joined = one in "\u200d\ufe0f" and at > 0 and _PICTOGRAPH.match(text[at - 1])
        if invisible(one) and (to_be_sent or not joined):
            yield told("invisible", "block", text, at, at + 1, code=f"U+{ord(one):04X}")


def _mixed(text: str, language: str) -> Iterator[Finding]:
    """Letters that look alike from two alphabets in one word: a disguise, or a slip. Words that are
    wholly in an alphabet which the checks do not read: nobody but a person can judge them."""
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        scripts = {_script(one) for one in word[0]}
        if len(scripts & _LOOK_ALIKE) > 1:
            yield told("mixed_scripts", "block", text, *word.span())
        elif not unread(language) and not scripts & _READ_SCRIPTS:
            yield told("other_script", "judge", text, *word.span())


def _script(one: str) -> str:
    return "LATIN" if one.isascii() else unicodedata.name(one, "").split(" ")[0]


def _loud(text: str) -> Iterator[Finding]:
    bare = PLACEHOLDER.sub("", text)
    letters = [one for one in QUIET_CAPITALS.sub("", bare) if one.isascii() and one.isalpha()]
    capitals = sum(one.isupper() for one in letters)
    if len(letters) >= CAPITALS_FROM and capitals / len(letters) > CAPITALS:
        share = round(100 * capitals / len(letters))
        yield told("capitals", "judge", text, 0, len(text), share=share)
    doubled = _LOUD.search(text)
    shouts = list(_SHOUTS.finditer(text))
    if doubled:
        count = max(2, len(doubled[0]))
        yield told("exclamations", "judge", text, *doubled.span(), count=count)
    elif len(shouts) > 1:
        yield told("exclamations", "tip", text, *shouts[1].span(), count=len(shouts))


def _emoji(text: str) -> Iterator[Finding]:
    if text.isascii():
        return
    for at, one in enumerate(text):
        if one in _HARSH_EMOJI:
            yield told("harsh_emoji", "block", text, at, at + 1)
        elif _PICTOGRAPH.match(one) and not checks_gateway.SIGNS.match(one):
            yield told("emoji", "tip", text, at, at + 1)


def _length(
    text: str, signature: str, language: str, house: Mapping[str, str]
) -> Iterator[Finding]:
    """Length as a usual person gets it; a placeholder counts as its value, unknown ones as they are."""
    usual = checks_worst.values(language, house)
    whole = PLACEHOLDER.sub(lambda match: usual.get(match[0].strip("() "), match[0]), text)
    count = parts.count(signature + whole)
    if count.parts > 1:
        yield told(
            "parts", "tip", text, len(text), len(text), parts=count.parts, units=count.characters
        )
    if count.encoding == "ucs2" and not language.lower().startswith("zh"):
        yield from _dear(text, signature)


def _dear(text: str, signature: str) -> Iterator[Finding]:
    """The characters, of the signature too, that make every part of the text hold less than half."""
    whole = signature + text
    wide = {one: at for at, one in reversed(list(enumerate(whole))) if one not in parts.ALPHABET}
    if not wide:
        return
    first = min(wide.values())
    shown = list(islice(sorted(wide, key=wide.__getitem__), NAMED))
    more = len(wide) - len(shown)
    one = told(
        "wide_characters",
        "tip",
        whole,
        first,
        first + 1,
        signs=" ".join(f"{one} (U+{ord(one):04X})" for one in shown),
        more_en=f" and {more} more" if more else "",
        more_zh=f"，另有{more}个" if more else "",
    )
    if first < len(signature):
        yield replace(one, field="signature")
    else:
        yield replace(one, start=first - len(signature), end=first - len(signature) + 1)


def _readable(text: str, chinese: bool) -> Iterator[Finding]:
    limit = LONG_SENTENCE["zh" if chinese else "en"]
    for match in re.finditer(r"[^。！？；!?;\n]+" if chinese else r"[^.!?;\n]+", text):
        sentence = PLACEHOLDER.sub("x", match[0])
        size = len(sentence) if chinese else len(sentence.split())
        if size > limit:
            yield told("long_sentence", "tip", text, *match.span(), size=size, limit=limit)
