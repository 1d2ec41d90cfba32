"""A frozen list's page: what each role may do with it, and as of when its sums are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from borrowers.models import Borrower, Hold, Loan
from borrowers.services import assignments, holds, promises, snapshots
from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from collections_site.reporting.tests.test_views_queue import freeze, late
from tests import cast
from tests.counting import queries_of
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def test_only_roles_that_may_export_are_offered_it() -> None:
    loan, collector = late(), cast.a_user()
    assignments.assign([loan.borrower], collector, by=None)
    offered = {}
    for user in (collector, cast.a_user(role="supervisor"), cast.a_user(role="compliance")):
        client = signed_in(user=user)
        snapshot = freeze(client, choose="ticked", person=[loan.borrower_id])
        page = body(client, f"/queue/lists/{snapshot.pk}/")
        offered[user.groups.get().name] = {
            act for act in ("pause", "assign", "export") if f'data-testid="{act}"' in page
        }

    assert offered == {
        "collector": {"pause"},
        "supervisor": {"pause", "assign", "export"},
        "compliance": {"export"},
    }


def test_a_pause_of_many_costs_the_queries_of_one_and_names_them_in_one_event() -> None:
    till, asked = cast.NOON + timedelta(days=3), []
    by = cast.a_user(role="supervisor")
    for count in (2, 40):  # the first of them held already
        people = [late().borrower_id for _ in range(count)]
        holds.place("pause", borrower=Borrower.objects.get(pk=people[0]), source="x", till=till)
        longer = Hold.objects.latest("pk")
        snapshot = snapshots.freeze(people, by=by)
        asked.append(queries_of(lambda s=snapshot: snapshots.pause(s, till, by=by)))  # type: ignore[misc]

    assert asked[0] == asked[1]
    held = Hold.objects.filter(kind="pause", till_at=till, borrower__in=people, lifted_at=None)
    assert sorted(held.values_list("borrower", flat=True)) == sorted(people)
    assert held.get(borrower=people[0]) == longer
    event = Event.objects.filter(verb="queue.paused").latest("pk")
    assert (event.after["count"], event.after["people"]) == (40, sorted(people[1:]))


def test_a_bulk_pause_waits_for_the_people_by_id_and_needs_the_role() -> None:
    loan, auditor = late(), cast.a_user(role="auditor")
    with pytest.raises(NotAllowed):
        holds.place_on_all("pause", [loan.borrower], source="x", till=cast.NOON, by=auditor)
    with pytest.raises(ValueError, match="known kind"):
        holds.place_on_all("boredom", [loan.borrower], source="x", till=cast.NOON, by=auditor)


def test_a_pause_ends_at_the_same_second_from_a_page_and_from_a_list() -> None:
    loan = late()
    client, day = signed_in("supervisor"), (cast.TODAY + timedelta(days=90)).isoformat()
    snapshot = freeze(client, choose="ticked", person=[loan.borrower_id])
    client.post(f"/queue/lists/{snapshot.pk}/pause/", {"until": day})
    other = late().borrower
    client.post(f"/borrowers/{other.borrower_ref}/pause/", {"until": day})

    ends = Hold.objects.filter(kind="pause").values_list("till_at", flat=True)
    assert len(ends) == 2
    assert len(set(ends)) == 1


def test_a_sum_with_a_balance_of_unknown_time_says_that_it_is_unknown() -> None:
    """As of the others it would claim to be true of a moment that nobody knows."""
    loan = late(product="credit_card")
    late(borrower=loan.borrower, data_as_of=None)
    collector = cast.a_user()
    assignments.assign([loan.borrower], collector, by=None)
    client, own = signed_in("supervisor"), signed_in(user=collector)
    snapshot = freeze(client, choose="all", all=client.get("/queue/").context["all_listed"])
    ref, said = loan.borrower.borrower_ref, '<span class="text-meta">as of: unknown</span>'

    assert snapshot.as_of is None
    assert body(client, f"/queue/lists/{snapshot.pk}/").count(said) == 1
    assert body(client, "/queue/").count(said) == 2  # of the row, and of all
    assert body(own, "/borrowers/").count(said) == 1
    assert body(client, f"/borrowers/{ref}/").count(said) == 1
    assert body(client, f"/borrowers/{ref}/promise/").count(said) == 1


def test_who_has_no_running_loan_has_no_sum_to_date() -> None:
    loan = late(status="settled", data_as_of=None)
    assert "as of: unknown" not in body(signed_in(), f"/borrowers/{loan.borrower.borrower_ref}/")


def test_every_sum_says_as_of_when_the_oldest_of_its_balances_is() -> None:
    loan = late()
    older = cast.NOON - timedelta(hours=20)
    late(data_as_of=older)
    collector = cast.a_user()
    assignments.assign([loan.borrower], collector, by=None)
    client = signed_in("supervisor")
    snapshot = freeze(client, choose="all", all=client.get("/queue/").context["all_listed"])
    Loan.objects.filter(data_as_of=older).update(data_as_of=cast.NOON)  # the list is as it was

    said = timezone.localtime(older).strftime("%Y-%m-%d %H:%M")
    assert snapshot.as_of == older
    assert said in body(client, f"/queue/lists/{snapshot.pk}/")
    count = client.get("/queue/").context["owed"].as_of
    assert count == loan.data_as_of
    said = timezone.localtime(loan.data_as_of).strftime("%Y-%m-%d %H:%M")
    assert f"{said}</time></span></td>" in body(signed_in(user=collector), "/borrowers/")


def test_a_page_of_people_costs_the_same_queries_as_one() -> None:
    client, owner = signed_in("supervisor"), cast.a_user()
    asked = []

    for more in (1, 29):
        loans = [late() for _ in range(more)]
        assignments.assign([loan.borrower for loan in loans], owner, by=None)
        for loan in loans:
            promises.record(
                loan.borrower,
                Decimal(1),
                cast.TODAY,
                currency="CNY",
                includes_next=False,
                by=owner,
            )
        client.get("/queue/")
        asked.append(queries_of(lambda: client.get("/queue/")))

    assert len(client.get("/queue/").context["rows"]) == 30
    assert asked[0] == asked[1]
