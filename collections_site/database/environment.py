"""Which environment and PostgreSQL timeline this database belongs to: the tripwire of a restore."""

from django.conf import settings
from django.db import connection


def claim() -> None:
    """Write down, once and as owner, where these rows were born."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO collections_site_environment (id, name, system_identifier, timeline)"
            " SELECT 1, %s, s.system_identifier, c.timeline_id"
            " FROM pg_control_system() s, pg_control_checkpoint() c ON CONFLICT DO NOTHING",
            [settings.SITE_ENVIRONMENT],
        )


def is_ours() -> bool:
    """Whether this is still that database, and this process runs in its environment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT same_database() AND name = %s FROM collections_site_environment WHERE id = 1",
            [settings.SITE_ENVIRONMENT],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
