"""Twilio, through its official client. The only file that knows it."""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from collections_site.lib.loopback import is_loopback
from messaging.providers.base import (
    E164,
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
from messaging.providers.wire import TIMEOUT, Wire

API_URL = "https://api.twilio.com"
LONGEST_VALIDITY = 36_000  # seconds
LISTED = 50  # a phone gets a few texts a week
LOWEST_CODE = 10_000  # Twilio's own error codes have five digits; an HTTP status has three

OPTED_OUT = {21610}
BAD_NUMBER = {21201, 21211, 21217, 21604, 21614}

SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
FIELD = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")
REPORT_FIELDS = ("AccountSid", "MessageSid", "MessageStatus", "To")
INBOUND_FIELDS = ("AccountSid", "MessageSid", "From", "To", "Body")

logger = logging.getLogger("messaging.providers.twilio")


class _Http(HttpClient):  # type: ignore[misc]  # its package is untyped
    """The client's transport over our wire.

    Not Twilio's own: that one keeps its answer on the instance and returns it from there, so two
    threads could take each other's message ids; and it logs numbers.
    """

    def __init__(self, wire: Wire, api_url: str) -> None:
        super().__init__(logger, False, TIMEOUT)
        self._wire = wire
        self._api_url = api_url

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        if not uri.startswith(f"{API_URL}/"):
            raise ValueError("Only api.twilio.com is used.")
        url = self._api_url + uri.removeprefix(API_URL)
        answer = self._wire.request(
            method, url, params=params, data=data, headers=headers, auth=auth
        )
        return Response(answer.status_code, answer.content.decode(errors="replace"))


class TwilioProvider:
    """Programmable Messaging through a Messaging Service."""

    statuses: Mapping[str, DeliveryStatus] = {
        "accepted": "queued",
        "scheduled": "queued",
        "queued": "queued",
        "sending": "queued",
        "sent": "sent",
        "delivered": "delivered",
        "read": "delivered",
        "undelivered": "undelivered",
        "failed": "undelivered",
        "canceled": "undelivered",
    }

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        messaging_service_sid: str,
        threads: int,
        api_url: str = "",
        production: bool = True,
    ) -> None:
        """`api_url` points the client at a simulator. Raises ValueError where that is not allowed."""
        if api_url and (production or not is_loopback(api_url)):
            raise ValueError(
                "TWILIO_API_URL may only name this machine, and never in production: remove it."
            )
        base = api_url.rstrip("/") or API_URL
        self._configured = bool(account_sid and auth_token and messaging_service_sid)
        self._service = messaging_service_sid
        self._wire = Wire(base, threads=threads)
        self._client = Client(
            account_sid or "-",
            auth_token or "-",
            http_client=_Http(self._wire, base),
            environment={"TWILIO_REGION": ""},  # not the process's: a region would move the host
        )

    def send(self, text: OutboundText) -> Outcome:
        """Hand over one text, once."""
        if not self._configured:
            return NotSent("not_configured", configuration=True)
        if text.valid_seconds < 1:
            return NotSent("deadline_passed")
        self._wire.start()
        try:
            message = self._client.messages.create(
                to=text.to,
                messaging_service_sid=self._service,
                body=text.text,
                status_callback=text.callback_url,
                validity_period=min(text.valid_seconds, LONGEST_VALIDITY),
                smart_encoded=False,  # the approved characters, not look-alikes
            )
        except (TwilioRestException, TwilioServiceException) as error:
            return self._refusal(error.status, error.code)
        except Exception as error:  # noqa: BLE001  whatever it is, it was perhaps sent
            return self._wire.judge(error)
        if not isinstance(message.sid, str) or not SID.fullmatch(message.sid):
            return Unknown("no_sid")
        return Accepted(message.sid)

    def _refusal(self, status: Any, code: Any) -> Outcome:
        """What an answer other than 2xx means."""
        own = isinstance(code, int) and code >= LOWEST_CODE
        said = str(code if own else status)
        if status in (401, 403):
            return NotSent(said, configuration=True)
        if status == 429 and own:  # "never processed and always safe to retry"
            return NotSent(said, self._wire.retry_after)
        if own and 400 <= status < 500:
            return Rejected(said, opted_out=code in OPTED_OUT, bad_number=code in BAD_NUMBER)
        return Unknown(said)

    def find(self, to: str) -> list[Seen]:
        """What Twilio's message list shows for a number; without dates, which are empty at first."""
        self._wire.start()
        try:
            messages = self._client.messages.list(to=to, limit=LISTED)
            return [
                _seen(message, self.statuses.get(str(message.status), "none"))
                for message in messages
                if message.direction != "inbound"
            ]
        except Exception as error:  # noqa: BLE001  whatever it is, we learned nothing
            # Its own text holds the number, so it is not passed on.
            raise NoAnswer(type(error).__name__) from None

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    @staticmethod
    def terms_refuse(country: str, *, third_party: bool = False) -> str | None:
        """Twilio's PRC terms forbid loan texts; its messaging policy, debts of others in US and CA.

        Sources: twilio.com/en-us/legal/service-country-specific-terms/prc-messaging-restrictions,
        errors 30863 and 30943.
        """
        if country == "CN":
            return "loan_texts_forbidden"
        if third_party and country in {"US", "CA"}:
            return "third_party_forbidden"
        return None


