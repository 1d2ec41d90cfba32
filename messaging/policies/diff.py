"""What changed between two texts, in pieces a reviewer can read: Han by character, the rest by word.

Placeholders are never cut. A short stretch that both texts share inside a rewritten phrase is shown
as rewritten too, so that a phrase is struck and replaced as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKEN = re.compile(r"\(\([a-z_]+\)\)|[A-Za-zÀ-ɏ'’]+|[0-9]+(?:[.,][0-9]+)*|\s+|.", re.DOTALL)
_PLACEHOLDER = "(("
_BRACKETS = "()"
_SENTENCE_ENDS = "。！？；.!?;】\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what became of it."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(slots=True)
class _Span:
    """Either a stretch both share (``removed`` equals ``added``), or one replaced by another."""

    removed: str
    added: str

    @property
    def same(self) -> bool:
        return self.removed == self.added


def tokens(text: str) -> list[str]:
    """The smallest pieces that are compared: a placeholder, a word, a number, one character."""
    return _TOKEN.findall(text)


def compare(old: str, new: str) -> list[Piece]:
    """The pieces of ``new`` and what they replaced, in reading order; removed before added.

    Leaving out what was added gives ``old`` again, leaving out what was removed gives ``new``.
    """
    pieces: list[Piece] = []
    for span in _slid(list(_merged(_spans(tokens(old), tokens(new))))):
        if span.same:
            pieces.append(Piece("same", span.added))
            continue
        if span.removed:
            pieces.append(Piece("removed", span.removed))
        if span.added:
            pieces.append(Piece("added", span.added))
    return pieces


def _spans(old: list[str], new: list[str]) -> list[_Span]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        _Span("".join(old[a:b]), "".join(new[c:d])) for _tag, a, b, c, d in matcher.get_opcodes()
    ]


def _merged(spans: list[_Span]) -> Iterator[_Span]:
    """Join changes that only a short shared stretch keeps apart; then each change with the next."""
    done: list[_Span] = []
    for index, span in enumerate(spans):
        inside = 0 < index < len(spans) - 1
        if span.same:
            joins = inside and _is_remnant(done[-1], span, spans[index + 1])
        else:
            joins = bool(done) and not done[-1].same
        if joins:
            done[-1] = _joined(done[-1], span)
        else:
            done.append(span)
    yield from done


def _slid(spans: list[_Span]) -> list[_Span]:
    """Where a stretch was only added or only removed and could begin earlier, let it begin with a
    sentence: `[如有困难…你。]如已还款` rather than `如[有困难…你。如]已还款`."""
    for before, span, after in zip(spans, spans[1:], spans[2:], strict=False):
        if before.same and after.same and not (span.removed and span.added):
            _slide(before, span, after)
    return [span for span in spans if span.removed or span.added]


def _slide(before: _Span, span: _Span, after: _Span) -> None:
    """Move the stretch right as far as it can go, then left to where a sentence begins, if anywhere."""
    head, inner, tail = before.added, span.removed or span.added, after.added
    while tail and inner[0] == tail[0] and tail[0] not in _BRACKETS:
        head, inner, tail = head + tail[0], inner[1:] + tail[0], tail[1:]
    while head and head[-1] not in _SENTENCE_ENDS:
        if inner[-1] != head[-1] or head[-1] in _BRACKETS:
            return
        head, inner, tail = head[:-1], head[-1] + inner[:-1], head[-1] + tail
    before.removed = before.added = head
    after.removed = after.added = tail
    span.removed, span.added = (inner, "") if span.removed else ("", inner)


def _is_remnant(before: _Span, shared: _Span, after: _Span) -> bool:
    """Whether the stretch is shorter than both changes around it, and no placeholder."""
    if before.same or _PLACEHOLDER in shared.added:
        return False
    return len(shared.added) <= min(_size(before), _size(after))


def _size(span: _Span) -> int:
    return max(len(span.removed), len(span.added))


def _joined(one: _Span, other: _Span) -> _Span:
    return _Span(one.removed + other.removed, one.added + other.added)
