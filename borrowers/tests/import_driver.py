"""An import that is killed at a named place: run as a process of its own.

python -m borrowers.tests.import_driver UPLOAD read | written | recorded | told

``told``: everything is written, the reminders would be told of it, and nothing is committed.
"""

import os
import signal
import sys
from typing import Any

import django

django.setup()

from borrowers.services import import_apply, import_compare, import_jobs, imports  # noqa: E402


def die(*args: Any, **options: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def after(module: Any, name: str) -> None:
    """Die as soon as this function has done its work."""
    done = getattr(module, name)

    def do_and_die(*args: Any, **options: Any) -> Any:
        done(*args, **options)
        die()

    setattr(module, name, do_and_die)


PLACES = {
    "read": (import_compare, "compare"),
    "written": (import_apply, "apply"),
    "recorded": (imports, "keep"),
}

if __name__ == "__main__":
    if sys.argv[2] in PLACES:
        after(*PLACES[sys.argv[2]])
        import_jobs.apply(int(sys.argv[1]), lambda loans: 0)
    else:  # told
        import_jobs.apply(int(sys.argv[1]), die)
