"""Rows take legal steps only, and what counts never changes."""

from datetime import timedelta

import pytest

from borrowers.models import Hold
from collections_site.lib import clock
from messaging.models import Reminder, Run
from tests import cast
from tests.walls.attacks import attack, refused, sql, stop, submit

pytestmark = pytest.mark.django_db


def test_only_proof_that_nothing_left_brings_a_reminder_back(ready: Reminder) -> None:
    submit(ready)
    attack(ready)
    back = "UPDATE messaging_reminder SET state = 'scheduled' WHERE id = %s"

    for state in ("unknown", "presumed_lost"):
        sql("UPDATE messaging_attempt SET state = %s", state)
        refused("wall: may_have_been_sent", lambda: sql(back, ready.pk))


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


def test_where_the_database_was_born_is_not_for_the_serving_role_to_say() -> None:
    refused(
        "permission denied", lambda: sql("UPDATE collections_site_environment SET timeline = 7")
    )


def test_a_wording_cannot_be_approved_by_its_author_or_altered_once_submitted() -> None:
    cast.at_noon()
    author = cast.a_user(role="compliance")
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


def test_a_step_is_planned_by_the_run_of_a_strategy(ready: Reminder) -> None:
    listed = Run.objects.create(
        business_on=cast.TODAY, at=clock.now(), by=cast.a_user(), candidates=1, digest="1"
    )
    copy = (
        "INSERT INTO messaging_reminder (kind, state, run_id, template_id, borrower_id, loan_id, instalment_id,"
        " instalment_due_on, touch, step_on, due_at, expires_at, created_at, answer, reasons, errors)"
        " SELECT {kind}, 'scheduled', %s, template_id, borrower_id, loan_id, instalment_id, instalment_due_on,"
        " 'due+7', step_on, due_at, expires_at, created_at, answer, reasons, 0 FROM messaging_reminder WHERE id = %s"
    )
    refused(
        "wall: step_without_strategy",
        lambda: sql(copy.format(kind="'step'"), listed.pk, ready.pk),
    )
    sql(copy.format(kind="'one_off'"), listed.pk, ready.pk)


@pytest.mark.parametrize("change", ["strategy_id = NULL", "by_id = 1", "at = now()"])
def test_a_run_stays_what_it_was_a_run_of(ready: Reminder, change: str) -> None:
    refused("wall: run_altered", lambda: sql(f"UPDATE messaging_run SET {change}"))


def test_a_list_is_somebodys_and_is_sent_once(ready: Reminder) -> None:
    columns = "INSERT INTO messaging_run (business_on, at, by_id, candidates, digest) VALUES (%s, %s, %s, 1, %s)"
    by, at = cast.a_user().pk, clock.now()
    sql(columns, cast.TODAY, at, by, "1")
    refused("run_of_a_list_once", lambda: sql(columns, cast.TODAY, at, by, "1"))
    refused("run_of_a_list_has_a_sender", lambda: sql(columns, cast.TODAY, at, None, "2"))
    refused("run_of_a_list_has_a_sender", lambda: sql(columns, cast.TODAY, at, by, ""))
