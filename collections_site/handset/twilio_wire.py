"""The part of Twilio's HTTP interface that the site uses, as its documentation describes it."""

import base64
import hmac
import re
import secrets
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from twilio.request_validator import RequestValidator

from collections_site.handset.carrier import E164, Text, now
from collections_site.handset.exchange import Exchange
from collections_site.handset.segments import segments
from collections_site.handset.webhooks import Notice
from collections_site.lib.loopback import is_loopback

VERSION = "2010-04-01"
LONGEST_BODY = 1600
UNDELIVERED = 30003  # unreachable destination handset
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MESSAGES = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Number",
    21408: "Permission to send an SMS has not been enabled for the region",
    21602: "Message body is required",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21609: "The 'StatusCallback' URL is not a valid URL",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
}
HTTP_STATUS = {20003: 401, 20404: 404, 20429: 429}


class TwilioWire:
    """Accounts/{sid}/Messages: create, list, fetch; status callbacks and inbound webhooks."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.carrier = exchange.carrier
        self.config = exchange.config
        self.validator = RequestValidator(self.config.twilio_auth_token)

    def routes(self) -> list[web.RouteDef]:
        """Where it listens."""
        messages = f"/{VERSION}/Accounts/{{account}}/Messages"
        return [
            web.post(f"{messages}.json", self.create),
            web.get(f"{messages}.json", self.listing),
            web.get(f"{messages}/{{sid}}.json", self.fetch),
        ]

    def _stranger(self, request: web.Request) -> web.Response | None:
        """An answer for whoever may not use this account."""
        sid, token = self.config.twilio_account_sid, self.config.twilio_auth_token
        right = b"Basic " + base64.b64encode(f"{sid}:{token}".encode())
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if not (sid and token) or not hmac.compare_digest(given, right):
            return self.refused(20003)
        if request.match_info["account"] != sid:
            return self.refused(20404, request.path)
        return None

    async def create(self, request: web.Request) -> web.Response:
        """Take one text."""
        if stranger := self._stranger(request):
            return stranger
        form = {name: str(value) for name, value in (await request.post()).items()}
        if code := self._wrong(form):
            return self.refused(code)
        service = form.get("MessagingServiceSid", "")
        callback = form.get("StatusCallback", "")
        reference = UUID.search(callback)
        text = Text(
            kind="text",
            provider_id="SM" + secrets.token_hex(16),
            wire="twilio",
            to=form["To"],
            from_=form.get("From") or self.config.twilio_number,
            text=form["Body"],
            at=now(),
            reference=reference.group() if reference else "",
            service=service,
            callback=callback,
            status="accepted" if service else "queued",
        )
        return await self.exchange.take(request, text, self)

    def _wrong(self, form: dict[str, str]) -> int:
        """The error a form earns, or 0."""
        to, body = form.get("To", ""), form.get("Body", "")
        callback = form.get("StatusCallback", "")
        faults = {
            21604: not to,
            21211: not E164.fullmatch(to),
            21602: not body.strip(),
            21617: len(body) > LONGEST_BODY,
            21603: not form.get("From") and not form.get("MessagingServiceSid"),
            21609: bool(callback) and not is_loopback(callback),
            21408: to.startswith("+86"),  # Twilio's terms: no loan texts to mainland China
            21610: self.carrier.refuses(to, "twilio"),
        }
        return next((code for code, wrong in faults.items() if wrong), 0)

    async def listing(self, request: web.Request) -> web.Response:
        """List messages, newest first, in pages."""
        if stranger := self._stranger(request):
            return stranger
        query = dict(request.query)
        if any(name.startswith("DateSent") for name in query):
            return web.json_response({"message": "Dates are not simulated."}, status=501)
        try:
            page = max(0, int(query.pop("Page", 0)))
            size = min(1000, max(1, int(query.pop("PageSize", 50))))
        except ValueError:
            return self.refused(20001, "Page and PageSize are whole numbers")
        found = self.carrier.listed("twilio", to=query.get("To", ""), from_=query.get("From", ""))
        start = page * size
        shown = found[start : start + size]
        return web.json_response(
            {
                "messages": [self.message(text) for text in shown],
                "uri": self._page(request, query, page, size),
                "first_page_uri": self._page(request, query, 0, size),
                "previous_page_uri": self._page(request, query, page - 1, size) if page else None,
                "next_page_uri": self._page(request, query, page + 1, size)
                if start + size < len(found)
                else None,
                "page": page,
                "page_size": size,
                "start": start,
                "end": start + max(0, len(shown) - 1),
            }
        )

    @staticmethod
    def _page(request: web.Request, query: dict[str, str], page: int, size: int) -> str:
        return f"{request.path}?{urlencode({**query, 'PageSize': size, 'Page': page})}"

    async def fetch(self, request: web.Request) -> web.Response:
        """One message."""
        if stranger := self._stranger(request):
            return stranger
        text = self.carrier.by_id.get(request.match_info["sid"])
        if text is None or text.wire != "twilio" or not text.listed:
            return self.refused(20404, request.path)
        return web.json_response(self.message(text))

    def message(self, text: Text) -> dict[str, Any]:
        """Twilio's JSON of a message."""
        account = self.config.twilio_account_sid
        uri = f"/{VERSION}/Accounts/{account}/Messages/{text.provider_id}"
        unsent = text.status in {"accepted", "queued"}
        updated = format_datetime(text.updated)
        return {
            "account_sid": account,
            "api_version": VERSION,
            "body": text.text,
            "date_created": format_datetime(text.at),
            "date_sent": None if unsent else updated,
            "date_updated": updated,
            "direction": "inbound" if text.kind == "reply" else "outbound-api",
            "error_code": int(text.error) if text.error else None,
            "error_message": None,
            "from": None if text.status == "accepted" else text.from_,
            "messaging_service_sid": text.service or None,
            "num_media": "0",
            "num_segments": "0" if text.status == "accepted" else str(segments(text.text)),
            "price": None,
            "price_unit": "USD",
            "sid": text.provider_id,
            "status": text.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": text.to,
            "uri": f"{uri}.json",
        }

    def accepted(self, text: Text) -> web.Response:
        """201 with the message."""
        return web.json_response(self.message(text), status=201)

    def refused(self, code: int, detail: str = "") -> web.Response:
        """Twilio's error document; also for codes ordered by the fault plan."""
        status = HTTP_STATUS.get(code, 400)
        message = MESSAGES.get(code, f"Error {code}")
        document = {
            "code": code,
            "message": f"{message}: {detail}" if detail else message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }
        return web.json_response(document, status=status)

    def busy(self) -> web.Response:
        """429, never processed."""
        answer = self.refused(20429)
        answer.headers["Retry-After"] = "1"
        return answer

    def junk(self) -> web.Response:
        """201 that breaks off before the sid is whole."""
        return web.Response(status=201, text='{"sid": "SM12', content_type="application/json")

    def statuses(self, text: Text) -> list[str]:
        """`queued` is told only where it is not already the answer."""
        first = ["queued"] if text.service else []
        return [*first, "sent", "delivered" if text.reached else "undelivered"]

    def receipt(self, text: Text, status: str) -> Notice:
        """A status callback."""
        fields = {
            "AccountSid": self.config.twilio_account_sid,
            "ApiVersion": VERSION,
            "From": text.from_,
            "MessageSid": text.provider_id,
            "MessageStatus": status,
            "SmsSid": text.provider_id,
            "SmsStatus": status,
            "To": text.to,
        }
        if text.service:
            fields["MessagingServiceSid"] = text.service
        if status == "undelivered":
            text.error = fields["ErrorCode"] = str(UNDELIVERED)
        if status in {"delivered", "undelivered"}:
            fields["RawDlrDoneDate"] = now().strftime("%y%m%d%H%M")
        return self._signed(text.callback, fields)

    def inbound(self, reply: Text) -> Notice:
        """A text from a phone."""
        fields = {
            "AccountSid": self.config.twilio_account_sid,
            "ApiVersion": VERSION,
            "Body": reply.text,
            "From": reply.from_,
            "MessageSid": reply.provider_id,
            "NumMedia": "0",
            "NumSegments": str(segments(reply.text)),
            "SmsMessageSid": reply.provider_id,
            "SmsSid": reply.provider_id,
            "SmsStatus": "received",
            "To": reply.to,
        }
        if reply.service:
            fields["MessagingServiceSid"] = reply.service
        return self._signed(f"{self.config.public_url}/webhooks/twilio/inbound/", fields)

    def _signed(self, url: str, fields: dict[str, str]) -> Notice:
        signature = self.validator.compute_signature(url, fields)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature,
        }
        return Notice(url, urlencode(fields).encode(), headers)
