"""The control interface: phones, replies, and who may not come near."""

import pytest
import requests

from collections_site.handset.testing import Handset, ListeningSite, running_handset
from collections_site.handset.tests.conftest import Twilio


def test_phones_are_listed_newest_first_and_found_by_a_part_of_the_number(
    handset: Handset, twilio: Twilio
) -> None:
    first, second = twilio.fresh(), twilio.fresh()
    twilio.post(To=first, Body="one")
    twilio.post(To=second, Body="two")
    twilio.post(To=first, Body="three")

    listed = handset.call("GET", "phones?limit=2")["phones"]

    assert [phone["number"] for phone in listed] == [first, second]
    assert (listed[0]["last_text"], listed[0]["texts"]) == ("three", 2)
    found = handset.call("GET", f"phones?q={second[-4:]}")["phones"]
    assert second in [phone["number"] for phone in found]


def test_a_phone_shows_both_directions_in_order(handset: Handset, twilio: Twilio) -> None:
    phone = twilio.fresh()
    twilio.post(To=phone, Body="How are you?")
    handset.reply(phone, "Fine")

    entries = handset.phone(phone)["entries"]

    assert [(entry["kind"], entry["text"]) for entry in entries] == [
        ("text", "How are you?"),
        ("reply", "Fine"),
    ]


def test_a_reply_goes_to_the_ledger(handset: Handset, twilio: Twilio) -> None:
    phone = twilio.fresh()
    twilio.post(To=phone)

    said = handset.reply(phone, "Fine")

    (line,) = [line for line in handset.ledger() if line["from"] == phone]
    assert (line["kind"], line["text"], line["provider_id"]) == (
        "reply",
        "Fine",
        said["provider_id"],
    )


def test_a_phone_without_texts_cannot_reply(handset: Handset) -> None:
    with pytest.raises(requests.HTTPError, match="404"):
        handset.reply("+15557777777", "Hello?")


def test_a_refusing_site_is_told_to_whoever_replies(
    handset: Handset, twilio: Twilio, site: ListeningSite
) -> None:
    phone = twilio.fresh()
    twilio.post(To=phone)
    site.answers = [403]

    assert handset.reply(phone, "Fine")["webhook_status"] == 403


def test_a_webhook_is_tried_again_until_the_site_is_back(
    handset: Handset, twilio: Twilio, site: ListeningSite
) -> None:
    phone = twilio.fresh()
    twilio.post(To=phone)
    site.answers = [503, 503]

    said = handset.reply(phone, "Fine")

    assert said["webhook_status"] == 204
    assert len({heard.form["MessageSid"][0] for heard in site.heard}) == 1
    assert len(site.heard) == 3


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8001"])
def test_a_name_that_is_not_this_machine_is_refused(handset: Handset, host: str) -> None:
    url = f"{handset.base_url}/control/phones"

    assert requests.get(url, headers={"Host": host}, timeout=20).status_code == 403


def test_a_form_of_another_site_cannot_order_anything(handset: Handset) -> None:
    answer = requests.post(f"{handset.base_url}/control/faults", data='{"kind": "cut"}', timeout=20)

    assert answer.status_code == 415
    assert handset.call("GET", "faults")["faults"] == []


@pytest.mark.parametrize("seconds", [-1, 61, "1", True, None])
def test_a_senseless_delay_is_refused(handset: Handset, seconds: object) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        handset.call("POST", "delay", {"seconds": seconds})


def test_a_carrier_calls_no_site_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        pytest.raises(RuntimeError, match="PUBLIC_URL is https:"),
        running_handset(tmp_path_factory.mktemp("far"), public_url="https://example.com"),
    ):
        pass


def test_a_busy_port_is_said_in_one_line(
    handset: Handset, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        pytest.raises(RuntimeError, match=rf"^Port {handset.port} is in use; .*\.$"),
        running_handset(tmp_path_factory.mktemp("busy"), port=handset.port),
    ):
        pass


def test_it_ends_cleanly_when_told_to(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_handset(tmp_path_factory.mktemp("end")) as handset:
        Twilio(handset).post()
        assert handset.stop() == 0
