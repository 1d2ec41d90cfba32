"""Both wires against a really started carrier: every way a hand-over can end, and the truth of it."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from collections_site.handset.testing import Handset, listening_site, running_handset
from messaging.providers import wire
from messaging.providers.base import (
    Accepted,
    NotSent,
    OutboundText,
    Provider,
    Rejected,
    Unknown,
)
from messaging.providers.gateway import GatewayProvider
from messaging.providers.twilio import TwilioProvider
from messaging.tests.carriers import a_text, connect

WIRES = ["twilio", "gateway"]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handset]:
    with (
        listening_site() as site,
        running_handset(tmp_path_factory.mktemp("carrier"), public_url=site.url) as handset,
    ):
        yield handset


@pytest.fixture
def handset(started: Handset) -> Handset:
    started.behave()
    return started


@pytest.fixture(params=WIRES)
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def provider(handset: Handset, code: str) -> Iterator[Provider]:
    with closing(connect(handset.base_url, code)) as provider:
        yield provider


def test_an_accepted_text_is_on_the_phone_byte_for_byte(
    handset: Handset, code: str, provider: Provider
) -> None:
    text = a_text(handset.base_url, code, "【礼贷】“您好”😀 & = + %41\n10:00–20:00 €5")

    outcome = provider.send(text)

    (line,) = handset.texts(text.to)
    assert outcome == Accepted(line["provider_id"])
    assert (line["text"], line["wire"]) == (text.text, code)
    assert line["reference"] == str(text.attempt_id)


@pytest.mark.parametrize(
    ("fault", "kind", "recorded"),
    [
        ("500", Unknown, 1),
        ("500_lost", Unknown, 0),
        ("cut", Unknown, 1),
        ("cut_before", Unknown, 0),
        ("hang", Unknown, 1),
        ("hang_lost", Unknown, 0),
        ("junk", Unknown, 1),
        ("429", NotSent, 0),
        ("callback_first", Accepted, 1),
        ("undelivered", Accepted, 0),
        ("hide_from_list:60", Accepted, 1),
    ],
)
def test_each_fault_ends_as_what_the_sender_can_know(
    handset: Handset,
    code: str,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    kind: type,
    recorded: int,
) -> None:
    if fault.startswith("hang"):
        monkeypatch.setattr(wire, "TIMEOUT", 0.3)
    text = a_text(handset.base_url, code)
    handset.fault(fault, to=text.to)

    outcome = provider.send(text)

    assert isinstance(outcome, kind), outcome
    assert len(handset.texts(text.to)) == recorded


def test_busy_is_certainly_not_sent_and_says_when_to_come_back(
    handset: Handset, code: str, provider: Provider
) -> None:
    text = a_text(handset.base_url, code)
    handset.fault("429", to=text.to, times=1)

    busy = provider.send(text)

    assert isinstance(busy, NotSent)
    assert (busy.retry_after, busy.configuration) == (1.0, False)
    assert isinstance(provider.send(text), Accepted)


@pytest.mark.parametrize(
    ("code", "refused", "expected"),
    [
        ("twilio", 21610, Rejected("21610", opted_out=True)),
        ("twilio", 21211, Rejected("21211", bad_number=True)),
        ("twilio", 21614, Rejected("21614", bad_number=True)),
        ("twilio", 21408, Rejected("21408")),
        ("twilio", 30007, Rejected("30007")),
        ("gateway", 101, Rejected("101", bad_number=True)),
        ("gateway", 102, Rejected("102", opted_out=True)),
        ("gateway", 103, Rejected("103")),
        ("gateway", 999, Unknown("999")),  # no documented refusal: perhaps a warning
    ],
)
def test_a_refusal_keeps_its_code_and_what_follows_from_it(
    handset: Handset, provider: Provider, code: str, refused: int, expected: object
) -> None:
    text = a_text(handset.base_url, code)
    handset.fault(f"reject:{refused}", to=text.to)

    assert provider.send(text) == expected
    assert handset.texts(text.to) == []


def test_the_carrier_itself_refuses_what_it_cannot_carry(handset: Handset) -> None:
    with (
        closing(connect(handset.base_url, "twilio")) as twilio,
        closing(connect(handset.base_url, "gateway")) as gateway,
    ):
        mainland, american = a_text(handset.base_url, "gateway"), a_text(handset.base_url, "twilio")

        assert twilio.send(mainland) == Rejected("21408")
        assert gateway.send(american) == Rejected("101", bad_number=True)
        assert gateway.send(replace(mainland, text="no signature")) == Rejected("104")


def test_wrong_credentials_are_ours_to_put_right(handset: Handset, code: str) -> None:
    text = a_text(handset.base_url, code)
    with closing(connect(handset.base_url, code, secret="wrong")) as provider:
        outcome = provider.send(text)

    assert isinstance(outcome, NotSent)
    assert outcome.configuration
    assert handset.texts(text.to) == []


def test_a_text_whose_time_is_over_does_not_leave(
    handset: Handset, code: str, provider: Provider
) -> None:
    text = replace(a_text(handset.base_url, code), valid_seconds=0)

    assert provider.send(text) == NotSent("deadline_passed")
    assert handset.texts(text.to) == []


def test_no_answer_is_mixed_up_between_threads(handset: Handset, code: str) -> None:
    """300 texts through 32 threads and one session: each is told its own id, and each is sent once."""
    texts = [a_text(handset.base_url, code) for _ in range(300)]
    with (
        closing(connect(handset.base_url, code, threads=32)) as provider,
        ThreadPoolExecutor(32) as pool,
    ):
        outcomes = list(pool.map(provider.send, texts))

    sent = {line["reference"]: line for line in handset.texts()}
    ours = [
        line for line in handset.texts() if line["reference"] in {str(t.attempt_id) for t in texts}
    ]
    assert len(ours) == 300
    for text, outcome in zip(texts, outcomes, strict=True):
        line = sent[str(text.attempt_id)]
        assert outcome == Accepted(line["provider_id"])
        assert line["to"] == text.to


def test_faults_of_others_do_not_leak_into_an_answer(handset: Handset, code: str) -> None:
    """Mixed faults under concurrency: a text is on a phone exactly where its outcome allows it."""
    faults = ["500", "500_lost", "cut", "cut_before", "429", "junk", ""] * 20
    texts = [a_text(handset.base_url, code) for _ in faults]
    for text, fault in zip(texts, faults, strict=True):
        if fault:
            handset.fault(fault, to=text.to)
    with (
        closing(connect(handset.base_url, code, threads=16)) as provider,
        ThreadPoolExecutor(16) as pool,
    ):
        outcomes = list(pool.map(provider.send, texts))

    reached = {line["to"] for line in handset.texts()}
    for text, fault, outcome in zip(texts, faults, outcomes, strict=True):
        expected = {"429": NotSent, "": Accepted}.get(fault, Unknown)
        assert isinstance(outcome, expected), (fault, outcome)
        assert (text.to in reached) == (fault in {"500", "cut", "junk", ""})


def test_a_lost_answer_is_found_in_the_list(
    handset: Handset, code: str, provider: Provider
) -> None:
    text, other = a_text(handset.base_url, code), a_text(handset.base_url, code)
    handset.fault("cut", to=text.to)
    handset.fault("cut_before", to=other.to)
    assert isinstance(provider.send(text), Unknown)
    assert isinstance(provider.send(other), Unknown)

    (seen,) = provider.find(text.to)

    (line,) = handset.texts(text.to)
    assert (seen.provider_id, seen.text) == (line["provider_id"], text.text)
    assert seen.reference == (str(text.attempt_id) if code == "gateway" else None)
    assert seen.accepted_at.utcoffset() is not None
    assert provider.find(other.to) == []


def test_the_list_is_newest_first_and_of_one_phone(
    handset: Handset, code: str, provider: Provider
) -> None:
    first, other = a_text(handset.base_url, code), a_text(handset.base_url, code)
    second = replace(first, attempt_id=uuid.uuid4(), text="【礼贷】second")
    for text in (first, other, second):
        provider.send(text)
    handset.reply(first.to, "Thanks")  # it stands in the same list, and is no text of ours

    assert [seen.text for seen in provider.find(first.to)] == [second.text, first.text]


def test_a_hidden_text_is_absent_without_an_error(
    handset: Handset, code: str, provider: Provider
) -> None:
    text = a_text(handset.base_url, code)
    handset.fault("hide_from_list:3600", to=text.to)
    provider.send(text)

    assert provider.find(text.to) == []
    assert len(handset.texts(text.to)) == 1


def test_unset_credentials_send_nothing() -> None:
    twilio = TwilioProvider(account_sid="", auth_token="", messaging_service_sid="", threads=1)
    gateway = GatewayProvider(url="", secret="", threads=1)
    text = OutboundText(uuid.uuid4(), "+15551234567", "Hello", "https://site.example/", 900)

    for provider in (twilio, gateway):
        assert provider.send(text) == NotSent("not_configured", configuration=True)
