"""Required content, form and worst cases of a wording; the command that checks JSON lines."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from messaging.data import wording_knowledge
from messaging.policies.checks import Finding, check, verdict

ZH = "((salutation))，您有((amount))已逾期((days_late))天。如有困难可致电((contact))商议延期或分期。如已还款请忽略。拒收请回复R"
EN = "((salutation)), ((amount)) is ((days_late)) days late. Need more time? Call ((contact)), we can help. Already paid? Ignore this. Reply STOP to opt out"


def found(text: str, **said: Any) -> dict[str, Finding]:
    """The findings by rule; in English unless said otherwise."""
    said = {"language": "en", "lexicon": wording_knowledge(), **said}
    return {one.rule: one for one in check(text, **said)}


@pytest.mark.parametrize(
    ("text", "language", "signature", "places"),
    [(ZH, "zh-hans", "【示例消金】", ["CN"]), (EN, "en", "Example Bank: ", ["US"])],
)
def test_a_complete_kind_reminder_passes(
    text: str, language: str, signature: str, places: list[str]
) -> None:
    answer = found(
        text, language=language, signature=signature, jurisdictions=places, stage="early_overdue"
    )
    assert verdict(answer.values()) == "pass"


@pytest.mark.parametrize(
    ("left_out", "rule", "severity"),
    [
        ("如有困难可致电((contact))商议延期或分期。", "content.no_contact", "block"),
        ("如有困难可致电((contact))商议延期或分期。", "content.no_help", "judge"),
        ("如已还款请忽略。", "content.no_ignore_if_paid", "block"),
        ("((amount))", "content.no_amount", "tip"),
        ("((days_late))天", "content.no_due_date", "tip"),
        ("拒收请回复R", "content.no_opt_out", "tip"),
    ],
)
def test_what_china_asks_for_is_missed(left_out: str, rule: str, severity: str) -> None:
    text = ZH.replace(left_out, "")
    answer = found(
        text, language="zh", signature="【示例消金】", jurisdictions=["CN"], stage="early_overdue"
    )
    assert answer[rule].severity == severity
    assert (answer[rule].start, answer[rule].text) == (len(text), "")


def test_the_sender_must_be_named() -> None:
    assert found(EN, jurisdictions=["US"])["content.no_sender"].severity == "block"
    assert "content.no_sender" not in found(EN, jurisdictions=["US"], signature="Example: ")
    assert "content.no_sender" not in found("((lender)): " + EN, jurisdictions=["US"])


def test_the_strictest_of_the_places_counts() -> None:
    """Britain asks for free debt advice once a payment is late, the United States do not."""
    late: dict[str, Any] = {"signature": "Example: ", "stage": "early_overdue"}
    assert "content.no_debt_advice" not in found(EN, jurisdictions=["US"], **late)
    assert (
        found(EN, jurisdictions=["US", "GB"], **late)["content.no_debt_advice"].severity == "block"
    )
    before = {**late, "stage": "before_due"}
    assert "content.no_debt_advice" not in found(EN, jurisdictions=["US", "GB"], **before)


def test_states_are_held_to_their_country_and_members_to_their_union() -> None:
    text = EN.replace("Need more time? Call ((contact)), we can help.", "Call ((contact)).")
    late: dict[str, Any] = {"signature": "Example: ", "stage": "early_overdue"}
    assert found(text, jurisdictions=["US-NY-NYC"], **late)["content.no_help"].severity == "tip"
    assert found(text, jurisdictions=["DE"], **late)["content.no_help"].severity == "block"


def test_an_offer_must_not_be_in_a_reminder() -> None:
    one = found(EN + " Special offer inside", jurisdictions=["US"])["content.offer"]
    assert (one.severity, one.text.lower()) == ("block", "special offer")


def test_a_bare_text_is_not_asked_for_content() -> None:
    assert verdict(found("Hello Ana, we got your payment.").values()) == "pass"


def test_an_acknowledgement_is_not_asked_for_content() -> None:
    answer = found(
        "You will get no more texts.", jurisdictions=["CN"], stage="opt_out_acknowledged"
    )
    assert not [rule for rule in answer if rule.startswith("content.")]


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("You\u200b owe", "form.invisible", "block"),
        ("Your p\u0430yment is here", "form.mixed_scripts", "block"),
        ("YOUR PAYMENT OF FIVE DOLLARS IS OVERDUE TODAY", "form.capitals", "judge"),
        ("Your payment is due!!", "form.exclamations", "judge"),
        ("Thank you! See you!", "form.exclamations", "tip"),
        ("Thank you \U0001f60a", "form.emoji", "tip"),
        ("Pay \U0001f46e", "form.harsh_emoji", "block"),
        ("Pay at bit.ly/x1", "form.shortener", "block"),
        ("Pay at http://10.0.0.1/x", "form.strange_link", "block"),
        ("Pay at https://examplebank.example/pay", "form.link", "tip"),
        ("It’s due", "form.wide_characters", "tip"),
        ("a" * 161, "form.parts", "tip"),
        ("word " * 30, "form.long_sentence", "tip"),
    ],
)
def test_form(text: str, rule: str, severity: str) -> None:
    assert found(text)[rule].severity == severity


def test_the_characters_that_make_a_text_dear_are_named() -> None:
    why = found("It’s £5 – thanks")["form.wide_characters"].why("en")
    assert "’ (U+2019)" in why
    assert "– (U+2013)" in why
    assert "£" not in why


@pytest.mark.parametrize(
    "text", ["Reply STOP or HELP", "Hi Ana, $25 is due. Reply STOP", "SBI: pay"]
)
def test_the_words_of_the_service_do_not_shout(text: str) -> None:
    assert "form.capitals" not in found(text)


@pytest.mark.parametrize(
    ("text", "signature", "rule"),
    [
        ("您好", "示例消金", "form.signature_brackets"),
        ("您好", "【消】", "form.signature_length"),
        ("您好", "【" + "消" * 17 + "】", "form.signature_length"),
        ("您好【示例】", "【示例消金】", "form.body_brackets"),
        ("应还¥5", "【示例消金】", "form.gateway_sign"),
        ("((name))((amount))", "【示例消金】", "form.placeholders_beside"),
        ("好" * 500, "【示例消金】", "form.too_long"),
    ],
)
def test_chinese_gateway_rules(text: str, signature: str, rule: str) -> None:
    said: dict[str, Any] = {"language": "zh", "signature": signature}
    assert found(text, jurisdictions=["CN"], **said)[rule].severity == "block"
    assert rule not in found(text, jurisdictions=["GB"], **said)


def test_the_longest_values_are_counted() -> None:
    text = "((name)), " + "x" * 130
    assert "2 parts" in found(text)["form.worst_parts"].why("en")
    assert "form.worst_parts" not in found("((name)), hello")


def test_a_name_in_another_script_is_counted() -> None:
    text = "((name)), " + "x " * 40
    assert "form.worst_encoding" in found(text)


def test_a_missing_optional_value_that_leaves_a_gap_is_named() -> None:
    gap = found("((name)), hello")["form.worst_gap"]
    assert gap.text == "((name))"
    assert gap.why("en").startswith("Without the full name it would read")
    assert gap.why("zh-hans").startswith("缺少姓名时会显示为")
    assert "form.worst_gap" not in found("((salutation)), hello")  # without a name it is a greeting
    assert "form.worst_gap" not in found("Hello ((name))")


def lines(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> tuple[list[dict[str, Any]], str]:
    """What the command answers, and what it refuses."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    out, refusal = io.StringIO(), ""
    try:
        call_command("check_wording", "--json", stdout=out)
    except CommandError as error:
        refusal = str(error)
    return [json.loads(line) for line in out.getvalue().splitlines()], refusal


