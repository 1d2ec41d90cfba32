"""The notation of the lexicons, turned into regular expressions and the keys by which they are tried.

`<class>` one of the words of a class, `( | )` one of, `?` may be missing, `*` after a letter: the word
may go on, `~N` up to N characters (Chinese) or words (English) of the same sentence. A rule is only
tried on a text that holds one of its keys: two characters, or the first four letters of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

KEY = 4  # letters of a Latin word that make its key

_CLASS = re.compile(r"<(\w+)>")
_HAN = re.compile("[\u3400-\u9fff]")
# Words that stand in almost every text make bad keys.
_COMMON = frozenset(
    [
        "your",
        "you",
        "we",
        "will",
        "the",
        "to",
        "a",
        "of",
        "in",
        "and",
        "or",
        "if",
        "is",
        "are",
        "be",
        "on",
        "for",
        "our",
        "us",
        "it",
        "this",
        "that",
        "by",
        "may",
        "can",
        "at",
        "as",
        "not",
    ]
)


class LexiconError(ValueError):
    """A lexicon file says something that cannot be used; the message names the place."""


def expand(pattern: str, classes: Mapping[str, Sequence[str]]) -> str:
    """The pattern with each `<class>` spelled out. Raises LexiconError for an unknown class."""

    def words(match: re.Match[str]) -> str:
        if match[1] not in classes:
            raise LexiconError(f"pattern {pattern!r}: there is no class {match[1]!r}")
        # The longest first, so that `家人` does not hide `家人们`.
        return "(" + "|".join(sorted(classes[match[1]], key=len, reverse=True)) + ")"

    return _CLASS.sub(words, pattern)


def compiled(expanded: str, *, latin: bool, greedy: bool = False) -> re.Pattern[str]:
    """The regular expression of an expanded pattern. Raises LexiconError where it is none."""
    lazy = "" if greedy else "?"
    source = re.sub(r"\((?!\?)", "(?:", expanded)
    if latin:
        source = re.sub(r"(?<=[a-z])\*", "[a-z]*", source)
        source = re.sub(r"~(\d+) ", r"(?:[^ .]+ ){0,\1}" + lazy, source)
        source = rf"(?<![a-z0-9])(?:{source})(?![a-z0-9])"
    else:
        source = re.sub(r"~(\d+)", r"[^。]{0,\1}" + lazy, source)
    try:
        return re.compile(source)
    except re.error as error:
        raise LexiconError(f"pattern {expanded[:60]!r}: {error}") from error


def keys(expanded: str) -> frozenset[str]:
    """Keys of which every text that can match holds at least one. Raises LexiconError if there are none."""
    found = _keys(expanded)
    if found is None:
        raise LexiconError(f"pattern {expanded[:60]!r}: no part of it must be there")
    return found


def keys_in(words: str, *, latin: bool) -> set[str]:
    """The keys that a text holds."""
    if latin:
        return {word[:KEY] for word in words.split()}
    return {words[at : at + 2] for at in range(len(words) - 1)}


def _keys(pattern: str) -> frozenset[str] | None:
    """The best keys among the parts of one sequence, or None where no part is certain."""
    options = [found for part in _parts(pattern) if (found := _keys_of_part(part))]
    return min(options, key=_cost, default=None)


def _cost(found: Iterable[str]) -> float:
    found = list(found)
    return len(found) + 1000 * sum(one in _COMMON for one in found)


def _keys_of_part(part: str) -> frozenset[str] | None:
    if not part.startswith("("):
        return _keys_of_literal(part)
    found: set[str] = set()
    for alternative in _alternatives(part[1:-1]):
        mine = _keys(alternative)
        if mine is None:
            return None
        found |= mine
    return frozenset(found)


def _keys_of_literal(literal: str) -> frozenset[str] | None:
    if _HAN.search(literal):
        return frozenset({literal[:2]}) if len(literal) > 1 else None
    words = [
        word.rstrip("*")[:KEY]
        for word in literal.split()
        if not word.endswith("*") or len(word) > KEY
    ]
    whole = [word for word in words if word]
    return (
        frozenset({min(whole, key=lambda word: (word in _COMMON, -len(word)))}) if whole else None
    )


def _parts(pattern: str) -> list[str]:
    """Literals and groups of a sequence that must be there; anything optional is left out."""
    parts: list[str] = []
    literal, at = "", 0
    while at < len(pattern):
        one = pattern[at]
        if one == "(":
            end = _closing(pattern, at)
            after = pattern[end + 1 : end + 2]
            lookaround = pattern[at + 1 : at + 2] == "?"
            if after not in ("?", "*", "{") and not lookaround:
                parts += [literal, pattern[at : end + 1]]
            else:
                parts.append(literal)
            literal, at = "", end + 1 + (after in ("?", "*"))
        elif one in "[~{":
            found = re.match(r"\[[^\]]*\][*+?]?|~\d+ ?|\{[^}]*\}\??", pattern[at:])
            parts.append(literal)
            literal, at = "", at + (found.end() if found else 1)
        elif one == "?":
            parts.append(literal[:-1])
            literal, at = "", at + 1
        else:
            literal, at = literal + one, at + 1
    return [part for part in [*parts, literal] if part.strip()]


def _closing(pattern: str, at: int) -> int:
    depth = 0
    for place in range(at, len(pattern)):
        depth += {"(": 1, ")": -1}.get(pattern[place], 0)
        if depth == 0:
            return place
    raise LexiconError(f"pattern {pattern[:60]!r}: a bracket is not closed")


def _alternatives(inside: str) -> list[str]:
    found, depth = [""], 0
    for one in inside:
        depth += {"(": 1, ")": -1}.get(one, 0)
        if one == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += one
    return found
