"""The row is the queue: find what is due, lock it, close it, or mark it submitted with its attempt."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from messaging import locks
from messaging.models import Reminder, Sender
from messaging.services.compose import Outgoing
from messaging.ways import Ways

DUE = """
SELECT r.id FROM messaging_reminder r
LEFT JOIN LATERAL (
  SELECT n.contact_point_id FROM borrowers_borrowernumber n
  WHERE n.borrower_id = r.borrower_id AND n.till_at IS NULL
  ORDER BY n.relation = 'not_own', n.verified_on DESC NULLS LAST, n.id DESC LIMIT 1) own ON true
LEFT JOIN borrowers_contactpoint p ON p.id = CASE WHEN r.kind IN ('step', 'one_off') THEN own.contact_point_id ELSE r.contact_point_id END
WHERE r.state = 'scheduled' AND r.due_at <= %(at)s AND r.id <> ALL(%(except_ids)s)
  AND (coalesce(p.country, '') = ANY(%(countries)s)) = %(inside)s
ORDER BY r.due_at, r.id LIMIT %(size)s
"""


def due(ways: Ways, sender: Sender | None, size: int, except_ids: Sequence[int]) -> list[int]:
    """The longest-due reminders whose number this sender carries, read without locks.

    With no sender: those that none carries, so that they too get their answer.
    """
    if sender is None:
        countries = {country for one in ways.senders for country in one.countries}
    else:
        countries = {one for one in sender.countries if ways.route(one).sender == sender}
    values: dict[str, Any] = {
        "at": ways.at,
        "countries": list(countries),
        "inside": sender is not None,
        "except_ids": list(except_ids),
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(DUE, values)
        return [row[0] for row in cursor.fetchall()]


def lock(ids: Sequence[int]) -> list[Reminder]:
    """Lock people, then their numbers, then the reminders; leave out whom another process holds.

    Read again under the lock: what was taken or moved meanwhile is not answered.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM borrowers_borrower WHERE id IN"
            " (SELECT borrower_id FROM messaging_reminder WHERE id = ANY(%s))"
            " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
            [list(ids)],
        )
        people = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT contact_point_id FROM borrowers_borrowernumber"
            " WHERE borrower_id = ANY(%s) AND till_at IS NULL"
            " UNION SELECT contact_point_id FROM messaging_reminder"
            " WHERE id = ANY(%s) AND contact_point_id IS NOT NULL",
            [people, list(ids)],
        )
        locks.contact_points(row[0] for row in cursor.fetchall())
        cursor.execute(
            "SELECT id FROM messaging_reminder WHERE id = ANY(%s) AND state = 'scheduled'"
            " AND due_at <= site_now() AND (borrower_id IS NULL OR borrower_id = ANY(%s))"
            " ORDER BY id FOR UPDATE SKIP LOCKED",
            [list(ids), people],
        )
        got = [row[0] for row in cursor.fetchall()]
    return list(Reminder.objects.filter(pk__in=got).order_by("due_at", "pk"))


def close(reminders: Sequence[Reminder], state: str, at: datetime) -> None:
    """End reminders that will not be sent; their last reasons stay."""
    if reminders:
        ids = [one.pk for one in reminders]
        Reminder.objects.filter(pk__in=ids).update(state=state, closed_at=at)


def submit(texts: Sequence[Outgoing]) -> None:
    """Fix wording, words, number and amount on the reminders, and call them submitted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_reminder r SET state = 'submitted', answer = 'now', reasons = '[]',"
            " contact_point_id = v.contact_point, wording_id = v.wording, values = v.vals::jsonb,"
            " text = v.words, amount = v.amount, loan_version = v.version, closed_at = NULL"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::numeric[], %s::bigint[])"
            " AS v(id, contact_point, wording, vals, words, amount, version) WHERE r.id = v.id",
            [
                [text.reminder_id for text in texts],
                [text.contact_point_id for text in texts],
                [text.wording_id for text in texts],
                [json.dumps(text.values, ensure_ascii=False) for text in texts],
                [text.text for text in texts],
                [text.amount for text in texts],
                [text.loan_version for text in texts],
            ],
        )


def attempt(texts: Sequence[Outgoing]) -> None:
    """Write the attempts; every wall looks at every row. Raises DatabaseError with SQLSTATE CW001."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_attempt (id, reminder_id, kind, borrower_id, contact_point_id, loan_id,"
            " sender_id, provider_code, state, delivery, submitted_at, code, parts, cost, asked)"
            " SELECT v.id, v.reminder, v.kind, v.borrower, v.contact_point, v.loan, v.sender, v.provider,"
            " 'submitting', 'none', site_now(), '', v.parts, v.cost, 0"
            " FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],"
            " %s::bigint[], %s::text[], %s::int[], %s::numeric[])"
            " AS v(id, reminder, kind, borrower, contact_point, loan, sender, provider, parts, cost)",
            [
                [text.attempt_id for text in texts],
                [text.reminder_id for text in texts],
                [text.kind for text in texts],
                [text.borrower_id for text in texts],
                [text.contact_point_id for text in texts],
                [text.loan_id for text in texts],
                [text.sender_id for text in texts],
                [text.provider for text in texts],
                [text.parts for text in texts],
                [text.cost for text in texts],
            ],
        )
