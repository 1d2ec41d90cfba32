"""Learns the tone score from the corpus and writes it as data: `make tone`.

Reads `messaging/lexicon/corpus/{zh,en}.jsonl`: one text a line with its author, `harsh` or `kind`, and the
category of a harsh one. Prints how well each author of an examination is told by what the others wrote, then
learns from all but the author kept for the tests and writes `messaging/lexicon/tone_{zh,en}.json`. The same
corpus gives the same bytes.

Two logistic regressions are added up, both over the values of `messaging.policies.tone`: a plain one, and
one whose features are first weighed by how much oftener they stand in harsh texts than in kind ones
(S. Wang, C. Manning, "Baselines and Bigrams", ACL 2012). Both are linear, so their sum is one weight a feature.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from messaging.policies.checks_finding import verdict
from messaging.policies.checks_harsh import harsh
from messaging.policies.checks_worst import USUAL
from messaging.policies.lexicon import CATEGORIES, Lexicon
from messaging.policies.tone import Tone, listened, parse_tone
from messaging.policies.tone_features import parse_concepts
from tools.tone_corpus import LEXICON, Row, Space, read_corpus, read_lexicon, read_toml

SEED = 20261123
KEPT_AUTHOR = "w"  # never learned from: messaging/tests/test_policy_tone.py measures on its texts
TOLD = (
    "m",
    "n",
    "u",
    "x",
)  # how names begin of authors who wrote examinations: whole texts of every sort
SHARE = {
    "en": {"words": 2.0, "letters": 0.7, "concepts": 0.5, "rules": 1.0},
    "zh": {"letters": 3.0, "concepts": 0.7, "rules": 1.0},
}
CALM = 12.0
STRENGTH, WEIGHED_STRENGTH = 20.0, 4.0  # of the regressions: the inverse of their penalties
WEIGHED_SHARE = 0.5  # of the weighed one beside the plain one
RARE = 0.1  # added to what is counted, so that a feature of one side alone has a finite weight
KEEP = {"en": 50_000, "zh": 30_000}  # features, the heaviest ones
KEEP_CATEGORY = 400
# From which score on a person must look, and how far below it what the lists found is settled: chosen on
# authors left out, for at most 3 of 100 kind texts troubled.
LIMITS = {
    "en": {"alone": 0.25, "whole": 1.0, "sentence": 1.25},
    "zh": {"alone": -0.75, "whole": -0.25, "sentence": 0.75},
}
QUIET = {
    "en": {"doubt": 0.5, "word": 2.5, "pattern": 3.5},
    "zh": {"doubt": 0.0, "word": 2.0, "pattern": 3.0},
}

Numbers: TypeAlias = NDArray[np.float64]


def fit(matrix: sparse.csr_matrix, answers: NDArray[np.bool_]) -> tuple[Numbers, float]:
    """The weight of each column, and the bias."""
    simple = _regression(STRENGTH).fit(matrix, answers)
    often, seldom = (
        np.asarray(matrix[side].sum(axis=0)).ravel() + RARE for side in (answers, ~answers)
    )
    oftener = np.log(often / often.sum()) - np.log(seldom / seldom.sum())
    weighed = _regression(WEIGHED_STRENGTH).fit(matrix @ sparse.diags(oftener), answers)
    first, second = simple.coef_[0], weighed.coef_[0] * oftener
    size = WEIGHED_SHARE * float((matrix @ first).std()) / float((matrix @ second).std())
    return first + size * second, float(simple.intercept_[0] + size * weighed.intercept_[0])


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=300, class_weight="balanced", random_state=SEED)


def heaviest(matrix: sparse.csr_matrix, weights: Numbers, most: int) -> NDArray[np.int64]:
    """The columns that move scores most."""
    power = np.abs(weights) * np.sqrt(np.asarray(matrix.power(2).sum(axis=0)).ravel())
    return np.sort(np.argsort(-power, kind="stable")[:most])


def learn(
    rows: Sequence[Row], sizes: sparse.csr_matrix, space: Space, language: str
) -> dict[str, Any]:
    """What is written: weights of the features that weigh most, learned again among themselves.

    ``sizes`` holds the rows in the features of ``space``.
    """
    answers = np.array([row.harsh for row in rows])
    every = np.arange(len(space.names))
    matrix = space.values(sizes, every)
    columns = heaviest(matrix, fit(matrix, answers)[0], KEEP[language])
    kept = space.values(sizes, columns)
    values, bias = fit(kept, answers)
    names = [space.names[at] for at in columns]
    weights: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for (block, one), weight in zip(names, np.rint(100 * values).astype(int).tolist(), strict=True):
        if weight:
            weights[block][one] = [round(10 * space.idf[block, one]), weight]
    return {
        "version": "",
        "bias": round(bias, 3),
        **LIMITS[language],
        "quiet": QUIET[language],
        "calm": CALM,
        "share": {block: SHARE[language][block] for block in weights},
        "weights": weights,
        "categories": _categories(rows, names, kept, SHARE[language]),
    }


def _categories(
    rows: Sequence[Row],
    names: Sequence[tuple[str, str]],
    matrix: sparse.csr_matrix,
    share: Mapping[str, float],
) -> dict[str, dict[str, int]]:
    """For each category the features that tell it from the other harsh ones; `""` is its bias."""
    places = [place for place, row in enumerate(rows) if row.harsh and row.category in CATEGORIES]
    told = {}
    for category in CATEGORIES:
        answers = np.array([rows[place].category == category for place in places])
        if not answers.any():
            continue
        model = _regression(WEIGHED_STRENGTH).fit(matrix[places], answers)
        weights = model.coef_[0]
        order = sorted(range(len(names)), key=lambda at: (-abs(weights[at]), names[at]))
        told[category] = {"": round(100 * float(model.intercept_[0]))} | {
            # The share of its block is in the values the category was learned from.
            f"{names[at][0]}:{names[at][1]}": round(100 * share[names[at][0]] * float(weights[at]))
            for at in order[:KEEP_CATEGORY]
        }
    return told


def passes(text: str, tone: Tone, lexicon: Lexicon) -> bool:
    """Whether the product would let a text pass, lists and tone together."""
    language = tone.concepts.language
    found = harsh(text, lexicon, USUAL[language])
    tones = {"en": tone, "zh": tone}
    return verdict(listened(text, found, tones, lexicon.folding, lexicon.reasons)) == "pass"


def main(languages: Sequence[str]) -> None:
    """Measure and write the languages named, or all."""
    lexicon = read_lexicon()
    for language in languages or ("zh", "en"):
        concepts = parse_concepts(read_toml(f"concepts_{language}"))
        rows = read_corpus(language, lexicon, concepts)
        space = Space(rows, SHARE[language], CALM)
        sizes = space.sizes(rows)

        def without(author: str) -> dict[str, Any]:
            places = [at for at, row in enumerate(rows) if row.author != author]  # noqa: B023
            chosen = [rows[at] for at in places]  # noqa: B023
            return learn(chosen, sizes[places], space, language)  # noqa: B023

        for author in sorted({row.author for row in rows if row.author.startswith(TOLD)}):
            tone = parse_tone(without(author), concepts)
            mine = [row for row in rows if row.author == author and not row.part]
            missed = [passes(row.text, tone, lexicon) for row in mine if row.harsh]
            kind = [passes(row.text, tone, lexicon) for row in mine if not row.harsh]
            print(
                f"| {language} | {author} | {len(mine)} | {np.mean(missed):.1%} | {1 - np.mean(kind):.1%} |",
                flush=True,
            )
        learned = without(KEPT_AUTHOR)
        learned["version"] = lexicon.version
        path = LEXICON / f"tone_{language}.json"
        path.write_text(
            json.dumps(learned, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n",
            "utf-8",
        )
        print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
