"""What the author and the reviewer are told of a text, and what keeps it from being submitted."""

from typing import Any

import pytest
from django.utils import translation

from collections_site.lib.decision import NotAllowed
from messaging.models import Provider, Sender, Wording
from messaging.services import starters, wording_checks, wordings
from messaging.services.wording_rows import Words
from messaging.services.wordings import Blocked, NeedsAnswers
from tests import cast

pytestmark = pytest.mark.django_db
ZH = "((salutation))，您有((amount))已逾期((days_late))天。如有困难可致电((contact))商议延期或分期。如已还款请忽略。拒收请回复R"
NO_HELP = "((salutation))，您有((amount))已逾期((days_late))天。客服((contact))。如已还款请忽略。拒收请回复R"


def a_look(text: str = ZH, purpose: str = "early_overdue", **fields: Any) -> wording_checks.Look:
    said = {"language": "zh-hans", "jurisdictions": ["CN"], "signature": "【云杉消金】", **fields}
    template = cast.a_template(f"T-{purpose[:6]}", purpose)
    return wording_checks.look_at(template, Words(text=text, **said))


def a_draft(text: str = ZH, **fields: Any) -> Wording:
    cast.at_noon()
    return cast.a_wording(cast.a_template("T-003", "early_overdue"), text=text, **fields)


def answers_to(row: Wording, said: str) -> dict[str, str]:
    return {one.key: said for one in wording_checks.look(row).judges}


def the_help(row: Wording) -> wording_checks.Found:
    """The finding that a late person is offered no help, which needs judgement."""
    return next(one for one in wording_checks.look(row).judges if one.rule == "content.no_help")


def rules(look: wording_checks.Look) -> dict[str, str]:
    return {one.rule: one.severity for one in look.findings}


def test_a_kind_and_complete_text_passes_and_says_what_was_looked_at() -> None:
    with translation.override("en"):
        look = a_look()
    assert (look.verdict, look.blocks, look.judges, look.needs_second) == ("pass", [], [], False)
    assert "Begins with the signature 【云杉消金】" in look.passed
    assert "Says how to stop the texts" in look.passed
    assert "Offers help" in look.passed
    assert "No harsh wording found, in eight categories" in look.passed


def test_a_harsh_phrase_is_shown_where_it_stands_with_why_and_what_is_kinder() -> None:
    text = ZH.replace("如有困难", "否则我们将起诉您。如有困难")
    with translation.override("en"):
        look = a_look(text)
    assert look.verdict == "block"
    one = next(one for one in look.blocks if "起诉" in one.text)
    assert text[one.start : one.end] == one.text
    assert one.why
    assert one.suggestion
    assert "No harsh wording found, in eight categories" not in look.passed


def test_it_speaks_the_readers_language() -> None:
    with translation.override("zh-hans"):
        chinese = a_look(NO_HELP)
    with translation.override("en"):
        english = a_look(NO_HELP)
    told = {
        look: next(one for one in look_at.judges if one.rule == "content.no_help")
        for look, look_at in (("zh", chinese), ("en", english))
    }
    assert told["zh"].why.startswith("已逾期")
    assert told["en"].why.startswith("It is late")
    assert told["zh"].key == told["en"].key


def test_the_key_of_a_finding_stays_when_the_text_before_it_changes() -> None:
    link = "详见www.example.com，再见www.example.com"
    keys = [
        [one.key for one in a_look(text).findings if one.rule == "form.link"]
        for text in (ZH + link, "您好，" + ZH + link)
    ]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 2


@pytest.mark.parametrize(
    ("text", "rule", "span"),
    [
        ("((iban))", "form.unknown", "((iban))"),
        ("((Amount))", "form.unknown", "((Amount))"),
        ("((amount)", "form.brackets", "(("),
        ("您好\n再见", "form.unsafe", "\n"),
        ("", "form.empty", ""),
    ],
)
def test_form_that_refuses_a_draft_is_shown_in_place_while_it_is_typed(
    text: str, rule: str, span: str
) -> None:
    look = a_look(text)
    assert look.verdict == "block"
    assert (rule, span) in [(one.rule, one.text) for one in look.blocks]


def test_every_text_is_signed_also_where_content_is_not_asked_for() -> None:
    for purpose in ("reply", "opt_out_acknowledged"):
        assert rules(a_look("已收到", purpose, signature=""))["form.no_signature"] == "block"
        assert a_look("已收到", purpose).verdict == "pass"
    unsigned = rules(a_look(signature=""))
    assert unsigned["content.no_sender"] == "block"
    assert "form.no_signature" not in unsigned


def test_a_reminder_without_a_way_out_is_judged_by_its_author() -> None:
    assert rules(a_look(ZH.replace("拒收请回复R", "")))["content.no_opt_out"] == "judge"


def test_a_blocked_text_is_not_submitted_and_the_refusal_names_phrase_and_suggestion() -> None:
    row = a_draft(ZH.replace("如有困难", "否则我们将起诉您。如有困难"))
    with translation.override("en"), pytest.raises(Blocked) as refused:
        wordings.submit(row, answers={}, by=row.author)
    assert isinstance(refused.value, NotAllowed)
    assert "起诉" in refused.value.sentence
    assert refused.value.findings[0].suggestion in refused.value.sentence
    row.refresh_from_db()
    assert row.state == "draft"


@pytest.mark.parametrize("answer", [None, "", "   "])
def test_a_finding_that_needs_judgement_is_answered_before_submitting(answer: str | None) -> None:
    row = a_draft(NO_HELP)
    key = the_help(row).key
    given = answers_to(row, "有专人") | {key: answer or ""}
    if answer is None:
        del given[key]
    with pytest.raises(NeedsAnswers) as refused:
        wordings.submit(row, answers=given, by=row.author)
    assert [one.key for one in refused.value.findings] == [key]
    row.refresh_from_db()
    assert (row.state, row.answers) == ("draft", [])


