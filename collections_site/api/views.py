"""The description of the API: for programs as OpenAPI, for people as a page of ours."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from collections_site.api.repayments import api
from collections_site.lib.access import public


@require_safe
@public
def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, made from the code that answers."""
    return JsonResponse(api.get_openapi_schema(path_prefix=reverse("api")))


@require_safe
@public
def description(request: HttpRequest) -> HttpResponse:
    """The same for a person: every address, its fields, its answers."""
    schema = api.get_openapi_schema(path_prefix=reverse("api"))
    context = {"schema": schema, "operations": list(_operations(schema))}
    return render(request, "api/description.html", context)


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    shapes = schema["components"]["schemas"]
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "description": operation["description"],
            "fields": _fields(operation, shapes),
            "answers": [
                {"status": status, "fields": _properties(answer, shapes)}
                for status, answer in sorted(operation["responses"].items(), key=str)
            ],
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def _fields(operation: dict[str, Any], shapes: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of the body, with whether each is needed and what it looks like."""
    if "requestBody" not in operation:
        return []
    shape = _shape(operation["requestBody"], shapes)
    return [
        {
            "name": name,
            "needed": name in shape.get("required", []),
            "description": field.get("description", ""),
            "example": next(iter(field.get("examples", [])), ""),
        }
        for name, field in shape["properties"].items()
    ]


def _properties(answer: dict[str, Any], shapes: dict[str, Any]) -> list[str]:
    return list(_shape(answer, shapes)["properties"])


def _shape(holder: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    """The named shape of a body or an answer."""
    reference: str = holder["content"]["application/json"]["schema"]["$ref"]
    shape: dict[str, Any] = shapes[reference.rpartition("/")[2]]
    return shape
