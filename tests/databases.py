"""Databases for tests: one migrated template a run, and cheap clones of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from collections_site import embedded_postgres


def _owner() -> "psycopg.Connection[tuple[object, ...]]":
    owner = settings.DATABASE_OWNER
    if owner.get("EMBEDDED_IN"):
        embedded_postgres.ensure(Path(owner["EMBEDDED_IN"]))
    return psycopg.connect(
        dbname="postgres",
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"] or None,
        autocommit=True,
    )


def url(name: str) -> str:
    """DATABASE_URL of the database ``name``, for child processes."""
    app = settings.DATABASES["default"]
    return f"postgresql://{app['USER']}:{app['PASSWORD']}@/{name}?host={app['HOST']}&port={app['PORT'] or 5432}"


def owner_url(name: str) -> str:
    """The same as the owner of the tables."""
    owner = settings.DATABASE_OWNER
    return f"postgresql://{owner['USER']}:{owner['PASSWORD']}@/{name}?host={owner['HOST']}&port={owner['PORT'] or 5432}"


def clone(template: str, name: str) -> None:
    """Make ``name`` a copy of ``template``, on which nobody may be connected."""
    with _owner() as owner:
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def drop(name: str) -> None:
    """Drop the database, and whoever is still connected to it.

    Politely first: the server then ends its own housekeeping there, which no other role may end.
    """
    with _owner() as owner:
        drop_it = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        try:
            owner.execute(drop_it)
        except psycopg.errors.ObjectInUse:
            owner.execute(drop_it + sql.SQL(" WITH (FORCE)"))


def exists(name: str) -> bool:
    with _owner() as owner:
        return bool(
            owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        )


def build_template(name: str) -> None:
    """Create and migrate the template, and leave it."""
    with _owner() as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with connected_to(name):
        call_command("migrate", verbosity=0)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point Django's default connection at another database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before
