"""The pages of the wording room, as each role meets them."""

import pytest
from django.contrib.auth.models import User

from messaging.models import Wording
from messaging.services import wordings
from messaging.states import WordingState
from tests.cast import a_template, a_user, a_wording, an_approved_wording, the_lender, the_senders
from tests.visits import signed_in

pytestmark = pytest.mark.django_db
LIVE = "((salutation))，本期((amount))将于((due_date))到期。请立即还款，以免影响。退订回复R"
NEXT = "((salutation))，本期((amount))将于((due_date))到期，可在APP还款。如有困难可致电((contact))协商还款；已还请忽略，退订回复R"
FORM = {
    "language": "zh-hans",
    "jurisdictions": "cn",
    "signature": "【云杉消金】",
    "text": NEXT,
    "reason": "更温和",
    "last_day": "",
}


def a_waiting(author: User | None = None) -> Wording:
    """T-001 with a live version 1 and version 2 waiting for approval."""
    the_lender()
    the_senders()
    an_approved_wording(a_template(), text=LIVE)
    return a_wording(a_template(), text=NEXT, author=author, state=WordingState.SUBMITTED)


def decision(row: Wording, **fields: str) -> dict[str, str]:
    ticked = {"kind": "on", "private": "on", "comment": "", "reason": ""}
    return {"decision": "approve", "fingerprint": row.fingerprint, **ticked, **fields}


@pytest.mark.parametrize("role", ["collector", "supervisor", "compliance", "auditor"])
def test_everyone_who_reads_wordings_can_open_the_library(role: str) -> None:
    a_waiting()
    page = signed_in(role).get("/templates/").content.decode()
    assert "T-001" in page
    assert "v2" in page


def test_the_administrator_does_not_see_wordings() -> None:
    assert signed_in("administrator").get("/templates/").status_code == 403


def test_a_version_shows_its_bytes_and_fingerprint() -> None:
    row = a_waiting()
    page = signed_in("auditor").get("/templates/T-001/v2/").content.decode()
    assert row.signature + row.text in page
    assert row.fingerprint in page
    assert signed_in("auditor").get("/templates/T-001/v9/").status_code == 404


def test_drafting_keeps_what_was_typed_and_says_at_the_field_what_is_wrong() -> None:
    a_template()
    typed = {**FORM, "text": "((iban))到期"}
    page = signed_in("collector").post("/templates/T-001/new/", typed)
    assert page.status_code == 422
    assert "((iban))到期" in page.content.decode()
    assert page.context["form"].errors["text"] == [
        "There is no placeholder ((iban)). Known are: ((name)) ((salutation)) ((lender)) ((contact))"
        " ((amount)) ((due_date)) ((days_late)) ((card_tail)) ((instalment)) ((plan_contact))"
        " ((reference))"
    ]
    assert not Wording.objects.exists()


def test_a_draft_is_written_submitted_and_waits() -> None:
    a_template()
    author = a_user()
    client = signed_in(user=author)
    assert client.post("/templates/T-001/new/", FORM).url == "/templates/T-001/v1/edit/"  # type: ignore[attr-defined]
    row = Wording.objects.get()
    assert (row.text, row.jurisdictions, row.author) == (NEXT, ["CN"], author)
    client.post("/templates/T-001/v1/submit/")
    row.refresh_from_db()
    assert row.state == WordingState.SUBMITTED


def test_an_auditor_cannot_write() -> None:
    a_template()
    assert signed_in("auditor").post("/templates/T-001/new/", FORM).status_code == 403


def test_the_second_window_gets_a_page_with_both_texts() -> None:
    author = a_user()
    client = signed_in(user=author)
    a_template()
    client.post("/templates/T-001/new/", FORM)
    seen = Wording.objects.get().fingerprint
    client.post("/templates/T-001/v1/edit/", {**FORM, "text": NEXT + "甲", "seen": seen})
    late = client.post("/templates/T-001/v1/edit/", {**FORM, "text": NEXT + "乙", "seen": seen})
    assert late.status_code == 409
    page = late.content.decode()
    assert NEXT + "甲" in page
    assert NEXT + "乙" in page
    again = {**FORM, "text": NEXT + "乙", "seen": late.context["form"]["seen"].value()}
    client.post("/templates/T-001/v1/edit/", again)
    assert Wording.objects.get().text == NEXT + "乙"


def test_the_review_page_has_the_change_preview_and_checks_on_one_page() -> None:
    a_waiting()
    page = signed_in("compliance").get("/templates/T-001/v2/review/").content.decode()
    assert "请立即还款，以免影响。</del>" in page
    assert "如有困难可致电((contact))协商还款；已还请忽略，</ins>" in page
    assert "【云杉消金】<mark>王芳您好</mark>，本期<mark>3,260.00元</mark>" in page
    assert "1 removed, 1 added. Placeholders added: Contact line." in page
    assert "Begins with the signature 【云杉消金】" in page
    assert "Approve v2" in page


