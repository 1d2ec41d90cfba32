"""What a reply means. An opt-out is found in ordinary words of any language; what nothing matches is `other`.

A reply is folded (full-width letters, case, accents, punctuation, traditional characters), then each
intent's words are tried: the whole reply, its first word, a phrase in it. All intents that match are
kept: a service must heed an `opt_out` wherever it stands, and `other` goes to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

SHORT = 6  # words; the longest reply in which a lone keyword may stand anywhere

_ACCENTS = re.compile("[\u0300-\u036f]")
_LATIN_BESIDE_HAN = re.compile(r"(?<=[a-z0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[a-z])")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ı": "i", "'": None, "’": None, "‘": None, "`": None})
_FIELDS = ("codes", "exact", "first", "first_unless", "short", "phrases", "weak")
_OTHER_FIELDS = ("unless", "patterns", "not_after")


@dataclass(frozen=True, slots=True)
class Intent:
    """What a reply means, the words that say so, and what else it means."""

    kind: str
    why: str
    also: tuple[str, ...] = ()

    def means(self, kind: str) -> bool:
        """Whether this is among the meanings of the reply."""
        return kind == self.kind or kind in self.also


@dataclass(frozen=True, slots=True)
class IntentWords:
    """The words of one intent, folded as replies are. See `lexicon/replies.toml` for each field."""

    kind: str
    codes: frozenset[str]
    exact: frozenset[str]
    first: frozenset[str]
    first_unless: frozenset[str]
    short: tuple[str, ...]
    phrases: tuple[str, ...]
    weak: tuple[str, ...]
    unless: tuple[re.Pattern[str], ...]
    patterns: tuple[re.Pattern[str], ...]
    not_after: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Keywords:
    """All intents in order of precedence, the courtesies around them, and traditional characters."""

    intents: tuple[IntentWords, ...]
    courtesies: frozenset[str]
    unspaced_courtesies: tuple[str, ...]  # longest first
    traditional: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Reply:
    """A folded reply: its words, the words with single spaces, and without any."""

    words: tuple[str, ...]
    spaced: str
    compact: str
    plain: str  # no spaces; courtesies of unspaced scripts stripped from both ends


def parse_keywords(raw: Mapping[str, object]) -> Keywords:
    """Keywords from what `tomllib` read. Raises ValueError naming the intent and field."""
    table = raw.get("traditional", {})
    if not isinstance(table, dict) or len(table.get("from", "")) != len(table.get("to", "")):
        raise ValueError("traditional: from and to are texts of one length")
    traditional = str.maketrans(table.get("from", ""), table.get("to", ""))
    courtesies = [
        _fold(one, traditional) for one in _texts(raw.get("courtesies", []), "courtesies")
    ]
    intents = raw.get("intents")
    if not isinstance(intents, list) or not intents:
        raise ValueError("intents: at least one is needed")
    unspaced = {one for one in courtesies if _UNSPACED.search(one)}
    return Keywords(
        intents=tuple(_intent(fields, traditional) for fields in intents),
        courtesies=frozenset(courtesies),
        unspaced_courtesies=tuple(sorted(unspaced, key=len, reverse=True)),
        traditional=traditional,
    )


def _intent(fields: Mapping[str, object], traditional: Mapping[int, int]) -> IntentWords:
    kind = fields.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ValueError("an intent without a kind")
    unknown = set(fields) - {"kind", *_FIELDS, *_OTHER_FIELDS}
    if unknown:
        raise ValueError(f"{kind}, {min(unknown)}: not a field of an intent")

    def folded(field: str) -> tuple[str, ...]:
        texts = _texts(fields.get(field, []), f"{kind}, {field}")
        found = tuple(dict.fromkeys(_fold(one, traditional) for one in texts))
        if "" in found:
            raise ValueError(f"{kind}, {field}: a word of nothing but punctuation")
        return found

    def compiled(field: str, end: str = "") -> tuple[re.Pattern[str], ...]:
        texts = _texts(fields.get(field, []), f"{kind}, {field}")
        try:
            return tuple(re.compile(f"(?:{one}){end}") for one in texts)
        except re.error as error:
            raise ValueError(f"{kind}, {field}: {error}") from error

    exact = folded("exact")
    return IntentWords(
        kind=kind,
        codes=frozenset(_texts(fields.get("codes", []), f"{kind}, codes")),
        exact=frozenset(exact) | {one.replace(" ", "") for one in exact},
        first=frozenset(folded("first")),
        first_unless=frozenset(folded("first_unless")),
        short=folded("short"),
        phrases=folded("phrases"),
        weak=folded("weak"),
        unless=compiled("unless"),
        patterns=compiled("patterns"),
        not_after=compiled("not_after", end=r"\s*$"),
    )


def _texts(value: object, field: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{field}: a list of texts is needed")
    return value


def classify(text: str, keywords: Keywords) -> Intent:
    """The meaning of a reply in any language.

    `why` names how and by which words it was found, never more of the reply than those.
    """
    reply = _read(text, keywords)
    found = [
        (words.kind, why)
        for words in keywords.intents
        if (why := _why(words, reply, keywords)) is not None
    ]
    if not found:
        return Intent("other", "nothing matched")
    (kind, why), *others = found
    return Intent(kind, why, tuple(other for other, _ in others))


def _why(words: IntentWords, reply: _Reply, keywords: Keywords) -> str | None:
    whole = _whole(words, reply, keywords)
    if whole:
        return f"exact: {whole}"
    first = _first(words, reply, keywords)
    if first:
        return f"first word: {first}"
    lone = words.short if len(reply.words) <= SHORT else ()
    for phrase in (*words.phrases, *lone):
        if _stands(phrase, words, reply):
            return f"phrase: {phrase}"
    for pattern in words.patterns:
        match = _search(pattern, reply)
        if match and not _turned(match.string[: match.start()], words):
            return f"phrase: {match[0]}"
    if any(_search(pattern, reply) for pattern in words.unless):
        return None
    weak = next((phrase for phrase in words.weak if _stands(phrase, words, reply)), None)
    return weak and f"phrase: {weak}"


def _is_courtesy(word: str, keywords: Keywords) -> bool:
    return word in keywords.courtesies or unicodedata.category(word[0]) == "So"


def _whole(words: IntentWords, reply: _Reply, keywords: Keywords) -> str | None:
    for whole in (reply.compact, reply.plain):
        if whole in words.codes:
            return whole
    candidates = (reply.spaced, reply.compact, reply.plain, *_kernels(reply, keywords))
    return next((whole for whole in candidates if whole and whole in words.exact), None)


def _kernels(reply: _Reply, keywords: Keywords) -> Iterator[str]:
    """What is left of the reply when courtesies are taken off either end, longest first."""
    polite = [_is_courtesy(word, keywords) for word in reply.words]
    size = len(polite)
    before = next((n for n, one in enumerate(polite) if not one), size)
    after = size - next((n for n, one in enumerate(reversed(polite)) if not one), size)
    spans = ((i, j) for i in range(before + 1) for j in range(max(i + 1, after), size + 1))
    for i, j in sorted(spans, key=lambda span: span[0] - span[1]):
        yield " ".join(reply.words[i:j])


def _first(words: IntentWords, reply: _Reply, keywords: Keywords) -> str | None:
    rest = list(reply.words)
    while rest and rest[0] not in words.first and rest[0] in keywords.courtesies:
        del rest[0]
    if not rest or rest[0] not in words.first:
        return None
    return None if rest[1:2] and rest[1] in words.first_unless else rest[0]


def _stands(phrase: str, words: IntentWords, reply: _Reply) -> bool:
    """Whether the phrase stands in the reply at least once without its meaning turned round."""
    if _UNSPACED.search(phrase):
        text, sought = reply.compact, phrase.replace(" ", "")
    else:
        text, sought = f" {reply.spaced} ", f" {phrase} "
    place = text.find(sought)
    while place >= 0:
        rest = text[place + len(sought) :].split(" ", 1)[0]
        exempt = phrase in words.short and rest in words.first_unless
        if not exempt and not _turned(text[:place], words):
            return True
        place = text.find(sought, place + 1)
    return False


def _turned(before: str, words: IntentWords) -> bool:
    return any(pattern.search(before) for pattern in words.not_after)


def _search(pattern: re.Pattern[str], reply: _Reply) -> re.Match[str] | None:
    return pattern.search(reply.compact if _UNSPACED.search(pattern.pattern) else reply.spaced)


def _read(text: str, keywords: Keywords) -> _Reply:
    spaced = _fold(text, keywords.traditional)
    if not spaced and text.strip() and set(unicodedata.normalize("NFKC", text)) <= {"?", " "}:
        spaced = "?"
    words = _joined(_LATIN_BESIDE_HAN.sub(" ", _LONG_RUN.sub(r"\1", spaced)).split())
    compact = plain = "".join(words)
    while strip := next(
        (one for one in keywords.unspaced_courtesies if plain.startswith(one) and plain != one),
        None,
    ):
        plain = plain[len(strip) :]
    while strip := next(
        (one for one in keywords.unspaced_courtesies if plain.endswith(one) and plain != one), None
    ):
        plain = plain[: -len(strip)]
    return _Reply(tuple(words), " ".join(words), compact, plain)


def _joined(words: Iterable[str]) -> list[str]:
    """Words spelled out letter by letter are put together: `s t o p`."""
    spelled = re.sub(
        r"(?<!\S)(?:[a-z] ){2,}[a-z](?!\S)", lambda run: run[0].replace(" ", ""), " ".join(words)
    )
    return spelled.split()


def _fold(text: str, traditional: Mapping[int, int]) -> str:
    """Full-width, case, accents, apostrophes, punctuation and traditional characters folded away."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    text = unicodedata.normalize("NFC", text).translate(traditional)
    kept = []
    for one in text:
        kind = unicodedata.category(one)
        if kind == "So":
            kept.append(f" {one} ")
        elif kind[0] in "LNM" and not "\ufe00" <= one <= "\ufe0f":
            kept.append(one)
        elif kind != "Cf" and not "\ufe00" <= one <= "\ufe0f":
            kept.append(" ")
    return " ".join("".join(kept).split())
