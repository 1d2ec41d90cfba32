"""The author's desk: checks beside the text, nothing lost, submitting with answers."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from borrowers.models import Lender
from messaging.models import MessageTemplate, Reminder, UnsavedWording, Wording
from messaging.services import own_phone, wording_checks
from messaging.services.wording_rows import Words
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
KIND = "((salutation))，本期((amount))将于((due_date))到期，可在APP还款。如已还款请忽略。客服((contact))，拒收请回复R"
HARSH = KIND.replace("如已还款请忽略", "否则将起诉并通知你的单位")
NO_WAY_OUT = KIND.replace("，拒收请回复R", "")
FORM = {
    "language": "zh-hans",
    "jurisdictions": "CN",
    "signature": "【云杉消金】",
    "text": KIND,
    "reason": "更温和",
    "last_day": "",
}


@pytest.fixture
def template() -> MessageTemplate:
    cast.the_house()
    return cast.a_template("T-900")


def answers_to(template: MessageTemplate, text: str) -> dict[str, str]:
    """An answer to every finding that asks for one, as the form sends it."""
    look = wording_checks.look_at(template, Words("zh-hans", ["CN"], "【云杉消金】", text))
    return {f"answer-{one.key}": "因为这里合适" for one in look.judges}


def fragment(client: Client, template: MessageTemplate, **fields: str) -> str:
    address = f"/templates/{template.code}/check/"
    answer = client.post(address, {**FORM, **fields}, headers={"hx-request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_checks_name_the_phrase_why_it_harms_and_what_is_kinder(
    template: MessageTemplate,
) -> None:
    page = fragment(signed_in("collector"), template, text=HARSH)
    assert re.search('<q class="quoted">[^<]*起诉[^<]*</q>', page)
    assert "Instead:" in page
    assert "Go to it" in page
    assert "<html" not in page


def test_the_checks_say_where_the_phrase_stands(template: MessageTemplate) -> None:
    page = fragment(signed_in("collector"), template, text=HARSH)
    spans = re.findall(r'data-start="(\d+)" data-end="(\d+)"', page)
    shown = [HARSH[int(start) : int(end)] for start, end in spans]
    assert any("起诉" in one for one in shown)
    assert all(f'<q class="quoted">{one}</q>' in page for one in shown)


def test_the_checks_keep_answers_that_were_typed(template: MessageTemplate) -> None:
    given = answers_to(template, NO_WAY_OUT)
    assert given
    assert "因为这里合适" in fragment(signed_in("collector"), template, text=NO_WAY_OUT, **given)


@pytest.mark.parametrize("text", ["", "((iban))到期", "((", "x" * 3000, "\u202e起诉", "<script>"])
def test_half_a_text_is_checked_too(template: MessageTemplate, text: str) -> None:
    page = fragment(signed_in("collector"), template, text=text, signature="", language="")
    assert "<script>" not in page


def test_without_scripts_a_button_checks_and_keeps_all_fields(template: MessageTemplate) -> None:
    typed = {**FORM, "text": HARSH, "reason": "", "then": "check"}
    answer = signed_in("collector").post("/templates/T-900/new/", typed)
    assert answer.status_code == 200
    assert HARSH in answer.content.decode()
    assert re.search('<q class="quoted">[^<]*起诉[^<]*</q>', answer.content.decode())
    assert not Wording.objects.filter(template=template).exists()


def test_all_five_cases_are_on_the_page_without_scripts(template: MessageTemplate) -> None:
    typed = {**FORM, "then": "check"}
    page = signed_in("collector").post("/templates/T-900/new/", typed).content.decode()
    for case in (
        "Shortest",
        "Longest",
        "Something is missing",
        "Special characters",
        "Somebody at random",
    ):
        assert case in page


def test_a_collector_sees_only_people_in_their_own_care() -> None:
    strategy = cast.the_house()
    step = strategy.steps.get(offset=-3)
    cast.a_loan(cast.a_borrower(full_name="欧阳建国"))
    typed = {**FORM, "then": "check"}
    address = f"/templates/{step.template.code}/new/"
    assert "欧阳*" in signed_in("supervisor").post(address, typed).content.decode()
    assert "欧阳*" not in signed_in("collector").post(address, typed).content.decode()


def test_names_are_masked_beside_the_form() -> None:
    strategy = cast.the_house()
    step = strategy.steps.get(offset=-3)
    cast.a_loan(cast.a_borrower(full_name="欧阳建国"))
    address = f"/templates/{step.template.code}/new/"
    page = signed_in("supervisor").post(address, {**FORM, "then": "check"}).content.decode()
    assert "欧阳建国" not in page


def test_a_harsh_text_is_saved_not_submitted_and_its_page_names_the_phrase(
    template: MessageTemplate,
) -> None:
    client = signed_in("collector")
    answer = client.post("/templates/T-900/new/", {**FORM, "text": HARSH, "then": "submit"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Saved, but not submitted" in page
    assert HARSH in page
    row = Wording.objects.get(template=template)
    assert (row.state, row.text) == ("draft", HARSH)
    again = client.post("/templates/T-900/v1/edit/", {**FORM, "then": "submit"})
    assert again.status_code == 302
    row.refresh_from_db()
    assert row.state == "submitted"


def test_judgements_are_asked_for_and_stored_with_the_submission(template: MessageTemplate) -> None:
    client = signed_in("collector")
    typed = {**FORM, "text": NO_WAY_OUT, "then": "submit"}
    refused = client.post("/templates/T-900/new/", typed)
    assert refused.status_code == 422
    assert "Say why, or change the words" in refused.content.decode()
    given = answers_to(template, NO_WAY_OUT)
    assert client.post("/templates/T-900/v1/submit/", given).status_code == 302
    row = Wording.objects.get(template=template)
    assert row.state == "submitted"
    assert [one["why"] for one in row.answers] == ["因为这里合适"] * len(given)
    assert "因为这里合适" in body(signed_in("compliance"), "/templates/T-900/v1/review/")
    assert "因为这里合适" in body(signed_in("auditor"), "/templates/T-900/v1/")


def test_answers_survive_saving_and_withdrawing(template: MessageTemplate) -> None:
    client = signed_in("collector")
    given = answers_to(template, NO_WAY_OUT)
    client.post("/templates/T-900/new/", {**FORM, "text": NO_WAY_OUT, **given})
    page = body(client, "/templates/T-900/v1/edit/")
    assert "因为这里合适" in page
    assert "had not saved yet" not in page
    client.post("/templates/T-900/v1/submit/", given)
    client.post("/templates/T-900/v1/withdraw/")
    assert "因为这里合适" in body(client, "/templates/T-900/v1/edit/")


def test_what_was_typed_is_offered_again_until_it_is_discarded(template: MessageTemplate) -> None:
    client = signed_in("collector")
    kept = client.post("/templates/T-900/keep/", {**FORM, "draft": "", "text": "半句((amou"})
    assert "Not saved yet" in kept.content.decode()
    page = body(client, "/templates/T-900/new/")
    assert "半句((amou" in page
    assert "had not saved yet" in page
    assert "半句((amou" not in body(signed_in("collector"), "/templates/T-900/new/")
    client.post("/templates/T-900/discard/", {"draft": ""})
    assert "半句((amou" not in body(client, "/templates/T-900/new/")


def test_saving_ends_what_was_kept(template: MessageTemplate) -> None:
    client = signed_in("collector")
    client.post("/templates/T-900/keep/", {**FORM, "draft": ""})
    client.post("/templates/T-900/new/", FORM)
    assert not UnsavedWording.objects.exists()


def test_nobody_keeps_text_in_the_draft_of_another(template: MessageTemplate) -> None:
    cast.a_wording(template)
    other = signed_in("supervisor")
    answer = other.post("/templates/T-900/keep/", {**FORM, "draft": "1"})
    assert answer.status_code == 404
    assert not UnsavedWording.objects.exists()


def test_a_kept_text_of_an_older_draft_does_not_overwrite_the_newer(
    template: MessageTemplate,
) -> None:
    client = signed_in("collector")
    client.post("/templates/T-900/new/", FORM)
    old = Wording.objects.get(template=template).fingerprint
    client.post("/templates/T-900/keep/", {**FORM, "draft": "1", "text": "甲", "seen": old})
    client.post("/templates/T-900/v1/edit/", {**FORM, "text": KIND + "乙", "seen": old})
    client.post("/templates/T-900/keep/", {**FORM, "draft": "1", "text": "甲", "seen": old})
    page = client.get("/templates/T-900/v1/edit/")
    assert page.context["form"]["seen"].value() == old
    late = client.post("/templates/T-900/v1/edit/", {**FORM, "text": "甲", "seen": old})
    assert late.status_code == 409
    assert KIND + "乙" in late.content.decode()


def test_a_test_goes_to_ones_own_phone_after_saving(template: MessageTemplate) -> None:
    author = cast.a_user()
    client = signed_in(user=author)
    without: Any = client.post("/templates/T-900/new/", {**FORM, "then": "test"}, follow=True)
    assert "No verified phone of yours is on file" in without.content.decode()
    own_phone.record_phone(author, "+86 138 0000 0009", by=None)
    client.post("/templates/T-900/v1/edit/", {**FORM, "then": "test"})
    row = Reminder.objects.get(kind="test")
    assert (row.by, row.wording_id) == (author, Wording.objects.get(template=template).pk)


def test_a_starter_becomes_the_text_under_the_houses_signature(template: MessageTemplate) -> None:
    client = signed_in("collector")
    gallery = body(client, "/templates/T-900/")
    assert "Start from a starter" in gallery
    page = client.get("/templates/T-900/new/?starter=T-001-zh-hans")
    assert page.context["form"]["signature"].value() == "【云杉消金】"
    assert "((amount))" in page.context["form"]["text"].value()


def test_a_starter_is_signed_by_the_lender_where_nothing_was_signed_before() -> None:
    cast.the_lender()
    cast.a_template("T-900")
    page = signed_in("collector").get("/templates/T-900/new/?starter=T-001-zh-hans")
    assert page.context["form"]["signature"].value() == f"【{Lender.objects.get().name}】"


def test_a_new_template_leads_to_writing_its_text(template: MessageTemplate) -> None:
    client = signed_in("supervisor")
    named = {"purpose": "late_overdue", "product": "credit_card", "name_zh": "长期", "name_en": ""}
    assert client.post("/templates/new/", named).status_code == 422
    answer = client.post("/templates/new/", {**named, "name_en": "Long late"})
    made = MessageTemplate.objects.get(name_en="Long late")
    assert (made.purpose, made.product) == ("late_overdue", "credit_card")
    assert answer["Location"] == f"/templates/{made.code}/new/"


def test_the_checks_cost_as_many_queries_for_many_people_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    strategy = cast.the_house()
    step = strategy.steps.get(offset=-3)
    for _ in range(8):
        cast.a_loan()
    client = signed_in("supervisor")
    with django_assert_max_num_queries(45):
        fragment(client, step.template)
