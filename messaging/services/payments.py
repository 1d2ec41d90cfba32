"""A payment as it happens, and the texts about what it paid: cancelled, or escaped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from borrowers.models import ApiToken, Borrower, PostedRepayment
from borrowers.policies.repayments import Asked
from borrowers.services import repayments
from borrowers.services.repayments import Taken
from messaging.models import Attempt
from messaging.services import figures, planning, seen_by
from messaging.states import AttemptState, ReminderKind

# A text whose end nobody has told us after this long is not on its way any more.
UNDER_WAY = timedelta(days=1)
ON_THE_WIRE = (AttemptState.SUBMITTING, AttemptState.UNKNOWN, AttemptState.ACCEPTED)
ABOUT_A_LOAN = (ReminderKind.STEP, ReminderKind.ONE_OFF)


@dataclass(frozen=True, slots=True)
class Received:
    """What is answered to who posted; ``new`` unless the same was posted before."""

    answer: dict[str, Any]
    new: bool


@transaction.atomic
def receive(asked: Asked, *, token: ApiToken) -> Received:
    """Take a payment, cancel what is scheduled for what it paid, and list what had already left.

    The same payment again gets the same answer. Sends wait for the borrower, or this waits for them:
    a text either sees the payment or is listed as escaped. Raises CannotPost and AnotherValue.
    """
    moment = figures.present()
    taken = repayments.take(asked, on=moment.day, at=moment.at)
    before = PostedRepayment.objects.filter(repayment=taken.repayment).first()
    if before is not None:
        return Received(before.answer, new=False)
    cancelled = planning.cancel_settled(taken.changed)
    escaped = _under_way(taken, moment.at) if taken.changed else []
    answer = _answer(taken, moment.at, cancelled, escaped)
    PostedRepayment.objects.create(
        repayment=taken.repayment,
        reverses=taken.reverses,
        token=token,
        received_at=moment.at,
        answer=answer,
        escaped=escaped,
    )
    return Received(answer, new=True)


def answer_of(repayment_ref: str) -> dict[str, Any] | None:
    """What was answered when the payment was posted; None for one that never was."""
    row = PostedRepayment.objects.filter(repayment__repayment_ref=repayment_ref).first()
    return row.answer if row else None


def _under_way(taken: Taken, at: datetime) -> list[int]:
    """Reminders of the loan that have left, and of which no phone has been heard."""
    attempts = Attempt.objects.filter(
        loan=taken.loan,
        submitted_at__gt=at - UNDER_WAY,
        kind__in=ABOUT_A_LOAN,
        state__in=ON_THE_WIRE,
    ).exclude(delivery__in=figures.FINAL)
    return sorted(attempts.order_by().values_list("reminder_id", flat=True))


def _answer(taken: Taken, at: datetime, cancelled: int, escaped: list[int]) -> dict[str, Any]:
    loan, payment = taken.loan, taken.repayment
    return {
        "repayment_ref": payment.repayment_ref,
        "loan_ref": loan.loan_ref,
        "paid_on": payment.paid_on.isoformat(),
        "amount": f"{payment.amount:.2f}",
        "currency": loan.currency,
        "reverses": taken.reverses.repayment_ref if taken.reverses else None,
        "received_at": at.isoformat(),
        "owing": {
            "version": loan.version,
            "business_date": loan.arrears_on.isoformat() if loan.arrears_on else None,
            "overdue_since": loan.overdue_since.isoformat() if loan.overdue_since else None,
            "overdue_amount": f"{loan.overdue_amount:.2f}",
            "next_due_on": loan.next_due_on.isoformat() if loan.next_due_on else None,
            "next_due_amount": f"{loan.next_due_amount:.2f}",
        },
        "cancelled": cancelled,
        "escaped": escaped,
    }


def with_escaped(user: User) -> "QuerySet[PostedRepayment]":
    """Payments that overtook a text which ``user`` may see, the newest first."""
    rows = PostedRepayment.objects.filter(escaped__len__gt=0)
    if seen_by.sees_some(user):
        own = Borrower.objects.visible_to(user).values("pk")
        rows = rows.filter(repayment__loan__borrower__in=own)
    return rows.select_related("repayment__loan").order_by("-received_at", "-pk")
