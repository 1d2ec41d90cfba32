"""Learns the tone score from the corpus and writes it as data: `make tone`.

Reads `messaging/lexicon/corpus/{zh,en}.jsonl`: one sentence a line with its author, `harsh` or `kind`,
and the category of a harsh one. Prints how well each author is told by what the others wrote, alone
and as whole texts, then learns from all but the author kept for the tests and writes
`messaging/lexicon/tone_{zh,en}.json`. The same corpus gives the same bytes.
"""

from __future__ import annotations

import json
import random
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from messaging.policies.checks_finding import verdict
from messaging.policies.checks_harsh import harsh
from messaging.policies.checks_worst import USUAL
from messaging.policies.lexicon import CATEGORIES, Lexicon, parse_lexicon
from messaging.policies.tone import Tone, listened, loudness, parse_tone
from messaging.policies.tone_features import (
    BLOCKS,
    Concepts,
    features,
    parse_concepts,
    plain,
    sentences,
)

LEXICON = Path(__file__).resolve().parent.parent / "messaging" / "lexicon"
SEED = 20261123
KEPT_AUTHOR = "w"  # never learned from: messaging/tests/test_policy_tone.py measures on its texts
SHARE = {"words": 1.0, "letters": 1.0, "concepts": 1.0, "rules": 0.5}
STRENGTH = 4.0  # of the regression: the inverse of its penalty
LEAST = 2  # sentences that hold a feature
KEEP = {"en": 12_000, "zh": 12_000}  # features, the heaviest ones
KEEP_CATEGORY = 400
# From which score on a person must look, and how far below it what the lists found is settled: chosen
# on authors of whole texts left out (`u`, `j`, ...), for few kind texts troubled.
ALONE = {"en": -0.1, "zh": -0.6}
WHOLE = {"en": 1.5, "zh": -0.6}
SENTENCE = {"en": 0.25, "zh": 0.5}
CALM = 12.0
QUIET = {
    "en": {"doubt": 0.0, "word": 1.2, "pattern": 2.0},
    "zh": {"doubt": 0.0, "word": 0.8, "pattern": 1.0},
}


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
    """The features worth learning with their places and rarities; turns rows into a matrix."""

    def __init__(self, rows: Sequence[Row], chosen: set[tuple[str, str]] | None = None) -> None:
        held: Counter[tuple[str, str]] = Counter()
        for row in rows:
            held.update((block, one) for block, counts in row.counts.items() for one in counts)
        names = sorted(
            name
            for name, count in held.items()
            if count >= LEAST and (not chosen or name in chosen)
        )
        self.at = {name: place for place, name in enumerate(names)}
        # Rarities are rounded as they will be written, so that what is learned is what is used.
        self.idf = {
            name: max(1, round(10 * (log((1 + len(rows)) / (1 + held[name])) + 1))) / 10
            for name in names
        }

    def matrix(self, rows: Sequence[Row]) -> sparse.csr_matrix:
        """The values of `messaging.policies.tone`, a row a line."""
        values, columns, ends = [], [], [0]
        for row in rows:
            for block in BLOCKS:
                known = [
                    (name, count)
                    for one, count in row.counts.get(block, {}).items()
                    if (name := (block, one)) in self.at
                ]
                sizes = [self.idf[name] * (1 + log(count)) for name, count in known]
                length = float(np.sqrt(CALM * CALM + sum(size * size for size in sizes)))
                values += [SHARE[block] * size / length for size in sizes]
                columns += [self.at[name] for name, _count in known]
            ends.append(len(values))
        return sparse.csr_matrix((values, columns, ends), shape=(len(rows), len(self.at)))


