"""A domestic text gateway: JSON over HTTP, numeric result codes, reports and replies pushed."""

import hashlib
import hmac
import json
import re
import secrets
import time
from typing import Any

from aiohttp import web

from collections_site.handset.carrier import Text, now
from collections_site.handset.exchange import Exchange
from collections_site.handset.webhooks import Notice
from collections_site.lib.loopback import is_loopback

MOBILE = re.compile(r"\+861[3-9]\d{9}")
SIGNATURE = re.compile(r"【[^【】]{2,20}】")
CLOCK_TOLERANCE = 300  # seconds a request's timestamp may be off
LONGEST_TEXT = 500
LISTED = 50
ACCEPTED, BAD_NUMBER, OPTED_OUT, REFUSED, NO_SIGNATURE, BAD_CALLBACK = 0, 101, 102, 103, 104, 105
FORGED, MALFORMED, BUSY = 201, 202, 429
CODES = {
    ACCEPTED: "accepted",
    BAD_NUMBER: "not a mainland mobile number",
    OPTED_OUT: "the number refuses texts",
    REFUSED: "the text is refused",
    NO_SIGNATURE: "the text does not start with a 【signature】",
    BAD_CALLBACK: "the report address is not allowed",
    FORGED: "the signature or timestamp is wrong",
    MALFORMED: "the request is not understood",
    BUSY: "too many requests",
}
HTTP_STATUS = {FORGED: 401, MALFORMED: 400, BUSY: 429}
RESULT = {"sent": "ACCEPTD", "delivered": "DELIVRD", "undelivered": "UNDELIV"}  # as in SMPP


class GatewayWire:
    """/gateway/v1/messages: send and list; reports and replies pushed."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.carrier = exchange.carrier
        self.config = exchange.config

    def routes(self) -> list[web.RouteDef]:
        """Where it listens."""
        return [
            web.post("/gateway/v1/messages", self.create),
            web.get("/gateway/v1/messages", self.listing),
        ]

    def _signature(self, timestamp: str, body: bytes) -> str:
        key = self.config.gateway_secret.encode()
        return hmac.new(key, f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()

    def _genuine(self, request: web.Request, body: bytes) -> bool:
        timestamp = request.headers.get("X-Gateway-Timestamp", "")
        given = request.headers.get("X-Gateway-Signature", "")
        if not self.config.gateway_secret or not re.fullmatch(r"[0-9]{1,12}", timestamp):
            return False
        if abs(time.time() - int(timestamp)) > CLOCK_TOLERANCE:
            return False
        return hmac.compare_digest(self._signature(timestamp, body).encode(), given.encode())

    async def create(self, request: web.Request) -> web.Response:
        """Take one text."""
        raw = await request.read()
        if not self._genuine(request, raw):
            return self.refused(FORGED)
        try:
            order = json.loads(raw)
            text = Text(
                kind="text",
                provider_id="G" + secrets.token_hex(12),
                wire="gateway",
                to=_string(order, "to"),
                from_=self.config.gateway_number,
                text=_string(order, "text"),
                at=now(),
                reference=_string(order, "id"),
                callback=_string(order, "report_url"),
            )
            if not 1 <= int(order["valid_seconds"]) <= 172_800:
                raise ValueError("valid_seconds")
        except (ValueError, TypeError, KeyError) as error:
            return self.refused(MALFORMED, str(error))
        if code := self._wrong(text):
            return self.refused(code)
        return await self.exchange.take(request, text, self)

    def _wrong(self, text: Text) -> int:
        """The result code a text earns, or 0."""
        if not MOBILE.fullmatch(text.to):
            return BAD_NUMBER
        if not is_loopback(text.callback):
            return BAD_CALLBACK
        if not SIGNATURE.match(text.text):
            return NO_SIGNATURE
        return REFUSED if len(text.text) > LONGEST_TEXT else ACCEPTED

    async def listing(self, request: web.Request) -> web.Response:
        """The newest texts to one number."""
        if not self._genuine(request, await request.read()):
            return self.refused(FORGED)
        to = request.query.get("to", "")
        if not to:
            return self.refused(MALFORMED, "to")
        found = [text for text in self.carrier.listed("gateway", to=to) if text.kind == "text"]
        return web.json_response({"code": 0, "messages": [_listed(t) for t in found[:LISTED]]})

    def accepted(self, text: Text) -> web.Response:
        """200 with the gateway's id."""
        return web.json_response({"code": ACCEPTED, "message_id": text.provider_id})

    def refused(self, code: int, detail: str = "") -> web.Response:
        """The result code; also for codes ordered by the fault plan."""
        reason = CODES.get(code, f"code {code}")
        document = {"code": code, "reason": f"{reason}: {detail}" if detail else reason}
        return web.json_response(document, status=HTTP_STATUS.get(code, 200))

    def busy(self) -> web.Response:
        """429, never processed."""
        answer = self.refused(BUSY)
        answer.headers["Retry-After"] = "1"
        return answer

    def junk(self) -> web.Response:
        """200 that breaks off."""
        return web.Response(text='{"code": 0, "message_id": "G', content_type="application/json")

    def statuses(self, text: Text) -> list[str]:
        """What the carrier reports."""
        return ["sent", "delivered" if text.reached else "undelivered"]

    def receipt(self, text: Text, status: str) -> Notice:
        """A delivery report."""
        text.error = RESULT[status]
        document = {
            "message_id": text.provider_id,
            "id": text.reference,
            "status": status,
            "code": RESULT[status],
            "at": now().isoformat(),
        }
        return self._signed(text.callback, document)

    def inbound(self, reply: Text) -> Notice:
        """A text from a phone."""
        document = {
            "reply_id": reply.provider_id,
            "from": reply.from_,
            "to": reply.to,
            "text": reply.text,
            "at": reply.at.isoformat(),
        }
        return self._signed(f"{self.config.public_url}/webhooks/gateway/replies/", document)

    def _signed(self, url: str, document: dict[str, Any]) -> Notice:
        body = json.dumps(document, ensure_ascii=False).encode()
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Gateway-Timestamp": timestamp,
            "X-Gateway-Signature": self._signature(timestamp, body),
        }
        return Notice(url, body, headers)


def _string(order: dict[str, Any], name: str) -> str:
    value = order[name]
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def _listed(text: Text) -> dict[str, str]:
    return {
        "message_id": text.provider_id,
        "id": text.reference,
        "to": text.to,
        "text": text.text,
        "accepted_at": text.at.isoformat(),
        "status": text.status,
        "code": text.error,
    }
