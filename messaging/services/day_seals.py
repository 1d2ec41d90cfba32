"""Seal each day's decisions and texts by digest, so that nobody can rewrite them unnoticed.

The operation log holds one event a day with the digests; the log's own seals protect the event. The
digests cover ids, codes, times and amounts: personal columns may be blanked later, and are left out.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction

from collections_site.audit import services as audit
from collections_site.audit.models import Event
from collections_site.lib import clock

VERB = "day.sealed"
LATE = timedelta(hours=1)  # after midnight UTC, when no transaction of the day can still be open
# Per table: the instant that says which day a row belongs to, and what never changes afterwards.
TABLES = {
    "messaging_decision": ("at", "*"),
    "messaging_attempt": (
        "submitted_at",
        "id, reminder_id, kind, borrower_id, contact_point_id, loan_id, sender_id, provider_code,"
        " submitted_at, contact_seq, parts, cost",
    ),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A day whose rows are no longer what was sealed."""

    day: str
    table: str

    def __str__(self) -> str:
        return f"{self.day}: {self.table} is no longer what was sealed"


@transaction.atomic
def seal_days() -> int:
    """Seal every day (UTC) that is over and has rows; answer how many were sealed."""
    newest = Event.objects.filter(verb=VERB).order_by("-subject_id").first()
    after = date.fromisoformat(newest.subject_id) if newest else date.min
    until = (clock.now() - LATE).astimezone(UTC).date()
    days = sorted({day for table in TABLES for day in _days(table, after, until)})
    for day in days:
        audit.record(VERB, day.isoformat(), by=None, after=_digests(day))
    return len(days)


@transaction.atomic
def verify_days() -> list[Broken]:
    """Recheck every sealed day, oldest first; empty when nothing was changed, removed or put in."""
    broken = []
    for event in Event.objects.filter(verb=VERB).order_by("subject_id"):
        found = _digests(date.fromisoformat(event.subject_id))
        changed = [table for table in TABLES if found[table] != event.after[table]]
        broken += [Broken(event.subject_id, table) for table in changed]
    return broken


def _days(table: str, after: date, until: date) -> list[date]:
    instant, _ = TABLES[table]
    first = datetime.combine(after, time.max, UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT ({instant} AT TIME ZONE 'UTC')::date FROM {table}"
            f" WHERE {instant} > %s AND {instant} < %s",
            [first, datetime.combine(until, time.min, UTC)],
        )
        return [row[0] for row in cursor.fetchall()]


def _digests(day: date) -> dict[str, str]:
    """SHA-256 over a day's rows of each table as JSON, in the order of their ids."""
    begins = datetime.combine(day, time.min, UTC)
    digests = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'UTC'")  # instants are written the same everywhere
        for table, (instant, columns) in TABLES.items():
            chain = hashlib.sha256()
            query = (
                f"COPY (SELECT to_jsonb(r) FROM (SELECT {columns} FROM {table}"
                f" WHERE {instant} >= %s AND {instant} < %s ORDER BY id) r) TO STDOUT"
            )
            with cursor.copy(query, [begins, begins + timedelta(days=1)]) as rows:
                for row in rows:
                    chain.update(row)
            digests[table] = chain.hexdigest()
    return digests
