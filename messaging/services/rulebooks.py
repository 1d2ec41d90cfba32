"""Bring the limits that the walls read in line with the rulebook files."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from collections_site.audit.services import record
from messaging import data, locks
from messaging.models import Limit

COLUMNS = [field.name for field in Limit._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True, slots=True)
class Synced:
    """How many limits there are now, and how many rows came and went."""

    limits: int
    added: int
    removed: int


@transaction.atomic
def sync() -> Synced:
    """Make the table of limits say exactly what the files say; rows that agree are left alone.

    Only the owner of the tables may do this. Sending waits meanwhile, so no text is judged by half a
    rulebook. Raises `RulebookError` for a bad file, before anything is changed.
    """
    wanted = [_row(asdict(limit)) for limit in data.rulebook_limits()]
    locks.sending_exclusive()
    kept: set[tuple[Any, ...]] = set()
    gone: list[int] = []
    expected = set(wanted)
    for pk, *values in Limit.objects.values_list("pk", *COLUMNS):
        row = tuple(values)
        if row in expected and row not in kept:
            kept.add(row)
        else:
            gone.append(pk)
    fresh = [row for row in dict.fromkeys(wanted) if row not in kept]
    Limit.objects.filter(pk__in=gone).delete()
    Limit.objects.bulk_create(Limit(**dict(zip(COLUMNS, row, strict=True))) for row in fresh)
    synced = Synced(len(expected), len(fresh), len(gone))
    if fresh or gone:
        rules = sorted({str(dict(zip(COLUMNS, row, strict=True))["rule"]) for row in fresh})
        record("rulebooks.changed", "rulebooks", by=None, after={**asdict(synced), "rules": rules})
    return synced


def _row(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[column] for column in COLUMNS)
