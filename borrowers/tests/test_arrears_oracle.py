"""Two thousand random histories against a count of every single cent, and payments posted one by one.

The slow count lays each cent on the table: no sums, no windows, nothing shared with what it checks.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from borrowers.models import Borrower, Instalment, Loan, LoanChange, Repayment
from borrowers.policies.arrears import Line, Owing, Payment, arrears
from borrowers.policies.repayments import Asked
from borrowers.services import repayments
from borrowers.services.arrears import recompute

pytestmark = pytest.mark.django_db

DAYS = [
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2028, 3, 1),
    date(2028, 3, 31),
    date(2028, 4, 1),
    date(2029, 2, 28),
    date(2029, 3, 1),
]
AT = datetime(2028, 2, 1, tzinfo=UTC)
HISTORIES = 2000
CENTS = [0, 1, 2, 3, 7, 10, 25]  # few, so that counting each stays quick


@dataclass
class History:
    """A loan's plan and the payments on it: (due, cents) by number; (day, cents), some below zero."""

    plan: dict[int, tuple[date, int, bool]] = field(default_factory=dict)
    paid: list[tuple[date, int]] = field(default_factory=list)


def month_ends(dice: random.Random) -> list[date]:
    """Due days as contracts have them: each month's last day, or the same day of each month."""
    days = []
    year, month = 2027, dice.randrange(9, 13)
    wanted = dice.choice([1, 15, 28, 29, 30, 31])
    for _ in range(dice.randrange(1, 10)):
        following = date(year + month // 12, month % 12 + 1, 1)
        days.append(date(year, month, min(wanted, (following - timedelta(days=1)).day)))
        year, month = following.year, following.month
    return days


def a_history(dice: random.Random) -> History:
    found = History()
    numbers = dice.sample(range(1, 40), 9)
    for number, due in zip(numbers, month_ends(dice), strict=False):
        found.plan[number] = (due, dice.choice(CENTS), dice.random() < 0.1)
    for _ in range(dice.randrange(0, 7)):
        day = date(2027, 9, 1) + timedelta(days=dice.randrange(0, 560))
        cents = dice.choice([1, 2, 5, 10, 40, 200])
        found.paid.append((day, cents))
        if dice.random() < 0.3:  # taken back later, or on paper before it came
            found.paid.append((day + timedelta(days=dice.randrange(-20, 60)), -cents))
    return found


def counted(history: History, on: date) -> Owing:
    """What is owed, cent by cent."""
    purse = 0
    for day, cents in history.paid:
        if day <= on:
            purse += cents
    owed: dict[int, int] = {}
    order = sorted(
        (due, number) for number, (due, _, withdrawn) in history.plan.items() if not withdrawn
    )
    for _, number in order:
        for _cent in range(history.plan[number][1]):
            if purse > 0:
                purse -= 1
            else:
                owed[number] = owed.get(number, 0) + 1
    late = [number for due, number in order if number in owed and due < on]
    ahead = [number for due, number in order if number in owed and due >= on]
    return Owing(
        overdue_since=history.plan[late[0]][0] if late else None,
        overdue_number=late[0] if late else None,
        overdue_amount=Decimal(sum(owed[number] for number in late)) / 100,
        next_due_on=history.plan[ahead[0]][0] if ahead else None,
        next_number=ahead[0] if ahead else None,
        next_due_amount=Decimal(owed[ahead[0]] if ahead else 0) / 100,
    )


def stored(loan: Loan) -> Owing:
    return Owing(
        loan.overdue_since,
        loan.overdue_number,
        loan.overdue_amount,
        loan.next_due_on,
        loan.next_number,
        loan.next_due_amount,
    )


def write(histories: list[History], *, with_payments: bool = True) -> list[Loan]:
    """The histories as loans, three to a borrower."""
    people = Borrower.objects.bulk_create(
        Borrower(borrower_ref=f"P{n}", full_name="王小明", language="zh-hans", region="CN")
        for n in range(len(histories) // 3 + 1)
    )
    loans = Loan.objects.bulk_create(
        Loan(
            loan_ref=f"L{n}",
            borrower=people[n // 3],
            product="consumer_loan",
            currency="CNY",
            principal=Decimal(1000),
            opened_on=date(2027, 1, 1),
            status="active",
        )
        for n in range(len(histories))
    )
    Instalment.objects.bulk_create(
        Instalment(
            loan=loan,
            number=number,
            due_on=due,
            amount_due=Decimal(cents) / 100,
            withdrawn_at=AT if withdrawn else None,
        )
        for loan, history in zip(loans, histories, strict=True)
        for number, (due, cents, withdrawn) in history.plan.items()
    )
    if with_payments:
        Repayment.objects.bulk_create(
            Repayment(
                loan=loan,
                repayment_ref=f"{loan.loan_ref}-{n}",
                paid_on=day,
                amount=Decimal(cents) / 100,
            )
            for loan, history in zip(loans, histories, strict=True)
            for n, (day, cents) in enumerate(history.paid)
        )
    return loans


def test_the_database_and_the_definition_answer_as_every_cent_does() -> None:
    dice = random.Random(4)
    histories = [a_history(dice) for _ in range(HISTORIES)]
    write(histories)
    for on in DAYS:
        recompute(None, on=on, cause="day", at=AT)
        loans = {loan.loan_ref: loan for loan in Loan.objects.all()}
        for n, history in enumerate(histories):
            expected = counted(history, on)
            lines = [
                Line(number, due, Decimal(cents) / 100, withdrawn)
                for number, (due, cents, withdrawn) in history.plan.items()
            ]
            payments = [Payment(day, Decimal(cents) / 100) for day, cents in history.paid]
            assert arrears(lines, payments, on) == expected, (n, on)
            assert stored(loans[f"L{n}"]) == expected, (n, on)


def test_payments_posted_one_by_one_leave_what_every_cent_says() -> None:
    """Backdated, too much, taken back: after each the loan is right, and its versions tell the way."""
    dice = random.Random(11)
    histories = [a_history(dice) for _ in range(60)]
    loans = write(histories, with_payments=False)
    on = date(2028, 3, 31)
    recompute(None, on=on, cause="import", at=AT)
    for loan, history in zip(loans, histories, strict=True):
        so_far = History(history.plan)
        gains = [(day, cents) for day, cents in history.paid if cents > 0 and day <= on]
        for n, (day, cents) in enumerate(gains):
            post(loan, f"{loan.loan_ref}/{n}", day, cents, on)
            so_far.paid.append((day, cents))
            if dice.random() < 0.4:
                back = dice.randrange(1, cents + 1)
                later = min(day + timedelta(days=3), on)
                post(loan, f"{loan.loan_ref}/{n}X", later, -back, on, of=f"{loan.loan_ref}/{n}")
                so_far.paid.append((later, -back))
            loan.refresh_from_db()
            assert stored(loan) == counted(so_far, on)
        loan.refresh_from_db()
        told = list(LoanChange.objects.filter(loan_id=loan.pk).order_by("version"))
        assert [row.version for row in told] == list(range(2, loan.version + 1))
        if told:
            assert told[-1].overdue_amount == loan.overdue_amount


def post(loan: Loan, ref: str, day: date, cents: int, on: date, of: str | None = None) -> None:
    amount = Decimal(cents) / 100
    asked = Asked(ref, loan.loan_ref, day, amount, "CNY", of)
    assert repayments.take(asked, on=on, at=AT).repayment.amount == amount
