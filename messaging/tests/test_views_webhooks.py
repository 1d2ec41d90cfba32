"""The doors providers speak through: signed words are taken in once, everything else stays outside."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings
from twilio.request_validator import RequestValidator

from borrowers.models import Hold
from messaging.models import Attempt, Reply, WebhookEvent
from messaging.providers.gateway import signature
from messaging.tests.test_service_receipts import an_attempt
from tests import cast

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
SID = "AC" + "1" * 32


@pytest.fixture(autouse=True)
def credentials(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://courtesy.example"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = SID, "t" * 32
    settings.GATEWAY_SECRET = "s" * 32


def twilio(
    path: str, form: dict[str, str], *, token: str = "t" * 32, body: str | None = None
) -> int:
    sign = RequestValidator(token).compute_signature(f"https://courtesy.example{path}", form)
    response = Client().post(
        path, body or urlencode(form), content_type=FORM, headers={"X-Twilio-Signature": sign}
    )
    return response.status_code


def gateway(
    path: str, said: dict[str, Any] | bytes, *, secret: str = "s" * 32, age: int = 0
) -> int:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    stamp = str(int(time.time()) - age)
    response = Client().post(
        path,
        body,
        content_type="application/json",
        headers={
            "X-Gateway-Timestamp": stamp,
            "X-Gateway-Signature": signature(secret, stamp, body),
        },
    )
    return response.status_code


def inbound(phone: str, text: str = "STOP") -> dict[str, str]:
    return {
        "AccountSid": SID,
        "MessageSid": "SM" + "2" * 32,
        "From": phone,
        "To": "+15550001111",
        "Body": text,
        "NumMedia": "0",
    }


def reply(phone: str, text: str = "退订") -> dict[str, str]:
    return {
        "reply_id": "R1",
        "from": phone,
        "to": "95000",
        "text": text,
        "at": "2026-11-24T12:00:00+08:00",
    }


def test_a_signed_stop_by_twilio_holds_at_once_however_often_it_is_told() -> None:
    phone = an_attempt().contact_point.phone

    assert [twilio("/webhooks/twilio/inbound/", inbound(phone)) for _ in range(3)] == [200] * 3

    assert Reply.objects.count() == WebhookEvent.objects.count() == 1
    assert set(Hold.objects.values_list("kind", flat=True)) == {"opt_out"}


def test_a_signed_stop_by_the_gateway_holds_at_once_however_often_it_is_told() -> None:
    phone = an_attempt().contact_point.phone

    assert [gateway("/webhooks/gateway/replies/", reply(phone)) for _ in range(3)] == [204] * 3

    assert Reply.objects.count() == 1
    assert set(Hold.objects.values_list("kind", flat=True)) == {"opt_out"}


def test_a_signed_report_moves_delivery_forward() -> None:
    row = an_attempt()
    said = {
        "message_id": "G1",
        "id": str(row.pk),
        "status": "delivered",
        "code": "DELIVRD",
        "at": "2026-11-24T12:00:00+08:00",
    }

    assert gateway(f"/webhooks/gateway/status/{row.pk}/", said) == 204

    assert Attempt.objects.get().delivery == "delivered"


@pytest.mark.parametrize(
    "shifted",
    [
        lambda form: urlencode({**form, "Body": "START"}),
        lambda form: urlencode({k: v for k, v in form.items() if k != "Body"}) + "&Bod=ySTOP",
        lambda form: urlencode(form) + "&Body=STOP",
        lambda form: urlencode(form) + "&Extra=1",
    ],
)
def test_a_form_that_was_not_signed_as_it_stands_is_refused(shifted: Any) -> None:
    """Other words, the boundary of name and value shifted, a field repeated or added."""
    form = inbound(an_attempt().contact_point.phone)

    assert twilio("/webhooks/twilio/inbound/", form, body=shifted(form)) in (400, 403)
    assert not WebhookEvent.objects.exists()


def test_a_strangers_signature_and_an_old_one_are_refused() -> None:
    phone = an_attempt().contact_point.phone

    assert twilio("/webhooks/twilio/inbound/", inbound(phone), token="x" * 32) == 403
    assert gateway("/webhooks/gateway/replies/", reply(phone), secret="x" * 32) == 403
    assert gateway("/webhooks/gateway/replies/", reply(phone), age=3600) == 403
    assert (
        Client()
        .post("/webhooks/gateway/replies/", "{}", content_type="application/json")
        .status_code
        == 403
    )
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff\xfe", b'{"reply_id": "R1"}', b'{"from": 1}']
)
def test_signed_nonsense_is_told_so_and_changes_nothing(body: bytes) -> None:
    cast.the_house()

    assert gateway("/webhooks/gateway/replies/", body) == 400
    assert not WebhookEvent.objects.exists()


def test_a_body_too_large_to_be_a_webhook_is_refused_unread() -> None:
    cast.the_house()

    assert gateway("/webhooks/gateway/replies/", b" " * 70_000) == 413


def test_only_posts_are_taken() -> None:
    assert Client().get("/webhooks/gateway/replies/").status_code == 405
