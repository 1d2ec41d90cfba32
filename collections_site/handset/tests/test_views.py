"""The phones: found without a number in the address, answered like a borrower, and never in production."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from collections_site.handset.testing import Handset, listening_site
from messaging.models import Attempt
from messaging.services import dispatch, planning
from tests import cast, houses
from tests.visits import body, signed_in

NOBODY_THERE = 9  # the discard port


@pytest.fixture
def carrier(
    own_database: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Handset]:
    """A carrier with one text on one phone; the site that hears its replies only listens."""
    with (
        listening_site() as site,
        houses.carrier_for(site.url, tmp_path, settings, monkeypatch) as handset,
    ):
        cast.the_house()
        cast.a_loan()
        planning.plan()
        dispatch.pump()
        yield handset


def test_a_phone_shows_its_texts_and_answers(carrier: Handset) -> None:
    attempt = Attempt.objects.select_related("contact_point", "reminder").get()
    point, words = attempt.contact_point, attempt.reminder.text or ""
    client = signed_in()

    listed = body(client, "/handset/")
    assert f"/handset/{point.pk}/" in listed
    assert point.phone not in listed
    assert words in body(client, f"/handset/{point.pk}/")

    response = client.post(f"/handset/{point.pk}/", {"text": "STOP"}, follow=True)

    assert response.redirect_chain == [(f"/handset/{point.pk}/", 302)]
    assert [line["text"] for line in carrier.ledger() if line["kind"] == "reply"] == ["STOP"]
    assert "STOP" in response.content.decode()


def test_phones_are_found_by_digits_that_stand_in_no_address(carrier: Handset) -> None:
    point = Attempt.objects.get().contact_point
    client = signed_in()

    assert (
        f"/handset/{point.pk}/"
        in client.post("/handset/", {"digits": point.phone_last4}).content.decode()
    )
    assert (
        "No phone with these digits"
        in client.post("/handset/", {"digits": "99999"}).content.decode()
    )
    assert client.post("/handset/", {"digits": "abc"}).status_code == 422


def test_an_empty_answer_is_asked_again(carrier: Handset) -> None:
    point = Attempt.objects.get().contact_point

    assert signed_in().post(f"/handset/{point.pk}/", {"text": " "}).status_code == 422


@pytest.mark.django_db
def test_without_a_carrier_the_page_says_how_to_start_it(settings: Settings) -> None:
    settings.HANDSET_PORT = NOBODY_THERE
    number = cast.a_number()

    for address in ("/handset/", f"/handset/{number.pk}/"):
        assert "manage.py handset" in body(signed_in(), address, status=503)


@pytest.mark.django_db
def test_in_production_there_are_no_phones(settings: Settings) -> None:
    settings.PRODUCTION = True

    assert signed_in().get("/handset/").status_code == 404
