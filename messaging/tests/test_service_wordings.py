"""What a wording must go through before anybody gets it."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging import locks
from messaging.models import Wording
from messaging.services import wordings
from messaging.services.wording_rows import Words
from messaging.services.wordings import AlreadyApproved
from messaging.states import WordingState
from tests.cast import a_template, a_user, a_wording, an_approved_wording, at_noon

pytestmark = pytest.mark.django_db
TEXT = "((salutation))，本期((amount))将于((due_date))到期，可在APP还款。已还请忽略。客服((contact))，拒收请回复R"


def saying(text: str, *, expires_at: datetime | None = None) -> Words:
    return Words("zh-hans", ["CN"], "【云杉消金】", text, "更温和", expires_at)


def a_draft(
    author: User | None = None, text: str = TEXT, *, expires_at: datetime | None = None
) -> Wording:
    words = saying(text, expires_at=expires_at)
    return wordings.draft(a_template(), words, by=author or a_user())


def a_submitted(text: str = TEXT, author: User | None = None) -> Wording:
    author = author or a_user()
    return wordings.submit(a_draft(author, text), by=author)


def test_versions_count_up_and_the_fingerprint_is_the_databases() -> None:
    first, second = a_draft(), a_draft(text=TEXT + "。")
    assert (first.version, second.version) == (1, 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wording_fingerprint(w) FROM messaging_wording w WHERE id = %s", [second.pk]
        )
        assert cursor.fetchone() == (second.fingerprint,)


def test_a_text_with_an_unknown_placeholder_is_not_drafted() -> None:
    with pytest.raises(NotAllowed, match=r"iban"):
        a_draft(text="((iban))")
    assert not Wording.objects.exists()


def test_an_auditor_cannot_draft() -> None:
    with pytest.raises(NotAllowed):
        a_draft(a_user(role="auditor"))


def test_only_the_author_edits_submits_and_withdraws() -> None:
    row, other = a_draft(), a_user(role="supervisor")
    with pytest.raises(NotAllowed):
        wordings.edit(row, Words("en", [], "S ", "other words"), by=other)
    with pytest.raises(NotAllowed):
        wordings.submit(row, by=other)
    wordings.submit(row, by=row.author)
    with pytest.raises(NotAllowed):
        wordings.withdraw(row, by=other)
    assert wordings.withdraw(row, by=row.author).state == WordingState.DRAFT


def test_a_submitted_text_is_frozen_in_service_and_database() -> None:
    row = a_submitted()
    with pytest.raises(OutOfStep):
        wordings.edit(row, Words("en", [], "S ", "other"), by=row.author)
    with pytest.raises(DatabaseError, match="wording_altered"):
        Wording.objects.filter(pk=row.pk).update(text="other")


def test_an_edit_in_a_second_window_does_not_overwrite_the_first() -> None:
    row = a_draft()
    seen = row.fingerprint
    wordings.edit(row, saying(TEXT + "一"), seen=seen, by=row.author)
    with pytest.raises(OutOfStep):
        wordings.edit(row, saying(TEXT + "二"), seen=seen, by=row.author)
    row.refresh_from_db()
    assert row.text == TEXT + "一"


def test_nobody_approves_what_they_wrote() -> None:
    author = a_user(role="compliance")
    row = a_submitted(author=author)
    with pytest.raises(NotAllowed):
        wordings.approve(row, by=author, fingerprint=row.fingerprint)
    row.refresh_from_db()
    assert row.state == WordingState.SUBMITTED


@pytest.mark.parametrize("role", ["collector", "supervisor", "auditor", "administrator"])
def test_only_reviewers_decide(role: str) -> None:
    row = a_submitted()
    with pytest.raises(NotAllowed):
        wordings.approve(row, by=a_user(role=role), fingerprint=row.fingerprint)
    with pytest.raises(NotAllowed):
        wordings.reject(row, by=a_user(role=role), reason="tone", comment="kinder")


def test_approving_makes_live_and_takes_down_the_one_before() -> None:
    before = an_approved_wording(a_template())
    row = a_submitted()
    reviewer = a_user(role="compliance")
    wordings.approve(row, by=reviewer, fingerprint=row.fingerprint)
    row.refresh_from_db()
    before.refresh_from_db()
    assert (row.state, row.live, row.reviewer) == (WordingState.APPROVED, True, reviewer)
    assert (before.state, before.live) == (WordingState.APPROVED, False)


def test_approving_past_the_last_day_is_refused_and_what_is_live_stays_so() -> None:
    now = at_noon()
    before = an_approved_wording(a_template())
    row = a_wording(
        a_template(),
        state=WordingState.SUBMITTED,
        text=TEXT,
        expires_at=now - timedelta(seconds=1),
    )
    with pytest.raises(NotAllowed, match="last day"):
        wordings.approve(row, by=a_user(role="compliance"))
    row.refresh_from_db()
    before.refresh_from_db()
    assert (row.state, row.live, before.live) == (WordingState.SUBMITTED, False, True)
    wordings.reject(row, by=a_user(role="compliance"), reason="other", comment="Too late")


def test_a_last_day_that_has_passed_is_neither_drafted_edited_nor_submitted() -> None:
    now = at_noon()
    past = now - timedelta(seconds=1)
    with pytest.raises(NotAllowed, match="last day"):
        a_draft(expires_at=past)
    row = a_draft(expires_at=now + timedelta(hours=1))
    with pytest.raises(NotAllowed, match="last day"):
        wordings.edit(row, saying(TEXT, expires_at=past), by=row.author)
    left = a_wording(a_template("T-002"), text=TEXT, expires_at=past)
    with pytest.raises(NotAllowed, match="last day"):
        wordings.submit(left, by=left.author)
    left.refresh_from_db()
    assert left.state == WordingState.DRAFT


def test_another_language_stays_live_beside_it() -> None:
    english = an_approved_wording(
        a_template(), language="en", text="((amount)). Reply STOP to opt out"
    )
    row = a_submitted()
    wordings.approve(row, by=a_user(role="compliance"), fingerprint=row.fingerprint)
    english.refresh_from_db()
    assert english.live


def test_the_fingerprint_read_must_be_the_one_approved() -> None:
    row = a_submitted()
    seen = row.fingerprint
    wordings.withdraw(row, by=row.author)
    wordings.edit(row, saying(TEXT + "！"), by=row.author)
    wordings.submit(row, by=row.author)
    with pytest.raises(OutOfStep):
        wordings.approve(row, by=a_user(role="compliance"), fingerprint=seen)


def test_a_decision_is_taken_once() -> None:
    row = a_submitted()
    wordings.reject(row, by=a_user(role="compliance"), reason="tone", comment="Kinder")
    with pytest.raises(OutOfStep):
        wordings.approve(row, by=a_user(role="compliance"), fingerprint=row.fingerprint)


@pytest.mark.parametrize(("reason", "comment"), [("", "why"), ("tone", "  "), ("mood", "why")])
def test_a_rejection_says_why(reason: str, comment: str) -> None:
    with pytest.raises(NotAllowed):
        wordings.reject(a_submitted(), by=a_user(role="compliance"), reason=reason, comment=comment)


def test_the_same_words_again_point_to_the_version_approved_before() -> None:
    row = a_submitted()
    wordings.approve(row, by=a_user(role="compliance"), fingerprint=row.fingerprint)
    with pytest.raises(AlreadyApproved) as found:
        a_draft()
    assert found.value.wording == row


def test_a_replaced_version_is_made_live_again_by_somebody_else_than_its_author() -> None:
    author = a_user(role="compliance")
    first = a_submitted(author=author)
    wordings.approve(first, by=a_user(role="compliance"), fingerprint=first.fingerprint)
    second = a_submitted(TEXT + "。")
    wordings.approve(second, by=author, fingerprint=second.fingerprint)
    with pytest.raises(NotAllowed):
        wordings.make_live(first, by=author, fingerprint=first.fingerprint)
    wordings.make_live(first, by=a_user(role="compliance"), fingerprint=first.fingerprint)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.live, second.live) == (True, False)


def test_a_retired_version_never_comes_back() -> None:
    row = an_approved_wording()
    wordings.retire(row, by=a_user(role="supervisor"))
    row.refresh_from_db()
    assert (row.state, row.live) == (WordingState.RETIRED, False)
    with pytest.raises(OutOfStep):
        wordings.make_live(row, by=a_user(role="compliance"), fingerprint=row.fingerprint)


def test_a_collector_cannot_retire() -> None:
    with pytest.raises(NotAllowed):
        wordings.retire(an_approved_wording(), by=a_user())


def test_past_its_last_instant_a_version_expires_and_no_other_does() -> None:
    now = at_noon()
    end = now + timedelta(hours=1)
    ending = an_approved_wording(a_template("T-001"), expires_at=end)
    staying = an_approved_wording(a_template("T-002"))
    assert wordings.expire(end - timedelta(seconds=1)) == 0
    assert wordings.expire(end) == 1
    ending.refresh_from_db()
    staying.refresh_from_db()
    assert (ending.state, ending.live) == (WordingState.EXPIRED, False)
    assert staying.live


def test_approving_waits_for_the_gates_that_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(locks, "sending_exclusive", lambda: taken.append("exclusive"))
    row = a_submitted()
    assert not taken
    wordings.approve(row, by=a_user(role="compliance"), fingerprint=row.fingerprint)
    assert taken == ["exclusive"]


def test_the_log_keeps_fingerprints_and_never_a_text() -> None:
    row = a_submitted()
    wordings.approve(row, by=a_user(role="compliance"), fingerprint=row.fingerprint)
    events = Event.objects.filter(subject_type="messaging.wording").order_by("pk")
    assert [event.verb for event in events] == [
        "wording.drafted",
        "wording.submitted",
        "wording.approved",
    ]
    for event in events:
        assert event.after["fingerprint"] == row.fingerprint
        assert row.text not in str(event.after) + str(event.before)


def test_a_draft_of_somebody_else_is_not_lost_by_a_refused_edit() -> None:
    row = a_wording()
    with pytest.raises(NotAllowed):
        wordings.edit(row, Words("en", [], "", "(("), by=row.author)
    row.refresh_from_db()
    assert row.state == WordingState.DRAFT
