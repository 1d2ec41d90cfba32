"""Whole texts that nothing was learned from, by authors who saw neither lists nor corpus.

Half of the harsh ones hold no plainly banned word; half of the kind ones use such words innocently. The
bounds are what was measured last, with a little room: a change that costs more is seen.
These texts must never go into the corpus; when they have been looked at too often, others must be written.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from messaging.data import wording_knowledge
from messaging.policies.checks import check, verdict
from messaging.policies.lexicon import CATEGORIES

DATA = Path(__file__).parent / "data"


def exam(language: str) -> list[dict[str, Any]]:
    path = DATA / f"wordings_exam_{language}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def passes(row: dict[str, Any]) -> bool:
    found = check(row["text"], language=row["language"], lexicon=wording_knowledge())
    return verdict(found) == "pass"


@pytest.mark.parametrize(
    ("language", "missed_at_most", "troubled_at_most"), [("zh", 6, 3), ("en", 8, 3)]
)
def test_texts_nobody_tuned_on_are_told_as_well_as_when_they_came(
    language: str, missed_at_most: int, troubled_at_most: int
) -> None:
    rows = exam(language)
    missed = [row["category"] for row in rows if row["label"] == "harsh" and passes(row)]
    troubled = [row["text"] for row in rows if row["label"] == "kind" and not passes(row)]
    assert len(missed) <= missed_at_most, Counter(missed)
    assert len(troubled) <= troubled_at_most, troubled


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_exam_tries_every_category_with_and_without_banned_words(language: str) -> None:
    harsh = [row for row in exam(language) if row["label"] == "harsh"]
    assert Counter((row["category"], row["plain"]) for row in harsh) == {
        (category, plain): 10 for category in CATEGORIES for plain in (True, False)
    }
    kind = [row["near"] for row in exam(language) if row["label"] == "kind"]
    assert Counter(kind) == {True: 80, False: 80}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_text_of_the_exam_was_learned_from(language: str) -> None:
    corpus = Path(__file__).parent.parent / "lexicon" / "corpus" / f"{language}.jsonl"
    learned = {json.loads(line)["text"] for line in corpus.read_text("utf-8").splitlines()}
    assert not learned & {row["text"] for row in exam(language)}
