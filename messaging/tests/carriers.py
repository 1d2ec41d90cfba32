"""Providers connected to a simulated carrier, and texts for them."""

import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Thread

from collections_site.handset.testing import GATEWAY_SECRET, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
from messaging.providers.base import OutboundText, Provider
from messaging.providers.gateway import GatewayProvider
from messaging.providers.twilio import TwilioProvider

NUMBERS = {
    "twilio": (f"+1555{n:07d}" for n in count(1)),
    "gateway": (f"+86138{n:08d}" for n in count(1)),
}


def connect(base_url: str, code: str, *, threads: int = 1, secret: str = "") -> Provider:
    """A provider for the carrier at an address; `secret` replaces the right one."""
    if code == "gateway":
        return GatewayProvider(url=base_url, secret=secret or GATEWAY_SECRET, threads=threads)
    return TwilioProvider(
        account_sid=TWILIO_ACCOUNT_SID,
        auth_token=secret or TWILIO_AUTH_TOKEN,
        messaging_service_sid="MG" + "1" * 32,
        api_url=base_url,
        production=False,
        threads=threads,
    )


def a_text(base_url: str, code: str, text: str = "【礼贷】您好 Hello") -> OutboundText:
    """A text to a phone that has received nothing yet."""
    attempt = uuid.uuid4()
    # The carrier itself answers 404 here: receipts are not what these tests are about.
    url = f"{base_url}/nobody/{attempt}/"
    return OutboundText(attempt, next(NUMBERS[code]), text, url, 900)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of something that reads one request and answers these very bytes, then closes.

    For answers no carrier should give: it stands for whatever may stand between it and us.
    """

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            request = connection.makefile("rb")
            length = 0
            while (line := request.readline()) not in {b"\r\n", b""}:
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            request.read(length)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(timeout=10)
