"""Work done as the owner of the tables: migrating, and what the serving role may only read."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Reconnect ``default`` as the owner of the tables, and as before afterwards.

    The database stays the one the connection is on (tests work on clones). Nesting is allowed;
    inside a transaction it is not, because the connection changes.
    """
    before = dict(connection.settings_dict)
    owner = {
        key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    }
    if before["USER"] == owner["USER"]:
        yield
        return
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
