"""Whether a payment that a lender's system posts can be taken as it stands."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """A payment as posted, in the loan's currency; below zero where it takes back ``reverses``."""

    repayment_ref: str
    loan_ref: str
    paid_on: date
    amount: Decimal
    currency: str
    reverses: str | None = None


@dataclass(frozen=True, slots=True)
class Reversed:
    """The payment that is to be taken back: its loan, its amount, and how much of it still stands."""

    loan_ref: str
    amount: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on file: the loan's currency, the business date, the payment a reversal names."""

    currency: str
    business_on: date
    reversed: Reversed | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, in English, and what to do about it. Codes are never renamed."""

    field: str
    code: str
    message: str
    remedy: str


def problems(asked: Asked, facts: Facts) -> tuple[Problem, ...]:
    """Everything that keeps the payment from being taken; none means that it is taken.

    Backdated payments and payments of more than is owed are taken: they happen. A payment of a day
    that has not come is not one yet.
    """
    found = []
    if asked.currency != facts.currency:
        found.append(
            Problem(
                "currency",
                "other_currency",
                f"The loan is in {facts.currency}, the payment in {asked.currency}.",
                f"Convert it in your system and post the amount in {facts.currency}.",
            )
        )
    if asked.paid_on > facts.business_on:
        found.append(
            Problem(
                "paid_on",
                "not_yet",
                f"{asked.paid_on} is after the business date, {facts.business_on}.",
                "Post the payment on the day it happens.",
            )
        )
    if (asked.amount < 0) != (asked.reverses is not None):
        found.append(_one_sided(asked))
    elif asked.reverses is not None:
        found += _reversal(asked, facts.reversed)
    return tuple(found)


def _one_sided(asked: Asked) -> Problem:
    if asked.amount < 0:
        return Problem(
            "reverses",
            "missing",
            "The amount is below zero, and no payment is named that it takes back.",
            "Name the repayment_ref of the payment that is reversed.",
        )
    return Problem(
        "amount",
        "not_negative",
        "A reversal takes money back, and this amount is above zero.",
        'Write the amount with a minus, such as "-120.00", or leave reverses out.',
    )


def _reversal(asked: Asked, found: Reversed | None) -> tuple[Problem, ...]:
    if found is None:
        return (
            Problem(
                "reverses",
                "unknown",
                f"No payment has the ref {asked.reverses}.",
                "Post the payment first, then its reversal.",
            ),
        )
    if found.loan_ref != asked.loan_ref:
        return (
            Problem(
                "reverses",
                "other_loan",
                f"{asked.reverses} paid loan {found.loan_ref}, not {asked.loan_ref}.",
                "Name a payment of the same loan.",
            ),
        )
    if found.amount < 0:
        return (
            Problem(
                "reverses",
                "is_a_reversal",
                f"{asked.reverses} is itself a reversal.",
                "Post the money that came again as a payment with a ref of its own.",
            ),
        )
    if -asked.amount > found.left:
        return (
            Problem(
                "amount",
                "more_than_paid",
                f"{-asked.amount} would be taken back, and {found.left} of {asked.reverses} stands.",
                f"Reverse at most {found.left}.",
            ),
        )
    return ()
