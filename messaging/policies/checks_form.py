"""The form of a text: what is invisible or disguised in it, its length, its loudness, links, signature."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from messaging.policies import checks_worst, parts
from messaging.policies.checks_finding import Finding, Reason, Severity
from messaging.policies.checks_form_texts import REASONS
from messaging.policies.checks_normalise import PLACEHOLDER, invisible

CAPITALS = 0.3  # share of Latin letters above which a text shouts
CAPITALS_FROM = 20  # letters, below which a share says nothing
LONG_SENTENCE = {"zh": 45, "en": 28}  # characters without a stop; words
GATEWAY_LIMIT = 500  # characters that Chinese gateways take at most

# Link shorteners hide where a link leads; carriers and readers take them for fraud.
SHORTENERS = frozenset(
    [
        "bit.ly",
        "tinyurl.com",
        "t.co",
        "goo.gl",
        "ow.ly",
        "is.gd",
        "buff.ly",
        "rebrand.ly",
        "cutt.ly",
        "rb.gy",
        "t.cn",
        "url.cn",
        "dwz.cn",
        "suo.im",
        "tb.cn",
        "u.nu",
        "shorturl.at",
        "tiny.cc",
        "s.id",
        "v.gd",
        "bl.ink",
        "lnkd.in",
        "dwz.date",
        "sourl.cn",
        "mrw.so",
        "w.url.cn",
        "985.so",
        "urlz.cn",
    ]
)
# Said of any sender, these words shout for no one: the ways in and out of a service.
QUIET_CAPITALS = re.compile(
    r"\b(?:STOP|HELP|START|YES|NO|PLAN|LESS|WRONG|APP|SMS|ATM|ID|[A-Z]{1,4})\b"
)

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s，。；！？、（）【】]+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|ly|me|io|co|cc|top|xyz|vip|gl|gd|im|"
    r"info|uk|in|app|link|example)(?:/[^\s，。；！？、（）【】]*)?",
    re.IGNORECASE,
)
_NUMBER_HOST = re.compile(r"^(?:https?://)?\d{1,3}(?:\.\d{1,3}){3}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHOUTS = re.compile(r"[!！]")
_LOUD = re.compile(r"[!！?？]{2,}")
_GATEWAY_SIGNS = re.compile("[¥￥★☆※✓✔☞☛●◆■▲→←↑↓♥♦♠♣①-⑳]")
_HARSH_EMOJI = frozenset("👮🚓🚔⚖💣🔪🔫💀☠⚰🩸👊🖕😡🤬😠👿💢🚨⛓🏛")
_BESIDE = re.compile(r"\)\)\s*\(\(")


def form(
    text: str, *, signature: str, language: str, jurisdictions: Collection[str]
) -> list[Finding]:
    """What a reader, a bill or a carrier would stumble over; `text` is without its signature."""
    chinese = language.lower().startswith("zh")
    found = [
        *_hidden(text),
        *_mixed(text),
        *_loud(text),
        *_emoji(text),
        *_links(text),
        *_length(text, signature, language),
        *_readable(text, chinese),
    ]
    if any(code.split("-")[0] == "CN" for code in jurisdictions):
        found += [*_chinese_signature(signature), *_chinese_gateway(text, signature)]
    elif "【" in text.lstrip()[1:] and signature.strip().startswith("【"):
        at = text.index("【")
        found.append(_one("second_signature", "judge", text, at, at + 1))
    return found


def _one(rule: str, severity: Severity, text: str, start: int, end: int, **said: object) -> Finding:
    template = REASONS[rule]
    reason = Reason(*(part.format(**said) for part in template))
    return Finding(f"form.{rule}", "form", severity, start, end, text[start:end], reason)


def _hidden(text: str) -> Iterator[Finding]:
    for at, one in enumerate(text):
        joined = one in "\u200d\ufe0f" and at > 0 and _pictograph(text[at - 1])
        if invisible(one) and not joined:
            yield _one("invisible", "block", text, at, at + 1, code=f"U+{ord(one):04X}")


def _mixed(text: str) -> Iterator[Finding]:
    """Latin letters beside Cyrillic or Greek ones inside one word: a disguise, or a slip."""
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        scripts = {script for one in word[0] if (script := _script(one))}
        if len(scripts) > 1:
            yield _one("mixed_scripts", "block", text, *word.span())


def _script(one: str) -> str:
    if one.isascii():
        return "LATIN"
    name = unicodedata.name(one, "").split(" ")[0]
    return name if name in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN") else ""


def _loud(text: str) -> Iterator[Finding]:
    bare = PLACEHOLDER.sub("", text)
    letters = [one for one in QUIET_CAPITALS.sub("", bare) if one.isascii() and one.isalpha()]
    capitals = sum(one.isupper() for one in letters)
    if len(letters) >= CAPITALS_FROM and capitals / len(letters) > CAPITALS:
        share = round(100 * capitals / len(letters))
        yield _one("capitals", "judge", text, 0, len(text), share=share)
    doubled = _LOUD.search(text)
    shouts = list(_SHOUTS.finditer(text))
    if doubled:
        yield _one("exclamations", "judge", text, *doubled.span(), count=len(doubled[0]))
    elif len(shouts) > 1:
        yield _one("exclamations", "tip", text, *shouts[1].span(), count=len(shouts))


def _emoji(text: str) -> Iterator[Finding]:
    if text.isascii():
        return
    for at, one in enumerate(text):
        if one in _HARSH_EMOJI:
            yield _one("harsh_emoji", "block", text, at, at + 1)
        elif _pictograph(one) and not _GATEWAY_SIGNS.match(one):
            yield _one("emoji", "tip", text, at, at + 1)


def _pictograph(one: str) -> bool:
    return "\U0001f000" <= one <= "\U0001faff" or "\u2600" <= one <= "\u27bf"


def _links(text: str) -> Iterator[Finding]:
    for match in _LINK.finditer(text):
        address = re.sub(r"^https?://|^www\.", "", match[0].lower())
        host = address.split("/")[0].split(":")[0]
        if host in SHORTENERS:
            yield _one("shortener", "block", text, *match.span(), host=host)
        elif _NUMBER_HOST.match(match[0]) or "@" in host or host.startswith("xn--"):
            yield _one("strange_link", "block", text, *match.span(), host=host)
        else:
            yield _one("link", "tip", text, *match.span(), host=host)


def _length(text: str, signature: str, language: str) -> Iterator[Finding]:
    """Length as a usual person gets it; a placeholder counts as its value, unknown ones as they are."""
    usual = checks_worst.values(language)
    whole = PLACEHOLDER.sub(lambda match: usual.get(match[0].strip("() "), match[0]), text)
    count = parts.count(signature + whole)
    if count.parts > 1:
        yield _one(
            "parts", "tip", text, len(text), len(text), parts=count.parts, units=count.characters
        )
    if count.encoding == "ucs2" and not language.lower().startswith("zh"):
        wide = {one: at for at, one in reversed(list(enumerate(text))) if one not in parts.ALPHABET}
        if wide and len(wide) <= 8:
            first = min(wide.values())
            named = " ".join(
                f"{one} (U+{ord(one):04X})" for one in sorted(wide, key=wide.__getitem__)
            )
            yield _one("wide_characters", "tip", text, first, first + 1, signs=named)


def _readable(text: str, chinese: bool) -> Iterator[Finding]:
    limit = LONG_SENTENCE["zh" if chinese else "en"]
    for match in re.finditer(r"[^。！？；!?;\n]+" if chinese else r"[^.!?;\n]+", text):
        sentence = PLACEHOLDER.sub("x", match[0])
        size = len(sentence) if chinese else len(sentence.split())
        if size > limit:
            yield _one("long_sentence", "tip", text, *match.span(), size=size, limit=limit)


def _chinese_signature(signature: str) -> Iterator[Finding]:
    bare = signature.strip()
    if not bare:
        return  # what is missing is for the content checks
    inside = bare[1:-1] if bare.startswith("【") and bare.endswith("】") else ""
    if not inside or "【" in inside or "】" in inside:
        yield _one("signature_brackets", "block", "", 0, 0)
    elif not 2 <= len(inside) <= 16:
        yield _one("signature_length", "block", "", 0, 0, length=len(inside))


def _chinese_gateway(text: str, signature: str) -> Iterator[Finding]:
    for at, one in enumerate(text):
        opens_text = not signature.strip() and at < text.find("】") + 1 and text.startswith("【")
        if one in "【】" and not opens_text:
            yield _one("body_brackets", "block", text, at, at + 1)
    for match in _GATEWAY_SIGNS.finditer(text):
        yield _one("gateway_sign", "block", text, *match.span(), sign=match[0])
    for match in _BESIDE.finditer(text):
        yield _one("placeholders_beside", "block", text, *match.span())
    if len(signature + text) > GATEWAY_LIMIT:
        yield _one(
            "too_long",
            "block",
            text,
            GATEWAY_LIMIT - len(signature),
            len(text),
            limit=GATEWAY_LIMIT,
        )
