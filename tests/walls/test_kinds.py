"""Confirmations, replies and tests: what no hour or cap binds meets walls of its own."""

import json
from datetime import timedelta
from typing import Any

import pytest

from borrowers.models import Hold
from collections_site.lib import clock
from messaging.models import Reminder
from messaging.policies import wording as wording_policy
from tests import cast
from tests.walls.attacks import attack, refused, sql, submit

pytestmark = pytest.mark.django_db


def an_acknowledgement(ready: Reminder, **fields: Any) -> Reminder:
    """The submitted confirmation of an opt-out on the number of ``ready``."""
    values = fields.pop("values", {"contact": "95000"})
    template = cast.a_template("T-010", "opt_out_acknowledged")
    wording = template.wordings.filter(live=True).first() or cast.an_approved_wording(
        template, text="已为您退订，不会再发短信给您。客服((contact))"
    )
    number = ready.borrower.numbers.get().contact_point  # type: ignore[union-attr]
    if "hold" not in fields:
        fields["hold"] = Hold.objects.create(
            kind="opt_out", source="inbound", from_at=clock.now(), contact_point=number
        )
    row = Reminder.objects.create(
        kind="acknowledgement",
        template=template,
        contact_point=number,
        due_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=5),
        created_at=clock.now(),
        **fields,
    )
    sql(
        "UPDATE messaging_reminder SET state = 'submitted', wording_id = %s, values = %s, text = %s WHERE id = %s",
        wording.pk,
        json.dumps(values),
        wording_policy.render(wording.signature, wording.text, values),
        row.pk,
    )
    return row


def test_an_acknowledgement_needs_a_fresh_opt_out_and_comes_once(ready: Reminder) -> None:
    sent = an_acknowledgement(ready)
    attack(sent)

    refused("one_acknowledgement", lambda: an_acknowledgement(ready, hold=sent.hold))
    refused("no_opt_out_to_confirm", lambda: attack(an_acknowledgement(ready, hold=None)))


def test_an_acknowledgement_states_no_amount(ready: Reminder) -> None:
    cast.an_approved_wording(
        cast.a_template("T-010", "opt_out_acknowledged"), text="已退订((amount))"
    )
    row = an_acknowledgement(ready, values={"contact": "95000", "amount": "860.00元"})

    refused("wall: states_an_amount", lambda: attack(row))


def test_a_test_text_goes_only_to_the_senders_own_verified_phone(ready: Reminder) -> None:
    number = ready.borrower.numbers.get().contact_point  # type: ignore[union-attr]
    wording = cast.an_approved_wording(cast.a_template("T-011", "reply"), text="测试")
    trial = Reminder.objects.create(
        kind="test",
        template=wording.template,
        contact_point=number,
        by=cast.a_user(),
        due_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=5),
        created_at=clock.now(),
    )
    sql(
        "UPDATE messaging_reminder SET state = 'submitted', wording_id = %s, values = '{}', text = '【云杉消金】测试' WHERE id = %s",
        wording.pk,
        trial.pk,
    )

    refused("wall: not_a_staff_phone", lambda: attack(trial))


def test_one_open_question_per_phone(ready: Reminder) -> None:
    """Even a kind that no cap binds waits until it is known what became of the text before."""
    submit(ready)
    attack(ready)
    confirmation = an_acknowledgement(ready)

    refused("attempt_one_open_question_per_phone", lambda: attack(confirmation))
    sql("UPDATE messaging_attempt SET state = 'accepted', provider_id = 'G1'")
    attack(confirmation)
