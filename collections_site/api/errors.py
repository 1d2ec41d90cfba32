"""What is answered to a request that cannot be taken: which field, what is wrong, what to do.

English, for programs and those who write them; codes are never renamed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import JsonResponse

from borrowers.policies.repayments import Problem

REMEDIES = {
    "repayment_ref": "Give the payment's number in your system, 1 to 40 characters.",
    "loan_ref": "Give the loan's number as in loans.csv, 1 to 40 characters.",
    "paid_on": 'Write the date as a text like "2026-11-24".',
    "amount": 'Write the amount as a text with at most two decimals, like "120.00", never as a number.',
    "currency": 'Write the currency as three capitals, like "CNY".',
    "reverses": "Name the repayment_ref of the payment that is taken back, or leave it out.",
}
MESSAGES = {
    "missing": "This field is missing.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This field is a text.",
    "string_too_short": "This field is empty.",
    "string_too_long": "This field is too long.",
    "string_pattern_mismatch": "This field is not written as it should be.",
}


class CannotRead(Exception):
    """The request is refused before any field is looked at."""

    def __init__(self, status: int, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem("", code, message, remedy)


def refuse(status: int, problems: Iterable[Problem], **more: Any) -> JsonResponse:
    """The answer: a list, for several fields may be wrong at once."""
    errors = [
        {"field": one.field, "code": one.code, "message": one.message, "remedy": one.remedy}
        for one in problems
    ]
    return JsonResponse({"errors": errors, **more}, status=status)


def of_fields(found: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """The problems that reading the fields found, in our own words."""
    return [_of_field(one) for one in found]


def _of_field(one: Mapping[str, Any]) -> Problem:
    place = [str(part) for part in one["loc"][2:]]
    if not place:
        return Problem(
            "",
            "not_an_object",
            "The body is not one JSON object.",
            'Post one object, like {"repayment_ref": "R-1", …}.',
        )
    field, code = place[0], str(one["type"])
    message = MESSAGES.get(code) or str(one.get("msg", "")).removeprefix("Value error, ")
    if code == "extra_forbidden":
        shown = field[:40]
        return Problem(shown, code, message, "Leave it out, or mend its name.")
    return Problem(field, code, message, REMEDIES[field])
