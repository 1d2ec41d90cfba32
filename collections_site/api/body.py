"""Read a body as one JSON object, and say plainly why it cannot be read."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from collections_site.api.errors import CannotRead

LARGEST = 8 * 1024  # bytes; a repayment is some two hundred


class _Twice(ValueError):
    """An object names a field twice: which of the two counts would be a guess."""


class OneObject(Parser):
    """Ninja's reader of bodies, stricter: size, type, no field twice, no NaN."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            said = json.loads(
                request.body.decode("utf-8"),
                object_pairs_hook=_once,
                parse_constant=_no_constant,
            )
        except _Twice as error:
            raise CannotRead(
                400, "field_twice", f"The field {error} stands twice.", "Name each field once."
            ) from error
        except (ValueError, RecursionError) as error:
            raise CannotRead(
                400,
                "not_json",
                "The body is not JSON in UTF-8.",
                'Post one object, like {"repayment_ref": "R-1", …}, encoded in UTF-8.',
            ) from error
        if not isinstance(said, dict):
            raise CannotRead(
                400,
                "not_an_object",
                "The body is not one JSON object.",
                "Post one payment a request, as one object.",
            )
        return said


def check(request: HttpRequest) -> None:
    """Refuse what is too large or of another type, before it is read. Raises CannotRead."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > LARGEST:
        raise CannotRead(
            413,
            "too_large",
            f"The body is larger than {LARGEST} bytes.",
            "Post one payment a request; bring many by file.",
        )
    if not request.body:
        raise CannotRead(400, "empty", "The body is empty.", "Post the payment as JSON.")
    if request.content_type != "application/json":
        raise CannotRead(
            415,
            "not_json",
            "The body's type is not application/json.",
            "Send the header Content-Type: application/json.",
        )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name[:40])
        found[name] = value
    return found


def _no_constant(word: str) -> None:
    raise ValueError(word)
