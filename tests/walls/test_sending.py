"""Nothing that has changed, is not true, or comes too often is sent, whatever code tries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from borrowers.models import BorrowerNumber, Consent, Hold
from borrowers.services import consents, numbers
from collections_site import site_clock
from collections_site.lib import clock
from messaging.models import Attempt, Reminder
from tests import cast
from tests.walls.attacks import attack, refused, sql, stop, submit

pytestmark = pytest.mark.django_db


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


def learn_it_is_not_theirs(reminder: Reminder) -> None:
    """Somebody else lives on the number, so that nothing holds the number itself."""
    number = BorrowerNumber.objects.get(borrower=reminder.borrower)
    cast.a_borrower(number=number.contact_point)
    collector = cast.a_user()
    assert numbers.not_own(number.borrower, number, by=collector) is None


def say_no_more(reminder: Reminder) -> None:
    assert reminder.borrower is not None
    collector = cast.a_user()
    consents.withdraw(reminder.borrower, at=clock.now(), text="on the phone", by=collector)


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
        (say_no_more, "no_consent"),
        (learn_it_is_not_theirs, "not_own_number"),
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


def test_a_proof_of_not_sent_brings_it_back_and_frees_the_caps(ready: Reminder) -> None:
    submit(ready)
    attack(ready)
    sql("UPDATE messaging_attempt SET state = 'not_sent'")
    sql("UPDATE messaging_reminder SET state = 'scheduled' WHERE id = %s", ready.pk)
    submit(ready)

    attack(ready)

    assert Attempt.objects.count() == 2
