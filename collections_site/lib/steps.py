"""State machines: a table of allowed steps and the one verb that takes one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

Steps = Mapping[str, frozenset[str]]


class OutOfStep(Exception):
    """The row no longer stands where this step may be taken from."""


def sources(steps: Steps, target: str) -> list[str]:
    """The states from which ``target`` can be reached."""
    return [source for source, targets in steps.items() if target in targets]


def move(rows: "QuerySet[Any]", to: str, steps: Steps, **fields: object) -> int:
    """Move every row that stands where ``to`` is allowed; answer how many moved.

    The check and the change are one UPDATE, so of two workers only one is told 1.
    """
    return rows.filter(state__in=sources(steps, to)).update(state=to, **fields)
