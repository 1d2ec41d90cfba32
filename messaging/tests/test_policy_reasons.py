"""Every reason can be said in both languages, alike and calmly."""

from __future__ import annotations

import re
import unicodedata
from string import Formatter

import pytest

from messaging.policies.reasons import PASSED, REASONS, ReasonText, passed, sentence, short

BANNED_EN = re.compile(
    r"\b(please|invalid|oops|forbidden|illegal|failed|sorry|debtor|dunning)\b|!", re.IGNORECASE
)
BANNED_ZH = re.compile("请|勿|非法|无效|失败|债务人|欠款人|老赖|禁止|！")
REQUIRED = [
    "quiet_hours",
    "cap_day",
    "cap_week",
    "cap",
    "spacing",
    "opt_out",
    "dispute",
    "hardship",
    "bankruptcy",
    "deceased",
    "attorney",
    "breathing_space",
    "wrong_party",
    "complaint",
    "promise_pending",
    "plan_on_track",
    "paid_reported",
    "paused",
    "vulnerable",
    "nothing_due",
    "no_consent",
    "consent_withdrawn",
    "not_own_number",
    "no_number",
    "no_zone",
    "no_rulebook",
    "balance_stale",
    "not_in_latest_file",
    "loan_closed",
    "other_loan_texted",
    "no_wording",
    "provider_terms",
    "no_sender",
    "sending_stopped",
    "open_question",
    "date_differs",
    "hold_out",
    "budget",
    "quarantined",
    "amount_changed",
    "expired",
    "step_passed",
]


def names(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_no_code_that_the_database_may_hold_is_missing() -> None:
    assert set(REQUIRED) <= REASONS.keys()


@pytest.mark.parametrize("text", REASONS.values(), ids=REASONS.keys())
def test_a_reason_says_the_same_in_both_languages(text: ReasonText) -> None:
    assert text.en
    assert text.zh
    assert names(text.en) == names(text.zh)
    assert text.answer in ("wait", "never")
    assert text.kind in ("law", "house", "either")


@pytest.mark.parametrize("text", REASONS.values(), ids=REASONS.keys())
def test_labels_fit_their_column_and_hold_no_placeholder(text: ReasonText) -> None:
    assert 0 < len(text.short_en) <= 30
    assert 0 < len(text.short_zh) <= 14
    assert names(text.short_en) == names(text.short_zh) == []


def test_passed_checks_say_the_same_in_both_languages() -> None:
    for code, (english, chinese) in PASSED.items():
        assert names(english) == names(chinese), code


def test_no_sentence_scolds_or_begs() -> None:
    for text in REASONS.values():
        assert not BANNED_EN.search(f"{text.en} {text.short_en}"), text.code
        assert not BANNED_ZH.search(f"{text.zh} {text.short_zh}"), text.code
    for code, (english, chinese) in PASSED.items():
        assert not BANNED_EN.search(english), code
        assert not BANNED_ZH.search(chinese), code


def test_each_language_is_written_in_its_own_script() -> None:
    for text in REASONS.values():
        assert not any(
            unicodedata.name(one, "").startswith("CJK") for one in text.en + text.short_en
        )
        assert any(unicodedata.name(one, "").startswith("CJK") for one in text.zh), text.code


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Already reminded today (limit 1 a day)"),
        ("en-GB", "Already reminded today (limit 1 a day)"),
        ("zh-hans", "今天已提醒过（每天最多 1 次）"),
        ("zh_Hans", "今天已提醒过（每天最多 1 次）"),
    ],
)
def test_a_sentence_is_filled_in_the_readers_language(language: str, said: str) -> None:
    assert sentence("cap_day", {"most": 1, "used": 1}, language) == said


def test_a_sentence_with_a_missing_value_falls_back_to_the_label() -> None:
    assert sentence("balance_stale", {"most": 36}, "en") == "Balance out of date"
    assert sentence("cap_day", {}, "zh") == "今天已提醒"
    assert passed("cap_day", {}, "en") == "cap_day"


def test_a_code_of_another_version_is_shown_as_it_is() -> None:
    assert sentence("moon_phase", {"a": 1}, "en") == "moon_phase"
    assert short("moon_phase", "zh") == "moon_phase"


def test_values_are_put_in_as_they_are() -> None:
    hostile = {"why": "{loan_ref.__class__} {0}", "loan_ref": "L1"}
    assert sentence("provider_terms", hostile, "en").endswith(": {loan_ref.__class__} {0}")


def test_our_own_words_among_the_values_are_translated() -> None:
    assert sentence("sending_stopped", {"scope": "all"}, "zh") == "发送已停止（全部）"
    assert sentence("sending_stopped", {"scope": "all"}, "en") == "Sending is stopped (everything)"
