"""What must hold before the demonstration starts; each refusal says what to do."""

import errno
import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from django.conf import settings

from collections_site.lib.decision import NotAllowed

HOST = "127.0.0.1"
CREDENTIALS = (
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_MESSAGING_SERVICE_SID",
    "GATEWAY_SECRET",
)


def check() -> IO[str]:
    """Raise NotAllowed for the first thing in the way; the answer keeps a second demonstration out.

    Hold the answer open for as long as the demonstration runs.
    """
    if settings.PRODUCTION:
        raise NotAllowed("SITE_ENVIRONMENT is production: the demonstration never runs there.")
    for name in CREDENTIALS:
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            raise NotAllowed(
                f"{name} is set: the demonstration texts simulated phones only; unset it first."
            )
    if os.geteuid() == 0 and settings.EMBEDDED and not shutil.which("useradd"):
        raise NotAllowed(
            "PostgreSQL does not run as root and useradd is missing: install it (Debian: apt-get"
            " install passwd), or run as another user, or set DATABASE_URL."
        )
    lock = _only_one(Path(settings.VAR_DIR))
    _free(settings.PORT, "PORT")
    _free(settings.HANDSET_PORT, "HANDSET_PORT")
    return lock


def _only_one(var: Path) -> IO[str]:
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "demo.lock").open("a")
    except OSError as error:
        raise NotAllowed(
            f"{var} cannot be written ({error.strerror}): make it writable, or set VAR_DIR."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise NotAllowed(f"A demonstration is running on {var} already: stop it first.") from error
    return lock


def _free(port: int, name: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"({error.strerror})"
            raise NotAllowed(
                f"Port {port} {why}: stop what uses it, or choose another with {name}=…"
            ) from error
