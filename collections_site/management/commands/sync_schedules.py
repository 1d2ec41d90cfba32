"""Make the queue's schedules agree with the code; run by demo and by every worker."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django_q.models import Schedule

from collections_site.lib import clock, commands
from messaging.schedules import COLLECTIONS, SCHEDULES, Scheduled

LOCK = 4_201_010


@transaction.atomic
def sync() -> dict[str, list[str]]:
    """Make and mend what the code names, remove everything else; answer which rows changed.

    One row the scheduler cannot parse would keep all others from running: nothing foreign may stay.
    A row that is as it should be keeps its next moment.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    changed: dict[str, list[str]] = {"made": [], "mended": [], "removed": []}
    foreign = Schedule.objects.exclude(name__in=SCHEDULES)
    changed["removed"] = [name or "" for name in foreign.values_list("name", flat=True)]
    foreign.delete()
    for name, scheduled in SCHEDULES.items():
        wanted = _columns(scheduled)
        latest = clock.real_now() + timedelta(minutes=scheduled.minutes)
        found = list(Schedule.objects.filter(name=name, next_run__lte=latest).values(*wanted))
        if found == [wanted]:
            continue
        removed, _ = Schedule.objects.filter(name=name).delete()
        Schedule.objects.create(name=name, **wanted)
        changed["mended" if removed else "made"].append(name)
    return changed


def _columns(scheduled: Scheduled) -> dict[str, Any]:
    # The bulk cluster does not watch the clock: the other one puts its tasks into its queue.
    bound = {} if scheduled.cluster == COLLECTIONS else {"cluster": scheduled.cluster}
    return {
        "func": scheduled.function,
        "args": repr(scheduled.args) if scheduled.args else None,
        "kwargs": repr({"q_options": bound}) if bound else None,
        "schedule_type": Schedule.MINUTES,
        "minutes": scheduled.minutes,
        "repeats": -1,
        "cluster": None,
        "hook": None,
    }


class Command(commands.Command):
    help = __doc__

    def answer(self, **options: Any) -> Mapping[str, Any]:
        return sync()

    def in_words(self, said: Mapping[str, Any]) -> str:
        changed = "; ".join(f"{verb}: {', '.join(names)}" for verb, names in said.items() if names)
        return changed or "Schedules are as the code says."