def read_lexicon() -> Lexicon:
    """The word lists, as `messaging/data.py` reads them."""
    tables = [
        path for name in ("harsh_*", "innocent_*", "spelled_*") for path in LEXICON.glob(name)
    ]
    return parse_lexicon(
        _toml("folding"), _toml("reasons"), [_toml(path.stem) for path in sorted(tables)]
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((LEXICON / f"{name}.toml").read_text("utf-8"))


def read(language: str, lexicon: Lexicon, concepts: Concepts) -> list[Row]:
    """The corpus of a language with its features."""
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
    blocks = features(plain(text, lexicon.folding), hits, concepts)
    counts = {block: dict(Counter(row[0] for row in rows)) for block, rows in blocks}
    return Row(text, raw["author"], bad, raw.get("category", ""), counts)


def learn(rows: Sequence[Row], language: str) -> dict[str, Any]:
    """What is written: weights of the features that weigh most, learned again among themselves."""
    answers = np.array([row.harsh for row in rows])
    wide = Space(rows)
    matrix = wide.matrix(rows)
    first = _regression().fit(matrix, answers)
    power = np.abs(first.coef_[0]) * np.sqrt(np.asarray(matrix.power(2).sum(axis=0)).ravel())
    order = sorted(wide.at, key=lambda name: (-power[wide.at[name]], name))
    space = Space(rows, set(order[: KEEP[language]]))
    matrix = space.matrix(rows)
    model = _regression().fit(matrix, answers)
    weights: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for (block, one), place in sorted(space.at.items()):
        weight = round(100 * float(model.coef_[0][place]))
        weights[block][one] = [round(10 * space.idf[block, one]), weight]
    return {
        "version": "",
        "bias": round(float(model.intercept_[0]), 3),
        "alone": ALONE[language],
        "whole": WHOLE[language],
        "sentence": SENTENCE[language],
        "quiet": QUIET[language],
        "calm": CALM,
        "share": {block: SHARE[block] for block in weights},
        "weights": weights,
        "categories": _categories(rows, space, matrix),
    }


def _regression() -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced", random_state=SEED)


def _categories(
    rows: Sequence[Row], space: Space, matrix: sparse.csr_matrix
) -> dict[str, dict[str, int]]:
    """For each category the features that tell it from the other harsh ones; `""` is its bias."""
    places = [place for place, row in enumerate(rows) if row.harsh and row.category in CATEGORIES]
    names = sorted(space.at, key=lambda name: space.at[name])
    told = {}
    for category in CATEGORIES:
        answers = np.array([rows[place].category == category for place in places])
        if not answers.any():
            continue
        model = _regression().fit(matrix[places], answers)
        weights = model.coef_[0]
        order = sorted(range(len(names)), key=lambda at: (-abs(weights[at]), names[at]))
        told[category] = {"": round(100 * float(model.intercept_[0]))} | {
            # The share of its block is in the values the category was learned from.
            f"{names[at][0]}:{names[at][1]}": round(100 * SHARE[names[at][0]] * float(weights[at]))
            for at in order[:KEEP_CATEGORY]
        }
    return told


def listen(text: str, tone: Tone, lexicon: Lexicon) -> tuple[float, bool]:
    """How loud a text is, and whether the product would hold it up."""
    language, tones = tone.concepts.language, {"en": tone, "zh": tone}
    found = harsh(text, lexicon, USUAL[language])
    answer = listened(text, found, tones, lexicon.folding, lexicon.reasons)
    return loudness(found, text, tones, lexicon.folding), verdict(answer) != "pass"


def whole_texts(rows: Sequence[Row], seed: int = SEED) -> Iterator[tuple[str, bool]]:
    """Texts as they are sent: one to three sentences of an author, in half of them one harsh."""
    kind = [row.text for row in rows if not row.harsh]
    bad = [row.text for row in rows if row.harsh]
    chance = random.Random(seed)  # noqa: S311  the same draw each time is the point
    for at in range(400):
        said = chance.sample(kind, chance.randint(0, 1) if at % 2 else chance.randint(1, 3))
        if at % 2:
            said.insert(chance.randint(0, len(said)), chance.choice(bad))
        yield " ".join(said), bool(at % 2)


def figures(rows: Sequence[Row], language: str, lexicon: Lexicon, concepts: Concepts) -> None:
    """Prints how each author is told by what the others wrote."""
    for author in sorted({row.author for row in rows if row.harsh}):
        rest = [row for row in rows if row.author != author]
        tone = parse_tone(learn(rest, language), concepts)
        mine = [row for row in rows if row.author == author and not row.part]
        alone = [(*listen(row.text, tone, lexicon), row.harsh) for row in mine]
        whole = [(*listen(text, tone, lexicon), bad) for text, bad in whole_texts(mine)]
        print(language, author, "| alone", _told(alone), "| whole", _told(whole))


def _told(heard: Sequence[tuple[float, bool, bool]]) -> str:
    bad = np.array([one[:2] for one in heard if one[2]])
    good = np.array([one[:2] for one in heard if not one[2]])
    tone, lists = (
        (np.mean(bad[:, 0] < 0), np.mean(good[:, 0] >= 0)),
        (
            1 - np.mean(bad[:, 1]),
            np.mean(good[:, 1]),
        ),
    )
    return (
        f"missed {lists[0]:.1%}, troubled {lists[1]:.1%} (tone alone: {tone[0]:.1%}, {tone[1]:.1%})"
    )


def main(languages: Sequence[str]) -> None:
    """Measure and write the languages named, or all."""
    lexicon = read_lexicon()
    for language in languages or ("zh", "en"):
        concepts = parse_concepts(_toml(f"concepts_{language}"))
        rows = read(language, lexicon, concepts)
        figures(rows, language, lexicon, concepts)
        learned = learn([row for row in rows if row.author != KEPT_AUTHOR], language)
        learned["version"] = lexicon.version
        path = LEXICON / f"tone_{language}.json"
        path.write_text(
            json.dumps(learned, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n",
            "utf-8",
        )
        print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
