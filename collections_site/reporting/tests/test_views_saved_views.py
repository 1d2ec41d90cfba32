"""Tabs of the queue: saved under a name, shared by supervisors, renamed and deleted by whose they are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from borrowers.models import Hold, Loan, Promise, SavedView
from borrowers.services import assignments, holds, promises
from borrowers.services.saved_views import MOST
from collections_site import site_clock
from collections_site.audit.models import Event
from messaging.services import planning
from tests import cast
from tests.sendings import sent
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
SAVE = "/queue/views/save/"


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def late(days: int = 9) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days))


def test_a_view_is_a_tab_with_a_count_of_its_own_whoever_signs_in_again() -> None:
    late(43), late(44), late(5)
    user = cast.a_user(role="supervisor")
    answer = signed_in(user=user).post(SAVE, {"name": "M2 first", "query": "bucket=M2&page=3"})
    assert answer["Location"] == "/queue/?bucket=M2"

    again = signed_in(user=user)
    tab = next(one for one in again.get("/queue/").context["tabs"] if one.word == "M2 first")
    assert (tab.url, tab.now, tab.count) == ("/queue/?bucket=M2", False, None)
    counted = again.get("/queue/views/counts/?query=bucket%3DM2").context["tabs"]
    tab = next(one for one in counted if one.word == "M2 first")
    assert (tab.now, tab.count, tab.more) == (True, 2, False)
    assert "M2 first" not in body(signed_in("supervisor"), "/queue/")


def test_counts_are_not_asked_where_each_person_would_have_to_be_asked() -> None:
    late()
    client = signed_in("supervisor")
    client.post(SAVE, {"name": "Free", "query": "can=now"})

    counted = client.get("/queue/views/counts/").context["tabs"]

    assert {one.word: one.count for one in counted}["Free"] is None
    assert {one.key: one.count for one in counted}["all"] == 1


def test_a_supervisor_shares_and_a_collector_keeps_for_oneself() -> None:
    supervisor = cast.a_user(role="supervisor")
    signed_in(user=supervisor).post(SAVE, {"name": "Team", "query": "bucket=M2", "shared": "on"})
    collector = signed_in("collector")
    collector.post(SAVE, {"name": "Mine", "query": "bucket=M1", "shared": "on"})

    assert dict(SavedView.objects.values_list("name", "shared")) == {"Team": True, "Mine": False}
    assert "Team" in body(collector, "/queue/")
    view = SavedView.objects.get(name="Team")
    assert collector.post(f"/queue/views/{view.pk}/", {"name": "X"}).status_code == 403
    assert collector.post(f"/queue/views/{view.pk}/delete/").status_code == 403
    assert signed_in("supervisor").post(f"/queue/views/{view.pk}/delete/").status_code == 302
    verbs = Event.objects.filter(verb__startswith="view.").order_by("pk")
    assert [one.verb for one in verbs] == ["view.shared", "view.deleted"]


def test_it_is_renamed_and_deleted_by_whose_it_is() -> None:
    client = signed_in("collector")
    client.post(SAVE, {"name": "Mine", "query": "bucket=M1"})
    view = SavedView.objects.get()
    assert f"/queue/views/{view.pk}/" in body(client, "/queue/?bucket=M1")
    assert 'value="Mine"' in body(client, f"/queue/views/{view.pk}/")

    assert client.post(f"/queue/views/{view.pk}/", {"name": "  Soon late "}).status_code == 302
    view.refresh_from_db()
    assert view.name == "Soon late"
    assert client.post(f"/queue/views/{view.pk}/delete/")["Location"] == "/queue/"
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "", "query": "bucket=M1"}, "Enter a name"),
        ({"name": "N" * 41, "query": "bucket=M1"}, "Shorten the name"),
        ({"name": "Mine", "query": "bucket=M1"}, "You have a view of this name"),
        ({"name": "All", "query": ""}, "Narrow the list first"),
        ({"name": "Odd", "query": "bucket=nothing"}, "Narrow the list first"),
    ],
)
def test_what_is_not_saved_says_why_and_keeps_the_name(said: dict[str, str], sentence: str) -> None:
    client = signed_in("collector")
    client.post(SAVE, {"name": "Mine", "query": "bucket=M2"})

    answer = client.post(SAVE, said)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{said["name"]}"' in answer.content.decode() or not said["name"]
    assert SavedView.objects.count() == 1


def test_more_views_than_fit_are_refused() -> None:
    client = signed_in("collector")
    for n in range(MOST):
        client.post(SAVE, {"name": f"View {n}", "query": "bucket=M2"})

    assert (
        "delete one first"
        in client.post(SAVE, {"name": "One more", "query": "bucket=M2"}).content.decode()
    )
    assert SavedView.objects.count() == MOST


@pytest.mark.parametrize(
    ("name", "query"), [("Mine", "bucket=M1"), (" ", "bucket=M1"), ("Other", "")]
)
def test_the_database_keeps_no_view_twice_nameless_or_of_nothing(name: str, query: str) -> None:
    user = cast.a_user()
    SavedView.objects.create(name="Mine", query="bucket=M2", by=user, at=cast.NOON)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO borrowers_savedview (name, query, shared, by_id, at)"
            " VALUES (%s, %s, false, %s, now())",
            [name, query, user.pk],
        )


def promised(loan: Loan, days: int, amount: str = "100.00") -> Promise:
    return promises.record(
        loan.borrower,
        Decimal(amount),
        cast.TODAY + timedelta(days=days),
        currency="CNY",
        includes_next=False,
        by=cast.a_user(role="supervisor"),
    )


def shown(address: str) -> list[int]:
    rows = signed_in("supervisor").get(address).context["rows"]
    return [row.line.borrower.pk for row in rows]


def test_promises_due_today_and_broken_ones_are_found_and_shown_with_amount_and_day() -> None:
    today, tomorrow, broken, kept, lifted = (late(20 - n) for n in range(5))
    for loan in (broken, kept, lifted):
        promised(loan, 0, "123.45")
    kept.repayments.create(
        repayment_ref="R-1", paid_on=cast.TODAY + timedelta(days=1), amount=Decimal("123.45")
    )
    hold = Hold.objects.get(borrower=lifted.borrower)
    holds.lift(hold, by=cast.a_user(role="supervisor"))
    late(3)
    site_clock.set_to(cast.NOON + timedelta(days=3))
    promised(today, 3)
    promised(tomorrow, 4)

    assert shown("/queue/?promise=today") == [today.borrower_id]
    assert shown("/queue/?promise=broken") == [broken.borrower_id]
    page = body(signed_in("supervisor"), "/queue/")
    for said in ("100.00", "today", "123.45", "2026-11-24", "Broken"):
        assert said in page
    for loan in (today, tomorrow, broken, kept, lifted):
        told = promises.told(loan.borrower)[0]
        assert promises.newest([loan.borrower_id])[loan.borrower_id] == told
        assert (told.state == "broken") == (loan == broken)


def test_a_newer_promise_takes_the_place_of_a_broken_one() -> None:
    loan = late()
    promised(loan, 0)
    site_clock.set_to(cast.NOON + timedelta(days=4))
    assert shown("/queue/?promise=broken") == [loan.borrower_id]

    promised(loan, 4)

    assert shown("/queue/?promise=broken") == []
    assert shown("/queue/?promise=today") == [loan.borrower_id]


def test_people_nobody_was_in_contact_with_for_days() -> None:
    quiet, called, long_ago = late(9), late(8), late(7)
    user = cast.a_user(role="supervisor")
    cast.a_call(called.borrower, at=cast.NOON - timedelta(days=2), by=user)
    cast.a_call(long_ago.borrower, at=cast.NOON - timedelta(days=5), by=user)

    assert shown("/queue/?quiet=3") == [quiet.borrower_id, long_ago.borrower_id]
    assert shown("/queue/?quiet=7") == [quiet.borrower_id]


def test_a_text_of_today_is_contact() -> None:
    texted = cast.a_loan()
    planning.plan()
    sent()
    quiet = late()

    assert shown("/queue/?quiet=3") == [quiet.borrower_id]
    assert texted.borrower_id in shown("/queue/")


def test_a_collector_finds_only_their_own_by_promise() -> None:
    mine, other = late(9), late(8)
    promised(mine, 0), promised(other, 0)
    collector = cast.a_user()
    assignments.assign([mine.borrower], collector, by=None)

    rows = signed_in(user=collector).get("/queue/?promise=today").context["rows"]

    assert [row.line.borrower.pk for row in rows] == [mine.borrower_id]
    today = signed_in(user=collector).get("/")
    assert today.context["promised"] == 1
    assert 'href="/queue/?promise=today"' in today.content.decode()