def test_a_reviewer_approves_what_the_page_showed() -> None:
    row = a_waiting()
    client = signed_in("compliance")
    assert client.post("/templates/T-001/v2/decide/", decision(row)).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.live) == (WordingState.APPROVED, True)


def test_without_both_ticks_nothing_is_approved() -> None:
    row = a_waiting()
    answer = signed_in("compliance").post(
        "/templates/T-001/v2/decide/",
        {"decision": "approve", "fingerprint": row.fingerprint, "kind": "on"},
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["private"]
    row.refresh_from_db()
    assert row.state == WordingState.SUBMITTED


def test_a_rejection_needs_reason_and_comment_and_keeps_them() -> None:
    row = a_waiting()
    client = signed_in("compliance")
    given = decision(row, decision="reject", comment="软一点")
    answer = client.post("/templates/T-001/v2/decide/", given)
    assert answer.status_code == 422
    assert "软一点" in answer.content.decode()
    client.post("/templates/T-001/v2/decide/", {**given, "reason": "tone"})
    row.refresh_from_db()
    assert (row.state, row.comment) == (WordingState.REJECTED, "软一点")


def test_the_author_sees_who_else_can_approve_instead_of_buttons() -> None:
    author = a_user("zhou", "compliance")
    row = a_waiting(author)
    a_user("he", "compliance", first_name="何平")
    client = signed_in(user=author)
    page = client.get("/templates/T-001/v2/review/").content.decode()
    assert "You wrote this version, so someone else must approve it" in page
    assert "何平" in page
    assert 'value="approve"' not in page
    forced = client.post("/templates/T-001/v2/decide/", decision(row))
    assert forced.status_code == 403
    assert "You wrote this version" in forced.content.decode()


@pytest.mark.parametrize("role", ["collector", "supervisor", "auditor"])
def test_others_read_the_review_and_cannot_decide(role: str) -> None:
    row = a_waiting()
    client = signed_in(role)
    assert "Approve v2" not in client.get("/templates/T-001/v2/review/").content.decode()
    assert client.post("/templates/T-001/v2/decide/", decision(row)).status_code == 403


def test_a_page_that_is_out_of_date_decides_nothing() -> None:
    row = a_waiting()
    client = signed_in("compliance")
    wordings.approve(row, by=a_user(role="compliance"), fingerprint=row.fingerprint)
    late = client.post("/templates/T-001/v2/decide/", decision(row))
    assert late.status_code == 409
    assert "v2 has moved on" in late.content.decode()


def test_other_bytes_than_those_shown_are_not_approved() -> None:
    row = a_waiting()
    late = signed_in("compliance").post(
        "/templates/T-001/v2/decide/", decision(row, fingerprint="0" * 64)
    )
    assert late.status_code == 409
    row.refresh_from_db()
    assert row.state == WordingState.SUBMITTED


def test_the_queue_marks_ones_own_and_offers_the_oldest_of_others() -> None:
    reviewer = a_user(role="compliance")
    a_waiting(reviewer)
    a_wording(a_template("T-002"), state=WordingState.SUBMITTED)
    page = signed_in(user=reviewer).get("/templates/review/")
    assert "you wrote this" in page.content.decode()
    assert page.context["first"].template.code == "T-002"


def test_nothing_changes_by_looking() -> None:
    row = a_waiting()
    client = signed_in("compliance")
    for act in ("submit", "withdraw", "test", "live", "decide"):
        assert client.get(f"/templates/T-001/v2/{act}/").status_code == 405
    row.refresh_from_db()
    assert row.state == WordingState.SUBMITTED


def test_a_last_day_in_the_past_is_named_at_its_field_and_what_was_typed_is_kept() -> None:
    a_template()
    page = signed_in("collector").post("/templates/T-001/new/", {**FORM, "last_day": "2020-01-01"})
    assert page.status_code == 422
    assert "last_day" in page.context["form"].errors
    assert NEXT in page.content.decode()
    assert not Wording.objects.exists()


def test_the_admin_shows_texts_before_it_approves_through_the_same_service() -> None:
    row = a_waiting()
    client = signed_in("compliance")
    chosen = {"action": "approve", "_selected_action": str(row.pk)}
    shown = client.post("/admin/messaging/wording/", chosen)
    assert row.text in shown.content.decode()
    row.refresh_from_db()
    assert row.state == WordingState.SUBMITTED
    seen = {f"fingerprint-{row.pk}": row.fingerprint, "confirmed": "yes"}
    client.post("/admin/messaging/wording/", {**chosen, **seen})
    row.refresh_from_db()
    assert row.live


def test_the_admin_writes_nothing_else() -> None:
    row = a_waiting()
    client = signed_in("compliance")
    assert client.get("/admin/messaging/wording/add/").status_code == 403
    assert (
        client.post(f"/admin/messaging/wording/{row.pk}/change/", {"text": "x"}).status_code == 403
    )
    assert client.post(f"/admin/messaging/wording/{row.pk}/delete/").status_code == 403
    assert client.get("/admin/auth/user/").status_code == 404
    assert client.get("/admin/django_q/schedule/").status_code == 404