def _seen(message: Any, status: DeliveryStatus) -> Seen:
    sid, body, created = message.sid, message.body, message.date_created
    if not (isinstance(sid, str) and isinstance(body, str) and isinstance(created, datetime)):
        raise TypeError("message")
    return Seen(sid, None, body, created, status)


class TwilioWebhooks:
    """What Twilio tells us: signed forms. Several tokens are valid while one is being replaced."""

    def __init__(self, account_sid: str, auth_tokens: Sequence[str]) -> None:
        self._account = account_sid
        self._validators = [RequestValidator(token) for token in auth_tokens if token]

    def verify(self, url: str, params: Mapping[str, Sequence[str]], signature: str) -> bool:
        """Whether Twilio signed this form (`dict(request.POST.lists())`) for this address.

        The signature covers names and values without separators, so `Body=STOP` also verifies as
        `Bod=ySTOP`, and a repeated field as a single one. So every name must look like Twilio's,
        occur once, and the parse functions insist on each field they need.
        """
        if any(len(values) != 1 or not FIELD.fullmatch(name) for name, values in params.items()):
            return False
        form = {name: values[0] for name, values in params.items()}
        checks = [validator.validate(url, form, signature) for validator in self._validators]
        return any(checks)

    def parse_report(self, params: Mapping[str, Sequence[str]]) -> DeliveryReport:
        """A status callback. Raises Malformed."""
        form = self._form(params, REPORT_FIELDS)
        said, code = form["MessageStatus"], form.get("ErrorCode", "")
        if not re.fullmatch(r"[a-z_]{2,20}", said) or not re.fullmatch(r"[0-9]{0,8}", code):
            raise Malformed("MessageStatus")
        status = TwilioProvider.statuses.get(said, "none")
        # RawDlrDoneDate has no time zone, so it is no time at all.
        return DeliveryReport(form["MessageSid"], None, status, said, code, None)

    def parse_inbound(self, params: Mapping[str, Sequence[str]]) -> InboundText:
        """A text from a phone. Raises Malformed."""
        form = self._form(params, INBOUND_FIELDS)
        if not E164.fullmatch(form["From"]):
            raise Malformed("From")
        return InboundText(form["MessageSid"], form["From"], form["To"], keepable(form["Body"]))

    def _form(self, params: Mapping[str, Sequence[str]], needed: Sequence[str]) -> dict[str, str]:
        for name in needed:
            if len(params.get(name, ())) != 1:
                raise Malformed(name)
        form = {name: values[0] for name, values in params.items() if len(values) == 1}
        if form["AccountSid"] != self._account:
            raise Malformed("AccountSid")
        if not SID.fullmatch(form["MessageSid"]):
            raise Malformed("MessageSid")
        if not re.fullmatch(r"\+?[0-9]{3,15}", form["To"]):
            raise Malformed("To")
        return form
