"""What single places ask of a reminder, third parties among them; words of the trade; which lists spoke."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from messaging import data
from messaging.policies.checks_content import parse_requirements
from messaging.tests.test_policy_checks_desk import EN, ZH, look, rules


def test_a_third_party_in_america_says_what_it_is_and_how_to_stop() -> None:
    """First parties are asked for neither; whose name is written, a reviewer is told why."""
    text = "((salutation)), " + EN.replace(". Reply STOP to opt out", "")
    first, third = rules(text), rules(text, third_party=True)
    assert "content.no_debt_collector" not in first
    assert first["content.no_opt_out"] == "judge"
    assert "content.named" not in first
    assert third["content.no_debt_collector"] == "block"
    assert third["content.no_opt_out"] == "block"
    assert third["content.named"] == "judge"
    told = "This is from a debt collector. " + EN
    assert not {"content.no_debt_collector", "content.named"} & rules(told, third_party=True).keys()
    assert "content.no_debt_collector" not in rules(EN, jurisdictions=["GB"], third_party=True)


@pytest.mark.parametrize(
    ("number", "dear"),
    [
        ("0900 123 4567", True),
        ("0909 123 4567", True),
        ("+44 871 234 5678", True),
        ("118 118", True),
        ("0800 123 4567", False),
        ("0303 123 4567", False),
        ("((contact))", False),
    ],
)
def test_britons_are_not_sent_to_a_premium_rate_number(number: str, dear: bool) -> None:
    text = EN.replace("((contact))", number)
    answer = rules(text, jurisdictions=["GB"])
    assert ("content.premium_rate" in answer) is dear
    assert answer.get("content.premium_rate", "block") == "block"
    assert "content.premium_rate" not in rules(text)


@pytest.mark.parametrize(
    ("said", "how"),
    [("可在APP还款", True), ("请登录官网还款", True), ("请尽快安排", False)],
)
def test_a_reminder_in_china_says_how_to_pay(said: str, how: bool) -> None:
    text = (
        f"本期((amount))将于((due_date))到期，{said}。如已还款请忽略。客服((contact))，拒收请回复R"
    )
    place: dict[str, Any] = {"language": "zh", "jurisdictions": ["CN"]}
    answer = rules(text, purpose="before_due", **place)
    assert ("content.no_how_to_pay" not in answer) is how
    assert answer.get("content.no_how_to_pay", "judge") == "judge"
    assert rules(ZH, purpose="early_overdue", **place)["content.no_how_to_pay"] == "tip"


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        (" Pay at www.examplebank.example", True),
        (" Pay by bank transfer", True),
        (" Pay at www.examplebank.example, we never ask for passwords", False),
        (" Pay in our app", False),
    ],
)
def test_a_text_that_fraud_would_copy_is_told_of_a_word_against_it(more: str, asked: bool) -> None:
    """Free debt advice is no link to pay by."""
    assert ("content.no_safety" in rules(EN + more)) is asked
    assert rules(EN + more).get("content.no_safety", "tip") == "tip"


def test_australians_are_offered_a_complaint_as_good_practice() -> None:
    text = EN.replace(", also with complaints", "")
    assert rules(text, jurisdictions=["AU"])["content.no_complaint"] == "tip"
    assert rules(text, jurisdictions=["IN"])["content.no_complaint"] == "block"


@pytest.mark.parametrize(
    ("text", "refused"),
    [("((name))，((amount))。", True), ("((name))，应还((amount))", False), ("您好", False)],
)
def test_a_chinese_template_of_placeholders_alone_is_refused(text: str, refused: bool) -> None:
    answer = rules(text, language="zh", jurisdictions=["CN"], purpose="late_overdue")
    assert (answer.get("form.all_variable") == "block") is refused
    assert "form.all_variable" not in rules(text, language="zh", jurisdictions=["GB"])


@pytest.mark.parametrize(
    ("text", "language", "word", "plain"),
    [
        ("Your arrears are ((amount))", "en", "arrears", "overdue amount"),
        ("Please remit ((amount))", "en", "remit", "pay"),
        ("您的罚息为((amount))", "zh", "罚息", "逾期产生的费用"),
    ],
)
def test_a_word_of_the_trade_is_a_tip_with_a_plain_one(
    text: str, language: str, word: str, plain: str
) -> None:
    one = next(one for one in look(text, language=language) if one.rule == "form.jargon")
    assert (one.text, one.severity) == (word, "tip")
    assert plain in one.suggestion(language)


@pytest.mark.parametrize("text", ["Please remember", "The unremitting rain", "罚单"])
def test_a_word_that_only_holds_one_of_the_trade_is_left_alone(text: str) -> None:
    assert "form.jargon" not in rules(text, language="zh" if "罚" in text else "en")


def test_the_version_of_the_lists_changes_with_every_byte_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = data.wording_knowledge().version
    assert len(set(before.split("/"))) == 3
    assert len(before) <= 80
    read = Path.read_bytes
    monkeypatch.setattr(
        Path,
        "read_bytes",
        lambda path: read(path) + (b"#" if path.name == "content.toml" else b""),
    )
    words, content, tones = data.wording_knowledge.__wrapped__().version.split("/")
    assert [words, tones] == [before.split("/")[0], before.split("/")[2]]
    assert content != before.split("/")[1]


def test_a_place_that_asks_for_an_unknown_element_is_named() -> None:
    raw = {
        "elements": {},
        "places": {"default": {}},
        "places_third": {"US": {"need": {"seal": "block"}}},
        "stages": [],
        "late_stages": [],
        "denied": ["no"],
    }
    with pytest.raises(ValueError, match="US: seal"):
        parse_requirements(raw)
