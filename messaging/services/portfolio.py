"""Files brought by browser: checked, applied, and what they settle cancelled in the same transaction."""

from borrowers.services import import_jobs
from borrowers.states import UploadState
from messaging.services import planning


def work() -> dict[str, int]:
    """Check and apply whatever waits, the oldest first; answer how many of each, and how many ended."""
    done = {"ended": import_jobs.sweep(), "checked": 0, "applied": 0}
    for pk, state in import_jobs.waiting():
        if state == UploadState.CHECKING:
            import_jobs.check(pk)
            done["checked"] += 1
        else:
            import_jobs.apply(pk, planning.cancel_settled)
            done["applied"] += 1
    return done
