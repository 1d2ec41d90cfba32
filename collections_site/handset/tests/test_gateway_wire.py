"""The domestic gateway's wire: what it takes, refuses, reports and pushes."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
import requests

from collections_site.handset.testing import Handset, ListeningSite

ATTEMPT = "7df31fce-532e-4306-8942-6556ca873299"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def post(handset: Handset, order: Any = None, **changes: Any) -> requests.Response:
    """A signed order; `changes` overwrite its fields, or `secret` and `timestamp`."""
    secret = changes.pop("secret", handset.gateway_secret)
    timestamp = changes.pop("timestamp", str(int(time.time())))
    order = order or {
        "id": ATTEMPT,
        "to": "+8613800138000",
        "text": "【礼贷】您好",
        "valid_seconds": 900,
        "report_url": f"{handset.base_url}/nobody/",
        **changes,
    }
    body = order if isinstance(order, bytes) else json.dumps(order).encode()
    headers = {
        "X-Gateway-Timestamp": timestamp,
        "X-Gateway-Signature": sign(secret, timestamp, body),
    }
    url = f"{handset.base_url}/gateway/v1/messages"
    return requests.post(url, data=body, headers=headers, timeout=20)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"to": "+15551234567"}, 200, 101),
        ({"to": "+8637912345678"}, 200, 101),
        ({"text": "您好"}, 200, 104),
        ({"text": "您好【礼贷】"}, 200, 104),
        ({"text": "【礼贷】" + "好" * 500}, 200, 103),
        ({"report_url": "http://example.com/"}, 200, 105),
        ({"valid_seconds": 0}, 400, 202),
        ({"id": 7}, 400, 202),
        ({"order": b"{"}, 400, 202),
        ({"order": b"[]"}, 400, 202),
        ({"secret": "wrong"}, 401, 201),
        ({"timestamp": "x"}, 401, 201),
    ],
)
def test_a_wrong_order_earns_its_code_and_reaches_no_phone(
    handset: Handset, changes: dict[str, Any], status: int, code: int
) -> None:
    before = len(handset.ledger())

    answer = post(handset, **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(handset.ledger()) == before


@pytest.mark.parametrize("seconds", [-310, 310])
def test_an_old_or_early_signature_is_refused(handset: Handset, seconds: int) -> None:
    answer = post(handset, timestamp=str(int(time.time()) + seconds))

    assert (answer.status_code, answer.json()["code"]) == (401, 201)


def test_a_text_is_listed_with_our_id(handset: Handset) -> None:
    message_id = post(handset, to="+8613800138001").json()["message_id"]
    timestamp = str(int(time.time()))
    headers = {
        "X-Gateway-Timestamp": timestamp,
        "X-Gateway-Signature": sign(handset.gateway_secret, timestamp, b""),
    }
    url = f"{handset.base_url}/gateway/v1/messages"

    listed = requests.get(url, params={"to": "+8613800138001"}, headers=headers, timeout=20).json()

    (message,) = listed["messages"]
    assert (message["message_id"], message["id"]) == (message_id, ATTEMPT)
    assert message["text"] == "【礼贷】您好"
    assert requests.get(url, params={"to": "+8613800138001"}, timeout=20).status_code == 401


def test_reports_and_replies_are_pushed_signed(handset: Handset, site: ListeningSite) -> None:
    phone = "+8613800138002"
    post(handset, to=phone, report_url=f"{site.url}/reports/{ATTEMPT}/")
    handset.idle()
    handset.reply(phone, "还了")

    for heard in site.heard:
        timestamp = heard.headers["x-gateway-timestamp"]
        right = sign(handset.gateway_secret, timestamp, heard.body)
        assert heard.headers["x-gateway-signature"] == right
    *reports, reply = [json.loads(heard.body) for heard in site.heard]
    assert [(r["status"], r["code"]) for r in reports] == [
        ("sent", "ACCEPTD"),
        ("delivered", "DELIVRD"),
    ]
    assert {report["id"] for report in reports} == {ATTEMPT}
    assert site.heard[-1].path == "/webhooks/gateway/replies/"
    assert (reply["from"], reply["text"]) == (phone, "还了")


def test_the_gateway_does_not_hide_a_second_text(handset: Handset) -> None:
    """It records what it gets: a doubled order must show in the ledger, not be swallowed here."""
    for _ in range(2):
        post(handset, to="+8613800138003")

    assert len(handset.texts("+8613800138003")) == 2
