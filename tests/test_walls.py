"""Each wall, attacked with plain SQL as the serving role: whatever code runs, the database refuses."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from borrowers.models import BorrowerNumber, Consent, Hold
from collections_site import site_clock
from collections_site.lib import clock
from messaging.models import Attempt, Reminder, Sender, SendingStop
from messaging.policies import wording as wording_policy
from tests import cast

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


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


def test_a_reminder_in_order_passes_every_wall(ready: Reminder) -> None:
    """The control: what the other tests spoil is otherwise let through."""
    submit(ready)
    attack(ready)

    attempt = Attempt.objects.get()
    assert (attempt.submitted_at - clock.now()).total_seconds() < 1
    assert attempt.contact_seq == 1


def hold(kind: str, on: str) -> Callable[[Reminder], None]:
    def place(reminder: Reminder) -> None:
        target = {
            "borrower": reminder.borrower,
            "loan": reminder.loan,
            "contact_point": reminder.borrower.numbers.get().contact_point,  # type: ignore[union-attr]
        }[on]
        Hold.objects.create(kind=kind, source="test", from_at=clock.now(), **{on: target})

    return place


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


def loan_now(assignments: str) -> Callable[[Reminder], None]:
    return lambda reminder: sql(
        f"UPDATE borrowers_loan SET version = version + 1, {assignments} WHERE id = %s",
        reminder.loan_id,
    )


def number_now(assignments: str) -> Callable[[Reminder], None]:
    return lambda reminder: sql(f"UPDATE borrowers_contactpoint SET {assignments}")


def withdraw_consent(reminder: Reminder) -> None:
    number = BorrowerNumber.objects.get(borrower=reminder.borrower)
    Consent.objects.create(
        borrower_id=number.borrower_id,
        contact_point_id=number.contact_point_id,
        given=False,
        at=clock.now(),
        source="test",
    )


def retire(reminder: Reminder) -> None:
    sql(
        "UPDATE messaging_wording SET state = 'retired', live = false WHERE id = %s",
        reminder.wording_id,
    )


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (hold("opt_out", "borrower"), "hold"),
        (hold("opt_out", "contact_point"), "hold"),
        (hold("dispute", "loan"), "hold"),
        (hold("pause", "contact_point"), "hold"),
        (stop("all", lambda r: ""), "sending_stopped"),
        (stop("run", lambda r: str(r.run_id)), "sending_stopped"),
        (stop("strategy", lambda r: str(r.run.strategy_id)), "sending_stopped"),  # type: ignore[union-attr]
        (stop("provider", lambda r: "gateway"), "sending_stopped"),
        (loan_now("next_due_amount = 859.99"), "amount_changed"),
        (loan_now("status = 'settled'"), "amount_changed"),
        (loan_now("currency = 'USD'"), "amount_changed"),
        (loan_now("arrears_on = arrears_on - 1"), "amount_changed"),
        (withdraw_consent, "no_consent"),
        (
            lambda r: sql("UPDATE borrowers_borrowernumber SET relation = 'not_own'"),
            "not_own_number",
        ),
        (lambda r: sql("UPDATE borrowers_borrowernumber SET till_at = now()"), "not_own_number"),
        (retire, "wording_not_approved"),
        (number_now("jurisdictions = '{CN,ZZ}'"), "no_rulebook"),
        (number_now("zones = '{Asia/Shanghai,America/Los_Angeles}'"), "date_differs"),
        (number_now("zones = '{Asia/Shanghai,Europe/London}'"), "quiet_hours"),
    ],
)
def test_a_wall_refuses_what_changed_after_the_decision(
    ready: Reminder, spoil: Callable[[Reminder], None], word: str
) -> None:
    submit(ready)
    ready.refresh_from_db()
    spoil(ready)

    refused(f"wall: {word}", lambda: attack(ready))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"text": "【云杉消金】王芳您好，本期8600.00元将于11月27日到期。"}, "text_altered"),
        ({"amount": "859.00"}, "amount_changed"),
        ({"loan_version": 2}, "amount_changed"),
    ],
)
def test_a_wall_refuses_words_and_amounts_that_are_not_true(
    ready: Reminder, changes: dict[str, Any], word: str
) -> None:
    submit(ready, **changes)

    refused(f"wall: {word}", lambda: attack(ready))


def test_a_wall_refuses_an_amount_in_words_that_is_not_the_amount(ready: Reminder) -> None:
    values = '{"salutation": "王芳您好", "amount": "86.00元", "due_date": "11月27日", "contact": "95000"}'
    text = "【云杉消金】王芳您好，本期86.00元将于11月27日到期。已还请忽略。客服95000，拒收请回复R"
    submit(ready, values=values, text=text)

    refused("wall: amount_misstated", lambda: attack(ready))


@pytest.mark.parametrize(
    "moment", [timedelta(hours=-3, seconds=-1), timedelta(hours=8), timedelta(hours=9)]
)
def test_a_wall_refuses_the_night(ready: Reminder, moment: timedelta) -> None:
    """The house window is 09:00 to 20:00 in Shanghai, half-open; noon there is the fixture's time."""
    submit(ready)
    site_clock.set_to(cast.NOON + moment)

    refused("wall: quiet_hours", lambda: attack(ready))


