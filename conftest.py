"""One migrated template a run; every worker, and every test that commits, works on a clone of it."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests import databases

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in the main thread


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Each test reads sentences in English, whichever language the one before left active."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def template_database(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The name of this run's migrated database, built by whichever worker comes first."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)[:12]
    name = f"courtesy_test_{run}"
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    with (shared / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not databases.exists(name):
            with django_db_blocker.unblock():
                databases.build_template(name)
    yield name
    _drop_if_last(shared, name)


def _drop_if_last(shared: Path, name: str) -> None:
    """The last worker to leave drops the template."""
    total = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    with (shared / "left").open("a+") as left:
        fcntl.flock(left, fcntl.LOCK_EX)
        left.write("x")
        left.flush()
        left.seek(0)
        if len(left.read()) >= total:
            databases.drop(name)


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The worker's own clone, in which most tests run inside one rolled-back transaction."""
    name = f"{template_database}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    databases.clone(template_database, name)
    with django_db_blocker.unblock(), databases.connected_to(name):
        yield
    databases.drop(name)


@pytest.fixture
def own_database(
    template_database: str, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A database of the test's own, in which rows are committed; child processes find it too.

    Yields its name. The append-only walls refuse a flush, so it is dropped afterwards instead.
    """
    name = f"{template_database}_{uuid.uuid4().hex[:12]}"
    databases.clone(template_database, name)
    monkeypatch.setenv("DATABASE_URL", databases.url(name))
    monkeypatch.setenv("DATABASE_OWNER_URL", databases.owner_url(name))
    with django_db_blocker.unblock(), databases.connected_to(name):
        yield name
    databases.drop(name)
