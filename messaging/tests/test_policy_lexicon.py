"""Lexicons: the notation, the keys by which rules are tried, and the refusal of files out of form."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from messaging.data import wording_knowledge
from messaging.policies.lexicon import CATEGORIES, parse_lexicon
from messaging.policies.lexicon_patterns import LexiconError, compiled, expand, keys, keys_in

REASONS: dict[str, Any] = {name: {"en": "e", "zh": "z"} for name in (*CATEGORIES, "negated")}
TABLE: dict[str, Any] = {
    "version": "1",
    "language": "en",
    "phrases": [{"id": "x", "category": "threat", "severity": "block", "words": ["or else"]}],
}


def test_every_category_has_rules_in_both_languages() -> None:
    lexicon = wording_knowledge().lexicon
    for table in (lexicon.han, lexicon.latin):
        assert {rule.category for rules in table.rules.values() for rule in rules} == set(
            CATEGORIES
        )


@pytest.mark.parametrize(
    ("pattern", "text", "latin"),
    [
        ("jail*", "jailed", True),
        ("<who> ~2 come", "they will soon come", True),
        ("(a|b) dog(s)?", "b dogs", True),
        ("会~3来", "会很快来", False),
    ],
)
def test_the_notation(pattern: str, text: str, latin: bool) -> None:
    assert compiled(expand(pattern, {"who": ["they", "we"]}), latin=latin).search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("sue", "issue"), ("jail", "jailed"), ("a ~1 b", "a x y b"), ("a ~3 b", "a . b")],
)
def test_words_are_whole_and_gaps_bounded(pattern: str, text: str) -> None:
    assert not compiled(pattern, latin=True).search(text)


@pytest.mark.parametrize(
    ("pattern", "text", "latin"),
    [
        ("(call|tell) ~2 boss", "tell your boss", True),
        ("you (will )?regret*", "you regretted", True),
        ("(派|安排)~4(人员|专员)", "安排了专员", False),
        ("上门", "会上门", False),
    ],
)
def test_a_text_that_matches_holds_a_key(pattern: str, text: str, latin: bool) -> None:
    assert compiled(pattern, latin=latin).search(text)
    assert keys(pattern) & keys_in(text, latin=latin)


def test_no_rule_of_ours_is_missed_for_want_of_its_key() -> None:
    """A phrase of the lexicon, as it is written, must lead to its own rule."""
    lexicon = wording_knowledge().lexicon
    for table in (lexicon.han, lexicon.latin):
        for rules in table.rules.values():
            for rule in rules:
                word = rule.pattern.pattern
                plain = word.removeprefix("(?<![a-z0-9])(?:").removesuffix(")(?![a-z0-9])")
                if rule.literal and plain.replace(" ", "").isalnum():
                    assert rule in table.tried_on(plain)[0], plain


def test_a_pattern_that_nothing_must_be_in_is_refused() -> None:
    with pytest.raises(LexiconError, match="no part of it must be there"):
        keys("(a)?~3")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"category": "rude"}, "category"),
        ({"severity": "tip"}, "severity"),
        ({"why": "nothing"}, "nothing"),
        ({"words": ["a (b"]}, "subpattern"),
    ],
)
def test_a_file_out_of_form_is_refused_by_name(change: dict[str, Any], says: str) -> None:
    table = copy.deepcopy(TABLE)
    table["phrases"][0].update(change)
    with pytest.raises(LexiconError, match=says):
        parse_lexicon({}, REASONS, [table])


def test_a_category_without_its_sentence_is_refused() -> None:
    with pytest.raises(LexiconError, match="shame"):
        parse_lexicon({}, {name: row for name, row in REASONS.items() if name != "shame"}, [TABLE])


def test_tables_of_look_alikes_must_be_of_one_length() -> None:
    with pytest.raises(ValueError, match="unequal"):
        parse_lexicon({"traditional": {"from": ["a"], "to": []}}, REASONS, [TABLE])
