"""The log cannot be rewritten by the site, and not unnoticed by anybody."""

import json
import threading
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from collections_site.audit import seals
from collections_site.audit.models import Event, Seal
from collections_site.audit.services import NotInTransaction, record
from collections_site.database.owner import as_owner


def some_events(number: int) -> list[Event]:
    with transaction.atomic():
        return [record("test.done", "test", by=None, after={"n": n}) for n in range(number)]


def test_an_event_is_never_recorded_outside_the_transaction_of_its_act(own_database: str) -> None:
    with pytest.raises(NotInTransaction):
        record("test.done", "test", by=None)


@pytest.mark.django_db
def test_every_event_is_sealed_once_and_the_log_holds() -> None:
    seals.seal()
    some_events(seals.STRETCH + 1)

    assert seals.seal() == 2
    assert seals.seal() == 0
    assert seals.verify() == []
    assert [link.events for link in Seal.objects.order_by("pk")][-2:] == [seals.STRETCH, 1]


def test_an_empty_log_needs_no_seal(own_database: str) -> None:
    with as_owner():
        unguarded("DELETE FROM audit_event")
    assert seals.seal() == 0
    assert seals.verify() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_event SET verb = 'nothing'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event CASCADE",
        "UPDATE audit_seal SET digest = ''",
        "DELETE FROM audit_seal",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    ],
)
def test_the_serving_role_can_neither_change_nor_remove_what_is_written(attack: str) -> None:
    some_events(1)
    seals.seal()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


def unguarded(statement: str) -> None:
    """What an owner who means ill can do: take the walls down, act, put them up again."""
    with connection.cursor() as cursor:
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        ("UPDATE audit_event SET after = '{\"n\": 9}' WHERE id = %s", "no longer what was sealed"),
        ("UPDATE audit_event SET at = at + interval '1 us' WHERE id = %s", "no longer what was"),
        ("DELETE FROM audit_event WHERE id = %s", "3 were sealed, 2 are there"),
        (
            "UPDATE audit_seal SET digest = repeat('0', 64) WHERE %s > 0",
            "no longer what was sealed",
        ),
    ],
)
def test_what_the_owner_changes_or_removes_is_found(
    own_database: str, attack: str, found: str
) -> None:
    seals.seal()
    first = some_events(3)[0].pk
    seals.seal()
    some_events(2)
    seals.seal()

    with as_owner():
        unguarded(attack % first)

    problem = next(problem for problem in seals.verify() if problem.first <= first <= problem.last)
    assert found in str(problem)
    with pytest.raises(CommandError, match="Seal"):
        call_command("verify_audit", stdout=StringIO())


def test_an_end_cut_off_is_found_by_a_digest_written_down_before(own_database: str) -> None:
    some_events(1)
    seals.seal()
    said = StringIO()
    call_command("verify_audit", "--json", stdout=said)
    head = json.loads(said.getvalue())["head"]
    call_command("verify_audit", contains=head, stdout=StringIO())

    with as_owner():
        newest = Seal.objects.latest("pk")
        unguarded(f"DELETE FROM audit_seal WHERE id = {newest.pk}")
        unguarded(f"DELETE FROM audit_event WHERE id = {newest.through_id}")

    assert seals.verify() == []
    with pytest.raises(CommandError, match="cut off"):
        call_command("verify_audit", contains=head, stdout=StringIO())


def test_an_event_whose_transaction_is_still_open_is_not_left_behind_a_seal(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lower number may be committed later; a seal drawn over its gap would call it forged."""
    monkeypatch.setattr(seals, "PATIENCE", 0.2)
    seals.seal()
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record("test.slow", "test", by=None)
            written.set()
            may_commit.wait(60)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(60)
    some_events(1)

    assert seals.seal() == 0
    may_commit.set()
    thread.join()
    assert seals.seal() == 1
    assert seals.verify() == []


@pytest.mark.django_db
def test_who_did_it_is_part_of_the_seal() -> None:
    user = User.objects.create_user("wu")
    with transaction.atomic():
        event = record("test.done", "test", by=user)
    event.by = None

    assert seals.digest("", [Event.objects.get(pk=event.pk)]) != seals.digest("", [event])
