"""Reminders to a frozen list: those that were shown, each once, and whoever changed gets none and is named."""

from datetime import timedelta
from decimal import Decimal

import pytest

from borrowers.models import BorrowerNumber, Consent, Loan
from borrowers.services import assignments, holds
from collections_site import site_clock
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import Decision, Reminder, Run, Wording
from messaging.services import (
    figures,
    one_off,
    one_off_list,
    one_off_list_preview,
    one_off_offer,
    stops,
)
from messaging.services.one_off_changes import Changed
from messaging.services.one_off_list import Sent
from tests import cast
from tests.desks import Desk
from tests.sendings import sent

pytestmark = pytest.mark.django_db


def later(seconds: int) -> None:
    site_clock.set_to(clock.now() + timedelta(seconds=seconds))


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


@pytest.fixture
def loans() -> list[Loan]:
    return [cast.a_loan() for _ in range(3)]


def changed(done: Sent) -> dict[int, str]:
    return {person.pk: sentence for person, sentence in done.changed}


def of_run(run: Run | None) -> set[int | None]:
    return set(Reminder.objects.filter(run=run).values_list("borrower", flat=True))


def test_each_gets_one_reminder_with_its_decision_and_the_list_is_a_run(loans: list[Loan]) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()

    done = desk.send(token)

    assert done.run is not None
    assert (done.scheduled, done.others, done.again) == (3, 0, False)
    assert (done.run.strategy, done.run.by, done.run.candidates) == (None, desk.by, 3)
    assert (done.run.source, done.run.business_on) == ("List of 3 people", cast.TODAY)
    rows = list(Reminder.objects.filter(run=done.run))
    assert {one.borrower_id for one in rows} == {one.borrower_id for one in loans}
    assert {(one.kind, one.state, one.answer, one.by) for one in rows} == {
        ("one_off", "scheduled", "now", desk.by)
    }
    assert Decision.objects.filter(reminder_id__in=[one.pk for one in rows]).count() == 3
    event = Event.objects.get(verb="run.listed")
    assert (event.subject_id, event.after["count"]) == (str(done.run.pk), 3)
    assert not Event.objects.filter(verb="reminder.one_off").exists()

    assert sent() == [], "they can still be cancelled"
    later(31)
    assert len(sent()) == 3
    (told,) = figures.of_runs(desk.by, [done.run], [])
    assert (told.counts.planned, told.counts.submitted) == (3, 3)


def test_the_same_page_sent_twice_makes_one_reminder_a_person(loans: list[Loan]) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()
    holds.place("hardship", borrower=loans[0].borrower, source="staff", by=desk.by)
    first, second = desk.send(token), desk.send(token)

    assert (second.run, second.again) == (first.run, True)
    assert second.scheduled == first.scheduled == 2
    assert changed(second) == changed(first)
    assert Reminder.objects.count() == 2
    assert Event.objects.filter(verb="run.listed").count() == 1


def test_who_is_free_again_when_the_page_is_sent_again_gets_nothing_by_it(
    loans: list[Loan],
) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()
    Loan.objects.filter(pk=loans[0].pk).update(version=2)
    first = desk.send(token)
    Loan.objects.filter(pk=loans[0].pk).update(next_due_amount=Decimal("860.00"))
    assert first.scheduled == 2

    second = desk.send(token)

    assert Reminder.objects.count() == 2
    assert set(changed(second)) == {loans[0].borrower_id}


def test_the_same_list_looked_at_again_offers_nothing_while_they_wait(loans: list[Loan]) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()
    desk.send(token)
    found, token = desk.look()
    assert (found.count, token) == (0, "")
    assert [(one.label, len(one.people)) for one in found.withheld] == [
        ("A one-off reminder waits already", 3)
    ]


def test_whoever_changed_gets_nothing_and_is_named_with_why(loans: list[Loan]) -> None:
    more = [cast.a_loan() for _ in range(3)]
    desk = Desk(*loans, *more)
    _found, token = desk.look()
    amount, held, version, number, alone, same = [*loans, *more]
    Loan.objects.filter(pk=amount.pk).update(next_due_amount=Decimal("500.00"), version=2)
    holds.place("hardship", borrower=held.borrower, source="staff", by=desk.by)
    Loan.objects.filter(pk=version.pk).update(version=2)
    new = cast.a_number()
    BorrowerNumber.objects.filter(borrower=number.borrower).update(contact_point=new)
    Consent.objects.create(
        borrower=number.borrower, contact_point=new, given=True, at=clock.now(), source="test"
    )
    one = one_off_offer.offer(alone.borrower)
    one_off.send(alone.borrower, one_off.sign(one, borrower=alone.borrower, by=desk.by), by=desk.by)

    done = desk.send(token)

    assert (done.scheduled, of_run(done.run)) == (1, {same.borrower_id})
    said = changed(done)
    for loan, sentence in (
        (amount, "another amount"),
        (held, "money is tight"),
        (version, "The loan has changed"),
        (number, "another number"),
        (alone, "waits already"),
    ):
        assert sentence in said[loan.borrower_id]
    assert len(said) == 5


