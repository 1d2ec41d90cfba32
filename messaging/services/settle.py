"""Settle what the wire answered: outcomes in lots, each attempt once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from borrowers.models import ContactPoint
from borrowers.services import holds
from collections_site.lib import clock
from messaging.models import Attempt, Reminder
from messaging.providers.base import Accepted, NotSent, Outcome, Rejected
from messaging.services.compose import Outgoing
from messaging.states import AttemptState, ReminderState

FIRST_QUESTION = timedelta(minutes=1)
AGAIN_IN = timedelta(minutes=1)  # after a proof that nothing left
CONFIGURATION_AGAIN_IN = timedelta(minutes=15)
OPEN_FOR = timedelta(seconds=60)  # after which a call nobody settled is unknown

Settled = tuple[Outgoing, Outcome]
Row = tuple[UUID, str, str | None, str]  # attempt, state, provider's id, code


def settle(answers: Sequence[Settled]) -> "Counter[str]":
    """Write down outcomes; answer how many of each.

    A receipt may have settled an attempt before its answer came: what is settled stays.
    """
    rows: list[Row] = []
    for text, outcome in answers:
        match outcome:
            case Accepted(provider_id):
                rows.append((text.attempt_id, AttemptState.ACCEPTED, provider_id, ""))
            case Rejected(code=code):
                rows.append((text.attempt_id, AttemptState.REJECTED, None, code))
            case NotSent(code=code):
                rows.append((text.attempt_id, AttemptState.NOT_SENT, None, code))
            case _:
                rows.append((text.attempt_id, AttemptState.UNKNOWN, None, outcome.code))
    with transaction.atomic():
        _write(rows)
        _put_back([(text, outcome) for text, outcome in answers if isinstance(outcome, NotSent)])
    _heed([(text, outcome) for text, outcome in answers if isinstance(outcome, Rejected)])
    return Counter(str(row[1]) for row in rows)


def _write(rows: Sequence[Row]) -> None:
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_attempt a SET state = v.state, provider_id = coalesce(a.provider_id, v.provider_id),"
            " code = v.code, settled_at = %s, ask_at = CASE WHEN v.state = 'unknown' THEN %s::timestamptz END"
            " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS v(id, state, provider_id, code)"
            " WHERE a.id = v.id AND (a.state = 'submitting' OR a.state = 'unknown' AND v.state IN ('accepted', 'rejected'))",
            [at, at + FIRST_QUESTION, *(list(column) for column in zip(*rows, strict=True))],
        )


def _put_back(answers: Sequence[tuple[Outgoing, NotSent]]) -> None:
    """Schedule again what provably never left."""
    by_wait: defaultdict[timedelta, list[int]] = defaultdict(list)
    for text, outcome in answers:
        wait = CONFIGURATION_AGAIN_IN if outcome.configuration else AGAIN_IN
        if outcome.retry_after:
            wait = max(wait, timedelta(seconds=outcome.retry_after))
        by_wait[wait].append(text.reminder_id)
    for wait, ids in by_wait.items():
        Reminder.objects.filter(
            pk__in=ids, state=ReminderState.SUBMITTED, attempts__state=AttemptState.NOT_SENT
        ).exclude(attempts__state__in=set(AttemptState) - {AttemptState.NOT_SENT}).update(
            state=ReminderState.SCHEDULED, due_at=clock.now() + wait
        )


def _heed(answers: Sequence[tuple[Outgoing, Rejected]]) -> None:
    """A carrier's own opt-out list and its dead numbers hold here too."""
    told = [(text, outcome) for text, outcome in answers if outcome.opted_out or outcome.bad_number]
    for text, outcome in sorted(told, key=lambda one: one[0].contact_point_id):
        number = ContactPoint.objects.get(pk=text.contact_point_id)
        kind = "opt_out" if outcome.opted_out else "wrong_number"
        holds.place(kind, contact_point=number, source="carrier")


@transaction.atomic
def give_up_waiting() -> int:
    """Calls that nobody settled within a minute become unknown: their process died. Answer how many."""
    at = clock.now()
    return Attempt.objects.filter(
        state=AttemptState.SUBMITTING, submitted_at__lt=at - OPEN_FOR
    ).update(state=AttemptState.UNKNOWN, code="no_answer_kept", ask_at=at)