def test_a_wall_refuses_a_second_text_within_the_caps(ready: Reminder) -> None:
    """One a day, twelve hours apart and three in a week, for the person over all loans."""
    submit(ready)
    attack(ready)
    sql("UPDATE messaging_attempt SET state = 'accepted', provider_id = 'G1'")
    other = cast.a_reminder(cast.a_loan(ready.borrower))
    submit(other)

    refused("wall: (cap_day|spacing)", lambda: attack(other))


def test_a_wall_allows_one_live_attempt_per_reminder(ready: Reminder) -> None:
    submit(ready)
    attack(ready)
    sql("UPDATE messaging_attempt SET state = 'unknown'")

    refused("attempt_one|wall: (cap_day|spacing)", lambda: attack(ready))


def test_one_open_question_per_phone(ready: Reminder) -> None:
    """Even a kind that no cap binds waits until it is known what became of the text before."""
    submit(ready)
    attack(ready)
    confirmation = an_acknowledgement(ready)

    refused("attempt_one_open_question_per_phone", lambda: attack(confirmation))
    sql("UPDATE messaging_attempt SET state = 'accepted', provider_id = 'G1'")
    attack(confirmation)


def test_only_proof_that_nothing_left_brings_a_reminder_back(ready: Reminder) -> None:
    submit(ready)
    attack(ready)
    back = "UPDATE messaging_reminder SET state = 'scheduled' WHERE id = %s"

    for state in ("unknown", "presumed_lost"):
        sql("UPDATE messaging_attempt SET state = %s", state)
        refused("wall: may_have_been_sent", lambda: sql(back, ready.pk))


def test_a_proof_of_not_sent_brings_it_back_and_frees_the_caps(ready: Reminder) -> None:
    submit(ready)
    attack(ready)
    sql("UPDATE messaging_attempt SET state = 'not_sent'")
    sql("UPDATE messaging_reminder SET state = 'scheduled' WHERE id = %s", ready.pk)
    submit(ready)

    attack(ready)

    assert Attempt.objects.count() == 2


@pytest.mark.parametrize(
    "assignment",
    [
        "borrower_id = borrower_id + 1",
        "touch = 'due+7'",
        "instalment_due_on = instalment_due_on + 1",
        "text = 'other words'",
        "amount = 1",
        "wording_id = NULL",
        "expires_at = expires_at + interval '1 day'",
    ],
)
def test_what_was_submitted_never_changes(ready: Reminder, assignment: str) -> None:
    submit(ready)
    attack(ready)

    refused("wall: reminder_altered", lambda: sql(f"UPDATE messaging_reminder SET {assignment}"))


@pytest.mark.parametrize("state", ["withheld", "expired", "cancelled"])
def test_a_reminder_that_ended_stays_ended(ready: Reminder, state: str) -> None:
    sql("UPDATE messaging_reminder SET state = %s WHERE id = %s", state, ready.pk)

    refused("wall: step", lambda: sql("UPDATE messaging_reminder SET state = 'scheduled'"))
    refused("wall: step", lambda: sql("UPDATE messaging_reminder SET state = 'submitted'"))
    refused("wall: reminder_altered", lambda: submit(ready))


def test_submitted_without_an_attempt_does_not_commit(ready: Reminder) -> None:
    submit(ready)

    refused("submitted_without_attempt", lambda: sql("SET CONSTRAINTS ALL IMMEDIATE"))


def test_delivery_only_rises_and_its_first_final_word_stays(ready: Reminder) -> None:
    submit(ready)
    attack(ready)
    sql("UPDATE messaging_attempt SET state = 'accepted', provider_id = 'G1', delivery = 'sent'")

    refused("wall: delivery", lambda: sql("UPDATE messaging_attempt SET delivery = 'queued'"))
    sql("UPDATE messaging_attempt SET delivery = 'delivered'")
    refused("wall: delivery", lambda: sql("UPDATE messaging_attempt SET delivery = 'undelivered'"))
    refused("wall: attempt_altered", lambda: sql("UPDATE messaging_attempt SET provider_id = 'G2'"))


def test_an_attempt_cannot_be_born_settled(ready: Reminder) -> None:
    submit(ready)

    refused("wall: not_a_beginning", lambda: attack(ready, state="accepted"))
    refused("wall: not_its_reminder", lambda: attack(ready, kind="test"))


