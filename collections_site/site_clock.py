"""Moving the site's clock, outside production only: for demonstrations, rehearsals and tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection

from collections_site import heartbeats
from collections_site.lib.decision import NotAllowed

TRAVEL_LOCK = 4203


def set_to(moment: datetime) -> None:
    """Shift the site's clock so that it is ``moment`` now.

    Raises NotAllowed in production, and for a moment before the newest text or decision.
    """
    if settings.PRODUCTION:
        raise NotAllowed("Production keeps true time.")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_site_clock(%s)", [moment])
    except DatabaseError as error:
        raise NotAllowed(str(error).splitlines()[0].removeprefix("clock: ")) from error


@contextmanager
def travelling_to(moment: datetime | None) -> Iterator[None]:
    """Run a command as of ``moment``, alone; with None, at the site's present time.

    The clock stays where it was put. Raises NotAllowed in production, while a worker is at work, and
    while another command travels.
    """
    if moment is None:
        yield
        return
    if heartbeats.any_fresh():
        raise NotAllowed("A worker is running: stop it before moving the clock with --as-of.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TRAVEL_LOCK])
        if not cursor.fetchone()[0]:
            raise NotAllowed("Another command is moving the clock: wait for it to end.")
    try:
        set_to(moment)
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TRAVEL_LOCK])
