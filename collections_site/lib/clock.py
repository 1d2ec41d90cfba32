"""The one clock: what judges hours, caps, holds, expiry or lateness asks here and nowhere else.

The site's time is the database's time plus the shift in ``site_clock`` (zero in production), so that
the walls in the database and the policies in Python never disagree about the hour.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import connection


def now() -> datetime:
    """The site's present instant, in UTC: what ``site_now()`` in the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT site_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def today(zone: str) -> date:
    """The site's present calendar date in ``zone`` (IANA Region/City)."""
    return now().astimezone(ZoneInfo(zone)).date()


def real_now() -> datetime:
    """The true instant, for sign-in, signatures, deadlines on the wire and heartbeats only."""
    return datetime.now(UTC)
