"""The step tables in Python and the walls in SQL allow the same steps: every pair of states is tried."""

from itertools import permutations

import pytest
from django.db import DatabaseError, transaction

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
