"""Harsh wording is found in any disguise, in its place; what is innocent or negated passes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.data import wording_knowledge
from messaging.policies.checks import Finding, check, verdict

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, Any]]:
    """The lines of a data file of these tests."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def checked(text: str, language: str = "en") -> tuple[Finding, ...]:
    """What is found in a bare text."""
    return check(text, language=language, lexicon=wording_knowledge())


@pytest.mark.parametrize("row", rows("wordings_tricks.jsonl"), ids=lambda row: str(row["id"]))
def test_evasions_are_seen_through_and_traps_pass(row: dict[str, Any]) -> None:
    answer = verdict(checked(row["text"], "zh-hans"))
    assert (answer == "pass") == (row["kind"] == "trap"), checked(row["text"])


@pytest.mark.parametrize(
    ("text", "rule_category", "span"),
    [
        ("我们将起诉您", "legal_misrepresentation", "起诉"),
        ("Your loan: we will contact your employer.", "third_party", "contact your employer"),
        ("您好，起\u200b诉", "legal_misrepresentation", "起\u200b诉"),
        ("pay or a.r.r.e.s.t follows", "legal_misrepresentation", "a.r.r.e.s.t"),
        ("曝((name))光您的信息", "shame", "曝((name))光"),
    ],
)
def test_the_span_is_the_place_in_the_original(text: str, rule_category: str, span: str) -> None:
    found = [one for one in checked(text) if one.category == rule_category]
    assert span in [one.text for one in found]
    assert all(text[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "We will never contact your employer.",
        "Our staff will not visit your home.",
        "No legal action is planned.",
        "我们绝不会联系您的家人或单位。",
        "本次逾期未被起诉，也不会上门。",
    ],
)
def test_a_negation_is_shown_and_does_not_block(text: str) -> None:
    found = checked(text)
    assert verdict(found) == "pass"
    assert [one for one in found if one.category != "form" and one.severity == "tip"]


@pytest.mark.parametrize(
    "text",
    [
        "We will not hesitate to contact your employer.",
        "You have not paid, we will contact your employer.",
        "If you do not pay we will contact your family.",
        "We have no choice but legal action.",
        "我们不得不起诉您",
        "不排除上门催收",
        "您不希望家人知道吧",
        "我们不会放过您",
        "我们不会打扰您，将直接起诉",
    ],
)
def test_what_only_looks_like_a_negation_is_none(text: str) -> None:
    assert verdict(checked(text)) != "pass"


@pytest.mark.parametrize("quiet", ["Warm reminder", "如有困难可致电客服"])
def test_a_kind_clause_does_not_hide_a_harsh_one(quiet: str) -> None:
    assert verdict(checked(f"{quiet}. We will have you arrested.")) == "block"
    assert verdict(checked(f"{quiet}。我们将起诉您。")) == "block"


def test_every_finding_says_why_and_how_else_in_both_languages() -> None:
    for row in rows("wordings_tuning_harsh.jsonl"):
        for one in checked(row["text"], row["language"]):
            assert one.why("en")
            assert one.why("zh-hans") != one.why("en")
            assert bool(one.suggestion("en")) == bool(one.suggestion("zh-hans"))


@pytest.mark.parametrize("kind", ["tuning"])
def test_harsh_wordings_are_missed_and_kind_ones_troubled_within_bounds(kind: str) -> None:
    """At most 5 % of the harsh pass and at most 3 % of the kind are held up, in each language.

    `tuning` was at hand while the lexicon grew; `unseen` was written after it and used only to measure.
    """
    harsh, kind_ones = rows(f"wordings_{kind}_harsh.jsonl"), rows(f"wordings_{kind}_kind.jsonl")
    for language in ("zh-hans", "en"):
        bad = [row for row in harsh if row["language"] == language]
        good = [row for row in kind_ones if row["language"] == language]
        missed = [row for row in bad if verdict(checked(row["text"], language)) == "pass"]
        troubled = [row for row in good if verdict(checked(row["text"], language)) != "pass"]
        assert len(missed) <= 0.05 * len(bad), Counter(row["category"] for row in missed)
        assert len(troubled) <= 0.03 * len(good), [row["id"] for row in troubled]


@given(st.text(max_size=200))
def test_any_text_is_answered_with_places_inside_it(text: str) -> None:
    for one in checked(text):
        assert 0 <= one.start <= one.end <= len(text)
        assert text[one.start : one.end] == one.text


@given(st.sampled_from(["起诉", "拘留", "老赖", "arrest", "deadbeat"]), st.data())
def test_a_banned_word_is_found_whatever_invisible_characters_it_holds(
    word: str, data: st.DataObject
) -> None:
    marks = st.sampled_from(["", "\u200b", "\u00ad", "\u2060", "\ufe0f"])
    hidden = "".join(one + data.draw(marks) for one in word)
    assert verdict(checked(f"ab {hidden} cd")) == "block"
