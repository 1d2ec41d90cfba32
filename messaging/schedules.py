"""What runs by the clock; `manage.py sync_schedules` makes the queue's own table agree."""

from typing import NamedTuple

COLLECTIONS = "collections"  # ticks, pump, webhooks; also the cluster that watches the clock
BULK = "bulk"  # imports, exports, sealing: nothing here may delay a text or a stop


class Scheduled(NamedTuple):
    """Call ``function`` every so many minutes on a cluster, with ``args``: ids and words only."""

    function: str
    minutes: int
    cluster: str = COLLECTIONS
    args: tuple[str, ...] = ()


# A tick that comes late, twice or never does no harm: each processes whatever is due by then.
SCHEDULES = {
    "plan and send what is due": Scheduled("messaging.tasks.tick", 1),
    "settle open questions": Scheduled("messaging.tasks.settle_unknown", 1),
    "show that collections is alive": Scheduled("messaging.tasks.beat", 1, args=(COLLECTIONS,)),
    "show that bulk is alive": Scheduled("messaging.tasks.beat", 1, BULK, (BULK,)),
    "check and apply imports": Scheduled("messaging.tasks.take_imports", 1, BULK),
    "seal the operation log": Scheduled("messaging.tasks.seal", 5, BULK),
}
