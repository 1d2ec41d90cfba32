"""One text to one person by hand: exactly what was shown, once, through the same rules as any other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import translation
from pytest_django import Settings

from borrowers.models import Borrower, Hold, Loan
from borrowers.services import assignments, holds
from collections_site import site_clock
from collections_site.audit.models import Event
from collections_site.handset.testing import Handset, listening_site
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import Attempt, Decision, Provider, Reminder, SendingStop, Wording
from messaging.services import dispatch, one_off, one_off_offer, planning
from messaging.services.one_off_changes import Changed
from messaging.services.one_off_offer import Offer
from messaging.states import ReminderState
from tests import cast, houses
from tests.sendings import sent

TEXT = "【云杉消金】王芳您好，本期860.00元将于11月27日到期。已还请忽略。客服95000，拒收请回复R"


def later(seconds: int) -> None:
    site_clock.set_to(clock.now() + timedelta(seconds=seconds))


def shown(borrower: Borrower, by: User, template: str = "") -> tuple[Offer, str]:
    """What the page shows, and the token behind its button."""
    found = one_off_offer.offer(borrower, template=template)
    return found, one_off.sign(found, borrower=borrower, by=by)


def one_offs() -> int:
    return Reminder.objects.filter(kind="one_off").count()


@pytest.fixture
def carrier(
    own_database: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Handset]:
    """A house ready to send, and the carrier its providers talk to."""
    with (
        listening_site() as site,
        houses.carrier_for(site.url, tmp_path, settings, monkeypatch) as handset,
    ):
        cast.the_house()
        yield handset


def test_what_was_shown_arrives_at_their_phone_once(carrier: Handset) -> None:
    person, by = cast.a_loan().borrower, cast.a_user(role="supervisor")
    found, token = shown(person, by)
    assert found.draft is not None
    assert (found.draft.text.text, found.draft.price) == (TEXT, Decimal("0.0450"))

    reminder = one_off.send(person, token, by=by)
    assert dispatch.pump()["accepted"] == 0, "it can still be cancelled"
    later(31)
    counts = dispatch.pump()

    assert counts["accepted"] == 1
    assert [text["text"] for text in carrier.texts()] == [TEXT]
    reminder.refresh_from_db()
    assert (reminder.state, reminder.text, reminder.loan_version) == ("submitted", TEXT, 1)
    assert Attempt.objects.get().kind == "one_off"


@pytest.mark.django_db
class TestOne:
    """In a house at noon, a person with a loan due in three days, and a supervisor."""

    loan: Loan
    person: Borrower
    by: User

    @pytest.fixture(autouse=True)
    def house(self) -> Iterator[None]:
        cast.the_house()
        self.loan = cast.a_loan()
        self.person = self.loan.borrower
        self.by = cast.a_user(role="supervisor")
        with translation.override("en"):
            yield

    def changed(self, token: str, sentence: str) -> None:
        before = one_offs()
        with pytest.raises(Changed, match=sentence):
            one_off.send(self.person, token, by=self.by)
        assert one_offs() == before

    def test_looking_writes_nothing(self) -> None:
        Loan.objects.update(arrears_on=cast.TODAY - timedelta(days=1))
        shown(self.person, self.by)
        assert one_offs() == 0
        assert Loan.objects.get().arrears_on == cast.TODAY - timedelta(days=1)

    def test_the_same_page_sent_twice_makes_one_reminder(self) -> None:
        _found, token = shown(self.person, self.by)
        first = one_off.send(self.person, token, by=self.by)
        assert one_off.send(self.person, token, by=self.by) == first
        assert one_offs() == 1
        assert Event.objects.filter(verb="reminder.one_off").count() == 1

    def test_it_leaves_a_decision_and_an_event_without_personal_content(self) -> None:
        _found, token = shown(self.person, self.by)
        reminder = one_off.send(self.person, token, by=self.by)
        assert Decision.objects.get(reminder_id=reminder.pk).answer == "now"
        event = Event.objects.get(verb="reminder.one_off")
        assert event.by == self.by
        assert "王芳" not in f"{event.after}"

    def test_two_people_at_two_desks_make_one_reminder(self) -> None:
        other = cast.a_user(role="supervisor")
        _found, mine = shown(self.person, self.by)
        _found, theirs = shown(self.person, other)
        one_off.send(self.person, theirs, by=other)
        self.changed(mine, "waits already")

    def test_another_amount_than_shown_sends_nothing(self) -> None:
        _found, token = shown(self.person, self.by)
        Loan.objects.update(next_due_amount=Decimal("500.00"), version=2)
        self.changed(token, "another amount")

    def test_another_version_of_the_loan_sends_nothing(self) -> None:
        _found, token = shown(self.person, self.by)
        Loan.objects.update(version=2)
        self.changed(token, "The loan has changed")

    def test_other_words_than_shown_send_nothing(self) -> None:
        found, token = shown(self.person, self.by)
        assert found.draft is not None
        cast.an_approved_wording_after(found.draft.chosen.wording)
        self.changed(token, "wording has been replaced")

    def test_a_hold_placed_meanwhile_sends_nothing_and_says_which(self) -> None:
        _found, token = shown(self.person, self.by)
        holds.place("hardship", borrower=self.person, source="staff", by=self.by)
        self.changed(token, "money is tight")

    def test_a_token_of_somebody_else_or_of_nobody_sends_nothing(self) -> None:
        _found, token = shown(self.person, cast.a_user(role="supervisor"))
        self.changed(token, "somebody else")
        self.changed(token[:-2], "open for too long")
        self.changed("", "open for too long")

    def test_a_held_person_is_offered_nothing(self) -> None:
        Hold.objects.create(
            kind="dispute", borrower=self.person, source="staff", from_at=clock.now()
        )
        found, token = shown(self.person, self.by)
        assert (found.decision.answer, found.draft, token) == ("never", None, "")
        assert not one_off_offer.may_ask(found.verdict)

    def test_outside_hours_it_waits_for_the_next_opening(self) -> None:
        site_clock.set_to(datetime(2026, 11, 24, 12, 30, tzinfo=UTC))  # 20:30 in Shanghai
        opening = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
        found, token = shown(self.person, self.by)
        assert found.due_at == opening

        reminder = one_off.send(self.person, token, by=self.by)

        assert (reminder.state, reminder.due_at, reminder.answer) == ("scheduled", opening, "wait")
        assert reminder.expires_at == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
        site_clock.set_to(opening)
        assert [one.reminder_id for one in sent()] == [reminder.pk]

    def test_just_before_the_window_closes_it_waits_for_the_next_one(self) -> None:
        site_clock.set_to(datetime(2026, 11, 24, 11, 44, 30, tzinfo=UTC))  # 15 minutes before 20:00
        found, _token = shown(self.person, self.by)
        assert [one.code for one in found.decision.reasons] == ["expiry_window"]
        assert found.due_at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)

    def test_the_words_are_those_of_the_day_on_which_it_leaves(self) -> None:
        site_clock.set_to(datetime(2026, 11, 24, 12, 30, tzinfo=UTC))
        Loan.objects.update(next_due_on=cast.TODAY + timedelta(days=1), version=2)
        found, _token = shown(self.person, self.by)
        assert {one.template.purpose for one in found.choices} == {"due_today"}

    def test_the_cap_of_the_day_counts_for_it_and_it_counts_for_the_cap(self) -> None:
        planning.plan()
        sent()
        found, token = shown(self.person, self.by)
        assert "cap_day" in [one.code for one in found.decision.reasons]
        assert found.due_at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
        reminder = one_off.send(self.person, token, by=self.by)
        later(60)
        assert sent() == []
        site_clock.set_to(reminder.due_at)
        assert [one.reminder_id for one in sent()] == [reminder.pk]
        found, _token = shown(self.person, self.by)
        assert "cap_day" in [one.code for one in found.decision.reasons]

    def test_while_nobody_knows_how_long_it_takes_nothing_is_offered(self) -> None:
        SendingStop.objects.create(
            scope="all", reason="other", stopped_by=self.by, stopped_at=clock.now()
        )
        found, token = shown(self.person, self.by)
        assert (found.decision.answer, found.due_at, token) == ("wait", None, "")

    def test_arrears_of_yesterday_are_brought_up_to_today(self) -> None:
        Loan.objects.update(arrears_on=cast.TODAY - timedelta(days=1))
        found, token = shown(self.person, self.by)
        assert found.draft is not None
        one_off.send(self.person, token, by=self.by)
        assert Loan.objects.get().arrears_on == cast.TODAY

    def test_other_templates_of_the_purpose_can_be_chosen_and_no_others(self) -> None:
        another = cast.a_template("T-090", "before_due")
        cast.an_approved_wording(another, text="((salutation))，本期((amount))，回复R拒收")
        cast.an_approved_wording(cast.a_template("T-091", "early_overdue"))
        found, token = shown(self.person, self.by, "T-090")
        assert [one.template.code for one in found.choices] == ["T-047", "T-090"]
        assert found.draft is not None
        assert found.draft.chosen.template == another
        assert one_off.send(self.person, token, by=self.by).template == another
        Reminder.objects.all().update(state="cancelled")
        found, _token = shown(self.person, self.by, "T-091")
        assert found.draft is not None
        assert found.draft.chosen.template.code == "T-047"

    def test_no_approved_wording_says_so(self) -> None:
        Wording.objects.update(live=False)
        found, token = shown(self.person, self.by)
        assert (found.no_wording, found.draft, token) == (True, None, "")
        assert one_off_offer.may_ask(found.verdict)

    def test_a_wording_its_carrier_has_not_registered_is_refused(self) -> None:
        Provider.objects.filter(pk="gateway").update(requires_registration=True)
        found, token = shown(self.person, self.by)
        assert [one.code for one in found.decision.reasons] == ["not_registered"]
        assert token == ""

    def test_cancelled_it_never_leaves_and_the_old_page_sends_no_other(self) -> None:
        _found, token = shown(self.person, self.by)
        reminder = one_off.send(self.person, token, by=self.by)
        one_off.cancel(reminder, by=self.by)
        reminder.refresh_from_db()
        assert reminder.state == ReminderState.CANCELLED
        self.changed(token, "cancelled")
        later(60)
        assert sent() == []
        later(1)
        _found, token = shown(self.person, self.by)
        assert one_off.send(self.person, token, by=self.by).state == ReminderState.SCHEDULED

    def test_what_has_left_cannot_be_cancelled(self) -> None:
        _found, token = shown(self.person, self.by)
        reminder = one_off.send(self.person, token, by=self.by)
        later(31)
        assert sent()
        with pytest.raises(OutOfStep, match="Sent"):
            one_off.cancel(reminder, by=self.by)

    def test_a_step_of_the_ladder_is_not_cancelled_by_hand(self) -> None:
        with pytest.raises(NotAllowed):
            one_off.cancel(cast.a_reminder(self.loan), by=self.by)

    def test_paid_while_it_waits_it_is_cancelled(self) -> None:
        _found, token = shown(self.person, self.by)
        reminder = one_off.send(self.person, token, by=self.by)
        Loan.objects.update(
            next_due_on=None, next_due_amount=Decimal(0), next_number=None, version=2
        )
        planning.cancel_settled([self.loan.pk])
        reminder.refresh_from_db()
        assert reminder.state == ReminderState.CANCELLED

    @pytest.mark.parametrize("role", ["compliance", "auditor", "administrator"])
    def test_other_roles_send_none(self, role: str) -> None:
        user = cast.a_user(role=role)
        _found, token = shown(self.person, user)
        with pytest.raises(NotAllowed):
            one_off.send(self.person, token, by=user)

    def test_a_collector_sends_to_the_own_people_alone(self) -> None:
        mine = cast.a_user(role="collector")
        _found, token = shown(self.person, mine)
        with pytest.raises(NotAllowed, match="not in your care"):
            one_off.send(self.person, token, by=mine)
        assignments.assign([self.person], mine, by=None)
        assert one_off.send(self.person, token, by=mine).by == mine
