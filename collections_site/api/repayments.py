"""POST and GET of repayments: translate, ask one service, translate back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from borrowers.policies.repayments import Problem
from borrowers.services.repayments import AnotherValue, CannotPost
from borrowers.services.tokens import REPAYMENTS
from collections_site.api import errors
from collections_site.api.body import OneObject
from collections_site.api.door import Door
from collections_site.api.errors import CannotRead
from collections_site.api.schemas import Conflict, Errors, RepaymentIn, RepaymentOut
from messaging.services import payments

api = NinjaAPI(
    title="Courtesy",
    version="1",
    description=(
        "Tell Courtesy of payments as they happen, so that nobody who has paid is reminded. "
        "Each of your systems has a key of its own; it is sent as a bearer token."
    ),
    openapi_url=None,
    docs_url=None,
    parser=OneObject(),
    urls_namespace="api",
)
REFUSED = {400: Errors, 401: Errors, 403: Errors, 413: Errors, 415: Errors, 422: Errors}


@api.post(
    "/repayments",
    url_name="api-repayments",
    auth=Door(REPAYMENTS),
    operation_id="post_repayment",
    summary="Post a repayment",
    response={201: RepaymentOut, 200: RepaymentOut, 409: Conflict, **REFUSED},
)
def post_repayment(request: HttpRequest, payment: RepaymentIn) -> HttpResponse:
    """Take a payment or a reversal. 201 when it is new; 200 with the same answer when the same
    was posted before; 409 with both values when the ref is on file with others.
    """
    received = payments.receive(payment.asked(), token=request.auth)  # type: ignore[attr-defined]
    return _answer(received.answer, 201 if received.new else 200)


@api.get(
    "/repayments/{path:repayment_ref}",
    url_name="api-repayment",
    auth=Door(REPAYMENTS),
    operation_id="get_repayment",
    summary="Ask for a repayment that was posted",
    response={200: RepaymentOut, 401: Errors, 403: Errors, 404: Errors},
)
def get_repayment(request: HttpRequest, repayment_ref: str) -> HttpResponse:
    """What was answered when it was posted."""
    # No ref of ours holds a control character, and the database cannot be asked for a NUL.
    answer = payments.answer_of(repayment_ref) if repayment_ref.isprintable() else None
    if answer is None:
        problem = Problem(
            "repayment_ref",
            "unknown",
            "No repayment with this ref was posted here.",
            "Post it; what came by file is not listed here.",
        )
        return _private(errors.refuse(404, [problem]))
    return _answer(answer, 200)


@api.exception_handler(CannotRead)
def _cannot_read(request: HttpRequest, error: CannotRead) -> HttpResponse:
    response = errors.refuse(error.status, [error.problem])
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
        response._has_been_logged = True  # type: ignore[attr-defined]  # the door tells of it, less often
    return _private(response)


@api.exception_handler(HttpError)
def _unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja wraps what its reader of bodies raises."""
    if isinstance(error.__cause__, CannotRead):
        return _cannot_read(request, error.__cause__)
    raise error


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _private(errors.refuse(422, errors.of_fields(error.errors)))


@api.exception_handler(CannotPost)
def _cannot_post(request: HttpRequest, error: CannotPost) -> HttpResponse:
    return _private(errors.refuse(422, error.problems))


@api.exception_handler(AnotherValue)
def _another_value(request: HttpRequest, error: AnotherValue) -> HttpResponse:
    problems = [
        Problem(
            field,
            "on_file",
            f"On file with {error.there[field] or 'nothing'}, posted with {posted or 'nothing'}.",
            "A ref names one payment for good: post a correction under a ref of its own.",
        )
        for field, posted in error.asked.items()
    ]
    values: dict[str, Any] = {"on_file": error.there, "posted": error.asked}
    return _private(errors.refuse(409, problems, **values))


def _answer(said: dict[str, Any], status: int) -> HttpResponse:
    """Sorted, so that the same answer is the same bytes whenever it is given."""
    return _private(JsonResponse(said, status=status, json_dumps_params={"sort_keys": True}))


def _private(response: HttpResponse) -> HttpResponse:
    """What somebody owes is kept by no proxy."""
    response["Cache-Control"] = "no-store"
    return response
