"""Stopping is at once and by anyone on duty; going on takes two people."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.utils import translation

from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import SendingStop
from messaging.services import planning, stops
from tests import cast
from tests.sendings import sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def stopped(scope: str = "all", target: str = "") -> SendingStop:
    return stops.stop(scope, target=target, reason="complaints", by=cast.a_user())


@pytest.mark.parametrize("role", ["collector", "supervisor", "compliance", "administrator"])
def test_everyone_on_duty_may_stop_everything(role: str) -> None:
    cast.at_noon()

    row = stops.stop("all", reason="complaints", note="a wave", by=cast.a_user(role=role))

    assert stops.live() == [row]
    assert Event.objects.get(verb="sending.stopped").after == {
        "scope": "all",
        "target": "",
        "reason": "complaints",
    }


def test_an_auditor_changes_nothing() -> None:
    with pytest.raises(NotAllowed):
        stops.stop("all", reason="complaints", by=cast.a_user(role="auditor"))
    assert stops.live() == []


def test_a_second_press_makes_no_second_stop() -> None:
    first = stopped()

    assert stopped() == first
    assert SendingStop.objects.count() == 1
    assert Event.objects.filter(verb="sending.stopped").count() == 1


@pytest.mark.parametrize(
    ("scope", "target"),
    [("run", "999"), ("provider", "nobody"), ("strategy", ""), ("run", "x"), ("moon", "")],
)
def test_what_does_not_exist_cannot_be_stopped(scope: str, target: str) -> None:
    with pytest.raises(NotAllowed):
        stopped(scope, target)


def test_after_a_stop_no_text_begins_to_leave_and_nothing_is_lost() -> None:
    cast.the_house()
    loan = cast.a_loan()
    (run,) = planning.plan()
    stop = stopped("run", str(run.pk))

    assert sent() == []
    assert stops.waiting(stop) == 1
    assert loan.reminders.get().state == "scheduled"


def test_what_was_handed_over_before_the_stop_is_told() -> None:
    cast.the_house()
    cast.a_loan()
    cast.a_loan()
    planning.plan()
    sent([None])  # one is still on the wire, the other has been answered
    stop = stopped()

    assert stops.under_way(stop) == stops.UnderWay(texts=1, settled=0)


def test_two_people_let_it_go_on() -> None:
    cast.the_house()
    cast.a_loan()
    planning.plan()
    stop = stopped()
    supervisor, reviewer = cast.a_user(role="supervisor"), cast.a_user(role="compliance")

    stops.propose_resume(stop, by=supervisor)
    stops.approve_resume(stop, by=reviewer)

    assert stops.live() == []
    row = SendingStop.objects.get()
    assert (row.resume_proposed_by, row.resumed_by) == (supervisor, reviewer)
    assert set(Event.objects.values_list("verb", flat=True)) >= {
        "sending.stopped",
        "sending.resume_proposed",
        "sending.resumed",
    }


def test_whoever_stopped_may_be_one_of_the_two() -> None:
    reviewer = cast.a_user(role="compliance")
    stop = stops.stop("all", reason="other", by=reviewer)

    stops.propose_resume(stop, by=cast.a_user(role="supervisor"))

    assert stops.approve_resume(stop, by=reviewer).resumed_at is not None


@pytest.mark.parametrize("role", ["collector", "compliance", "auditor", "administrator"])
def test_only_a_supervisor_proposes(role: str) -> None:
    with pytest.raises(NotAllowed, match="supervisor"):
        stops.propose_resume(stopped(), by=cast.a_user(role=role))


@pytest.mark.parametrize("role", ["collector", "supervisor", "auditor", "administrator"])
def test_only_a_reviewer_approves(role: str) -> None:
    stop = stops.propose_resume(stopped(), by=cast.a_user(role="supervisor"))
    with pytest.raises(NotAllowed, match="reviewer"):
        stops.approve_resume(stop, by=cast.a_user(role=role))


def test_nobody_approves_what_they_proposed() -> None:
    both = cast.a_user(role="supervisor")
    both.groups.add(Group.objects.get(name="compliance"))
    stop = stops.propose_resume(stopped(), by=both)

    with pytest.raises(NotAllowed, match="someone else"):
        stops.approve_resume(stop, by=both)


def test_without_a_proposal_nothing_is_approved() -> None:
    with pytest.raises(NotAllowed, match="first"):
        stops.approve_resume(stopped(), by=cast.a_user(role="compliance"))


def test_a_second_proposal_changes_nothing_and_a_second_approval_says_so() -> None:
    first, second = cast.a_user(role="supervisor"), cast.a_user(role="supervisor")
    stop = stops.propose_resume(stopped(), by=first)
    assert stops.propose_resume(stop, by=second).resume_proposed_by == first
    stops.approve_resume(stop, by=cast.a_user(role="compliance"))

    with pytest.raises(OutOfStep):
        stops.approve_resume(stop, by=cast.a_user(role="compliance"))
