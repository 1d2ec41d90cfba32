"""Plain SQL, as the serving role, against one reminder."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from collections_site.lib import clock
from messaging.models import Reminder, Sender, SendingStop
from tests import cast


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def submit(reminder: Reminder, **changes: Any) -> None:
    """What the gate writes on a reminder, with plain SQL; ``changes`` replace single columns."""
    wording = reminder.template.wordings.get(live=True)
    number = reminder.borrower.numbers.get().contact_point  # type: ignore[union-attr]
    values = '{"salutation": "王芳您好", "amount": "860.00元", "due_date": "11月27日", "contact": "95000"}'
    columns = {
        "contact_point_id": number.pk,
        "wording_id": wording.pk,
        "values": values,
        "text": "【云杉消金】王芳您好，本期860.00元将于11月27日到期。已还请忽略。客服95000，拒收请回复R",
        "amount": "860.00",
        "loan_version": 1,
        **changes,
    }
    assignments = ", ".join(f"{name} = %s" for name in columns)
    sql(
        f"UPDATE messaging_reminder SET state = 'submitted', {assignments} WHERE id = %s",
        *columns.values(),
        reminder.pk,
    )


def attack(reminder: Reminder, **changes: Any) -> None:
    """Insert an attempt with plain SQL."""
    reminder.refresh_from_db()
    columns = {
        "id": uuid4(),
        "reminder_id": reminder.pk,
        "kind": reminder.kind,
        "borrower_id": reminder.borrower_id,
        "contact_point_id": reminder.contact_point_id,
        "loan_id": reminder.loan_id,
        "sender_id": Sender.objects.get(provider_id="gateway").pk,
        "provider_code": "gateway",
        "state": "submitting",
        "delivery": "none",
        "submitted_at": clock.now(),
        "code": "",
        "parts": 1,
        "cost": "0.045",
        "asked": 0,
        **changes,
    }
    marks = ", ".join(["%s"] * len(columns))
    sql(f"INSERT INTO messaging_attempt ({', '.join(columns)}) VALUES ({marks})", *columns.values())


def refused(word: str, act: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match=word), transaction.atomic():
        act()


def stop(scope: str, target: Callable[[Reminder], str]) -> Callable[[Reminder], None]:
    def place(reminder: Reminder) -> None:
        SendingStop.objects.create(
            scope=scope,
            target=target(reminder),
            reason="other",
            stopped_by=cast.a_user(),
            stopped_at=clock.now(),
        )

    return place
