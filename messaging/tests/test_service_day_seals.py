"""A day's decisions and texts are sealed once it is over; what changes afterwards is found."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from collections_site import site_clock
from collections_site.audit.models import Event
from collections_site.database.owner import as_owner
from messaging.models import Attempt, Decision
from messaging.services import day_seals, planning
from tests import cast
from tests.sendings import sent


def a_day_of_texts() -> None:
    """Two texts planned and sent, and the next day begun."""
    cast.the_house()
    cast.a_loan()
    cast.a_loan()
    planning.plan()
    sent()
    site_clock.set_to(cast.NOON + timedelta(days=1))


@pytest.mark.django_db
def test_a_day_is_sealed_once_and_only_when_it_is_over() -> None:
    a_day_of_texts()
    site_clock.set_to(cast.NOON + timedelta(hours=12, minutes=59))  # 00:59 UTC
    assert day_seals.seal_days() == 0

    site_clock.set_to(cast.NOON + timedelta(days=1))
    assert day_seals.seal_days() == 1
    assert day_seals.seal_days() == 0
    assert day_seals.verify_days() == []
    assert Event.objects.get(verb="day.sealed").subject_id == "2026-11-24"


@pytest.mark.django_db
def test_what_a_carrier_says_later_breaks_no_seal() -> None:
    a_day_of_texts()
    day_seals.seal_days()

    Attempt.objects.filter(delivery="none").update(delivery="delivered")

    assert day_seals.verify_days() == []


@pytest.mark.parametrize(
    ("attack", "table"),
    [
        ("UPDATE messaging_decision SET answer = 'never'", "messaging_decision"),
        ("DELETE FROM messaging_decision", "messaging_decision"),
        (
            "UPDATE messaging_attempt SET submitted_at = submitted_at - interval '1 h'",
            "messaging_attempt",
        ),
        ("UPDATE messaging_attempt SET cost = 0", "messaging_attempt"),
    ],
)
def test_what_the_owner_rewrites_is_found(own_database: str, attack: str, table: str) -> None:
    a_day_of_texts()
    day_seals.seal_days()
    assert Decision.objects.exists()

    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(attack)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    (broken,) = day_seals.verify_days()
    assert (broken.day, broken.table) == ("2026-11-24", table)
    with pytest.raises(CommandError, match=f"2026-11-24: {table}"):
        call_command("verify_audit", stdout=StringIO())
