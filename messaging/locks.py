"""The order in which locks are taken, everywhere: sending, borrowers, contact points, reminders."""

from collections.abc import Iterable

from django.db import connection

SENDING = 4201  # the same number stands in walls.sql


def sending_shared() -> None:
    """Taken by every gate for the length of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [SENDING])


def sending_exclusive() -> None:
    """Taken by what must be true of every send after it commits: stops, and changes of wording."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SENDING])


def contact_points(ids: Iterable[int]) -> None:
    """Lock numbers by id; waits for those somebody else holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM borrowers_contactpoint WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [sorted(set(ids))],
        )
