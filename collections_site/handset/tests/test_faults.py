"""The fault plan: what a text meets, and how the carrier then behaves on the wire."""

import pytest
import requests

from collections_site.handset.faults import Plan
from collections_site.handset.testing import Handset, ListeningSite
from collections_site.handset.tests.conftest import Twilio

PHONE = "+15550000001"


def test_a_fault_for_one_phone_goes_before_one_for_all() -> None:
    plan = Plan()
    plan.add("*", "500")
    plan.add(PHONE, "cut")

    assert plan.draw(PHONE).kind("answer") == "cut"
    assert plan.draw("+15550000002").kind("answer") == "500"


def test_a_text_meets_one_fault_of_each_group() -> None:
    plan = Plan()
    for kind in ("500", "cut", "lose_callbacks", "undelivered", "hide_from_list:60"):
        plan.add("*", kind)

    met = plan.draw(PHONE)

    assert met.kind("answer") == "500"
    assert met.kind("callbacks") == "lose_callbacks"
    assert met.kind("delivery") == "undelivered"
    assert met.number("listing") == 60


def test_a_counted_fault_ends_by_itself() -> None:
    plan = Plan()
    plan.add("*", "429", times=2)

    kinds = [plan.draw(PHONE).kind("answer") for _ in range(3)]

    assert kinds == ["429", "429", ""]
    assert plan.faults == []


@pytest.mark.parametrize("kind", ["explode", "reject", "reject:", "reject:-1", "cut:3", ""])
def test_a_fault_that_cannot_be_meant_is_refused(kind: str) -> None:
    with pytest.raises(ValueError):
        Plan().add("*", kind)


@pytest.mark.parametrize(
    ("kind", "status", "recorded"),
    [
        ("500", 500, 1),
        ("500_lost", 500, 0),
        ("429", 429, 0),
        ("reject:30007", 400, 0),
        ("junk", 201, 1),
        ("callback_first", 201, 1),
        ("undelivered", 201, 0),
        ("lose_callbacks", 201, 1),
    ],
)
def test_a_fault_spoils_the_answer_and_only_what_it_says(
    handset: Handset, twilio: Twilio, kind: str, status: int, recorded: int
) -> None:
    phone = twilio.fresh()
    handset.fault(kind, times=1)

    answer = twilio.post(To=phone)

    assert answer.status_code == status
    assert len(handset.texts(phone)) == recorded


@pytest.mark.parametrize(("kind", "recorded"), [("cut", 1), ("cut_before", 0)])
def test_a_cut_connection_is_reset(
    handset: Handset, twilio: Twilio, kind: str, recorded: int
) -> None:
    phone = twilio.fresh()
    handset.fault(kind, times=1)

    with pytest.raises(requests.ConnectionError):
        twilio.post(To=phone)

    assert len(handset.texts(phone)) == recorded


@pytest.mark.parametrize(("kind", "recorded"), [("hang", 1), ("hang_lost", 0)])
def test_a_hanging_carrier_never_answers_and_still_stops(
    handset: Handset, twilio: Twilio, kind: str, recorded: int
) -> None:
    phone = twilio.fresh()
    handset.fault(kind, times=1)
    form = {"To": phone, "From": "+15005550006", "Body": "Hello"}

    with pytest.raises(requests.ReadTimeout):
        requests.post(twilio.url(), data=form, auth=twilio.auth(), timeout=0.5)

    assert len(handset.texts(phone)) == recorded


def statuses(site: ListeningSite) -> list[str]:
    return [heard.form["MessageStatus"][0] for heard in site.heard]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("lose_callbacks", []),
        ("repeat_callbacks", ["queued"] * 3 + ["sent"] * 3 + ["delivered"] * 3),
        ("reorder_callbacks", ["delivered", "sent", "queued"]),
        ("undelivered", ["queued", "sent", "undelivered"]),
        ("500", ["queued", "sent", "delivered"]),
    ],
)
def test_receipts_come_as_the_fault_says(
    handset: Handset, twilio: Twilio, site: ListeningSite, kind: str, expected: list[str]
) -> None:
    handset.fault(kind, times=1)

    twilio.post(StatusCallback=f"{site.url}/status/")
    handset.idle()

    assert statuses(site) == expected


def test_callback_first_tells_every_receipt_before_the_answer(
    handset: Handset, twilio: Twilio, site: ListeningSite
) -> None:
    handset.fault("callback_first", times=1)

    twilio.post(StatusCallback=f"{site.url}/status/")

    assert statuses(site) == ["queued", "sent", "delivered"]  # already, without waiting


def test_a_hidden_text_is_at_the_phone_but_not_in_the_list(
    handset: Handset, twilio: Twilio
) -> None:
    phone = twilio.fresh()
    handset.fault("hide_from_list:3600", times=1)

    sid = twilio.post(To=phone).json()["sid"]

    assert len(handset.texts(phone)) == 1
    assert twilio.get(To=phone).json()["messages"] == []
    assert twilio.get(f"/{sid}").status_code == 404


def test_faults_are_listed_and_cleared_over_http(handset: Handset, twilio: Twilio) -> None:
    handset.fault("reject:21610", to="+15559999999", times=2)

    (fault,) = handset.call("GET", "faults")["faults"]
    assert (fault["to"], fault["kind"], fault["times"]) == ("+15559999999", "reject:21610", 2)

    handset.behave()
    assert handset.call("GET", "faults")["faults"] == []
    assert twilio.post(To="+15559999999").status_code == 201


def test_an_unknown_fault_is_refused_over_http(handset: Handset) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        handset.fault("explode")