def test_when_nobody_is_as_shown_nothing_is_written(loans: list[Loan]) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()
    wording = Wording.objects.get(template__code="T-047")
    cast.an_approved_wording_after(wording)

    done = desk.send(token)

    assert (done.run, done.scheduled, len(done.changed)) == (None, 0, 3)
    assert set(changed(done).values()) == {"The wording has been replaced or taken down."}
    assert not Run.objects.exists()
    assert not Event.objects.filter(verb="run.listed").exists()


def test_who_left_the_care_of_the_sender_is_left_out_and_not_named(loans: list[Loan]) -> None:
    me, other = cast.a_user(), cast.a_user()
    assignments.assign([one.borrower for one in loans], me, by=None)
    desk = Desk(*loans, by=me)
    assignments.assign([loans[0].borrower], other, by=None)
    found, token = desk.look()
    assert (found.count, found.left_out) == (2, 1)
    assignments.assign([loans[1].borrower], other, by=None)

    done = desk.send(token)

    assert of_run(done.run) == {loans[2].borrower_id}
    assert (done.changed, done.left_out) == ((), 1)


def test_arrears_of_yesterday_are_brought_up_to_today_for_good_when_sent(loans: list[Loan]) -> None:
    Loan.objects.update(arrears_on=cast.TODAY - timedelta(days=1))
    desk = Desk(*loans)
    _found, token = desk.look()
    assert desk.send(token).scheduled == 3
    assert set(Loan.objects.values_list("arrears_on", flat=True)) == {cast.TODAY}


def test_a_stop_of_the_run_keeps_the_whole_list_back(loans: list[Loan]) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()
    run = desk.send(token).run
    assert run is not None
    other = Desk(cast.a_loan())
    _found, token = other.look()
    other.send(token)
    stop = stops.stop("run", target=str(run.pk), reason="other", by=desk.by)
    assert stops.waiting(stop) == 3
    (told,) = figures.of_runs(desk.by, [run], [stop])
    assert told.word == "stopped"
    later(31)
    assert [one.borrower_id for one in sent()] == [other.snapshot.people[0]]


def test_a_stop_of_a_strategy_leaves_lists_alone(loans: list[Loan]) -> None:
    planned = cast.a_reminder(cast.a_loan())
    assert planned.run is not None
    desk = Desk(*loans)
    _found, token = desk.look()
    desk.send(token)
    stops.stop("strategy", target=str(planned.run.strategy_id), reason="other", by=desk.by)
    later(31)
    assert {one.borrower_id for one in sent()} == {one.borrower_id for one in loans}


def test_all_that_waits_is_cancelled_at_once(loans: list[Loan]) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()
    run = desk.send(token).run
    assert run is not None
    one_off.cancel(Reminder.objects.get(borrower=loans[0].borrower), by=desk.by)

    assert one_off_list.cancel(run, by=desk.by) == 2

    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}
    assert Event.objects.get(verb="run.cancelled").after == {"count": 2}
    later(60)
    assert sent() == []
    with pytest.raises(OutOfStep, match="waits any more"):
        one_off_list.cancel(run, by=desk.by)
    assert desk.send(token).again, "the old page sends no other list"


def test_a_collector_cancels_to_the_own_people_and_no_run_of_a_strategy(loans: list[Loan]) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()
    run = desk.send(token).run
    assert run is not None
    me = cast.a_user()
    assignments.assign([loans[0].borrower], me, by=None)
    assert one_off_list.cancel(run, by=me) == 1
    with pytest.raises(NotAllowed, match="role"):
        one_off_list.cancel(run, by=cast.a_user(role="compliance"))
    planned = cast.a_reminder(cast.a_loan()).run
    assert planned is not None
    with pytest.raises(NotAllowed, match="strategy"):
        one_off_list.cancel(planned, by=desk.by)


def test_a_token_of_another_list_or_person_or_hour_sends_nothing(loans: list[Loan]) -> None:
    desk, other = Desk(*loans), Desk(*loans)
    _found, token = other.look()
    for wrong in (token, token[:-2], ""):
        with pytest.raises(Changed):
            desk.send(wrong)
    _found, token = desk.look()
    later(3601)
    with pytest.raises(OutOfStep, match="more than an hour old"):
        desk.send(token)
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("role", ["compliance", "auditor", "administrator"])
def test_other_roles_send_to_no_list(loans: list[Loan], role: str) -> None:
    desk = Desk(*loans)
    _found, token = desk.look()
    other = cast.a_user(role=role)
    with pytest.raises(NotAllowed):
        one_off_list_preview.preview(desk.snapshot, by=other)
    with pytest.raises(NotAllowed):
        one_off_list.send(desk.snapshot, token, by=other)
