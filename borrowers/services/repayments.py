"""Take a payment as it happens, once, under the borrower's lock."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from borrowers.models import Loan, Repayment
from borrowers.policies import repayments as policy
from borrowers.policies.repayments import Asked, Facts, Problem, Reversed
from borrowers.services import arrears


class CannotPost(Exception):
    """The payment is not taken: every field that is wrong, and what to do about it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(one.message for one in problems))
        self.problems = problems


class AnotherValue(Exception):
    """The ref is on file with other values: ``there`` and ``asked``, by field."""

    def __init__(self, there: dict[str, str | None], asked: dict[str, str | None]) -> None:
        super().__init__(f"{asked} differs from what is on file: {there}")
        self.there = there
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Taken:
    """The payment, its loan as it stands now, the payment it reverses; ``changed`` loans owe otherwise."""

    repayment: Repayment
    loan: Loan
    reverses: Repayment | None
    changed: frozenset[int]


@transaction.atomic
def take(asked: Asked, *, on: date, at: datetime) -> Taken:
    """Take a payment on the business date ``on`` and say what is owed now.

    A ref that is on file with the same values is not written again. Raises CannotPost, and
    AnotherValue where the ref is on file with other values.
    """
    loan = _lock(asked)
    known = Repayment.objects.filter(repayment_ref=asked.repayment_ref).first()
    reverses = Repayment.objects.filter(repayment_ref=asked.reverses).first()
    if known is not None:
        _compare(known, asked)
    if known is None or not hasattr(known, "posted"):
        facts = Facts(loan.currency, on, _reversed(reverses))
        if found := policy.problems(asked, facts):
            raise CannotPost(*found)
    if known is None:
        known = _write(asked, loan)
        _compare(known, asked)
    changed = arrears.recompute([loan.pk], on=on, cause="repayment", at=at)
    loan.refresh_from_db()
    return Taken(known, loan, reverses, frozenset(changed))


def _lock(asked: Asked) -> Loan:
    """The loan, its borrower locked as every send locks it, and the loan itself.

    An import holds its loans while it writes payments: whoever has put a ref down waits for none of them.
    """
    loan = Loan.objects.filter(loan_ref=asked.loan_ref).first()
    if loan is None:
        raise CannotPost(
            Problem(
                "loan_ref",
                "unknown",
                f"No loan has the ref {asked.loan_ref}.",
                "Import the loan first, or mend the ref.",
            )
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM borrowers_borrower WHERE id = %s FOR NO KEY UPDATE", [loan.borrower_id]
        )
        cursor.execute("SELECT 1 FROM borrowers_loan WHERE id = %s FOR NO KEY UPDATE", [loan.pk])
    return loan


def _reversed(payment: Repayment | None) -> Reversed | None:
    """How much of a payment still stands after the reversals that named it."""
    if payment is None:
        return None
    back = payment.reversals.aggregate(sum=Sum("repayment__amount"))["sum"] or Decimal(0)
    return Reversed(payment.loan.loan_ref, payment.amount, payment.amount + back)


def _write(asked: Asked, loan: Loan) -> Repayment:
    """The row; where the ref has just been taken for another loan, the row that took it."""
    try:
        with transaction.atomic():
            return Repayment.objects.create(
                repayment_ref=asked.repayment_ref,
                loan=loan,
                paid_on=asked.paid_on,
                amount=asked.amount,
            )
    except IntegrityError:
        return Repayment.objects.get(repayment_ref=asked.repayment_ref)


def _compare(known: Repayment, asked: Asked) -> None:
    posted = getattr(known, "posted", None)
    there = {
        "loan_ref": known.loan.loan_ref,
        "paid_on": known.paid_on.isoformat(),
        "amount": f"{known.amount:.2f}",
        "currency": known.loan.currency,
    }
    wanted: dict[str, str | None] = {
        "loan_ref": asked.loan_ref,
        "paid_on": asked.paid_on.isoformat(),
        "amount": f"{asked.amount:.2f}",
        "currency": asked.currency,
    }
    told: dict[str, str | None] = dict(there)
    if posted is not None:
        told["reverses"] = posted.reverses.repayment_ref if posted.reverses else None
        wanted["reverses"] = asked.reverses
    differ = [field for field in told if told[field] != wanted[field]]
    if differ:
        raise AnotherValue(
            {field: told[field] for field in differ}, {field: wanted[field] for field in differ}
        )
