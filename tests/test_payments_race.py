"""A payment beside the gate and beside other payments: each text sees it, or is listed as escaped."""

import json
import threading
from typing import Any

import psycopg
import pytest
from django.test import Client

from borrowers.models import Loan, LoanChange, PostedRepayment, Repayment
from borrowers.services import tokens
from messaging.models import Attempt, Reminder, Sender
from messaging.services import gate, planning
from tests import cast, databases
from tests.threads import together
from tests.waiting import wait_for

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
HOLD = "SELECT id FROM borrowers_borrower WHERE id = %s FOR NO KEY UPDATE"


def pay(key: str, loan: Loan, ref: str, amount: str = "860.00") -> tuple[int, dict[str, Any]]:
    body = {
        "repayment_ref": ref,
        "loan_ref": loan.loan_ref,
        "paid_on": "2026-11-24",
        "amount": amount,
        "currency": "CNY",
    }
    response = Client().post(
        "/api/repayments",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    return response.status_code, json.loads(response.content)


def send_a_few() -> None:
    """Through the gate in small batches, and no further: every text stays on the wire."""
    for _ in range(6):
        gate.open_for(Sender.objects.get(provider="gateway"), 2)


@pytest.mark.parametrize("amount", ["860.00", "10.00"])
def test_a_payment_and_the_gate_never_miss_each_other(own_database: str, amount: str) -> None:
    """Whoever holds the borrower first: the text is cancelled or restated, or it is listed as escaped."""
    cast.the_house()
    key = tokens.add("core")
    loans = [cast.a_loan() for _ in range(12)]
    planning.plan()
    payments = [lambda loan=loan: pay(key, loan, f"R-{loan.pk}", amount) for loan in loans]

    answers = together(*payments, send_a_few, send_a_few)

    assert not [one for one in answers if isinstance(one, Exception)]
    for loan in loans:
        loan.refresh_from_db()
        reminder = Reminder.objects.get(loan=loan)
        escaped = PostedRepayment.objects.get(repayment__loan=loan).escaped
        assert loan.version == 2
        if escaped:
            assert (reminder.state, reminder.loan_version) == ("submitted", 1)
            assert escaped == [reminder.pk]
        elif reminder.state == "submitted":
            assert (reminder.loan_version, reminder.amount) == (2, loan.next_due_amount)
        else:
            assert reminder.state == ("cancelled" if amount == "860.00" else "scheduled")
    told = Attempt.objects.filter(reminder__loan_version=1).count()
    assert told == PostedRepayment.objects.filter(escaped__len__gt=0).count()


def test_a_payment_waits_for_the_send_that_holds_the_person(own_database: str) -> None:
    """It neither refuses nor overtakes: it takes the borrower's lock in turn."""
    cast.the_house()
    key = tokens.add("core")
    loan = cast.a_loan()
    answers: list[object] = []
    with psycopg.connect(databases.url(own_database)) as sender:
        sender.execute(HOLD, [loan.borrower_id])
        thread = threading.Thread(
            target=lambda: answers.extend(together(lambda: pay(key, loan, "R")))
        )
        thread.start()
        with psycopg.connect(databases.url(own_database), autocommit=True) as other:
            wait_for(lambda: other.execute(WAITING).fetchone() == (1,))
            count = other.execute("SELECT count(*) FROM borrowers_repayment").fetchone()
            assert count == (0,)
        sender.commit()
    thread.join(timeout=60)
    assert [one[0] for one in answers] == [201]  # type: ignore[index]


def test_one_ref_posted_many_times_at_once_counts_once(own_database: str) -> None:
    cast.the_house()
    key = tokens.add("core")
    loan, other = cast.a_loan(), cast.a_loan()
    same = [lambda: pay(key, loan, "R", "100.00") for _ in range(6)]
    elsewhere = [lambda: pay(key, other, "R", "100.00") for _ in range(2)]

    answers = together(*same, *elsewhere)

    statuses = [one[0] if isinstance(one, tuple) else one for one in answers]
    winner = Repayment.objects.get().loan
    assert sorted(str(one) for one in statuses) == sorted(
        ["201"] + ["200"] * 5 + ["409"] * 2 if winner == loan else ["201", "200"] + ["409"] * 6
    )
    assert len({str(one[1]) for one in answers if one[0] in (200, 201)}) == 1  # type: ignore[index]
    assert LoanChange.objects.filter(cause="repayment").count() == 1
    loan.refresh_from_db()
    other.refresh_from_db()
    assert {loan.version, other.version} == {1, 2}
