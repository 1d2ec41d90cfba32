"""What waits for a second person: on Today, beside the sidebar's words, and on the lists behind both."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from borrowers.models import Borrower, BorrowerNumber, Hold, Upload
from borrowers.services import holds
from borrowers.states import UploadState
from collections_site import site_clock
from collections_site.lib import clock
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
JUMPS = [{"code": "overdue_moved", "values": {}}]


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def brought(by: User, *, state: str = UploadState.CHECKED, jumps: bool = True) -> Upload:
    at = clock.now()
    return Upload.objects.create(
        source="core",
        data_as_of=at,
        state=state,
        found={"jumps": JUMPS if jumps else []},
        by=by,
        at=at,
        keep_until=at,
        checked_at=at,
    )


def proposed(by: User, kind: str = "complaint", **target: object) -> Hold:
    where = target or {"borrower": cast.a_borrower()}
    hold = holds.place(kind, source="staff", **where)  # type: ignore[arg-type]
    return holds.propose_lift(hold, by=by)


def sidebar(client: Client) -> dict[str, int]:
    return {one["url"]: one["count"] for one in client.get("/").context["navigation"]}


def test_unusual_files_wait_for_everybody_who_may_release_but_who_brought_them() -> None:
    brings = cast.a_user(role="supervisor")
    upload = brought(brings)
    brought(brings, jumps=False)
    brought(brings, state=UploadState.MAPPING)
    released = brought(brings)
    Upload.objects.filter(pk=released.pk).update(
        released_by=cast.a_user(role="compliance"), released_at=clock.now()
    )

    for role in ("supervisor", "compliance"):
        client = signed_in(role)
        waiting = client.get("/").context["releases"]
        assert (waiting.count, waiting.oldest) == (1, upload.checked_at)
        assert sidebar(client)["/imports/"] == 1
        assert 'href="/imports/?waiting=release"' in body(client, "/")
        shown = client.get("/imports/?waiting=release").context["waiting"]
        assert list(shown) == [upload]
    own = signed_in(user=brings)
    assert own.get("/").context["releases"].count == 0
    assert sidebar(own)["/imports/"] == 0
    assert "Nothing waits for you" in body(own, "/imports/?waiting=release")


def test_a_lift_waits_for_reviewers_and_not_for_who_proposed_it() -> None:
    hold = proposed(cast.a_user(role="supervisor"))
    client = signed_in("compliance")

    waiting = client.get("/").context["lifts"]

    assert waiting.count == 1
    assert 'href="/lifts/"' in body(client, "/")
    assert sidebar(client)["/lifts/"] == 1
    page = body(client, "/lifts/")
    assert hold.borrower
    assert f"/borrowers/{hold.borrower.borrower_ref}/holds/{hold.pk}/approve/" in page
    assert "王芳" not in page
    for role in ("collector", "supervisor", "auditor"):
        other = signed_in(role)
        assert "lifts" not in other.get("/").context
        assert "/lifts/" not in sidebar(other)


def test_ones_own_proposal_is_no_work_of_ones_own() -> None:
    reviewer = cast.a_user(role="compliance")
    hold = proposed(cast.a_user(role="supervisor"))
    Hold.objects.filter(pk=hold.pk).update(lift_proposed_by=reviewer)

    client = signed_in(user=reviewer)

    assert client.get("/").context["lifts"].count == 0
    assert "Nothing waits for you" in body(client, "/lifts/")


def test_what_is_lifted_over_or_keeps_nobody_back_waits_for_nobody() -> None:
    supervisor, reviewer = cast.a_user(role="supervisor"), cast.a_user(role="compliance")
    holds.lift(proposed(supervisor), by=reviewer)
    hour = timedelta(hours=1)
    proposed(supervisor, "breathing_space", borrower=cast.a_borrower(), till=cast.NOON + hour)
    left = cast.a_borrower().numbers.get()
    proposed(supervisor, "dispute", contact_point=left.contact_point)
    BorrowerNumber.objects.filter(pk=left.pk).update(till_at=clock.now())
    site_clock.set_to(cast.NOON + hour)

    client = signed_in(user=reviewer)

    assert client.get("/").context["lifts"].count == 0
    assert client.get("/lifts/").context["page"].paginator.count == 0


def test_holds_on_loans_and_numbers_name_a_person_and_the_longest_waiting_is_first() -> None:
    supervisor = cast.a_user(role="supervisor")
    loan, person = cast.a_loan(), cast.a_borrower()
    first = proposed(supervisor, loan=loan)
    second = proposed(supervisor, "dispute", contact_point=person.numbers.get().contact_point)

    rows = signed_in("compliance").get("/lifts/").context["page"].object_list

    named: list[tuple[int, Borrower]] = [(row.hold.pk, row.person) for row in rows]
    assert named == [(first.pk, loan.borrower), (second.pk, person)]
    assert rows[0].since <= rows[1].since
