"""Read the environment, or say in one line what is wrong with it."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the contents of the file that NAME_FILE points at.

    Raises ImproperlyConfigured when NAME_FILE cannot be read.
    """
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """1 or 0; raises ImproperlyConfigured for anything else."""
    value = text(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")
    return value == "1"


def port(name: str, default: int) -> int:
    """A TCP port, 1 to 65535; raises ImproperlyConfigured for anything else."""
    value = text(name, str(default))
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a port from 1 to 65535.")
    return int(value)


def words(name: str) -> list[str]:
    """A comma-separated list without blanks."""
    return [word for part in text(name).split(",") if (word := part.strip())]
