"""How many queries a piece of work makes: the same for one row as for many, or a page grows slow."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(work: Callable[[], object]) -> int:
    """The number of queries that ``work`` makes."""
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)
