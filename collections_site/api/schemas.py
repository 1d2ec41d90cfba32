"""The fields of a posted repayment and of its answer, with the rules that portfolio files follow."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from borrowers.policies import imports
from borrowers.policies.imports import CannotTake
from borrowers.policies.repayments import Asked
from borrowers.policies.rows import REF


def _as_in_files(check: Callable[[str], str]) -> AfterValidator:
    """The check that the same column of a portfolio file passes."""

    def checked(value: str) -> str:
        try:
            return check(value)
        except CannotTake as error:
            raise ValueError(error.sentence) from error

    return AfterValidator(checked)


def _a_ref(column: str) -> AfterValidator:
    return _as_in_files(lambda value: imports.a_word(column, value, REF))


class RepaymentIn(Schema):
    """A payment as it happened. A reversal has an amount below zero and names what it reverses."""

    model_config = ConfigDict(extra="forbid")

    repayment_ref: Annotated[
        str,
        Field(
            min_length=1,
            max_length=REF,
            description="The payment's number in your system. Posting it again changes nothing.",
            examples=["R-20261124-0001"],
        ),
        _a_ref("repayment_ref"),
    ]
    loan_ref: Annotated[
        str,
        Field(
            min_length=1,
            max_length=REF,
            description="The loan's number, as in loans.csv.",
            examples=["L000123"],
        ),
        _a_ref("loan_ref"),
    ]
    paid_on: Annotated[
        str,
        Field(
            pattern=r"^\d{4}-\d{2}-\d{2}$",
            description="The day it counts from; may lie in the past, not in the future.",
            examples=["2026-11-24"],
        ),
        _as_in_files(partial(imports.a_date, "paid_on")),
    ]
    amount: Annotated[
        str,
        Field(
            pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$",
            description="Major units, as a text, at most two decimals; below zero for a reversal.",
            examples=["120.00"],
        ),
        _as_in_files(lambda value: imports.an_amount("amount", value, signed=True)),
    ]
    currency: Annotated[
        str,
        Field(
            pattern=r"^[A-Z]{3}$",
            description="ISO 4217; that of the loan.",
            examples=["CNY"],
        ),
    ]
    reverses: (
        Annotated[
            str,
            Field(min_length=1, max_length=REF),
            _a_ref("reverses"),
        ]
        | None
    ) = Field(None, description="The repayment_ref of the payment that is taken back.")

    def asked(self) -> Asked:
        """The payment as the services take it."""
        return Asked(
            repayment_ref=self.repayment_ref,
            loan_ref=self.loan_ref,
            paid_on=date.fromisoformat(self.paid_on),
            amount=Decimal(self.amount),
            currency=self.currency,
            reverses=self.reverses,
        )


class Owing(Schema):
    """What the loan owes once the payment counts. ``version`` grows whenever that changes."""

    version: int
    business_date: str | None
    overdue_since: str | None
    overdue_amount: str
    next_due_on: str | None
    next_due_amount: str


class RepaymentOut(Schema):
    """What came of the payment; the same whenever it is asked for."""

    repayment_ref: str
    loan_ref: str
    paid_on: str
    amount: str
    currency: str
    reverses: str | None
    received_at: str = Field(description="When it was taken, ISO 8601.")
    owing: Owing
    cancelled: int = Field(description="How many scheduled reminders it cancelled.")
    escaped: list[int] = Field(
        description="Reminders that had left before it was known, and were still on their way."
    )


class ErrorItem(Schema):
    """One thing that is wrong; ``field`` is empty where the whole request is meant."""

    field: str
    code: str
    message: str
    remedy: str


class Errors(Schema):
    """Why a request is not taken."""

    errors: list[ErrorItem]


class Conflict(Errors):
    """The ref is on file with other values: both, by field."""

    on_file: dict[str, str | None]
    posted: dict[str, str | None]