def test_answers_are_kept_with_the_version_of_the_checks_and_shown_to_the_reviewer() -> None:
    row = a_draft(NO_HELP)
    given = answers_to(row, " 另有专人致电 ")
    row = wordings.submit(row, answers={**given, "stranger": "x"}, by=row.author)
    look = wording_checks.look(row)
    assert {one["key"]: one["why"] for one in row.answers} == dict.fromkeys(given, "另有专人致电")
    assert "content.no_help" in [one["rule"] for one in row.answers]
    assert row.checked_by == look.version
    assert the_help(row).answer == "另有专人致电"


def test_withdrawing_clears_the_answers() -> None:
    row = a_draft(NO_HELP)
    wordings.submit(row, answers=answers_to(row, "有专人"), by=row.author)
    row = wordings.withdraw(row, by=row.author)
    assert (row.answers, row.checked_by, row.needs_second) == ([], "", False)


def test_a_text_about_the_credit_record_needs_a_second_reviewer() -> None:
    row = a_draft(ZH.replace("如有困难", "还款情况会如实报送征信系统。如有困难"))
    look = wording_checks.look(row)
    assert look.needs_second
    answers = {one.key: "如实" for one in look.judges}
    assert look.verdict == "judge"
    assert wordings.submit(row, answers=answers, by=row.author).needs_second


def test_an_ordinary_text_needs_no_second_reviewer() -> None:
    row = a_draft()
    assert not wordings.submit(row, answers=answers_to(row, "如实"), by=row.author).needs_second


def test_an_author_who_may_no_longer_write_does_not_submit() -> None:
    row = a_draft(author=cast.a_user(role="auditor"))
    with pytest.raises(NotAllowed):
        wordings.submit(row, answers={}, by=row.author)


LATE_EN = "((salutation)), ((amount)) is ((days_late)) days late. Need more time? Call ((contact)), we can help, also with complaints. Already paid? Ignore this. Reply STOP to opt out"


def everywhere(text: str, signature: str, language: str = "en") -> dict[str, str]:
    """What is found in a late text without places."""
    fields: dict[str, Any] = {"language": language, "signature": signature, "jurisdictions": []}
    return rules(a_look(text, **fields))


def test_words_without_places_are_held_to_every_country_to_which_texts_are_carried() -> None:
    cast.the_lender()
    assert "content.no_debt_advice" not in everywhere(LATE_EN, "Spruce: ")
    cast.the_senders()
    answer = everywhere(LATE_EN, "Spruce: ")
    assert answer["content.no_debt_advice"] == "block", "Britain asks for it"
    assert answer["form.signature_brackets"] == "block", "China's gateways ask for it"
    unpaid = everywhere(ZH.replace("如已还款请忽略。", "¥【1】"), "【云杉消金】", "zh-hans")
    assert unpaid["content.no_ignore_if_paid"] == "block"
    assert {unpaid["form.gateway_sign"], unpaid["form.body_brackets"]} == {"block"}


def test_words_without_places_are_held_to_where_the_lender_is_bound_and_not_to_closed_ways() -> (
    None
):
    cast.the_lender(jurisdictions=["IN"])
    gateway = cast.the_senders()["gateway"]
    Sender.objects.exclude(pk=gateway.pk).update(enabled=False)
    Provider.objects.filter(pk=gateway.provider_id).update(enabled=False)
    answer = everywhere(LATE_EN.replace(", also with complaints", ""), "Spruce: ")
    assert answer["content.no_complaint"] == "block"
    assert not {"form.signature_brackets", "content.no_debt_advice"} & answer.keys()


def test_a_lender_that_collects_for_others_is_held_to_what_third_parties_must_say() -> None:
    american: dict[str, Any] = {
        "language": "en",
        "signature": "Spruce: ",
        "jurisdictions": ["US-NY"],
    }
    cast.the_lender()
    assert "content.no_debt_collector" not in rules(a_look(LATE_EN, **american))
    cast.the_lender(party="third")
    assert rules(a_look(LATE_EN, **american))["content.no_debt_collector"] == "block"


def test_the_lenders_own_contact_line_is_counted() -> None:
    passed = "The longest sample is one part"
    fields: dict[str, Any] = {"jurisdictions": ["CN"], "signature": "【云杉消金】"}
    text = (
        "您有((amount))已逾期((days_late))天。有困难可致电((contact))商议分期。已还请忽略。回R退订"
    )
    cast.the_lender(contact_line="95000")
    with translation.override("en"):
        assert passed in a_look(text, **fields).passed
        cast.the_lender(contact_line="400-800-1234转人工，周一至周五九时至十八时")
        assert passed not in a_look(text, **fields).passed


def test_nothing_kind_is_promised_of_a_language_that_is_not_read() -> None:
    with translation.override("en"):
        look = a_look("पैसे दो नहीं तो पुलिस घर आएगी", "reply", language="hi", signature="Spruce: ")
    assert [one.rule for one in look.judges] == ["form.unread_language"]
    assert not [one for one in look.passed if "harsh" in one or "third person" in one]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_starters_pass_under_the_signatures_of_a_lender(language: str) -> None:
    cast.the_lender()
    cast.the_senders()
    for one in starters.gallery(language):
        home = "CN" in one.jurisdictions or not one.jurisdictions or language == "zh"
        words = Words(
            one.language, one.jurisdictions, "【云杉消金】" if home else "Spruce: ", one.text
        )
        template = cast.a_template(one.code, one.purpose)
        look = wording_checks.look_at(template, words)
        assert look.verdict == "pass", (one.code, one.jurisdictions, look.blocks, look.judges)
        assert not look.needs_second
