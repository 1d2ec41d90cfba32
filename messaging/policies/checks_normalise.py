"""Seeing through disguise: a text in the forms in which words are looked for, each with its places.

Full-width and styled letters, case, accents, look-alikes of other scripts and traditional characters
are folded away; what is invisible is left out. `han` holds Chinese without spaces, `tight` also
without punctuation, `words` Latin words with single spaces; `decoded` reads digits and signs as the
letters they stand for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# ((name)), and what other systems write: {1}, {{name}}, ${name}, [name].
PLACEHOLDER = re.compile(r"\(\([^()]{1,40}\)\)|\$?\{\{?[^{}]{0,40}\}?\}|\[\[?[A-Za-z_]{1,30}\]?\]")

_HAN = re.compile("[\u3400-\u9fff]")
_SPELLED = re.compile("(?:[\u3400-\u9fff][^\u3400-\u9fff\\w\\s]){2,}[\u3400-\u9fff]")
_DISGUISED = re.compile(r"[a-z][^a-z\s\u3400-\u9fff]{1,2}[a-z]|[a-z][0-9@$!|+]|[0-9@$!|][a-z]")
_CHUNK = re.compile(r"[a-z0-9@$!|+.\-_*~^'’·•,:;\"=#%&]+")
_STOPS = frozenset("。！？；!?;\n\r…")
_PAUSES = frozenset("，,：:（）()【】「」“”—")
_APOSTROPHES = frozenset("'’‘`´")
_INSIDE = frozenset('*_~^|·•"')  # never stand inside an honest word
_LEET = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "+": "t"}
_ONE = frozenset("1!|")


class _Folds(dict[str, str]):
    """What each character becomes; worked out once a character."""

    def __init__(self, letters: Mapping[str, str]) -> None:
        super().__init__()
        self._letters = letters

    def __missing__(self, one: str) -> str:
        folded = "" if invisible(one) else unicodedata.normalize("NFKC", one).casefold()
        bare = (
            mark for mark in unicodedata.normalize("NFD", folded) if not unicodedata.combining(mark)
        )
        self[one] = "".join(self._letters.get(letter, letter) for letter in bare)
        return self[one]


@dataclass(frozen=True, slots=True)
class Folding:
    """How characters are folded. Filled once, it only remembers what it worked out."""

    folds: _Folds = field(repr=False)


@dataclass(frozen=True, slots=True)
class View:
    """One form of a text; character `i` stands for the original from `starts[i]` to `ends[i]`."""

    text: str
    starts: list[int]
    ends: list[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that a stretch of this form stands for; `end` > `start`."""
        return self.starts[start], self.ends[end - 1]


def parse_folding(raw: Mapping[str, Any]) -> Folding:
    """A folding from what `tomllib` read. Raises ValueError for tables of unequal length."""
    table = raw.get("traditional", {})
    old, new = "".join(table.get("from", ())), "".join(table.get("to", ()))
    if len(old) != len(new):
        raise ValueError("traditional: from and to are of unequal length")
    return Folding(_Folds({**dict(zip(old, new, strict=True)), **raw.get("confusables", {})}))


def invisible(one: str) -> bool:
    """Zero-width, soft hyphen, direction marks, variation selectors, controls; not a line break or tab."""
    if one in "\n\r\t":
        return False
    return unicodedata.category(one) in ("Cf", "Cc", "Co", "Cn", "Cs") or (
        "\ufe00" <= one <= "\ufe0f" or one in "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5"
    )


