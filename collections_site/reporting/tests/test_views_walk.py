"""Through the queue one person at a time: a frozen list, where one stands in it, and the way back."""

from datetime import timedelta

import pytest
from django.test import Client

from borrowers.models import Borrower, Loan, QueueSnapshot
from borrowers.services import assignments
from collections_site import site_clock
from collections_site.reporting.views import queue, walk
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def late(days: int) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days))


def begin(client: Client, loan: Loan | None = None, query: str = "") -> str:
    said = {"query": query, "open": str(loan.borrower_id) if loan else ""}
    answer = client.post("/queue/walk/", said)
    assert answer.status_code == 302
    return answer["Location"]


def page(person: Borrower, snapshot: QueueSnapshot, at: int) -> str:
    return f"/borrowers/{person.borrower_ref}/?list={snapshot.pk}&at={at}"


def escaped(address: str) -> str:
    return address.replace("&", "&amp;")


def test_who_is_opened_stands_in_the_list_as_it_was_then() -> None:
    loans = [late(30 - n) for n in range(3)]
    client = signed_in("supervisor")

    address = begin(client, loans[1])

    snapshot = QueueSnapshot.objects.get()
    assert snapshot.people == [loan.borrower_id for loan in loans]
    assert address == page(loans[1].borrower, snapshot, 2)
    late(29)  # joins the queue, not the list
    text = body(client, address)
    assert "2 of 3" in text
    assert f'href="{escaped(page(loans[0].borrower, snapshot, 1))}"' in text
    assert f'href="{escaped(page(loans[2].borrower, snapshot, 3))}"' in text
    assert f'href="/queue/#b-{loans[1].borrower_id}"' in text
    last = body(client, page(loans[2].borrower, snapshot, 3))
    assert "last of the list" in last
    assert 'id="walk-next"' not in last


def test_the_way_back_is_the_page_and_the_filters_one_came_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    monkeypatch.setattr(walk, "PAGE", 2)
    loans = [late(59 - n) for n in range(3)]
    client = signed_in("supervisor")

    text = body(client, begin(client, loans[2], query="bucket=M2"))

    assert f'href="/queue/?bucket=M2&amp;page=2#b-{loans[2].borrower_id}"' in text
    assert "Back to Queue (page 2)" in text


def test_start_opens_the_first_and_an_empty_list_says_so() -> None:
    client = signed_in("supervisor")
    assert begin(client, query="bucket=M3") == "/queue/?bucket=M3"
    assert "Nobody is on this list any more" in body(client, "/queue/")

    first, _second = late(9), late(8)

    assert begin(client) == page(first.borrower, QueueSnapshot.objects.get(), 1)


def test_the_same_list_is_frozen_once() -> None:
    loans = [late(9), late(8)]
    client = signed_in("supervisor")

    first, second = begin(client, loans[0]), begin(client, loans[1])

    assert QueueSnapshot.objects.count() == 1
    assert first.split("&")[0].split("?")[1] == second.split("&")[0].split("?")[1]


def test_whoever_left_the_list_meanwhile_is_opened_without_it() -> None:
    late(9)
    elsewhere = cast.a_loan(due_on=cast.TODAY + timedelta(days=20))
    client = signed_in("supervisor")

    assert begin(client, elsewhere) == f"/borrowers/{elsewhere.borrower.borrower_ref}/"


def test_a_collector_is_led_past_those_given_away_and_opens_no_stranger() -> None:
    collector = cast.a_user()
    loans = [late(30 - n) for n in range(3)]
    assignments.assign([one.borrower for one in loans], collector, by=None)
    client = signed_in(user=collector)
    address = begin(client, loans[0])
    assignments.assign([loans[1].borrower], cast.a_user(), by=None)

    text = body(client, address)

    assert "1 of 3" in text
    assert f"/borrowers/{loans[2].borrower.borrower_ref}/?list=" in text
    assert f"/borrowers/{loans[1].borrower.borrower_ref}/" not in text
    stranger = client.post("/queue/walk/", {"open": str(loans[1].borrower_id)})
    assert stranger.status_code == 404


def test_after_an_act_one_is_still_on_the_way() -> None:
    loans = [late(9), late(8)]
    client = signed_in("supervisor")
    begin(client, loans[1])

    address = f"/borrowers/{loans[1].borrower.borrower_ref}/note/"
    answer = client.post(address, {"text": "Pays on Fridays."}, follow=True)

    assert answer.status_code == 200
    assert "2 of 2" in answer.content.decode()


def test_narrowing_the_timeline_stays_on_the_way() -> None:
    loan = late(9)
    client = signed_in("supervisor")
    address = begin(client, loan)

    snapshot = QueueSnapshot.objects.get()

    assert f'href="?list={snapshot.pk}&amp;at=1&amp;show=talk"' in body(client, address)
    assert "1 of 1" in body(client, f"{address}&show=talk")


def test_a_colleagues_list_and_one_of_yesterday_are_not_there() -> None:
    loan = late(9)
    client = signed_in("supervisor")
    address = begin(client, loan)

    other = body(signed_in("supervisor"), address)
    assert "1 of 1" not in other
    assert "Back to Queue" in other
    site_clock.set_to(cast.NOON + timedelta(hours=13))
    assert "1 of 1" not in body(client, address)


def test_a_wrong_position_is_set_right_and_nonsense_is_no_error() -> None:
    loans = [late(9), late(8)]
    client = signed_in("supervisor")
    begin(client, loans[0])
    snapshot = QueueSnapshot.objects.get()

    assert "1 of 2" in body(client, page(loans[0].borrower, snapshot, 2))
    for odd in ("list=x&at=-1", "list=99999999999999999999", "mine=0", "found=nothing", "at=²"):
        body(client, f"/borrowers/{loans[0].borrower.borrower_ref}/?{odd}")


def test_no_act_reaches_a_list_that_is_walked_through() -> None:
    client = signed_in("supervisor")
    begin(client, late(9))
    snapshot = QueueSnapshot.objects.get()

    for answer in (
        client.get(f"/queue/lists/{snapshot.pk}/"),
        client.post(f"/queue/lists/{snapshot.pk}/pause/", {"until": "2026-11-30"}),
        client.post(f"/queue/lists/{snapshot.pk}/export/"),
    ):
        assert answer.status_code == 404


def test_people_selected_searched_for_or_in_ones_care_lead_back_to_their_list() -> None:
    collector = cast.a_user()
    loans = [late(9), late(8)]
    assignments.assign([one.borrower for one in loans], collector, by=None)
    client = signed_in(user=collector)
    person = f"/borrowers/{loans[0].borrower.borrower_ref}/"

    assert f'href="{person}?mine=1"' in body(client, "/borrowers/")
    assert f'href="/borrowers/?page=1#b-{loans[0].borrower_id}"' in body(client, f"{person}?mine=1")

    found = client.post("/search/", {"q": "王芳"})["Location"]
    key = found.split("found=")[1]
    assert f'href="{person}?found={key}"' in body(client, found)
    text = body(client, f"{person}?found={key}")
    assert "Back to the people found" in text
    assert f'href="{found}#b-{loans[0].borrower_id}"' in text

    said = {"choose": "ticked", "person": [one.borrower_id for one in loans]}
    chosen = client.post("/queue/freeze/", said)["Location"]
    pk = QueueSnapshot.objects.latest("pk").pk
    assert f'href="{person}?list={pk}"' in body(client, chosen)
    text = body(client, f"{person}?list={pk}")
    assert "Back to the people selected" in text
    assert "1 of 2" in text
