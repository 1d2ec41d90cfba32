"""Migrations that load a file of functions and triggers."""

from pathlib import Path

from django.db.migrations import RunSQL


def load(path: Path) -> RunSQL:
    """A migration step that runs a whole SQL file, per cent signs and all."""
    return RunSQL(path.read_text(encoding="utf-8"), RunSQL.noop)
