"""The step tables in Python and the walls in SQL allow the same steps: every pair of states is tried."""

from itertools import permutations

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction

from collections_site.roles import ROLES
from messaging.models import Attempt, Reminder
from messaging.states import (
    ATTEMPT_STEPS,
    REMINDER_STEPS,
    WORDING_STEPS,
    AttemptState,
    WordingState,
)
from tests import cast
from tests.walls.attacks import attack, refused, sql, submit

pytestmark = pytest.mark.django_db
WAYS_TO_ATTEMPT = {
    "submitting": [],
    "accepted": ["accepted"],
    "rejected": ["rejected"],
    "not_sent": ["not_sent"],
    "unknown": ["unknown"],
    "presumed_lost": ["unknown", "presumed_lost"],
}
WAYS_TO_WORDING = {
    "draft": [],
    "submitted": ["submitted"],
    "approved": ["submitted", "approved"],
    "rejected": ["submitted", "rejected"],
    "retired": ["submitted", "approved", "retired"],
    "expired": ["submitted", "approved", "expired"],
}


def goes(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic():
            sql(statement, *values)
    except DatabaseError:
        return False
    return True


@pytest.mark.parametrize("before", AttemptState.values)
def test_an_attempt_takes_the_steps_of_its_table_and_no_others(
    ready: Reminder, before: str
) -> None:
    submit(ready)
    attack(ready)
    for state in WAYS_TO_ATTEMPT[before]:
        sql("UPDATE messaging_attempt SET state = %s", state)

    for after in set(AttemptState.values) - {before}:
        with transaction.atomic():
            took = goes("UPDATE messaging_attempt SET state = %s", after)
            transaction.set_rollback(True)
        assert took == (after in ATTEMPT_STEPS[before]), (before, after)
    assert Attempt.objects.get().state == before


@pytest.mark.parametrize("before", WordingState.values)
def test_a_wording_takes_the_steps_of_its_table_and_no_others(ready: Reminder, before: str) -> None:
    wording = cast.a_wording()
    reviewer = cast.a_user(role="compliance")
    step = (
        "UPDATE messaging_wording SET state = %s, live = false,"
        " reviewer_id = CASE WHEN %s IN ('draft', 'submitted') THEN reviewer_id ELSE coalesce(reviewer_id, %s) END,"
        " decided_at = CASE WHEN %s IN ('draft', 'submitted') THEN decided_at ELSE coalesce(decided_at, now()) END,"
        " rejected_for = 'tone', comment = 'Kinder, and shorter'"
        " WHERE id = %s"
    )

    def to(state: str) -> tuple[object, ...]:
        return state, state, reviewer.pk, state, wording.pk

    for state in WAYS_TO_WORDING[before]:
        sql(step, *to(state))

    for after in set(WordingState.values) - {before}:
        with transaction.atomic():
            took = goes(step, *to(after))
            transaction.set_rollback(True)
        assert took == (after in WORDING_STEPS[before]), (before, after)


def reviewers(active: bool = True) -> dict[str, User]:
    return {role: cast.a_user(role=role, is_active=active) for role in ROLES}


ACTS = {
    "approve": "state = 'approved', live = true",
    "approve without taking into use": "state = 'approved'",
    "reject": "state = 'rejected', rejected_for = 'tone', comment = 'Kinder'",
    "reviewer alone": "comment = comment",
}


@pytest.mark.parametrize("act", ACTS)
def test_only_a_reviewer_decides_on_a_waiting_wording(act: str) -> None:
    cast.at_noon()
    wording = cast.a_wording(state="submitted")
    change = f"UPDATE messaging_wording SET {ACTS[act]}, reviewer_id = %s, decided_at = now() WHERE id = %s"
    nobody = User.objects.create_superuser("root", password=None)

    for role, person in reviewers().items():
        with transaction.atomic():
            took = goes(change, person.pk, wording.pk)
            transaction.set_rollback(True)
        assert took == (role == "compliance"), role
    for person in [nobody, *reviewers(active=False).values()]:
        refused("wall: not_a_reviewer", lambda who=person.pk: sql(change, who, wording.pk))  # type: ignore[misc]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("before", ["approved", "rejected", "retired", "expired"])
def test_no_decision_passes_to_somebody_whose_role_it_is_not(before: str, role: str) -> None:
    """Only an approved text that was replaced is decided on again, by a reviewer who takes it into use."""
    cast.at_noon()
    wording = cast.a_wording()
    first, other = cast.a_user(role="compliance"), cast.a_user(role=role)
    for state in WAYS_TO_WORDING[before]:
        sql(
            "UPDATE messaging_wording SET state = %s, reviewer_id = CASE WHEN %s = 'submitted' THEN NULL ELSE %s END,"
            " decided_at = CASE WHEN %s = 'submitted' THEN NULL ELSE coalesce(decided_at, now()) END, rejected_for = 'tone', comment = 'Kinder' WHERE id = %s",
            state,
            state,
            first.pk,
            state,
            wording.pk,
        )
    again = (
        "UPDATE messaging_wording SET reviewer_id = %s, decided_at = now(), live = %s WHERE id = %s"
    )

    assert not goes(again, other.pk, False, wording.pk)
    assert goes(again, other.pk, True, wording.pk) == (
        before == "approved" and role == "compliance"
    )


@pytest.mark.parametrize("role", ROLES)
def test_a_second_reviewer_is_one_by_role(role: str) -> None:
    cast.at_noon()
    wording = cast.an_approved_wording()
    second = cast.a_user(role=role)
    decide = "UPDATE messaging_wording SET second_reviewer_id = %s, second_decided_at = now() WHERE id = %s"

    assert goes(decide, second.pk, wording.pk) == (role == "compliance")


def test_an_ended_or_scheduled_reminder_takes_the_steps_of_its_table(ready: Reminder) -> None:
    """``submitted`` needs words and an attempt, and has tests of its own."""
    states = ["scheduled", "withheld", "expired", "cancelled"]
    for before, after in permutations(states, 2):
        with transaction.atomic():
            if before != "scheduled":
                sql("UPDATE messaging_reminder SET state = %s WHERE id = %s", before, ready.pk)
            took = goes("UPDATE messaging_reminder SET state = %s WHERE id = %s", after, ready.pk)
            transaction.set_rollback(True)
        assert took == (after in REMINDER_STEPS[before]), (before, after)
    refused("wall: step", lambda: sql("UPDATE messaging_reminder SET state = 'nowhere'"))
