"""The Twilio wire answers as Twilio's documentation says, judged by the official client."""

import pytest
import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from collections_site.handset.testing import Handset, ListeningSite
from collections_site.handset.tests.conftest import SERVICE, Twilio


class Here(TwilioHttpClient):  # type: ignore[misc]
    """The official transport, sent to this machine."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=10)
        self.base_url = base_url

    def request(self, method: str, url: str, **options: object) -> object:
        return super().request(
            method, url.replace("https://api.twilio.com", self.base_url), **options
        )


@pytest.fixture
def client(handset: Handset) -> Client:
    here = Here(handset.base_url)
    return Client(handset.twilio_account_sid, handset.twilio_auth_token, http_client=here)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "5551234"}, 21211),
        ({"To": "+0555123456"}, 21211),
        ({"Body": ""}, 21602),
        ({"Body": "a" * 1601}, 21617),
        ({"MessagingServiceSid": ""}, 21603),
        ({"To": "+8613800138000"}, 21408),
        ({"StatusCallback": "http://example.com/"}, 21609),
        ({"StatusCallback": "http://127.0.0.1.example.com/"}, 21609),
        ({"StatusCallback": "ftp://127.0.0.1/"}, 21609),
    ],
)
def test_a_wrong_form_earns_its_code_and_reaches_no_phone(
    handset: Handset, twilio: Twilio, form: dict[str, str], code: int
) -> None:
    before = len(handset.ledger())

    answer = twilio.post(**form)

    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["status"]) == (code, 400)
    assert str(code) in answer.json()["more_info"]
    assert len(handset.ledger()) == before


@pytest.mark.parametrize("auth", [("AC1", "a-token-for-tests"), ("", ""), ("é", "é"), None])
def test_a_stranger_is_refused(twilio: Twilio, auth: tuple[str, str] | None) -> None:
    answer = requests.post(twilio.url(), data={"To": "+15551234567"}, auth=auth, timeout=20)

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_another_account_is_not_found(handset: Handset, twilio: Twilio) -> None:
    url = twilio.url().replace(handset.twilio_account_sid, "AC" + "9" * 32)

    assert requests.get(url, auth=twilio.auth(), timeout=20).json()["code"] == 20404


def test_the_official_client_reads_the_answer(client: Client, twilio: Twilio) -> None:
    plain = client.messages.create(to=twilio.fresh(), from_="+15005550006", body="汉" * 71)
    service = client.messages.create(to=twilio.fresh(), messaging_service_sid=SERVICE, body="Hi")

    assert (plain.status, plain.num_segments, plain.direction) == ("queued", "2", "outbound-api")
    assert (service.status, service.num_segments, service.from_) == ("accepted", "0", None)
    assert plain.date_created is not None
    assert plain.date_sent is None


def test_the_official_client_pages_through_the_list_newest_first(
    client: Client, twilio: Twilio
) -> None:
    phone = twilio.fresh()
    sids = [twilio.post(To=phone, Body=f"{n}").json()["sid"] for n in range(5)]

    listed = client.messages.list(to=phone, page_size=2)

    assert [message.sid for message in listed] == sids[::-1]
    assert client.messages.list(to=twilio.fresh()) == []


def test_a_message_can_be_fetched_with_its_status_of_now(
    client: Client, handset: Handset, twilio: Twilio
) -> None:
    sid = twilio.post().json()["sid"]
    handset.idle()

    message = client.messages(sid).fetch()

    assert (message.status, message.body) == ("delivered", "Hello")
    assert message.date_sent is not None


def test_receipts_are_signed_as_the_official_validator_wants(
    handset: Handset, twilio: Twilio, site: ListeningSite
) -> None:
    url = f"{site.url}/status/7df31fce/?m=1"
    sid = twilio.post(StatusCallback=url).json()["sid"]
    handset.idle()

    validator = RequestValidator(handset.twilio_auth_token)
    forms = [{k: v[0] for k, v in heard.form.items()} for heard in site.heard]
    signatures = [heard.headers["x-twilio-signature"] for heard in site.heard]
    assert [form["MessageStatus"] for form in forms] == ["queued", "sent", "delivered"]
    assert {form["MessageSid"] for form in forms} == {sid}
    assert all(validator.validate(url, *pair) for pair in zip(forms, signatures, strict=True))


def test_an_undelivered_text_says_why(
    handset: Handset, twilio: Twilio, site: ListeningSite
) -> None:
    handset.fault("undelivered", times=1)

    sid = twilio.post(StatusCallback=f"{site.url}/status/").json()["sid"]
    handset.idle()

    assert site.heard[-1].form["ErrorCode"] == ["30003"]
    assert twilio.get(f"/{sid}").json()["error_code"] == 30003


def test_a_stop_closes_the_phone_and_a_start_opens_it(
    handset: Handset, twilio: Twilio, site: ListeningSite
) -> None:
    phone = twilio.fresh()
    twilio.post(To=phone)

    handset.reply(phone, " Stop ")
    refused = twilio.post(To=phone)
    handset.reply(phone, "START")

    assert refused.json()["code"] == 21610
    assert twilio.post(To=phone).status_code == 201


def test_only_a_single_word_is_a_stop_to_twilio(handset: Handset, twilio: Twilio) -> None:
    phone = twilio.fresh()
    twilio.post(To=phone)

    handset.reply(phone, "Stop please")

    assert twilio.post(To=phone).status_code == 201


def test_a_reply_is_posted_signed_to_the_inbound_address(
    handset: Handset, twilio: Twilio, site: ListeningSite
) -> None:
    phone = twilio.fresh()
    twilio.post(To=phone)

    said = handset.reply(phone, "我已经还了 & thanks")

    heard = site.heard[-1]
    form = {name: values[0] for name, values in heard.form.items()}
    assert (said["webhook_status"], heard.path) == (204, "/webhooks/twilio/inbound/")
    assert (form["From"], form["Body"], form["NumMedia"]) == (phone, "我已经还了 & thanks", "0")
    assert form["MessageSid"] == said["provider_id"]
    assert RequestValidator(handset.twilio_auth_token).validate(
        site.url + heard.path, form, heard.headers["x-twilio-signature"]
    )
