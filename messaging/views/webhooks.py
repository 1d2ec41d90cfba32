"""Providers speak to us here: signed, once, without a sign-in.

2xx says that we have it for good; 5xx asks for a repetition; 403 is for whoever cannot sign.
"""

import json
import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from collections_site.lib.access import public
from messaging import providers
from messaging.providers.base import Malformed
from messaging.services import receipts, replies

logger = logging.getLogger(__name__)
LARGEST = 64 * 1024  # bytes of a body


@csrf_exempt
@require_POST
@public
def twilio_status(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    if refusal := _refuse_twilio(request):
        return refusal
    try:
        report = providers.twilio_webhooks().parse_report(_form(request))
    except Malformed as error:
        return _malformed(error)
    receipts.receive("twilio", attempt_id, report, request.POST.dict())
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@public
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    if refusal := _refuse_twilio(request):
        return refusal
    try:
        said = providers.twilio_webhooks().parse_inbound(_form(request))
    except Malformed as error:
        return _malformed(error)
    replies.receive("twilio", said, request.POST.dict())
    return HttpResponse("<Response/>", content_type="text/xml")


@csrf_exempt
@require_POST
@public
def gateway_status(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    if refusal := _refuse_gateway(request):
        return refusal
    try:
        report = providers.gateway_webhooks().parse_report(request.body)
    except Malformed as error:
        return _malformed(error)
    receipts.receive("gateway", attempt_id, report, _object(request))
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@public
def gateway_reply(request: HttpRequest) -> HttpResponse:
    if refusal := _refuse_gateway(request):
        return refusal
    try:
        said = providers.gateway_webhooks().parse_reply(request.body)
    except Malformed as error:
        return _malformed(error)
    replies.receive("gateway", said, _object(request))
    return HttpResponse(status=204)


def _refuse_twilio(request: HttpRequest) -> HttpResponse | None:
    if _too_large(request):
        return HttpResponse(status=413)
    url = settings.PUBLIC_URL + request.get_full_path()  # what was signed, whatever a proxy says
    signature = request.headers.get("X-Twilio-Signature", "")
    genuine = providers.twilio_webhooks().verify(url, _form(request), signature)
    return None if genuine else _forged(request)


def _refuse_gateway(request: HttpRequest) -> HttpResponse | None:
    if _too_large(request):
        return HttpResponse(status=413)
    timestamp = request.headers.get("X-Gateway-Timestamp", "")
    signature = request.headers.get("X-Gateway-Signature", "")
    genuine = providers.gateway_webhooks().verify(request.body, timestamp, signature)
    return None if genuine else _forged(request)


def _too_large(request: HttpRequest) -> bool:
    return int(request.headers.get("Content-Length") or 0) > LARGEST


def _forged(request: HttpRequest) -> HttpResponse:
    logger.warning("a webhook with a wrong signature", extra={"path": request.path})
    return HttpResponse(status=403)


def _malformed(error: Malformed) -> HttpResponse:
    logger.warning("a webhook that cannot be read: %s", error)
    return HttpResponse(f"cannot be read: {error}", status=400, content_type="text/plain")


def _form(request: HttpRequest) -> dict[str, list[str]]:
    return dict(request.POST.lists())


def _object(request: HttpRequest) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(request.body)
    return said
