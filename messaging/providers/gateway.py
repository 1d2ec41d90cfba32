"""The domestic gateway: signed JSON over HTTP, numeric result codes, mainland numbers only."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collections_site.lib.loopback import is_loopback
from messaging.providers.base import (
    E164,
    LONGEST_CODE,
    LONGEST_ID,
    Accepted,
    DeliveryReport,
    DeliveryStatus,
    InboundText,
    Malformed,
    NoAnswer,
    NotSent,
    OutboundText,
    Outcome,
    Rejected,
    Seen,
    Unknown,
    keepable,
)
from messaging.providers.wire import Wire

MESSAGES = "/gateway/v1/messages"
CLOCK_TOLERANCE = 300  # seconds between the signer's clock and ours
ACCEPTED, BUSY = 0, 429
BAD_NUMBER, OPTED_OUT = 101, 102
REFUSALS = range(101, 200)  # result codes that refuse this text for good
LONGEST_TEXT = 1600
IDENTIFIER = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over `<unix seconds>.<raw body>`, in hexadecimal; both directions sign alike."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


class GatewayProvider:
    """POST and GET /gateway/v1/messages."""

    statuses: Mapping[str, DeliveryStatus] = {
        "accepted": "queued",
        "sent": "sent",
        "delivered": "delivered",
        "undelivered": "undelivered",
    }

    def __init__(self, *, url: str, secret: str, threads: int) -> None:
        """`url` is the gateway's root. Raises ValueError for plain HTTP off this machine."""
        if url and not (url.startswith("https://") or is_loopback(url)):
            raise ValueError("GATEWAY_URL must start with https://.")
        self._configured = bool(url and secret)
        self._url = url.rstrip("/") + MESSAGES
        self._secret = secret
        self._wire = Wire(url, threads=threads)

    def send(self, text: OutboundText) -> Outcome:
        """Hand over one text, once."""
        if not self._configured:
            return NotSent("not_configured", configuration=True)
        if text.valid_seconds < 1:
            return NotSent("deadline_passed")
        order = {
            "id": str(text.attempt_id),
            "to": text.to,
            "text": text.text,
            "valid_seconds": text.valid_seconds,
            "report_url": text.callback_url,
        }
        body = json.dumps(order, ensure_ascii=False).encode()
        self._wire.start()
        try:
            answer = self._wire.request("POST", self._url, data=body, headers=self._headers(body))
        except Exception as error:  # noqa: BLE001  whatever it is, it was perhaps sent
            return self._wire.judge(error)
        try:
            said = _object(answer.content)
        except (ValueError, RecursionError):
            said = {}
        return self._outcome(answer.status_code, said)

    def _headers(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        return {
            "Content-Type": "application/json",
            "X-Gateway-Timestamp": timestamp,
            "X-Gateway-Signature": signature(self._secret, timestamp, body),
        }

    def _outcome(self, status: int, said: dict[str, Any]) -> Outcome:
        """What an answer means; `said` is empty where its body could not be read."""
        code = said.get("code")
        own = type(code) is int and code != ACCEPTED
        word = str(code if own else status)[:LONGEST_CODE]
        if status in (401, 403):
            return NotSent(word, configuration=True)
        if status == 429 and code == BUSY:
            return NotSent(word, self._wire.retry_after)
        if own and (400 <= status < 500 or (status == 200 and code in REFUSALS)):
            return Rejected(word, opted_out=code == OPTED_OUT, bad_number=code == BAD_NUMBER)
        if status == 200 and type(code) is int and code == ACCEPTED:
            message_id = said.get("message_id")
            if isinstance(message_id, str) and IDENTIFIER.fullmatch(message_id):
                return Accepted(message_id)
            return Unknown("no_message_id")
        return Unknown(word)

    def find(self, to: str) -> list[Seen]:
        """What the gateway's list shows for a number."""
        self._wire.start()
        try:
            answer = self._wire.request(
                "GET", self._url, params={"to": to}, headers=self._headers(b"")
            )
            said = _object(answer.content)
            if answer.status_code != 200 or said.get("code") != ACCEPTED:
                raise NoAnswer(str(answer.status_code))
            return [self._seen(message) for message in said["messages"]]
        except NoAnswer:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, we learned nothing
            # Its own text holds the number, so it is not passed on.
            raise NoAnswer(type(error).__name__) from None

    def _seen(self, message: dict[str, Any]) -> Seen:
        return Seen(
            provider_id=_string(message, "message_id"),
            reference=_string(message, "id"),
            text=_string(message, "text"),
            accepted_at=_instant(message, "accepted_at"),
            status=self.statuses.get(_string(message, "status"), "none"),
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    @staticmethod
    def terms_refuse(country: str, *, third_party: bool = False) -> str | None:
        """The gateway's channels end at the border."""
        return None if country == "CN" else "mainland_only"


class GatewayWebhooks:
    """What the gateway pushes: reports and replies, signed as our own requests are."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def verify(self, body: bytes, timestamp: str, given: str, *, at: float | None = None) -> bool:
        """Whether the gateway signed this body, within five minutes of `at` (unix seconds, now)."""
        if not self._secret or not re.fullmatch(r"[0-9]{1,12}", timestamp):
            return False
        if abs((time.time() if at is None else at) - int(timestamp)) > CLOCK_TOLERANCE:
            return False
        right = signature(self._secret, timestamp, body)
        return hmac.compare_digest(right.encode(), given.encode(errors="replace"))

    def parse_report(self, body: bytes) -> DeliveryReport:
        """A delivery report. Raises Malformed."""
        report = _genuine(body)
        said = _string(report, "status")
        if said not in GatewayProvider.statuses:
            raise Malformed("status")
        return DeliveryReport(
            provider_id=_identifier(report, "message_id"),
            reference=_identifier(report, "id"),
            status=GatewayProvider.statuses[said],
            said=said,
            code=_code(report),
            at=_instant(report, "at"),
        )

    def parse_reply(self, body: bytes) -> InboundText:
        """A text from a phone. Raises Malformed."""
        reply = _genuine(body)
        sender, text = _string(reply, "from"), _string(reply, "text")
        if not E164.fullmatch(sender):
            raise Malformed("from")
        if len(text) > LONGEST_TEXT:
            raise Malformed("text")
        return InboundText(
            provider_id=_identifier(reply, "reply_id"),
            from_=sender,
            to=_identifier(reply, "to"),
            text=keepable(text),
            at=_instant(reply, "at"),
        )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise Malformed("a name occurs twice")
    return dict(pairs)


def _object(body: bytes) -> dict[str, Any]:
    """A JSON object in which no name occurs twice. Raises ValueError."""
    said = json.loads(body, object_pairs_hook=_once)
    if not isinstance(said, dict):
        raise Malformed("not an object")
    return said


def _genuine(body: bytes) -> dict[str, Any]:
    try:
        return _object(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error


def _string(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise Malformed(name)
    return value


def _identifier(said: dict[str, Any], name: str) -> str:
    value = _string(said, name)
    if not IDENTIFIER.fullmatch(value):
        raise Malformed(name)
    return value


def _code(said: dict[str, Any]) -> str:
    value = _string(said, "code")
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{0,{LONGEST_CODE}}}", value):
        raise Malformed("code")
    return value


def _instant(said: dict[str, Any], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_string(said, name))
    except ValueError as error:
        raise Malformed(name) from error
    if at.tzinfo is None:
        raise Malformed(name)
    return at
