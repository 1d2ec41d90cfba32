"""Holds: placed at once, in order with sends, ended by the right people only."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from borrowers.models import Hold
from borrowers.services import holds
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from tests.cast import a_borrower, a_loan, a_number, a_user

pytestmark = pytest.mark.django_db


def test_an_opt_out_on_a_number_holds_everybody_who_lives_on_it() -> None:
    number = a_number()
    here, also, elsewhere = a_borrower(number=number), a_borrower(number=number), a_borrower()
    stranger = a_borrower(number=number)
    stranger.numbers.update(relation="not_own")
    moved = a_borrower(number=number)
    moved.numbers.update(till_at=clock.now())
    holds.place("opt_out", contact_point=number, source="inbound")
    held = set(Hold.objects.exclude(borrower=None).values_list("borrower", flat=True))
    assert held == {here.pk, also.pk}
    assert not elsewhere.holds.exists()


def test_a_hold_on_a_number_takes_its_place_in_the_order_of_sends() -> None:
    number = a_number()
    hold = holds.place("wrong_number", contact_point=number, source="carrier")
    number.refresh_from_db()
    assert hold.seq == number.seq == 1


def test_the_same_opt_out_again_is_the_one_that_stands() -> None:
    number = a_number()
    first = holds.place("opt_out", contact_point=number, source="inbound")
    assert holds.place("opt_out", contact_point=number, source="carrier") == first
    assert Event.objects.filter(verb="hold.placed").count() == 1


def test_a_longer_hold_is_placed_beside_a_shorter_one() -> None:
    person, at = a_borrower(), clock.now()
    short = holds.place("promise", borrower=person, source="call", till=at + timedelta(days=3))
    same = holds.place("promise", borrower=person, source="call", till=at + timedelta(days=2))
    longer = holds.place("promise", borrower=person, source="call", till=at + timedelta(days=9))
    assert (same, longer.pk == short.pk) == (short, False)


def test_a_hold_is_on_exactly_one_thing_of_a_known_kind() -> None:
    person = a_borrower()
    with pytest.raises(ValueError, match="exactly one"):
        holds.place("dispute", borrower=person, loan=a_loan(person), source="call")
    with pytest.raises(ValueError, match="known kind"):
        holds.place("boredom", borrower=person, source="call")


def test_an_auditor_places_no_hold() -> None:
    with pytest.raises(NotAllowed):
        holds.place("dispute", borrower=a_borrower(), source="call", by=a_user(role="auditor"))


def test_a_legal_hold_is_lifted_by_two_people() -> None:
    supervisor, reviewer = a_user(role="supervisor"), a_user(role="compliance")
    hold = holds.place("dispute", borrower=a_borrower(), source="letter")
    with pytest.raises(NotAllowed, match=r"."):
        holds.lift(hold, by=reviewer)  # nobody proposed it
    holds.propose_lift(hold, by=supervisor)
    with pytest.raises(NotAllowed):
        holds.lift(hold, by=supervisor)
    lifted = holds.lift(hold, by=reviewer)
    assert (lifted.lift_proposed_by, lifted.lifted_by) == (supervisor, reviewer)
    with pytest.raises(OutOfStep):
        holds.lift(hold, by=reviewer)
    verbs = list(
        Event.objects.filter(verb__startswith="hold.").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["hold.placed", "hold.lift_proposed", "hold.lifted"]


@pytest.mark.parametrize("kind", ["pause", "promise", "paid", "plan"])
def test_the_lenders_own_holds_are_lifted_by_a_supervisor_alone(kind: str) -> None:
    hold = holds.place(kind, loan=a_loan(), source="call")
    with pytest.raises(NotAllowed):
        holds.lift(hold, by=a_user(role="collector"))
    with pytest.raises(NotAllowed):
        holds.propose_lift(hold, by=a_user(role="supervisor"))
    assert holds.lift(hold, by=a_user(role="supervisor")).lifted_at is not None


def test_a_pause_from_a_text_ends_when_a_collector_has_read_it() -> None:
    hold = holds.place("pause", contact_point=a_number(), source="inbound")
    assert holds.lift(hold, by=a_user(role="collector")).lifted_at is not None


def test_a_lift_is_proposed_once() -> None:
    hold = holds.place("bankruptcy", borrower=a_borrower(), source="court")
    holds.propose_lift(hold, by=a_user(role="supervisor"))
    with pytest.raises(NotAllowed):
        holds.propose_lift(hold, by=a_user(role="supervisor"))


def test_what_is_recorded_names_no_person_and_no_number() -> None:
    number = a_number("+8613800138000")
    holds.place("opt_out", contact_point=number, source="inbound")
    assert "138001" not in str(Event.objects.get(verb="hold.placed").after)


def test_declining_is_for_another_reviewer_and_for_a_reason() -> None:
    hold = holds.place("dispute", borrower=a_borrower(), source="call")
    reviewer = a_user(role="compliance")
    with pytest.raises(NotAllowed, match="proposes"):
        holds.decline_lift(hold, "too early", by=reviewer)
    boss = a_user(role="supervisor")
    holds.propose_lift(hold, by=boss)
    with pytest.raises(NotAllowed):
        holds.decline_lift(hold, "too early", by=boss)
    with pytest.raises(NotAllowed, match="Say why"):
        holds.decline_lift(hold, "  ", by=reviewer)
    row = holds.decline_lift(hold, " too early ", by=reviewer)
    assert (row.lift_declined_by, row.lift_declined_for) == (reviewer, "too early")
    assert (row.lift_proposed_by, row.lifted_at) == (None, None)
    event = Event.objects.get(verb="hold.lift_declined")
    assert (event.by, event.before) == (reviewer, {"proposed_by": boss.pk})
    assert "early" not in str(event.after)


def test_who_proposed_and_became_a_reviewer_does_not_decline_it() -> None:
    hold = holds.place("dispute", borrower=a_borrower(), source="call")
    both = a_user(role="supervisor")
    both.groups.add(Group.objects.get(name="compliance"))
    holds.propose_lift(hold, by=both)
    with pytest.raises(NotAllowed, match="does not decide"):
        holds.decline_lift(hold, "too early", by=both)


def test_what_is_lifted_is_not_declined_any_more() -> None:
    hold = holds.place("dispute", borrower=a_borrower(), source="call")
    holds.propose_lift(hold, by=a_user(role="supervisor"))
    holds.lift(hold, by=a_user(role="compliance"))
    with pytest.raises(OutOfStep):
        holds.decline_lift(hold, "too early", by=a_user(role="compliance"))


@pytest.mark.parametrize(
    "change",
    [
        "lift_declined_by_id = %(by)s, lift_declined_at = now()",
        "lift_declined_for = 'too early'",
        "lift_declined_by_id = %(by)s, lift_declined_for = 'too early'",
    ],
)
def test_no_lift_is_declined_without_who_when_and_why(change: str) -> None:
    """A wall of the database, attacked in plain SQL."""
    holds.place("dispute", borrower=a_borrower(), source="call")
    values = {"by": a_user(role="compliance").pk}
    with (
        pytest.raises(IntegrityError, match="declined_for_a_reason"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE borrowers_hold SET {change}", values)
