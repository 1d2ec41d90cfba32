"""Views on Today: each member of staff pins for oneself, what one sees and nothing else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from borrowers.models import Loan, SavedView
from borrowers.services import assignments, saved_views
from collections_site.lib.decision import NotAllowed
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
COUNTS = "/queue/views/pinned/"


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def late(days: int = 9) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days))


def a_view(by: User, name: str = "M2 first", query: str = "bucket=M2", **said: bool) -> SavedView:
    return saved_views.save(name, query, **{"shared": False, **said}, by=by)


def press(client: Client, view: SavedView, pinned: str = "on") -> int:
    return client.post(f"/queue/views/{view.pk}/pin/", {"pinned": pinned}).status_code


def test_a_pinned_view_is_a_link_on_today_counted_once_the_page_stands() -> None:
    late(43), late(44), late(5)
    user = cast.a_user(role="supervisor")
    view, client = a_view(user), signed_in(user=user)
    assert "M2 first" not in body(client, "/")

    answer = client.post(f"/queue/views/{view.pk}/pin/", {"pinned": "on"})

    assert answer["Location"] == "/queue/?bucket=M2"
    page = client.get("/")
    assert [(tab.url, tab.count) for tab in page.context["pinned"]] == [("/queue/?bucket=M2", None)]
    assert f'hx-get="{COUNTS}"' in page.content.decode()
    counted = client.get(COUNTS)
    assert [(tab.word, tab.count) for tab in counted.context["tabs"]] == [("M2 first", 2)]
    assert "hx-get" not in counted.content.decode()
    assert press(client, view, "off") == 302
    assert client.get("/").context["pinned"] == []


def test_the_tab_says_whether_it_is_pinned() -> None:
    user = cast.a_user()
    view, client = a_view(user), signed_in(user=user)

    assert "Pin to Today" in body(client, "/queue/?bucket=M2")
    assert "Pin to Today" in body(client, "/queue/views/counts/?query=bucket%3DM2")
    press(client, view)
    assert "Unpin from Today" in body(client, "/queue/?bucket=M2")
    assert "Unpin from Today" not in body(client, "/queue/?bucket=M1")


def test_it_can_be_pinned_as_it_is_saved() -> None:
    client = signed_in("collector")
    said = {"query": "bucket=M1", "pinned": "on"}
    client.post("/queue/views/save/", {"name": "Soon late", **said})
    client.post("/queue/views/save/", {"name": "Other", "query": "bucket=M2"})

    assert [tab.word for tab in client.get("/").context["pinned"]] == ["Soon late"]


def test_a_shared_view_is_pinned_by_each_for_oneself() -> None:
    supervisor, collector = cast.a_user(role="supervisor"), cast.a_user()
    team = a_view(supervisor, "Team", shared=True)
    mine = late(43)
    late(44)
    assignments.assign([mine.borrower], collector, by=None)
    client = signed_in(user=collector)

    assert press(client, team) == 302

    assert [tab.count for tab in client.get(COUNTS).context["tabs"]] == [1]  # of their own people
    assert signed_in(user=supervisor).get("/").context["pinned"] == []
    assert press(signed_in(user=supervisor), team) == 302
    press(client, team, "off")
    assert list(team.pinned_by.all()) == [supervisor]


def test_somebody_elses_view_cannot_be_pinned() -> None:
    view, other = a_view(cast.a_user()), cast.a_user()

    assert press(signed_in(user=other), view) == 404
    with pytest.raises(NotAllowed):
        saved_views.pin(view, True, by=other)
    assert not view.pinned_by.exists()


def test_pressed_twice_it_is_pinned_once_and_a_deleted_view_leaves_today() -> None:
    user = cast.a_user()
    view, client = a_view(user), signed_in(user=user)
    press(client, view), press(client, view)
    assert view.pinned_by.count() == 1

    client.post(f"/queue/views/{view.pk}/delete/")

    assert client.get("/").context["pinned"] == []


def test_a_view_that_is_too_dear_to_count_is_opened() -> None:
    user = cast.a_user()
    late()
    a_view(user, "Free", "can=now", pinned=True)

    counted = signed_in(user=user).get(COUNTS)

    assert [tab.count for tab in counted.context["tabs"]] == [None]
    assert "Open" in counted.content.decode()


def test_today_costs_the_same_queries_for_many_pins_as_for_one() -> None:
    user = cast.a_user()
    a_view(user, pinned=True)
    client = signed_in(user=user)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for n in range(6):
        a_view(user, f"View {n}", f"least={n + 1}", pinned=True)

    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/").context["pinned"]) == 7

    assert len(many) == len(few)
