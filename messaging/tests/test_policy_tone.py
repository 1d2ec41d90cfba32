"""The tone score hears what no list names, troubles few kind texts, and says why."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.data import HERE, wording_knowledge
from messaging.policies.checks import Finding, check, verdict
from messaging.policies.lexicon import CATEGORIES
from messaging.policies.tone_features import features, parse_concepts, plain, sentences

# The author whose texts `tools/train_tone.py` never learns from.
KEPT_AUTHOR = "w"


def corpus(language: str) -> list[dict[str, Any]]:
    """The corpus of a language."""
    path = HERE / "lexicon" / "corpus" / f"{language}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def kept(language: str) -> list[dict[str, Any]]:
    """The texts that nothing was learned from."""
    return [row for row in corpus(language) if row["author"] == KEPT_AUTHOR]


def checked(text: str) -> tuple[Finding, ...]:
    """What is found in a bare text."""
    return check(text, language="en", lexicon=wording_knowledge())


@pytest.mark.parametrize(
    ("language", "missed_at_most", "troubled_at_most"), [("zh", 0.04, 0.04), ("en", 0.07, 0.02)]
)
def test_an_author_never_learned_from_is_told_within_the_bounds_measured(
    language: str, missed_at_most: float, troubled_at_most: float
) -> None:
    answers = [(row, verdict(checked(row["text"])) == "pass") for row in kept(language)]
    bad = [(row, passed) for row, passed in answers if row["label"] == "harsh"]
    good = [(row, passed) for row, passed in answers if row["label"] == "kind"]
    missed = [row for row, passed in bad if passed]
    troubled = [row["text"] for row, passed in good if not passed]
    assert len(missed) <= missed_at_most * len(bad), Counter(row["category"] for row in missed)
    assert len(troubled) <= troubled_at_most * len(good), troubled


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_heard(language: str, category: str) -> None:
    """At most one in five of any category is missed; the sets of one category are small."""
    mine = [row for row in kept(language) if row.get("category") == category]
    assert mine
    missed = [row["text"] for row in mine if verdict(checked(row["text"])) == "pass"]
    assert len(missed) <= max(1, 0.2 * len(mine)), missed


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("您不接，总有人接。", "third_party"),
        ("Your brother-in-law thinks it is about time you settled this.", "third_party"),
        ("你可以换号码，换不了你住的那栋楼。", "threat"),
        ("It is a small town, and I drive past your gate every day.", "threat"),
    ],
)
def test_harm_without_a_listed_word_is_judged_with_its_sentence_and_words(
    text: str, category: str
) -> None:
    found = [one for one in checked(text) if one.severity == "judge"]
    assert found
    assert {one.severity for one in found} == {"judge"}
    assert category in {one.category for one in found}
    assert all(text[one.start : one.end] == one.text for one in found)


def test_every_tone_finding_says_why_with_words_of_the_sentence_and_how_else() -> None:
    seen = 0
    for language in ("zh", "en"):
        for row in corpus(language)[::7]:
            for one in checked(row["text"]):
                if not one.rule.startswith("tone."):
                    continue
                seen += 1
                assert one.severity == "judge"
                assert one.category in CATEGORIES
                assert "WORDS" not in one.why("en") + one.why("zh")
                assert "“" in one.why("en")
                assert "“" in one.why("zh")
                assert one.suggestion("en")
                assert one.suggestion("zh")
    assert seen > 100


def test_the_shipped_starters_sound_kind() -> None:
    shipped = tomllib.loads((HERE / "starters.toml").read_text("utf-8"))
    for template in shipped["templates"]:
        for wording in template["wordings"]:
            found = check(
                wording["text"], language=wording["language"], lexicon=wording_knowledge()
            )
            assert not [one for one in found if one.category in CATEGORIES], wording["text"]


def test_one_harsh_sentence_among_kind_ones_is_named_alone() -> None:
    kind = "Your statement is ready in the app."
    harsh = "People like you always have a new excuse and never any pride."
    text = f"{kind} {harsh} {kind}"
    found = [one for one in checked(text) if one.severity != "tip"]
    assert found
    assert all(text.index(harsh) <= one.start < text.index(harsh) + len(harsh) for one in found)


def test_a_doubt_of_the_lists_is_only_shown_where_all_reads_kindly() -> None:
    text = "如果您的家人住院或您失业了，请告诉我们，我们可以为您暂停还款并免收费用。"
    assert verdict(checked(text)) == "pass"


@given(st.text(max_size=120))
def test_sentences_lie_in_the_text_in_order(text: str) -> None:
    found = sentences(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_numbers_names_and_styles_do_not_change_what_is_read() -> None:
    folding = wording_knowledge().lexicon.folding
    assert plain("Pay $1,200.50 NOW, ((name))", folding) == plain("pay $5 now, ((name))", folding)
    assert plain("还((amount))", folding) == plain("還((due_date))", folding)


def test_a_longer_phrase_hides_the_words_in_it() -> None:
    raw = {"language": "zh", "classes": {"kin": ["妈"], "thanks": ["妈妈好"]}}
    read = {one.block: one.names for one in features("妈妈好", (), parse_concepts(raw))}
    assert read["concepts"] == ["thanks"]


def test_the_weights_stay_small_enough_to_ship() -> None:
    for language in ("zh", "en"):
        path: Path = HERE / "lexicon" / f"tone_{language}.json"
        assert path.stat().st_size < 1_300_000


@pytest.mark.parametrize(
    "text",
    [
        "((salutation))，本期((amount))将于((due_date))到期，不还就起诉你全家。已还请忽略。客服((contact))，拒收请回复R",
        "您的账单((amount))已逾期((days_late))天，请尽快还款，否则将上门催收。客服((contact))，如有困难可商量。",
        "如有困难可致电客服。我们将起诉您。",
        "Hi ((name)), your payment of ((amount)) was due ((due_date)). Please pay today or you will be arrested. Call ((contact)) if you need help.",
        "Hi Sam, $50 is due Friday. If not paid we will contact your employer. Need more time? Call us, we are happy to help.",
    ],
)
def test_no_kind_words_around_it_settle_what_a_list_is_sure_of(text: str) -> None:
    assert verdict(checked(text)) == "block"
