"""Seal the operation log, so that nobody can rewrite it unnoticed; and look whether somebody has.

A seal is the hash of a stretch of events and of the seal before it. Who changes an old event must
recompute every later seal, and then the newest one no longer is the one that was written down elsewhere.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC

from django.db import connection, transaction

from collections_site.audit.models import Event, Seal
from collections_site.lib import clock

LOCK = 4_201_020
STRETCH = 100  # events under one seal, so that a broken seal points at few
PATIENCE = 5.0  # seconds to wait for those who are writing just now


@dataclass(frozen=True, slots=True)
class Problem:
    """A seal that does not fit: its number, and the events it stands for."""

    seal: int
    first: int
    last: int
    what: str

    def __str__(self) -> str:
        return f"Seal {self.seal}, events {self.first} to {self.last}: {self.what}"


def seal() -> int:
    """Seal every event whose place in the order is final; answer how many seals that took.

    Events in the hands of a transaction that is still open wait for the next time, and so does
    whatever stands behind them.
    """
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None or not _is_final(newest):
        return 0
    made = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        previous = Seal.objects.order_by("pk").last()
        after = previous.through_id if previous else 0
        events = list(Event.objects.filter(pk__gt=after, pk__lte=newest).order_by("pk"))
        for start in range(0, len(events), STRETCH):
            stretch = events[start : start + STRETCH]
            previous = Seal.objects.create(
                through=stretch[-1],
                events=len(stretch),
                digest=digest(previous.digest if previous else "", stretch),
                previous=previous,
                at=clock.now(),
            )
            made += 1
    return made


def _is_final(newest: int) -> bool:
    """Whether no event up to ``newest`` can still appear: nobody who may hold a lower number is open.

    Whoever inserts holds a lock on the table, taken before the number is drawn, to the end of the
    transaction. Such transactions are few and short; they get a moment to end.
    """
    writing = _writers()
    deadline = time.monotonic() + PATIENCE
    while writing and time.monotonic() < deadline:
        time.sleep(0.05)
        writing &= _writers()
    return not writing


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE relation = 'audit_event'::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()"
        )
        return {row[0] for row in cursor.fetchall()}


def digest(previous: str, events: Iterable[Event]) -> str:
    """SHA-256, in hex, of the digest before and of each event as canonical JSON, a line each."""
    chain = hashlib.sha256(previous.encode())
    for event in events:
        chain.update(b"\n" + _canonical(event))
    return chain.hexdigest()


def _canonical(event: Event) -> bytes:
    columns = {
        "v": 1,
        "id": event.pk,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": event.by_id,
        "verb": event.verb,
        "subject": [event.subject_type, event.subject_id],
        "before": event.before,
        "after": event.after,
    }
    return json.dumps(
        columns, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def verify() -> list[Problem]:
    """Recheck every seal, oldest first; empty when nothing has been changed, removed or put in."""
    problems: list[Problem] = []
    previous: Seal | None = None
    for link in Seal.objects.order_by("pk").iterator():
        after = previous.through_id if previous else 0
        stretch = list(Event.objects.filter(pk__gt=after, pk__lte=link.through_id).order_by("pk"))
        if what := _mismatch(link, previous, stretch):
            problems.append(Problem(link.pk, after + 1, link.through_id, what))
        previous = link
    return problems


def _mismatch(link: Seal, previous: Seal | None, stretch: Sequence[Event]) -> str:
    if link.previous_id != (previous.pk if previous else None):
        return "the seal before it is missing"
    if len(stretch) != link.events:
        return f"{link.events} were sealed, {len(stretch)} are there"
    if digest(previous.digest if previous else "", stretch) != link.digest:
        return "they are no longer what was sealed"
    return ""
