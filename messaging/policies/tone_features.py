"""What the tone score reads in a sentence: its words, its letters, what they are about, and the rules hit.

Four kinds of features, each with the place it stands at in the plain form of the sentence:

`words`     one to three words side by side, and two words with one or two between them (English only)
`letters`   two to five characters side by side (English), one to three (Chinese)
`concepts`  the classes of `lexicon/concepts_*.toml` that the sentence speaks of, and pairs in order
`rules`     the rules of the word lists that found something here, with their severity

The training (`tools/train_tone.py`) reads with the same code, so that a weight means the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from messaging.policies.checks_normalise import PLACEHOLDER, Folding

BLOCKS = ("words", "letters", "concepts", "rules")
_GAP = ("", "", " _", " _ _")  # by steps from one word to the other: what lies between
PERSON, VALUE = "ⓝ", "ⓥ"  # what a placeholder reads as
NEAR = 4  # concepts among which pairs are made
_PEOPLE = frozenset({"name", "salutation"})

_NUMBER = re.compile(r"[$£€¥₹]?\d(?:[\d,.:/-]*\d)?")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|io|uk|in|example)\b(?:/\S*)?",
    re.IGNORECASE | re.ASCII,
)
_SPACES = re.compile(r"\s+")
_TOKEN = re.compile(rf"[a-z]+(?:'[a-z]+)?|0|{PERSON}|{VALUE}|[!?.]")
_END = re.compile(r"[。！？!?；;…】\n\r]+[”’」』\"')）]*|(?=【)|\.+(?=\s|$)[\"')]*")
_SIGNATURE = re.compile(r"【[^】]*】")
_HAN = re.compile("[\u3400-\u9fff]")
# Who speaks to whom, kept beside the classes when pairs are made.
_KEPT = {
    "en": frozenset(
        [
            *("you", "your", "we", "our", "us", "i", "my", "he", "she", "they", "it", "will"),
            *("would", "is", "are", "have", "has", "to", "before", "after", "while", "and", "but"),
            *("?", "!", ".", "0", "yourself"),
        ]
    ),
    "zh": frozenset("您你我他她们？！?!，。,0就才也都还"),
}

Place = tuple[int, int]
Token = tuple[str, int, int]  # a word and its place in the plain sentence


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one block in the order they are met, one as often as it occurs, and beside them
    their places in the plain sentence."""

    block: str
    names: Sequence[str]
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Concepts:
    """The classes of words of a language: whole words and phrases, and beginnings of words."""

    language: str
    whole: Mapping[str, tuple[str, ...]]
    beginnings: Mapping[str, tuple[str, ...]]
    longest: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its place in the text."""

    text: str
    start: int
    end: int


def parse_concepts(raw: Mapping[str, Any]) -> Concepts:
    """The classes from what `tomllib` read. Raises KeyError or TypeError for a file out of form."""
    language = str(raw["language"])
    whole: dict[str, tuple[str, ...]] = {}
    beginnings: dict[str, tuple[str, ...]] = {}
    for name, words in raw["classes"].items():
        for word in words:
            table = beginnings if word.endswith("*") else whole
            key = word.lower().removesuffix("*")
            if language == "en" and table is whole:
                key = " ".join(_TOKEN.findall(key))
            table[key] = (*table.get(key, ()), name)
    size = max(len(one.split()) if language == "en" else len(one) for one in whole)
    return Concepts(language, whole, beginnings, size)


def language_of(text: str) -> str:
    """`zh` where the text holds Chinese characters, `en` otherwise."""
    return "zh" if _HAN.search(text) else "en"


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, without the spaces around them; never empty ones, nor a 【signature】.

    Who signs has no tone; the word lists read signatures with everything else.
    """
    found = []
    start = 0
    for match in [*_END.finditer(text), None]:
        end = match.end() if match else len(text)
        piece = text[start:end]
        bare = piece.strip()
        if any(one.isalnum() for one in _SIGNATURE.sub("", bare)):
            at = start + len(piece) - len(piece.lstrip())
            found.append(Sentence(bare, at, at + len(bare)))
        start = end
    return found


