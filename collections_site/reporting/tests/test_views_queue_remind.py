"""Reminding a frozen list in pages: the check page, the one button, and what became of it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from borrowers.models import Lender, Loan, QueueSnapshot
from borrowers.services import assignments, holds
from collections_site import site_clock
from collections_site.reporting.tests.test_views_queue import freeze, late
from messaging.models import Reminder, Run
from messaging.services import one_off_list_preview
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def listed(client: Client, *loans: Loan) -> tuple[QueueSnapshot, str]:
    """The people of these loans ticked and frozen, and the address that reminds them."""
    snapshot = freeze(client, choose="ticked", person=[one.borrower_id for one in loans])
    return snapshot, f"/queue/lists/{snapshot.pk}/remind/"


def token_of(client: Client, address: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', body(client, address))
    assert found
    return found[1]


def test_from_the_list_to_a_run_that_can_be_cancelled() -> None:
    loans, held = [late(3), late(5)], late(4)
    holds.place("complaint", borrower=held.borrower, source="inbound")
    client = signed_in()
    snapshot, address = listed(client, *loans, held)
    assert f'href="{address}"' in body(client, f"/queue/lists/{snapshot.pk}/")

    page = body(client, address)
    for said in (
        "2 messages · 2 parts · CNY\u00a00.09",
        "2 leave half a minute",
        "Send 2 messages",
    ):
        assert said in page
    assert "One person gets none." in page
    assert "Complaint open · 1" in page
    assert f'href="/borrowers/{held.borrower.borrower_ref}/"' in page
    assert "T-053" in page
    assert "860.00元" in page
    assert not Run.objects.exists()

    token = token_of(client, address)
    answers = [client.post(address, {"token": token}) for _ in range(2)]
    run = Run.objects.get()
    assert [one["Location"] for one in answers] == [f"/dispatch/runs/{run.pk}/"] * 2
    shown = body(client, f"/dispatch/runs/{run.pk}/")
    for said in ("2 messages are scheduled", "List of 2 people", "Cancel 2 messages", "Adds up"):
        assert said in shown
    assert "List of 2 people" in body(client, "/dispatch/")
    assert f"#{run.pk} · List of 2 people" in body(client, "/dispatch/stop/")
    assert "名单，2 人" in body(signed_in(language="zh-hans"), f"/dispatch/runs/{run.pk}/")

    told = client.post(f"/dispatch/runs/{run.pk}/cancel/", follow=True).content.decode()
    assert "2 messages were not sent" in told
    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}
    assert "Cancel 2 messages" not in told
    again = client.post(address, {"token": token}, follow=True).content.decode()
    assert "sent before" in again
    assert Reminder.objects.count() == 2


def test_who_changed_is_named_and_the_others_are_scheduled() -> None:
    loans = [late(3), late(5)]
    client = signed_in()
    _snapshot, address = listed(client, *loans)
    token = token_of(client, address)
    Loan.objects.filter(pk=loans[0].pk).update(overdue_amount=Decimal("100.00"), version=2)

    answer = client.post(address, {"token": token})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "1 message scheduled" in page
    assert loans[0].borrower.borrower_ref in page
    assert "They owe another amount now." in page
    assert loans[1].borrower.borrower_ref not in page
    assert f'href="/dispatch/runs/{Run.objects.get().pk}/"' in page


def test_when_nobody_is_as_shown_it_is_a_conflict_and_nothing_is_sent() -> None:
    loan = late(3)
    client = signed_in()
    _snapshot, address = listed(client, loan)
    token = token_of(client, address)
    holds.place("hardship", borrower=loan.borrower, source="staff")

    answer = client.post(address, {"token": token})

    assert answer.status_code == 409
    assert "Nothing was sent" in answer.content.decode()
    assert "money is tight" in answer.content.decode()
    assert not Reminder.objects.exists()


def test_nobody_to_remind_offers_no_button() -> None:
    held = late(3)
    holds.place("complaint", borrower=held.borrower, source="inbound")
    client = signed_in()
    _snapshot, address = listed(client, held)
    page = body(client, address)
    assert 'data-testid="nobody"' in page
    assert 'data-testid="send"' not in page


def test_texts_of_tomorrow_say_from_when() -> None:
    site_clock.set_to(cast.NOON + timedelta(hours=8, minutes=30))  # 20:30
    client = signed_in()
    _snapshot, address = listed(client, late(3))
    page = body(client, address)
    assert "1 leaves later, not before" in page
    assert "2026-11-25 09:00" in page


def test_only_who_works_the_queue_and_sends_is_offered_it() -> None:
    loan, collector = late(), cast.a_user()
    assignments.assign([loan.borrower], collector, by=None)
    for user, offered in ((collector, True), (cast.a_user(role="compliance"), False)):
        client = signed_in(user=user)
        snapshot, address = listed(client, loan)
        assert ('data-testid="remind"' in body(client, f"/queue/lists/{snapshot.pk}/")) is offered
        assert client.get(address).status_code == (200 if offered else 403)


def test_an_old_list_a_long_one_and_a_colleagues_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = signed_in()
    _snapshot, address = listed(client, late(), late())
    assert signed_in().get(address).status_code == 404
    monkeypatch.setattr(one_off_list_preview, "MOST", 1)
    assert "at most 1 people at once" in body(client, address, status=409)
    site_clock.set_to(cast.NOON + timedelta(minutes=61))
    assert "more than an hour old" in body(client, address, status=409)


def test_before_the_lender_is_set_up_it_says_so() -> None:
    client = signed_in()
    snapshot, address = listed(client, late())
    Lender.objects.all().delete()
    answer = client.get(address, follow=True)
    assert answer.redirect_chain == [(f"/queue/lists/{snapshot.pk}/", 302)]
    assert "Set up the lender first" in answer.content.decode()
