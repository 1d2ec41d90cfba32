"""What is sent was written for this loan, taken by its carrier, and decided on by others than its author."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from messaging.models import Provider, Registration, Reminder, Wording
from tests import cast
from tests.walls.attacks import attack, refused, sql, submit

pytestmark = pytest.mark.django_db
APPROVE = "UPDATE messaging_wording SET state = 'approved', reviewer_id = %s, decided_at = now() WHERE id = %s"


def registered(reminder: Reminder, **fields: Any) -> Registration:
    return Registration.objects.create(
        **{
            "wording_id": reminder.wording_id,
            "provider_id": "gateway",
            "state": "accepted",
            "template_code": "G-1",
            "checked_on": cast.TODAY,
            "by": cast.a_user(role="supervisor"),
            **fields,
        }
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "waiting", "template_code": ""},
        {"state": "refused", "reason": "no purpose named"},
        {"provider_id": "twilio"},
    ],
)
def test_a_carrier_that_asks_for_registration_carries_only_what_it_accepted(
    ready: Reminder, fields: dict[str, Any]
) -> None:
    Provider.objects.filter(code="gateway").update(requires_registration=True)
    submit(ready)
    ready.refresh_from_db()

    refused("wall: not_registered", lambda: attack(ready))
    row = registered(ready, **fields)
    refused("wall: not_registered", lambda: attack(ready))
    row.delete()
    registered(ready, wording_id=cast.an_approved_wording(cast.a_template("T-099")).pk)
    refused("wall: not_registered", lambda: attack(ready))
    registered(ready)
    attack(ready)


def test_a_registration_says_its_code_or_its_refusal(ready: Reminder) -> None:
    submit(ready)
    ready.refresh_from_db()

    refused("accepted_has_a_code", lambda: registered(ready, template_code=""))
    refused("refused_says_why", lambda: registered(ready, state="refused"))
    refused("state_known", lambda: registered(ready, state="fine"))
    registered(ready)
    refused("registration_once", lambda: registered(ready))


def test_a_text_for_one_product_speaks_of_no_other(ready: Reminder) -> None:
    """The product of a template never changes, so a reminder is made with another template."""
    template = cast.a_template("T-098", "before_due", "credit_card")
    cast.an_approved_wording(template)
    loan = cast.a_loan(product="consumer_loan")
    reminder = cast.a_reminder(loan, template=template)
    submit(reminder)

    refused("wall: wording_of_another_product", lambda: attack(reminder))


def test_a_text_for_their_product_goes_out(ready: Reminder) -> None:
    template = cast.a_template("T-098", "before_due", "credit_card")
    cast.an_approved_wording(template)
    reminder = cast.a_reminder(cast.a_loan(product="credit_card"), template=template)
    submit(reminder)

    attack(reminder)


@pytest.mark.parametrize(
    "assignment", ["code = 'T-777'", "purpose = 'reply'", "product = 'credit_card'"]
)
def test_what_a_template_is_for_never_changes(assignment: str) -> None:
    cast.at_noon()
    template = cast.a_template()

    refused(
        "wall: template_altered", lambda: sql(f"UPDATE messaging_messagetemplate SET {assignment}")
    )
    sql("UPDATE messaging_messagetemplate SET name_en = 'Before the due date'")
    template.refresh_from_db()
    assert template.name_en == "Before the due date"


@pytest.mark.parametrize("state", ["submitted", "approved", "rejected"])
@pytest.mark.parametrize(
    "assignment",
    ['answers = \'[{"why": "other"}]\'', "checked_by = 'nobody'", "needs_second = true"],
)
def test_what_the_author_answered_never_changes_once_submitted(state: str, assignment: str) -> None:
    cast.at_noon()
    wording = cast.a_wording(state="submitted")
    reviewer = cast.a_user(role="compliance")
    if state == "approved":
        sql(APPROVE, reviewer.pk, wording.pk)
    if state == "rejected":
        sql(
            "UPDATE messaging_wording SET state = 'rejected', rejected_for = 'tone', comment = 'Kinder',"
            " reviewer_id = %s, decided_at = now() WHERE id = %s",
            reviewer.pk,
            wording.pk,
        )

    refused("wall: wording_altered", lambda: sql(f"UPDATE messaging_wording SET {assignment}"))


def test_a_rejection_says_why_and_what_to_change() -> None:
    cast.at_noon()
    wording = cast.a_wording(state="submitted")
    reviewer = cast.a_user(role="compliance")
    reject = (
        "UPDATE messaging_wording SET state = 'rejected', rejected_for = %s, comment = %s,"
        " reviewer_id = %s, decided_at = now() WHERE id = %s"
    )

    for reason, comment in (("", "Kinder"), ("tone", ""), ("mood", "Kinder")):
        refused(
            "wording_rejected_says_why",
            lambda said=(reason, comment): sql(reject, *said, reviewer.pk, wording.pk),  # type: ignore[misc]
        )
    sql(reject, "tone", "Kinder", reviewer.pk, wording.pk)


def test_why_it_was_rejected_is_never_rewritten() -> None:
    row = cast.a_wording(state="submitted")
    sql(
        "UPDATE messaging_wording SET state = 'rejected', rejected_for = 'tone', comment = 'softer',"
        " reviewer_id = %s, decided_at = now() WHERE id = %s",
        cast.a_user(role="compliance").pk,
        row.pk,
    )
    for assignment in ("rejected_for = 'law'", "comment = 'shorter'"):
        refused(
            "wall: wording_altered",
            lambda said=assignment: sql(f"UPDATE messaging_wording SET {said} WHERE id = {row.pk}"),  # type: ignore[misc]
        )


def test_words_past_their_last_day_take_nothing_live_down() -> None:
    now = cast.at_noon()
    late = cast.a_wording(state="submitted", expires_at=now - timedelta(seconds=1))
    in_time = cast.a_wording(state="submitted", expires_at=now + timedelta(hours=1))
    reviewer = cast.a_user(role="compliance")
    approve = APPROVE.replace("state =", "live = true, state =")

    refused("wall: past_last_day", lambda: sql(approve, reviewer.pk, late.pk))
    sql(APPROVE, reviewer.pk, late.pk)
    refused(
        "wall: past_last_day",
        lambda: sql("UPDATE messaging_wording SET live = true WHERE id = %s", late.pk),
    )
    sql(approve, reviewer.pk, in_time.pk)


def test_words_that_a_carrier_accepted_do_not_change_under_its_word() -> None:
    cast.the_senders()
    row = cast.a_wording(state="submitted")
    accepted = Registration.objects.create(
        wording=row,
        provider_id="gateway",
        state="accepted",
        template_code="G-1",
        checked_on=cast.TODAY,
        by=cast.a_user(role="supervisor"),
    )
    back = f"UPDATE messaging_wording SET state = 'draft', submitted_at = NULL WHERE id = {row.pk}"
    refused("wall: still_registered", lambda: sql(back))
    accepted.delete()
    sql(back)


def test_a_second_reviewer_is_neither_the_author_nor_the_first_and_stays() -> None:
    cast.at_noon()
    wording = cast.a_wording(state="submitted", author=cast.a_user(role="compliance"))
    first, second, third = (cast.a_user(role="compliance") for _ in range(3))
    sql(APPROVE, first.pk, wording.pk)
    decide = "UPDATE messaging_wording SET second_reviewer_id = %s, second_decided_at = now() WHERE id = %s"

    for person in (wording.author, first):
        refused(
            "second_reviewer_is_another",
            lambda who=person.pk: sql(decide, who, wording.pk),  # type: ignore[misc]
        )
    sql(decide, second.pk, wording.pk)
    refused("wall: wording_altered", lambda: sql(decide, third.pk, wording.pk))


@pytest.mark.parametrize("placeholders", ["{}", "{salutation}", "{amount,contact,due_date}"])
def test_a_text_hides_no_placeholder_from_the_walls_that_ask_for_them(placeholders: str) -> None:
    """`amount_misstated` and `states_an_amount` go by that column."""
    cast.at_noon()
    row = cast.a_wording()
    sql("UPDATE messaging_wording SET placeholders = %s WHERE id = %s", placeholders, row.pk)
    sql("UPDATE messaging_wording w SET fingerprint = wording_fingerprint(w) WHERE id = %s", row.pk)
    submit_it = "UPDATE messaging_wording SET state = 'submitted' WHERE id = %s"

    refused("wall: placeholders", lambda: sql(submit_it, row.pk))
    sql(
        "UPDATE messaging_wording SET placeholders = '{amount,contact,due_date,salutation}' WHERE id = %s",
        row.pk,
    )
    sql(submit_it, row.pk)


@pytest.mark.parametrize(
    "act",
    [
        lambda row: sql("DELETE FROM messaging_wording WHERE id = %s", row.pk),
        lambda row: sql("TRUNCATE messaging_wording CASCADE"),
    ],
)
def test_a_wording_is_never_deleted(act: Callable[[Wording], None]) -> None:
    cast.at_noon()
    wording = cast.a_wording()

    refused("permission denied", lambda: act(wording))


def test_a_wording_is_not_born_decided() -> None:
    cast.at_noon()
    wording = cast.a_wording()
    columns = [
        str(field.column) for field in Wording._meta.local_concrete_fields if not field.primary_key
    ]
    for changed in ({"state": "'submitted'"}, {"state": "'approved'"}, {"live": "true"}):
        values = ", ".join({"version": "version + 1", **changed}.get(one, one) for one in columns)
        refused(
            "wall: wording_begins_as_draft",
            lambda said=values: sql(  # type: ignore[misc]
                f"INSERT INTO messaging_wording ({', '.join(columns)}) SELECT {said}"
                " FROM messaging_wording WHERE id = %s",
                wording.pk,
            ),
        )
