"""What providers tell us: genuine notices are read, everything else is refused."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from collections_site.handset.testing import (
    GATEWAY_SECRET,
    TWILIO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN,
    Handset,
    ListeningSite,
    listening_site,
    running_handset,
)
from messaging.providers.base import Accepted, DeliveryReport, InboundText, Malformed
from messaging.providers.gateway import GatewayWebhooks, signature
from messaging.providers.twilio import INBOUND_FIELDS, TwilioWebhooks
from messaging.tests.carriers import a_text, connect

URL = "https://site.example/webhooks/twilio/inbound/"
SID = "SM" + "a" * 32
FORM = {
    "AccountSid": TWILIO_ACCOUNT_SID,
    "ApiVersion": "2010-04-01",
    "Body": "Please STOP",
    "From": "+15551234567",
    "MessageSid": SID,
    "NumMedia": "0",
    "To": "+15005550006",
}
NOW = 1_800_000_000.0

twilio = TwilioWebhooks(TWILIO_ACCOUNT_SID, [TWILIO_AUTH_TOKEN])
gateway = GatewayWebhooks(GATEWAY_SECRET)


def lists(form: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in form.items()}


def signed(form: dict[str, str], token: str = TWILIO_AUTH_TOKEN, url: str = URL) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


def read(form: dict[str, list[str]], given_signature: str) -> InboundText | None:
    """The text of a request, or None when it is refused."""
    if not twilio.verify(URL, form, given_signature):
        return None
    try:
        return twilio.parse_inbound(form)
    except Malformed:
        return None


@pytest.fixture(scope="module")
def site() -> Iterator[ListeningSite]:
    with listening_site() as site:
        yield site


@pytest.fixture(scope="module")
def handset(tmp_path_factory: pytest.TempPathFactory, site: ListeningSite) -> Iterator[Handset]:
    with running_handset(tmp_path_factory.mktemp("carrier"), public_url=site.url) as handset:
        yield handset


def test_twilio_receipts_and_replies_are_believed_and_read(
    handset: Handset, site: ListeningSite
) -> None:
    site.heard.clear()
    text = a_text(site.url, "twilio")
    provider = connect(handset.base_url, "twilio")
    accepted = provider.send(text)
    provider.close()
    handset.idle()
    handset.reply(text.to, "我已经还了 😀")

    assert isinstance(accepted, Accepted)
    for heard in site.heard:
        url, given_signature = site.url + heard.path, heard.headers["x-twilio-signature"]
        assert twilio.verify(url, heard.form, given_signature)
        assert not twilio.verify(url + "x", heard.form, given_signature)
    *receipts, reply = site.heard
    reports = [twilio.parse_report(heard.form) for heard in receipts]
    assert [report.status for report in reports] == ["queued", "sent", "delivered"]
    assert {report.provider_id for report in reports} == {accepted.provider_id}
    inbound = twilio.parse_inbound(reply.form)
    assert (inbound.from_, inbound.text) == (text.to, "我已经还了 😀")


def test_gateway_reports_and_replies_are_believed_and_read(
    handset: Handset, site: ListeningSite
) -> None:
    site.heard.clear()
    text = a_text(site.url, "gateway")
    provider = connect(handset.base_url, "gateway")
    accepted = provider.send(text)
    provider.close()
    handset.idle()
    handset.reply(text.to, "退订")

    assert isinstance(accepted, Accepted)
    for heard in site.heard:
        proof = heard.headers["x-gateway-timestamp"], heard.headers["x-gateway-signature"]
        assert gateway.verify(heard.body, *proof)
        assert not gateway.verify(heard.body + b" ", *proof)
    *pushed, reply = site.heard
    reports = [gateway.parse_report(heard.body) for heard in pushed]
    assert [report.status for report in reports] == ["sent", "delivered"]
    assert {report.reference for report in reports} == {str(text.attempt_id)}
    inbound = gateway.parse_reply(reply.body)
    assert (inbound.from_, inbound.text) == (text.to, "退订")
    assert inbound.at is not None


def test_a_genuine_form_is_read() -> None:
    assert read(lists(FORM), signed(FORM)) == InboundText(
        SID, "+15551234567", "+15005550006", "Please STOP"
    )


@pytest.mark.parametrize("name", sorted(FORM))
def test_no_value_can_be_changed(name: str) -> None:
    assert read(lists({**FORM, name: FORM[name] + "0"}), signed(FORM)) is None


def test_no_field_can_be_added() -> None:
    assert read(lists({**FORM, "OptOutType": "START"}), signed(FORM)) is None


@pytest.mark.parametrize("name", INBOUND_FIELDS)
def test_no_boundary_between_name_and_value_can_be_moved(name: str) -> None:
    """Twilio signs names and values without separators: `Body=STOP` also verifies as `Bod=ySTOP`."""
    joined, proof = name + FORM[name], signed(FORM)
    others = {key: value for key, value in FORM.items() if key != name}
    moved = [{**others, joined[:at]: joined[at:]} for at in range(1, len(joined) + 1)]
    official = RequestValidator(TWILIO_AUTH_TOKEN)
    forged = [form for form in moved if form != FORM]

    assert any(official.validate(URL, form, proof) for form in forged)  # the hole is there
    assert [read(lists(form), proof) for form in forged] == [None] * len(forged)


def test_no_field_can_be_repeated() -> None:
    """A repeated field verifies as a single one."""
    doubled = {**lists(FORM), "Body": ["Please STOP", "Please STOP"]}

    assert read(doubled, signed(FORM)) is None
    with pytest.raises(Malformed, match="Body"):
        twilio.parse_inbound(doubled)


def test_a_signature_for_another_address_token_or_account_is_refused() -> None:
    other_account = {**FORM, "AccountSid": "AC" + "9" * 32}

    assert read(lists(FORM), signed(FORM, url=URL.replace("inbound", "status"))) is None
    assert read(lists(FORM), signed(FORM, token="another")) is None
    assert read(lists(FORM), signed(FORM, token="")) is None
    assert read(lists(FORM), "") is None
    assert read(lists(other_account), signed(other_account)) is None


def test_two_tokens_are_valid_while_one_is_being_replaced() -> None:
    both = TwilioWebhooks(TWILIO_ACCOUNT_SID, ["new", TWILIO_AUTH_TOKEN, ""])

    assert both.verify(URL, lists(FORM), signed(FORM))
    assert both.verify(URL, lists(FORM), signed(FORM, token="new"))
    assert not both.verify(URL, lists(FORM), signed(FORM, token=""))


@given(
    st.dictionaries(st.sampled_from(sorted(FORM)) | st.text(), st.lists(st.text(), max_size=2)),
    st.text(),
)
def test_a_forged_form_is_refused_without_an_error(form: dict[str, list[str]], proof: str) -> None:
    assert read(form, proof) is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("accepted", "queued"),
        ("queued", "queued"),
        ("sending", "queued"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "undelivered"),
        ("some_new_word", "none"),
    ],
)
def test_twilio_statuses_become_ours(said: str, status: str) -> None:
    form = {"AccountSid": TWILIO_ACCOUNT_SID, "MessageSid": SID, "MessageStatus": said}

    report = twilio.parse_report(lists({**form, "To": "+15551234567", "ErrorCode": "30003"}))

    assert (report.status, report.key) == (status, f"{SID}:{said}:30003")


def test_what_the_database_cannot_hold_is_left_out_of_a_reply() -> None:
    form = {**FORM, "Body": "ST\x00OP"}
    body = json.dumps(
        {
            "reply_id": "R1",
            "from": "+8613800138000",
            "to": "1069",
            "text": "退\x00订\ud800",
            "at": AT,
        }
    ).encode()

    assert twilio.parse_inbound(lists(form)).text == "STOP"
    assert gateway.parse_reply(body).text == "退订"


AT = "2026-11-23T10:00:00+08:00"
REPORT = {"message_id": "G1", "id": "a-1", "status": "delivered", "code": "DELIVRD", "at": AT}


def test_a_gateway_report_is_read() -> None:
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)

    report = gateway.parse_report(json.dumps(REPORT).encode())

    assert report == DeliveryReport("G1", "a-1", "delivered", "delivered", "DELIVRD", at)
    assert report.key == "G1:delivered:DELIVRD"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        json.dumps({**REPORT, "at": "2026-11-23T10:00:00"}).encode(),
        json.dumps({**REPORT, "at": "yesterday"}).encode(),
        json.dumps({**REPORT, "status": "eaten"}).encode(),
        json.dumps({**REPORT, "message_id": 1}).encode(),
        json.dumps({**REPORT, "message_id": "x" * 65}).encode(),
        json.dumps({name: value for name, value in REPORT.items() if name != "id"}).encode(),
        json.dumps(REPORT).encode()[:-1] + b', "status": "undelivered"}',
    ],
)
def test_a_garbled_report_is_malformed_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(Malformed):
        gateway.parse_report(body)
    with pytest.raises(Malformed):
        gateway.parse_reply(body)


@pytest.mark.parametrize(
    ("off", "believed"), [(-301, False), (-300, True), (300, True), (301, False)]
)
def test_a_signature_is_good_for_five_minutes_either_way(off: int, believed: bool) -> None:
    stamp = str(int(NOW) + off)

    assert gateway.verify(b"{}", stamp, signature(GATEWAY_SECRET, stamp, b"{}"), at=NOW) is believed


@pytest.mark.parametrize(
    "stamp", ["", "-1", "1e9", " 1800000000", "１８００００００００", "9" * 400]
)
def test_a_timestamp_is_digits(stamp: str) -> None:
    proof = signature(GATEWAY_SECRET, stamp, b"{}")

    assert not gateway.verify(b"{}", stamp, proof, at=NOW)


@given(st.binary(), st.text(), st.text())
def test_a_forged_push_is_refused_without_an_error(body: bytes, stamp: str, proof: str) -> None:
    assert not gateway.verify(body, stamp, proof, at=NOW)
