"""The corpus of the tone score as rows with their features, and as the matrix that weights are learned from."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from messaging.policies.checks_harsh import harsh
from messaging.policies.checks_worst import USUAL
from messaging.policies.lexicon import Lexicon, parse_lexicon
from messaging.policies.tone_features import BLOCKS, Concepts, features, plain, sentences

LEXICON = Path(__file__).resolve().parent.parent / "messaging" / "lexicon"
LEAST = 2  # rows that hold a feature

Name = tuple[str, str]  # a block and one of its features


@dataclass(frozen=True)
class Row:
    """One line of the corpus with its features by block, each with the times it occurs."""

    text: str
    author: str
    harsh: bool
    category: str
    counts: Mapping[str, Mapping[str, int]]
    part: bool = False  # a sentence of another row


class Space:
    """The features of a corpus with their places and rarities; turns rows into matrices."""

    def __init__(self, rows: Sequence[Row], share: Mapping[str, float], calm: float) -> None:
        held: Counter[Name] = Counter()
        for row in rows:
            held.update((block, one) for block, counts in row.counts.items() for one in counts)
        self.names = sorted(name for name, count in held.items() if count >= LEAST)
        self.at = {name: place for place, name in enumerate(self.names)}
        self.share, self.calm = share, calm
        # Rarities are rounded as they will be written, so that what is learned is what is used.
        self.idf = {
            name: max(1, round(10 * (log((1 + len(rows)) / (1 + held[name])) + 1))) / 10
            for name in self.names
        }

    def sizes(self, rows: Sequence[Row]) -> sparse.csr_matrix:
        """idf * (1 + ln tf) of each feature, a row a line."""
        sizes, columns, ends = [], [], [0]
        for row in rows:
            for block, counts in row.counts.items():
                for one, count in counts.items():
                    place = self.at.get((block, one))
                    if place is not None:
                        sizes.append(self.idf[block, one] * (1 + log(count)))
                        columns.append(place)
            ends.append(len(sizes))
        return sparse.csr_matrix((sizes, columns, ends), shape=(len(rows), len(self.at)))

    def values(self, sizes: sparse.csr_matrix, columns: NDArray[np.int64]) -> sparse.csr_matrix:
        """The values of `messaging.policies.tone` times the share of their block, where only the features
        in ``columns`` are known: each block of a line is as long as what is known of it.
        """
        blocks = np.array([BLOCKS.index(self.names[at][0]) for at in columns])
        found = sparse.csr_matrix((sizes.shape[0], len(columns)))
        for place, block in enumerate(BLOCKS):
            of_block = sparse.diags((blocks == place).astype(float))
            part = sizes[:, columns] @ of_block
            length = np.sqrt(self.calm**2 + np.asarray(part.power(2).sum(axis=1)).ravel())
            found = found + sparse.diags(self.share.get(block, 0.0) / length) @ part
        return found.tocsr()


def read_toml(name: str) -> dict[str, Any]:
    """A file of the lexicon. Raises OSError, tomllib.TOMLDecodeError."""
    return tomllib.loads((LEXICON / f"{name}.toml").read_text("utf-8"))


def read_lexicon() -> Lexicon:
    """The word lists, as `messaging/data.py` reads them."""
    tables = [
        path for name in ("harsh_*", "innocent_*", "spelled_*") for path in LEXICON.glob(name)
    ]
    return parse_lexicon(
        read_toml("folding"),
        read_toml("reasons"),
        [read_toml(path.stem) for path in sorted(tables)],
    )


def read_corpus(language: str, lexicon: Lexicon, concepts: Concepts) -> list[Row]:
    """The corpus of a language with its features. Raises OSError, ValueError or KeyError."""
    lines = (LEXICON / "corpus" / f"{language}.jsonl").read_text("utf-8").splitlines()
    found = []
    for line in lines:
        raw = json.loads(line)
        bad = raw["label"] == "harsh"
        said = _row(raw["text"], raw, bad, lexicon, concepts)
        found.append(said)
        parts = sentences(said.text)
        if not bad and len(parts) > 1:
            # Each sentence of a kind text is kind; one of a harsh text may be anything.
            found += [
                replace(_row(one.text, raw, bad, lexicon, concepts), part=True) for one in parts
            ]
    return found


def _row(text: str, raw: Mapping[str, str], bad: bool, lexicon: Lexicon, concepts: Concepts) -> Row:
    found = harsh(text, lexicon, USUAL[concepts.language])
    hits = [f"{one.rule}:{one.severity}" for one in found]
    read = features(plain(text, lexicon.folding), hits, concepts)
    counts = {one.block: dict(Counter(one.names)) for one in read}
    return Row(text, raw["author"], bad, raw.get("category", ""), counts)