def test_the_command_answers_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = '{"id": "a", "language": "en", "text": "We will arrest you"}\n\n{"id": 2, "language": "zh", "text": "感谢您"}\n'
    answers, refusal = lines(monkeypatch, raw.encode())
    assert [(one["id"], one["verdict"]) for one in answers] == [("a", "block"), (2, "pass")]
    one = answers[0]["findings"][0]
    assert (one["category"], one["severity"]) == ("legal_misrepresentation", "block")
    assert (one["start"], one["end"], one["text"]) == (8, 14, "arrest")
    assert one["why"]
    assert refusal == ""


def test_the_command_checks_content_where_places_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "id": 1,
        "language": "en",
        "text": "Hi",
        "jurisdictions": ["US"],
        "signature": "Example: ",
    }
    answers, _ = lines(monkeypatch, json.dumps(row).encode())
    assert "content.no_contact" in [one["rule"] for one in answers[0]["findings"]]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (b"oops", "no JSON"),
        (b"[1]", "no JSON object"),
        (b'{"id": 1, "text": "x"}', "`language`"),
        (b'{"id": 1, "language": "en", "text": 5}', "`text`"),
        (b'{"language": "en", "text": "x", "jurisdictions": "US"}', "`jurisdictions`"),
        (b"\xff\xfe", "no JSON"),
    ],
)
def test_a_broken_line_is_named_after_the_rest_was_answered(
    monkeypatch: pytest.MonkeyPatch, broken: bytes, says: str
) -> None:
    good = b'{"id": 9, "language": "en", "text": "Thank you"}\n'
    answers, refusal = lines(monkeypatch, good + broken + b"\n" + good)
    assert [one["id"] for one in answers] == [9, 9]
    assert refusal.startswith("line 2: ")
    assert says in refusal
    assert "\n" not in refusal