def folded(text: str, folding: Folding, values: Mapping[str, str] | None = None) -> View:
    """The text folded character by character. Placeholders are left out, or filled from `values`."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    folds = folding.folds

    def add(piece: str, at: int, till: int | None = None) -> None:
        before = ""
        for place, one in enumerate(piece, at):
            # A capital I inside a lower-case word stands for an l.
            for letter in "l" if one == "I" and before.islower() else folds[one]:
                chars.append(letter)
                starts.append(place if till is None else at)
                ends.append(place + 1 if till is None else till)
            before = one

    done = 0
    if "(" in text or "{" in text or "[" in text:
        for match in PLACEHOLDER.finditer(text):
            add(text[done : match.start()], done)
            if values is not None:
                add(values.get(match[0].strip("(){}[]$ "), ""), match.start(), match.end())
            done = match.end()
    add(text[done:], done)
    return View("".join(chars), starts, ends)


def _pick(view: View, kept: Iterable[tuple[str, int]]) -> View:
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for one, at in kept:
        chars.append(one)
        starts.append(view.starts[at])
        ends.append(view.ends[at])
    return View("".join(chars), starts, ends)


def han(view: View) -> View:
    """Chinese and letters without spaces; pauses are `，`, ends of sentences `。`, other signs left out."""
    text = view.text
    noise = {
        at for match in _SPELLED.finditer(text) for at in range(match.start() + 1, match.end(), 2)
    }

    def kept() -> Iterator[tuple[str, int]]:
        for at, one in enumerate(text):
            if (one >= "\u3400" and _HAN.match(one)) or one.isalnum():
                yield one, at
            elif at in noise:
                continue
            elif one in _STOPS or (one == "." and not text[at + 1 : at + 2].isalnum()):
                yield "。", at
            elif one in _PAUSES:
                yield "，", at

    return _pick(view, kept())


def tight(view: View) -> View | None:
    """A `han` form without its pauses and stops; None where that changes nothing."""
    if "，" not in view.text and "。" not in view.text:
        return None
    return _pick(view, ((one, at) for at, one in enumerate(view.text) if one not in "，。"))


def words(view: View) -> View:
    """Latin words with single spaces; ` . ` ends a sentence; letters spelled one by one are joined."""
    text = view.text

    def kept() -> Iterator[tuple[str, int]]:
        gap = True
        for at, one in enumerate(text):
            if (one.isascii() and one.isalnum()) or (one.isalpha() and not _HAN.match(one)):
                yield one, at
                gap = False
            elif one in _APOSTROPHES or (one in _INSIDE and not gap):
                continue
            elif one in _STOPS or (one == "." and not text[at + 1 : at + 2].isalnum()):
                if not gap:
                    yield " ", at
                yield ".", at
                yield " ", at
                gap = True
            elif not gap:
                yield " ", at
                gap = True

    return _joined(_pick(view, kept()))


def _joined(view: View) -> View:
    """Runs of three or more single letters become one word: `a r r e s t`."""
    runs = list(re.finditer(r"(?<![^ .])(?:[a-z] ){2,}[a-z](?![^ ])", view.text))
    if not runs:
        return view
    dropped = {at for run in runs for at in range(run.start(), run.end()) if view.text[at] == " "}
    return _pick(view, ((one, at) for at, one in enumerate(view.text) if at not in dropped))


def decoded(view: View) -> list[View]:
    """The words again with digits and signs read as letters, `1` as i and as l; none where none occur."""
    if not _DISGUISED.search(view.text):
        return []
    first = _decoded(view, "i")
    if first is None:
        return []
    again = _decoded(view, "l") if any(one in _ONE for one in view.text) else None
    return [words(one) for one in (first, again) if one is not None]


def _decoded(view: View, for_one: str) -> View | None:
    kept: list[tuple[str, int]] = []
    done, changed = 0, False
    for match in _CHUNK.finditer(view.text):
        chunk = match[0].rstrip(".,:;!\"'+")
        if not (re.search("[a-z]", chunk) and re.search("[^a-z]", chunk)) or "://" in chunk:
            continue
        changed = True
        kept += [(view.text[at], at) for at in range(done, match.start())]
        for at, one in enumerate(chunk, match.start()):
            letter = for_one if one in _ONE else _LEET.get(one, one)
            if letter.isalnum():
                kept.append((letter, at))
        done = match.start() + len(chunk)
    if not changed:
        return None
    kept += [(view.text[at], at) for at in range(done, len(view.text))]
    return _pick(view, kept)
