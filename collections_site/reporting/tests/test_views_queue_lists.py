"""A frozen list's page: what each role may do with it, and as of when its sums are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from borrowers.models import Loan
from borrowers.services import assignments
from collections_site.reporting.tests.test_views_queue import freeze, late
from tests import cast
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


def test_every_sum_says_as_of_when_the_oldest_of_its_balances_is() -> None:
    loan = late()
    older = cast.NOON - timedelta(hours=20)
    late(data_as_of=older)
    collector = cast.a_user()
    assignments.assign([loan.borrower], collector, by=None)
    client = signed_in("supervisor")
    snapshot = freeze(client, choose="all")
    Loan.objects.filter(data_as_of=older).update(data_as_of=cast.NOON)  # the list is as it was

    said = timezone.localtime(older).strftime("%Y-%m-%d %H:%M")
    assert snapshot.as_of == older
    assert said in body(client, f"/queue/lists/{snapshot.pk}/")
    count = client.get("/queue/").context["owed_as_of"]
    assert count == loan.data_as_of
    said = timezone.localtime(loan.data_as_of).strftime("%Y-%m-%d %H:%M")
    assert f"{said}</time></span></td>" in body(signed_in(user=collector), "/borrowers/")
