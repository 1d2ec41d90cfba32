"""No amount is stated from balances older than the house allows, or the lender, who may ask for less."""

from datetime import timedelta

import pytest

from borrowers.models import ImportBatch
from messaging.models import Reminder
from messaging.services import planning
from tests import cast
from tests.sendings import sent
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("age", "hours", "waits"),
    [
        (35, None, False),
        (37, None, True),
        (23, 24, False),
        (25, 24, True),
        (37, 72, True),  # the lender can only tighten
    ],
)
def test_a_reminder_waits_for_balances_that_are_fresh_enough(
    age: int, hours: int | None, waits: bool
) -> None:
    cast.the_house()
    cast.the_lender(balance_hours=hours)
    as_of = cast.NOON - timedelta(hours=age)
    cast.a_loan(data_as_of=as_of)
    ImportBatch.objects.create(digest="0" * 64, data_as_of=as_of, at=cast.NOON)

    planning.plan()
    sent()

    reminder = Reminder.objects.get()
    codes = [reason["code"] for reason in reminder.reasons]
    assert (reminder.state, codes) == (
        ("scheduled", ["balance_stale"]) if waits else ("submitted", [])
    )
    assert ("Reminders wait until newer ones are imported" in body(signed_in(), "/")) == waits
