"""The database's arrears are those of the definition, and a version tells of every change."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from borrowers.models import Borrower, Instalment, Loan, LoanChange, Repayment
from borrowers.policies.arrears import Line, Owing, Payment, arrears
from borrowers.services.arrears import overtaken, recompute

pytestmark = pytest.mark.django_db

AT = datetime(2028, 3, 1, 1, 0, tzinfo=UTC)
DAY = date(2028, 3, 1)


def a_loan(
    ref: str, lines: list[tuple[date, str]], payments: list[tuple[date, str]] | None = None
) -> Loan:
    borrower, _ = Borrower.objects.get_or_create(
        borrower_ref="P1", defaults={"full_name": "王小明", "language": "zh-hans", "region": "CN"}
    )
    loan: Loan = Loan.objects.create(
        loan_ref=ref,
        borrower=borrower,
        product="consumer_loan",
        currency="CNY",
        principal=Decimal("1000"),
        opened_on=date(2027, 1, 1),
        status="active",
    )
    Instalment.objects.bulk_create(
        Instalment(loan=loan, number=n, due_on=due, amount_due=Decimal(amount))
        for n, (due, amount) in enumerate(lines, 1)
    )
    Repayment.objects.bulk_create(
        Repayment(loan=loan, repayment_ref=f"{ref}-{n}", paid_on=on, amount=Decimal(amount))
        for n, (on, amount) in enumerate(payments or [], 1)
    )
    return loan


def stored(loan: Loan) -> Owing:
    loan.refresh_from_db()
    return Owing(
        loan.overdue_since,
        loan.overdue_number,
        loan.overdue_amount,
        loan.next_due_on,
        loan.next_number,
        loan.next_due_amount,
    )


def a_random_history(dice: random.Random) -> tuple[list[Line], list[Payment]]:
    """A plan with gaps, equal due dates, month ends, free and withdrawn lines; payments, reversals."""
    day = date(2027, 11, 1) + timedelta(days=dice.randrange(60))
    lines, payments = [], []
    for number in dice.sample(range(1, 30), dice.randrange(0, 9)):
        amount = Decimal(dice.choice([0, 1, 9_999, 10_000, 33_333])) / 100
        due = dice.choice([day, date(2028, 1, 31), date(2028, 2, 29), date(2028, 2, 28), DAY])
        lines.append(Line(number, due, amount, withdrawn=dice.random() < 0.15))
        day += timedelta(days=dice.choice([0, 28, 29, 30, 31]))
    for _ in range(dice.randrange(0, 6)):
        amount = Decimal(dice.choice([1, 5_000, 9_999, 10_000, -10_000, -1, 70_000])) / 100
        payments.append(Payment(DAY + timedelta(days=dice.randrange(-90, 40)), amount))
    return lines, payments


def some_books(seed: int, count: int) -> list[tuple[Loan, list[Line], list[Payment]]]:
    dice = random.Random(seed)
    books: list[tuple[Loan, list[Line], list[Payment]]] = []
    for n in range(count):
        lines, payments = a_random_history(dice)
        loan = a_loan(f"L{seed}-{n}", [])
        Instalment.objects.bulk_create(
            Instalment(
                loan=loan,
                number=line.number,
                due_on=line.due_on,
                amount_due=line.amount_due,
                withdrawn_at=AT if line.withdrawn else None,
            )
            for line in lines
        )
        Repayment.objects.bulk_create(
            Repayment(loan=loan, repayment_ref=f"R{n}-{k}", paid_on=p.paid_on, amount=p.amount)
            for k, p in enumerate(payments)
        )
        books.append((loan, lines, payments))
    return books


@pytest.mark.parametrize("seed", range(6))
def test_the_database_answers_as_the_definition_does_on_random_histories(seed: int) -> None:
    books = some_books(seed, 120)
    for on in (DAY, date(2028, 2, 29), date(2028, 4, 15), date(2027, 10, 1)):
        recompute(None, on=on, cause="day", at=AT)
        for loan, lines, payments in books:
            assert stored(loan) == arrears(lines, payments, on), (loan.loan_ref, on)


@pytest.mark.parametrize("seed", range(6, 10))
def test_day_after_day_only_what_is_overtaken_needs_computing(seed: int) -> None:
    books = some_books(seed, 60)
    recompute(None, on=DAY, cause="import", at=AT)
    touched = 0
    for days in range(1, 50):
        on = DAY + timedelta(days=days)
        while loans := overtaken(on, most=7):
            recompute(loans, on=on, cause="new day", at=AT)
            touched += len(loans)
        for loan, lines, payments in books:
            assert stored(loan) == arrears(lines, payments, on), (loan.loan_ref, on)
            assert loan.holds_on(on) == on
    assert 0 < touched < 49 * len(books) // 4


def test_a_payment_dated_ahead_counts_from_its_day_and_a_loan_that_owes_nothing_holds() -> None:
    ahead = a_loan("L1", [(date(2028, 2, 1), "100")], [(date(2028, 3, 5), "40")])
    paid = a_loan("L2", [(date(2028, 2, 1), "100")], [(date(2028, 2, 1), "100")])
    recompute(None, on=DAY, cause="import", at=AT)
    assert stored(ahead).overdue_amount == Decimal(100)
    assert (ahead.arrears_until, ahead.holds_on(date(2028, 3, 5))) == (date(2028, 3, 4), DAY)
    assert overtaken(date(2028, 3, 4), most=9) == []
    assert overtaken(date(2028, 3, 5), most=9) == [ahead.pk]
    paid.refresh_from_db()
    assert (paid.arrears_until, paid.holds_on(date(2030, 1, 1))) == (None, date(2030, 1, 1))


def test_only_the_loans_asked_for_are_touched() -> None:
    one = a_loan("L1", [(date(2028, 2, 29), "100")])
    other = a_loan("L2", [(date(2028, 2, 29), "100")])
    assert recompute([one.pk], on=DAY, cause="import", at=AT) == {one.pk}
    other.refresh_from_db()
    assert other.arrears_on is None
    assert recompute([], on=DAY, cause="import", at=AT) == set()


def test_a_day_that_changes_nothing_moves_the_date_and_not_the_version() -> None:
    loan = a_loan("L1", [(date(2028, 3, 20), "100")])
    recompute(None, on=DAY, cause="import", at=AT)
    loan.refresh_from_db()
    version = loan.version
    assert recompute(None, on=date(2028, 3, 20), cause="day", at=AT) == set()
    loan.refresh_from_db()
    assert (loan.version, loan.arrears_on) == (version, date(2028, 3, 20))


def test_every_change_of_what_is_owed_raises_the_version_and_is_told_once() -> None:
    loan = a_loan("L1", [(date(2028, 2, 29), "100")])
    assert recompute(None, on=date(2028, 2, 29), cause="import", at=AT) == {loan.pk}
    assert recompute(None, on=DAY, cause="day", at=AT) == {loan.pk}
    Repayment.objects.create(loan=loan, repayment_ref="R", paid_on=DAY, amount=Decimal("99.99"))
    assert recompute([loan.pk, loan.pk], on=DAY, cause="repayment", at=AT) == {loan.pk}
    loan.refresh_from_db()
    told = list(LoanChange.objects.filter(loan_id=loan.pk).order_by("version"))
    assert [(row.cause, row.overdue_amount) for row in told] == [
        ("import", Decimal("0.00")),
        ("day", Decimal("100.00")),
        ("repayment", Decimal("0.01")),
    ]
    assert loan.version == told[-1].version == 4
    assert loan.overdue_since == date(2028, 2, 29)