def plain(text: str, folding: Folding) -> str:
    """Folded characters, one sign for each placeholder and link, `0` for each number; single spaces.

    A link says nothing of the tone; `checks_form` looks at links.
    """

    def sign(match: re.Match[str]) -> str:
        return f" {PERSON if match[0].strip('(){}[]$ ') in _PEOPLE else VALUE} "

    if "(" in text or "{" in text or "[" in text:
        text = PLACEHOLDER.sub(sign, text)
    if "." in text:
        text = _LINK.sub(f" {VALUE} ", text)
    text = text.replace("’", "'").replace("‘", "'")
    folds = folding.folds
    folded = "".join(one if one in (PERSON, VALUE) else folds[one] for one in text)
    return _SPACES.sub(" ", _NUMBER.sub("0", folded)).strip()


def features(text: str, rules: Collection[str], concepts: Concepts) -> Iterator[Features]:
    """The features of a plain sentence, block by block."""
    if concepts.language == "en":
        tokens = [(one[0], one.start(), one.end()) for one in _TOKEN.finditer(text)]
        yield _words(tokens)
        yield _letters(text, 2, 5)
        yield _pairs(_concepts_en(tokens, concepts), "en")
    else:
        yield _letters(text, 1, 3)
        yield _pairs(_concepts_zh(text, concepts), "zh")
    yield Features("rules", list(rules), [(0, 0)] * len(rules))


def _words(tokens: list[Token]) -> Features:
    tokens = [("^", 0, 0), *tokens]
    names, places = [], []
    for at, (first, start, end) in enumerate(tokens):
        names.append(first)
        places.append((start, end))
        joined = first
        for step, (word, _start, last) in enumerate(tokens[at + 1 : at + 4], 1):
            if step < 3:
                joined = f"{joined} {word}"
                names.append(joined)
                places.append((start, last))
            if step > 1:
                names.append(f"{first}{_GAP[step]} {word}")
                places.append((start, last))
    return Features("words", names, places)


def _letters(text: str, least: int, most: int) -> Features:
    framed = f"^{text}$"
    names = [
        framed[at : at + size]
        for size in range(least, most + 1)
        for at in range(len(framed) - size + 1)
    ]
    return Features("letters", names, _letter_places(len(framed), least, most))


@lru_cache(maxsize=512)
def _letter_places(length: int, least: int, most: int) -> Sequence[Place]:
    """Where letters stand in a framed text of that length; the frame is no part of the sentence."""
    return [
        (at - 1, at + size - 1)
        for size in range(least, most + 1)
        for at in range(length - size + 1)
    ]


_Spoken = tuple[tuple[str, ...], int, int]


def _concepts_zh(text: str, concepts: Concepts) -> list[_Spoken]:
    found: list[_Spoken] = []
    whole, kept, end = concepts.whole, _KEPT["zh"], len(text)
    at = 0
    while at < end:
        for size in range(min(concepts.longest, end - at), 0, -1):
            names = whole.get(text[at : at + size])
            if names:
                word = text[at : at + size]
                found.append(((*names, *((word,) if word in kept else ())), at, at + size))
                at += size
                break
        else:
            if text[at] in kept:
                found.append(((text[at],), at, at + 1))
            at += 1
    return found


def _concepts_en(tokens: list[Token], concepts: Concepts) -> list[_Spoken]:
    found: list[_Spoken] = []
    kept = _KEPT["en"]
    at = 0
    while at < len(tokens):
        for size in range(min(concepts.longest, len(tokens) - at), 0, -1):
            phrase = " ".join(one[0] for one in tokens[at : at + size])
            names = concepts.whole.get(phrase) or (_one_word(phrase, concepts) if size == 1 else ())
            if names:
                both = (*names, *((phrase,) if phrase in kept else ()))
                found.append((both, tokens[at][1], tokens[at + size - 1][2]))
                at += size
                break
        else:
            if tokens[at][0] in kept:
                found.append(((tokens[at][0],), *tokens[at][1:]))
            at += 1
    return found


def _one_word(word: str, concepts: Concepts) -> tuple[str, ...]:
    if word.endswith("n't"):
        return ("negation",)
    bare = word.split("'")[0]
    if bare != word and bare in concepts.whole:
        return concepts.whole[bare]
    for size in range(len(bare), 2, -1):
        if bare[:size] in concepts.beginnings:
            return concepts.beginnings[bare[:size]]
    return ()


def _pairs(spoken: list[_Spoken], language: str) -> Features:
    kept = _KEPT[language]
    found, places = [], []
    for at, (names, start, end) in enumerate(spoken):
        following = spoken[at + 1 : at + NEAR]
        for name in names:
            if name not in kept:
                found.append(name)
                places.append((start, end))
            for others, _start, last in following:
                for other in others:
                    found.append(f"{name}>{other}")
                    places.append((start, last))
    return Features("concepts", found, places)
