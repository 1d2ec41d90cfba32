"""What every attack begins with, and how it is undone."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from messaging.models import Reminder
from tests import cast


@pytest.fixture(autouse=True)
def undone(db: None) -> Iterator[None]:
    """Roll back what an attack half did, before the deferred walls look at it at the end of the test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ready() -> Reminder:
    """A reminder in every way fit to be sent, scheduled; nothing submitted yet."""
    cast.the_house()
    return cast.a_reminder()
