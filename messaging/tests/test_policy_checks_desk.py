"""What the one entry to the checks asks of a wording that is to be sent: content, placeholders, form."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from messaging.data import wording_knowledge
from messaging.policies.checks_desk import POSSIBLE, check_wording, in_order_codes, refused
from messaging.policies.checks_finding import Finding, verdict
from messaging.policies.checks_links import SHORTENERS
from messaging.policies.wording import PLACEHOLDERS

ZH = "((salutation))，您有((amount))已逾期((days_late))天。如有困难可致电((contact))商议延期或分期。如已还款请忽略。拒收请回复R"
EN = "((amount)) is ((days_late)) days late. Need more time? Call ((contact)), we can help, also with complaints. Free advice: moneyhelper.org.uk. Already paid? Ignore this. Reply STOP to opt out"


def look(text: str, **said: Any) -> tuple[Finding, ...]:
    """All findings; on an English text for Americans, early overdue, unless said otherwise."""
    said = {
        "signature": "【示例消金】" if said.get("language") == "zh" else "Example: ",
        "language": "en",
        "jurisdictions": ["US"],
        "purpose": "early_overdue",
        **said,
    }
    return check_wording(text, knowledge=wording_knowledge(), **said)


def rules(text: str, **said: Any) -> dict[str, str]:
    return {one.rule: one.severity for one in look(text, **said)}


def test_the_opposite_of_what_must_be_said_does_not_count() -> None:
    text = "您的分期账单((amount))已逾期((days_late))天，请勿忽略本短信。客服((contact))，请勿拒收"
    answer = rules(text, language="zh", jurisdictions=["CN"])
    assert answer["content.no_ignore_if_paid"] == "block"
    assert answer["content.no_help"] == "judge"
    assert answer["content.no_opt_out"] == "judge"


@pytest.mark.parametrize(
    ("instead_of", "by", "missing", "places"),
    [
        ("Reply STOP to opt out", "No opt out possible", "opt_out", "US"),
        ("Reply STOP to opt out", "You cannot opt out", "opt_out", "US"),
        ("Reply STOP to opt out", "Stop ignoring us", "opt_out", "US"),
        ("Already paid? Ignore this", "Do not ignore this", "ignore_if_paid", "US"),
        ("Already paid? Ignore this", "If you paid, don't ignore this", "ignore_if_paid", "US"),
        ("Need more time? Call ((contact)), we can help", "No options left", "help", "GB"),
        ("Need more time? Call ((contact)), we can help", "There is no more time", "help", "GB"),
        ("also with complaints", "no complaints please", "complaint", "IN"),
        ("Free advice: moneyhelper.org.uk", "No free advice", "debt_advice", "GB"),
        ("((contact))", "before 2026-11-28", "contact", "US"),
        ("((contact))", "about contract L20260421", "contact", "US"),
        ("((contact))", "us. Do not call ((contact))", "contact", "US"),
        ("((amount))", "((instalment))", "amount", "US"),
    ],
)
def test_a_phrase_that_refuses_or_only_looks_alike_is_none(
    instead_of: str, by: str, missing: str, places: str
) -> None:
    assert f"content.no_{missing}" not in rules(EN, jurisdictions=[places])
    assert f"content.no_{missing}" in rules(EN.replace(instead_of, by), jurisdictions=[places])


@pytest.mark.parametrize(
    "kind",
    [
        "If you have already paid, please disregard this. ((contact)). Reply STOP",
        "Paid already? No action needed. Can't pay? Call ((contact)). Text STOP to stop receiving these",
        "Thank you if you have paid. Questions? Call 0800 123 4567 by 28-11-2026. Opt out: reply STOP",
    ],
)
def test_other_kind_ways_of_saying_it_count(kind: str) -> None:
    answer = rules(f"((amount)) was due ((due_date)). {kind}")
    missed = {"content.no_ignore_if_paid", "content.no_contact", "content.no_opt_out"}
    assert not missed & answer.keys()


@pytest.mark.parametrize(
    ("purpose", "text", "refused"),
    [
        ("opt_out_acknowledged", "Stopped. ((amount)) is due", {"((amount))"}),
        ("reply", "((amount)) of ((instalment))", {"((amount))", "((instalment))"}),
        ("reply", "((salutation)), call ((contact)) at ((lender))", set()),
        ("before_due", "((amount)) is ((days_late)) days late", {"((days_late))"}),
        ("due_today", "((amount)) is ((days_late)) days late", {"((days_late))"}),
        ("late_overdue", "((amount)) is ((days_late)) days late", set()),
    ],
)
def test_a_text_says_only_what_its_purpose_has_a_value_for(
    purpose: str, text: str, refused: set[str]
) -> None:
    found = [one for one in look(text, purpose=purpose) if one.rule == "form.not_here"]
    assert {one.text for one in found} == refused
    assert all(one.severity == "block" for one in found)


def test_every_placeholder_that_is_possible_exists() -> None:
    assert all(possible <= PLACEHOLDERS.keys() for possible in POSSIBLE.values())


@pytest.mark.parametrize("language", ["hi", "fr", "ru", ""])
def test_nothing_is_promised_of_a_language_that_is_not_read(language: str) -> None:
    found = look("पैसे दो नहीं तो पुलिस घर आएगी", language=language, purpose="reply")
    assert {one.rule: one.severity for one in found}["form.unread_language"] == "judge"
    passed = in_order_codes(found, signature="Example: ", purpose="reply", longest_parts=1)
    assert not {"harsh", "third_party"} & set(passed)
    assert "signature" in passed


@pytest.mark.parametrize("language", ["zh", "zh-Hans", "zh_CN", "en", "en-GB"])
def test_the_languages_that_are_read_need_nobody_to_say_so(language: str) -> None:
    assert "form.unread_language" not in rules(EN, language=language)


@pytest.mark.parametrize(
    ("signature", "rule", "severity", "text"),
    [
        ("http://evil.example ", "form.link", "judge", "http://evil.example"),
        ("bit.ly/x ", "form.shortener", "block", "bit.ly/x"),
        ("STOP!!! ", "form.exclamations", "judge", "!!!"),
        ("A \U0001f600 ", "form.emoji", "tip", "\U0001f600"),
        ("\u0420ay ", "form.mixed_scripts", "block", "\u0420ay"),
        ("A\u200bB ", "form.invisible", "block", "\u200b"),
        ("Police ", "en.official.listed", "block", "Police"),
        ("((lender)) ", "form.signature_placeholder", "block", "((lender)) "),
    ],
)
def test_the_signature_is_read_like_the_text(
    signature: str, rule: str, severity: str, text: str
) -> None:
    found = look("Thank you", signature=signature, purpose="reply")
    there = [one for one in found if one.field == "signature" and one.text == text]
    assert there, found
    assert all(signature[one.start : one.end] == text for one in there)
    assert any(one.rule == rule for one in there) or rule.startswith("en.")
    assert severity in {one.severity for one in there}
    if severity != "tip":
        passed = in_order_codes(found, signature=signature, purpose="reply", longest_parts=1)
        assert "signature" not in passed


def test_the_brackets_of_a_signature_are_named_when_they_make_an_english_text_dear() -> None:
    found = {one.rule: one for one in look("Hello", signature="【示例消金】", jurisdictions=["CN"])}
    one = found["form.wide_characters"]
    assert (one.field, one.start, one.text) == ("signature", 0, "【")
    assert "【 (U+3010)" in one.why("en")


def test_eight_dear_characters_are_named_and_the_rest_counted() -> None:
    found = {one.rule: one for one in look("“”‘’–—…•´ł", purpose="reply")}
    one = found["form.wide_characters"]
    assert one.why("en").count("U+") == 8
    assert "and 2 more" in one.why("en")
    assert "另有2个" in one.why("zh")


@pytest.mark.parametrize("one", ["⏰", "⏳", "⭐", "‼", "⚠", "⌚", "㊗", "🫠", "▶"])
def test_a_picture_is_one_wherever_unicode_keeps_it(one: str) -> None:
    assert rules(f"Thank you {one}")["form.emoji"] == "tip"


def test_one_sign_of_two_exclamations_shouts_like_two() -> None:
    assert rules("It is due‼")["form.exclamations"] == "judge"


@pytest.mark.parametrize("word", ["\u0440\u0430\u0443", "долг", "χρέος", "ภาษา"])
def test_a_word_in_an_alphabet_that_is_not_read_is_judged(word: str) -> None:
    assert rules(f"Please {word} it")["form.other_script"] == "judge"
    assert "form.other_script" not in rules(f"Please {word} it", language="ru")


def test_chinese_in_an_english_text_is_read() -> None:
    assert "form.other_script" not in rules("Hi 王芳, call us")


@pytest.mark.parametrize("host", sorted(SHORTENERS))
@pytest.mark.parametrize("text", ["Pay at {}/x1 now", "请点{}/x1还款", "谢谢。https://www.{}"])
def test_every_shortener_we_know_is_seen_in_a_text(host: str, text: str) -> None:
    assert rules(text.format(host))["form.shortener"] == "block"
    assert rules(text.format(host.upper().replace(".", "．")))["form.shortener"] == "block"


@pytest.mark.parametrize("text", ["It is at.com", "about.company", "cost 985.50", "Hello.So it is"])
def test_what_only_looks_like_a_shortener_is_none(text: str) -> None:
    assert "form.shortener" not in rules(text)


def test_the_joints_of_a_picture_are_invisible_where_a_text_is_to_be_sent() -> None:
    assert rules("Thank you ⚠\ufe0f")["form.invisible"] == "block"
    bare = rules("Thank you ⚠\ufe0f", purpose="", jurisdictions=[])
    assert "form.invisible" not in bare


def test_the_longest_latin_name_and_the_lenders_own_line_are_counted_in_a_chinese_text() -> None:
    text = "((salutation))，本期((amount))将于((due_date))到期，可在APP还款。已还请忽略。客服((contact))，拒收请回复R"
    said: dict[str, Any] = {"language": "zh", "jurisdictions": ["CN"], "purpose": "before_due"}
    short = {"contact": "95000"}
    assert "2条" in worst(text, house=short, **said)
    long = {"contact": "400-800-1234转人工服务" * 3}
    assert "3条" in worst(text, house=long, **said)
    assert worst(text, house={"contact": "x" * 999}, **said), "a line no text takes is left out"


def worst(text: str, **said: Any) -> str:
    """What the worst case says, in Chinese."""
    found = look(text, **said)
    named = ("form.worst_parts", "form.worst_encoding", "form.parts")
    return " ".join(one.why("zh") for one in found if one.rule in named)


def test_a_text_longer_than_any_carrier_takes_is_refused_and_not_looked_at() -> None:
    """Reading one of 50,000 characters would take minutes."""
    found = look("a." * 25_000)
    assert [(one.rule, one.severity) for one in found] == [("form.over_limit", "block")]
    assert "1600" in found[0].why("en")
    assert in_order_codes(found, signature="A: ", purpose="reply", longest_parts=0) == []
    assert "form.over_limit" not in rules("a" * 1500)


@pytest.mark.parametrize(
    ("text", "signature", "problems"),
    [
        ("((name)), ((amount)) is due.", "【示例】", []),
        ("Call us (any day).", "Example: ", []),
        ("((nmae)) and ((sum))", "", ["unknown text", "unknown text"]),
        ("((name)", "", ["brackets text"]),
        ("((Name))", "", ["unknown text"]),
        ("name))", "", ["brackets text"]),
        ("(((name)))", "", []),
        ("Hello", "((lender)): ", ["signature_placeholder signature"]),
        ("  ", "Example: ", ["empty text"]),
        ("Hel\u200blo", "", ["invisible text"]),
        ("Hello ⚠\ufe0f", "", ["invisible text"]),
        ("Hello", "Ex\u202eample", ["invisible signature"]),
        ("Hello\nAna", "A\t", ["unsafe text", "unsafe signature"]),
        ("a" * 2000, "", ["over_limit text"]),
    ],
)
def test_what_no_draft_is_saved_with_is_what_the_desk_blocks(
    text: str, signature: str, problems: list[str]
) -> None:
    found = list(refused(text, signature))
    assert [f"{one.rule.removeprefix('form.')} {one.field}" for one in found] == problems
    blocked = [(one.rule, one.field) for one in look(text, signature=signature)]
    assert {(one.rule, one.field) for one in found} <= set(blocked)
    assert len([one for one in blocked if one[0] in {two.rule for two in found}]) == len(found)


def command(row: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    raw = json.dumps({"id": 1, "language": "en", **row}).encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    out = io.StringIO()
    call_command("check_wording", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.mark.parametrize(
    "row",
    [
        {"text": "((iban)) due\nnow…", "stage": "before_due"},
        {"text": EN, "jurisdictions": ["GB", "US"], "stage": "early_overdue", "signature": "A!!: "},
        {"text": EN, "jurisdictions": ["US"], "stage": "late_overdue", "third_party": True},
        {"text": "x" * 2000, "stage": "reply"},
    ],
)
def test_the_command_and_the_desk_find_the_same(
    row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = command(row, monkeypatch)
    found = look(
        row["text"],
        signature=row.get("signature", ""),
        jurisdictions=row.get("jurisdictions", []),
        purpose=row["stage"],
        third_party=row.get("third_party", False),
    )
    assert answer["verdict"] == verdict(found)
    said = [
        (one["rule"], one["severity"], one["field"], one["start"]) for one in answer["findings"]
    ]
    assert said == [(one.rule, one.severity, one.field, one.start) for one in found]


def test_a_bare_text_is_asked_for_no_content_and_no_placeholders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = command({"text": "Dear {name}, ((iban)) is fine.\nThank you"}, monkeypatch)
    assert answer["verdict"] == "pass"