def test_nothing_leaves_a_copy_of_the_database(
    ready: Reminder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tripwire's own function compares with what was written down at the first migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT same_database()")
        assert cursor.fetchone()[0] is True
    refused(
        "permission denied", lambda: sql("UPDATE collections_site_environment SET timeline = 7")
    )


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


def test_a_wording_cannot_be_approved_by_its_author_or_altered_once_submitted() -> None:
    cast.at_noon()
    author = cast.a_user()
    wording = cast.a_wording(author=author, state="submitted")
    approve = "UPDATE messaging_wording SET state = 'approved', reviewer_id = %s, decided_at = now() WHERE id = %s"

    refused(
        "wording_approved_by_another|reviewer_is_not_author",
        lambda: sql(approve, author.pk, wording.pk),
    )
    refused("wall: wording_altered", lambda: sql("UPDATE messaging_wording SET text = 'pay now'"))
    reviewer = cast.a_user(role="compliance")
    sql(approve, reviewer.pk, wording.pk)
    refused("wall: wording_altered", lambda: sql("UPDATE messaging_wording SET text = 'pay now'"))
    refused("wall: step", lambda: sql("UPDATE messaging_wording SET state = 'draft'"))


def test_a_wording_is_approved_only_under_the_fingerprint_of_its_bytes() -> None:
    cast.at_noon()
    wording = cast.a_wording()
    sql("UPDATE messaging_wording SET fingerprint = repeat('0', 64), state = 'submitted'")
    reviewer = cast.a_user(role="compliance")

    refused(
        "wall: fingerprint",
        lambda: sql(
            "UPDATE messaging_wording SET state = 'approved', reviewer_id = %s, decided_at = now() WHERE id = %s",
            reviewer.pk,
            wording.pk,
        ),
    )


def test_what_is_owed_never_changes_without_a_new_version(ready: Reminder) -> None:
    refused("wall: loan_version", lambda: sql("UPDATE borrowers_loan SET next_due_amount = 1"))
    refused("wall: loan_version", lambda: sql("UPDATE borrowers_loan SET version = 0"))


def test_a_legal_hold_is_lifted_by_two_and_never_changed(ready: Reminder) -> None:
    placed = Hold.objects.create(
        kind="dispute", source="test", from_at=clock.now(), borrower=ready.borrower
    )
    one, two = cast.a_user(), cast.a_user()
    lift = "UPDATE borrowers_hold SET lift_proposed_by_id = %s, lifted_by_id = %s, lifted_at = now() WHERE id = %s"

    refused("lifted_by_two", lambda: sql(lift, one.pk, one.pk, placed.pk))
    refused("wall: hold_altered", lambda: sql("UPDATE borrowers_hold SET kind = 'pause'"))
    refused("permission denied", lambda: sql("DELETE FROM borrowers_hold"))
    sql(lift, one.pk, two.pk, placed.pk)
    refused(
        "wall: hold_altered",
        lambda: sql("UPDATE borrowers_hold SET lifted_at = NULL, lifted_by_id = NULL"),
    )


def test_a_stop_is_resumed_by_two_and_never_deleted(ready: Reminder) -> None:
    stop("all", lambda r: "")(ready)
    one, two = cast.a_user(), cast.a_user()
    resume = "UPDATE messaging_sendingstop SET resume_proposed_by_id = %s, resumed_by_id = %s, resumed_at = now()"

    refused("resumed_by_two", lambda: sql(resume, one.pk, one.pk))
    refused("permission denied", lambda: sql("DELETE FROM messaging_sendingstop"))
    sql(resume, one.pk, two.pk)
    refused(
        "wall: stop_altered",
        lambda: sql("UPDATE messaging_sendingstop SET resumed_at = NULL, resumed_by_id = NULL"),
    )


@pytest.mark.parametrize(
    "table",
    [
        "messaging_decision",
        "borrowers_consent",
        "borrowers_loanchange",
        "audit_event",
        "audit_seal",
    ],
)
def test_append_only_tables_refuse_change_and_truncation(table: str) -> None:
    for statement in (
        f"UPDATE {table} SET id = id",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        refused("permission denied", lambda statement=statement: sql(statement))  # type: ignore[misc]


@pytest.mark.parametrize(
    "table", ["messaging_limit", "collections_site_siteclock", "collections_site_environment"]
)
def test_the_serving_role_only_reads_what_the_walls_read(table: str) -> None:
    for statement in (
        f"UPDATE {table} SET id = id",
        f"DELETE FROM {table}",
        f"INSERT INTO {table} DEFAULT VALUES",
    ):
        refused("permission denied", lambda statement=statement: sql(statement))  # type: ignore[misc]


def test_the_clock_does_not_go_back_behind_a_text(ready: Reminder) -> None:
    submit(ready)
    attack(ready)

    refused(
        "clock: .* is before the newest",
        lambda: sql("SELECT set_site_clock(%s)", cast.NOON - timedelta(hours=1)),
    )


def test_the_serving_role_cannot_switch_the_walls_off() -> None:
    refused("must be owner", lambda: sql("ALTER TABLE messaging_attempt DISABLE TRIGGER ALL"))
    refused("permission denied", lambda: sql("SET session_replication_role = replica"))
    refused("must be owner", lambda: sql("DROP TRIGGER attempt_wall ON messaging_attempt"))
