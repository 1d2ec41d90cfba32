"""What proves that nothing left, what does not, and answers no provider should give."""

import json
import socket
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from traceback import format_exception

import pytest
import requests

from collections_site.handset.testing import Handset, running_handset
from messaging.providers import wire
from messaging.providers.base import (
    Accepted,
    NoAnswer,
    NotSent,
    OutboundText,
    Rejected,
    Unknown,
)
from messaging.providers.gateway import GatewayProvider
from messaging.providers.twilio import TwilioProvider
from messaging.providers.wire import Wire
from messaging.tests.carriers import a_text, answering, connect

SID = "SM" + "a" * 32


@pytest.fixture(scope="module")
def handset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handset]:
    with running_handset(tmp_path_factory.mktemp("carrier")) as handset:
        yield handset


@pytest.fixture(params=["twilio", "gateway"])
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def answer(status: str, body: object = b"", *headers: str) -> bytes:
    """Bytes of an HTTP answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + raw


BUSY = "Retry-After: 7"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (answer("201 Created", {"sid": SID}), Accepted(SID)),
        (answer("201 Created", {}), Unknown("no_sid")),
        (answer("201 Created", {"sid": None}), Unknown("no_sid")),
        (answer("201 Created", {"sid": "SM1"}), Unknown("no_sid")),
        (answer("201 Created"), Unknown("no_sid")),
        (answer("201 Created", [1]), Unknown("AttributeError")),
        (answer("200 OK", b"<html>"), Unknown("JSONDecodeError")),
        (answer("302 Found", b"", "Location: http://127.0.0.1:9/"), Unknown("302")),
        (answer("429 Slow", {"code": 20429}, BUSY), NotSent("20429", 7.0)),
        (answer("429 Slow", {"code": 20429}, "Retry-After: never"), NotSent("20429")),
        (answer("429 Slow", b"a proxy said so", BUSY), Unknown("429")),
        (answer("401 No", {"code": 20003}), NotSent("20003", configuration=True)),
        (answer("403 No", b"a proxy said so"), NotSent("403", configuration=True)),
        (answer("400 Bad", {"code": 21610}), Rejected("21610", opted_out=True)),
        (answer("404 No", {"code": 20404}), Rejected("20404")),
        (answer("400 Bad", {"message": "no code"}), Unknown("400")),
        (answer("400 Bad", {"code": "21610"}), Unknown("400")),
        (answer("404 No", b"<html>"), Unknown("404")),
        (answer("500 Oops", {"code": 20500}), Unknown("20500")),
        (answer("503 Oops", b""), Unknown("503")),
        (
            answer("400 Bad", {"type": "t", "title": "t", "status": 400, "code": 21614}),
            Rejected("21614", bad_number=True),
        ),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{", Unknown("ChunkedEncodingError")),
        (b"", Unknown("ConnectionError")),
        (b"\x00\xff garbage\r\n\r\n", Unknown("ConnectionError")),
    ],
)
def test_twilio_answers(said: bytes, outcome: object) -> None:
    with answering(said) as url, closing(connect(url, "twilio")) as provider:
        assert provider.send(a_text(url, "twilio")) == outcome


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (answer("200 OK", {"code": 0, "message_id": "G1"}), Accepted("G1")),
        (answer("200 OK", {"code": 0}), Unknown("no_message_id")),
        (answer("200 OK", {"code": 0, "message_id": "x" * 65}), Unknown("no_message_id")),
        (answer("200 OK", {"code": False, "message_id": "G1"}), Unknown("200")),
        (answer("200 OK", {"code": "0", "message_id": "G1"}), Unknown("200")),
        (answer("200 OK", b'{"code": 101, "code": 0, "message_id": "G1"}'), Unknown("200")),
        (answer("200 OK", [0]), Unknown("200")),
        (answer("201 Created", {"code": 0, "message_id": "G1"}), Unknown("201")),
        (answer("302 Found", b"", "Location: http://127.0.0.1:9/"), Unknown("302")),
        (answer("429 Slow", {"code": 429}, BUSY), NotSent("429", 7.0)),
        (answer("429 Slow", b"a proxy said so", BUSY), Unknown("429")),
        (answer("401 No", {"code": 201}), NotSent("201", configuration=True)),
        (answer("400 Bad", {"code": 202}), Rejected("202")),
        (answer("400 Bad", b"a proxy said so"), Unknown("400")),
        (answer("500 Oops", {"code": 101}), Unknown("101")),
        (b"", Unknown("ConnectionError")),
    ],
)
def test_gateway_answers(said: bytes, outcome: object) -> None:
    with answering(said) as url, closing(connect(url, "gateway")) as provider:
        assert provider.send(a_text(url, "gateway")) == outcome


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"messages": [{}]}', b'{"messages": 1}', b"{}"])
def test_a_garbled_list_is_no_empty_list(code: str, body: bytes) -> None:
    with (
        answering(answer("200 OK", body)) as url,
        closing(connect(url, code)) as provider,
        pytest.raises(NoAnswer),
    ):
        provider.find("+8613800138000")


def test_a_list_that_cannot_be_read_is_not_an_empty_one(handset: Handset, code: str) -> None:
    with (
        closing(connect(handset.base_url, code, secret="wrong")) as provider,
        pytest.raises(NoAnswer),
    ):
        provider.find("+8613800138000")


def test_a_carrier_that_is_down_has_certainly_sent_nothing(
    tmp_path_factory: pytest.TempPathFactory, code: str
) -> None:
    with running_handset(tmp_path_factory.mktemp("down")) as gone:
        text = a_text(gone.base_url, code)
        provider = connect(gone.base_url, code)
    with closing(provider):
        outcome = provider.send(text)
        with pytest.raises(NoAnswer) as caught:
            provider.find(text.to)
    told = "".join(format_exception(caught.value))
    assert text.to.removeprefix("+") not in told  # an error report holds no number

    assert isinstance(outcome, NotSent)
    assert not outcome.configuration


def test_a_carrier_killed_between_two_texts_leaves_no_false_proof(
    tmp_path_factory: pytest.TempPathFactory, code: str
) -> None:
    """The second text goes out on a connection that is already dead: perhaps sent, or surely not."""
    with running_handset(tmp_path_factory.mktemp("dying")) as dying:
        with closing(connect(dying.base_url, code)) as provider:
            assert isinstance(provider.send(a_text(dying.base_url, code)), Accepted)
            dying.stop()
            assert isinstance(provider.send(a_text(dying.base_url, code)), Unknown | NotSent)
        assert len(dying.texts()) == 1


def a_mainland_text() -> OutboundText:
    return OutboundText(
        uuid.uuid4(), "+8613800138000", "【礼贷】您好", "https://site.example/", 900
    )


def test_a_name_that_does_not_resolve_proves_that_nothing_left() -> None:
    with closing(
        GatewayProvider(url="https://no-such-host.invalid", secret="s", threads=1)
    ) as provider:
        assert isinstance(provider.send(a_mainland_text()), NotSent)


def test_a_refused_handshake_proves_that_nothing_left(handset: Handset) -> None:
    """TLS spoken to a port that speaks none: the text itself was never written."""
    url = handset.base_url.replace("http:", "https:")
    with closing(GatewayProvider(url=url, secret="s", threads=1)) as provider:
        assert provider.send(a_mainland_text()) == NotSent("SSLError")


def test_a_connection_that_is_never_made_proves_that_nothing_left(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(wire, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as waiting:
        for _ in range(4):  # fill the queue of a listener that accepts nobody
            other = waiting.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with closing(connect(url, code)) as provider:
            assert provider.send(a_text(url, code)) == NotSent("ConnectTimeout")


def test_the_same_error_after_the_connection_stood_proves_nothing(handset: Handset) -> None:
    with closing(Wire(handset.base_url, threads=1)) as line:
        line.start()
        assert line.judge(requests.exceptions.SSLError()) == NotSent("SSLError")

        line.start()
        line.request("GET", f"{handset.base_url}/control/health")
        assert line.judge(requests.exceptions.SSLError()) == Unknown("SSLError")

        line.start()
        line.request("GET", f"{handset.base_url}/control/health")  # over the connection kept
        assert line.judge(RuntimeError()) == Unknown("RuntimeError")


def test_a_bug_before_the_first_byte_is_raised_as_a_bug(handset: Handset) -> None:
    with closing(Wire(handset.base_url, threads=1)) as line:
        line.start()
        with pytest.raises(ZeroDivisionError):
            line.judge(ZeroDivisionError())


@pytest.mark.parametrize(
    ("url", "production"),
    [
        ("http://127.0.0.1:8001", True),
        ("http://example.com", False),
        ("https://127.0.0.1.example.com", False),
        ("127.0.0.1:8001", False),
    ],
)
def test_the_official_client_is_only_turned_to_this_machine_and_never_in_production(
    url: str, production: bool
) -> None:
    with pytest.raises(ValueError, match="TWILIO_API_URL"):
        TwilioProvider(
            account_sid="AC1",
            auth_token="t",
            messaging_service_sid="MG1",
            threads=1,
            api_url=url,
            production=production,
        )


def test_the_gateway_is_not_spoken_to_in_clear_over_a_network() -> None:
    with pytest.raises(ValueError, match="https"):
        GatewayProvider(url="http://gateway.example", secret="s", threads=1)


def test_a_text_shows_neither_number_nor_words_when_printed(code: str) -> None:
    text = a_text("http://127.0.0.1:9", code, "【礼贷】秘密")

    assert text.to not in repr(text)
    assert "秘密" not in repr(text)
