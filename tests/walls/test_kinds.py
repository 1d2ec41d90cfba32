"""Confirmations, replies and tests: what no hour or cap binds meets walls of its own."""

import json
from datetime import timedelta
from typing import Any

import pytest

from borrowers.models import Hold
from collections_site.lib import clock
from messaging.models import Reminder, StaffPhone
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


def a_test(ready: Reminder, *, own_phone: bool = True, **fields: Any) -> Reminder:
    """A submitted test: its sender's own draft, sent to the number of ``ready``.

    ``author`` of the words, their ``state`` and the ``text`` on the wire may be spoilt.
    """
    sender = cast.a_user()
    number = ready.borrower.numbers.get().contact_point  # type: ignore[union-attr]
    if own_phone:
        StaffPhone.objects.create(user=sender, contact_point=number, verified_on=cast.TODAY)
    wording = fields.pop("wording", None) or cast.a_wording(
        cast.a_template("T-011", "reply"),
        text="试试",
        author=fields.pop("author", sender),
    )
    row = Reminder.objects.create(
        kind="test",
        template=wording.template,
        contact_point=number,
        by=sender,
        due_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=5),
        created_at=clock.now(),
    )
    sql(
        "UPDATE messaging_reminder SET state = 'submitted', wording_id = %s, values = '{}', text = %s WHERE id = %s",
        wording.pk,
        fields.pop("text", "【云杉消金】TEST 试试"),
        row.pk,
    )
    row.refresh_from_db()
    return row


def test_a_test_text_carries_its_senders_own_draft_to_their_own_phone(ready: Reminder) -> None:
    """The control: what the next tests spoil is otherwise let through."""
    attack(a_test(ready))


def test_a_test_text_goes_only_to_the_senders_own_verified_phone(ready: Reminder) -> None:
    trial = a_test(ready, own_phone=False)
    assert trial.by
    assert trial.contact_point
    phone = {"contact_point": trial.contact_point}

    refused("wall: not_a_staff_phone", lambda: attack(trial))
    StaffPhone.objects.create(user=cast.a_user(), verified_on=cast.TODAY, **phone)
    refused("wall: not_a_staff_phone", lambda: attack(trial))
    StaffPhone.objects.create(user=trial.by, **phone)
    refused("wall: not_a_staff_phone", lambda: attack(trial))
    sql("UPDATE messaging_staffphone SET verified_on = now() WHERE user_id = %s", trial.by_id)
    attack(trial)


@pytest.mark.parametrize(
    "text", ["【云杉消金】试试", "【云杉消金】TEST 试一试", "【云杉消金】test 试试"]
)
def test_a_test_text_says_that_it_is_one_and_otherwise_what_was_written(
    ready: Reminder, text: str
) -> None:
    trial = a_test(ready, text=text)

    refused("wall: text_altered", lambda: attack(trial))


def test_a_test_text_is_never_of_somebody_elses_words(ready: Reminder) -> None:
    trial = a_test(ready, author=cast.a_user(role="supervisor"))

    refused("wall: not_the_authors_words", lambda: attack(trial))


@pytest.mark.parametrize("ended", ["rejected", "retired", "expired"])
def test_a_test_text_is_never_of_words_that_were_put_away(ready: Reminder, ended: str) -> None:
    trial = a_test(ready)
    reviewer = cast.a_user(role="compliance")
    sql("UPDATE messaging_wording SET state = 'submitted' WHERE id = %s", trial.wording_id)
    for state in ["rejected"] if ended == "rejected" else ["approved", ended]:
        sql(
            "UPDATE messaging_wording SET state = %s, rejected_for = 'tone', comment = 'Kinder',"
            " reviewer_id = %s, decided_at = '2026-11-24T04:00:00Z' WHERE id = %s",
            state,
            reviewer.pk,
            trial.wording_id,
        )

    refused("wall: not_the_authors_words", lambda: attack(trial))


def test_one_open_question_per_phone(ready: Reminder) -> None:
    """Even a kind that no cap binds waits until it is known what became of the text before."""
    submit(ready)
    attack(ready)
    confirmation = an_acknowledgement(ready)

    refused("attempt_one_open_question_per_phone", lambda: attack(confirmation))
    sql("UPDATE messaging_attempt SET state = 'accepted', provider_id = 'G1'")
    attack(confirmation)
