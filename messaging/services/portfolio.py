"""Files brought by browser: what they settle is cancelled in the transaction that writes them."""

from borrowers.services import import_jobs
from messaging.services import planning


def work() -> dict[str, int]:
    """Check and apply whatever waits; answer how many of each, and how many ended unapplied."""
    return import_jobs.work(planning.cancel_settled)
