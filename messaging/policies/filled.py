"""A text filled in, in stretches: what is the same for everybody, and what was put in for one person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from messaging.policies import wording

_PLACEHOLDER = re.compile(r"(\(\([a-z_]+\)\))")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some characters of a text; ``value`` where they were put in for a placeholder."""

    text: str
    value: bool = False


def stretches(signature: str, text: str, values: Mapping[str, str]) -> tuple[Stretch, ...]:
    """The stretches of a filled text, in reading order; joined they are what ``wording.render`` makes.

    Raises MissingValue and UnsafeValue as ``wording.render`` does.
    """
    pieces = _PLACEHOLDER.split(text)
    made = [Stretch(signature)]
    for index, piece in enumerate(pieces):
        made.append(Stretch(wording.render("", piece, values), value=index % 2 == 1))
    return tuple(one for one in made if one.text)


def joined(shown: Iterable[Stretch]) -> str:
    """The text that the stretches make up."""
    return "".join(one.text for one in shown)
