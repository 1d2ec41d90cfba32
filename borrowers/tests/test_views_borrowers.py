"""The list of borrowers: a collector's own people with what a day's work needs, and no query each."""

from datetime import timedelta

import pytest

from borrowers.models import Hold
from borrowers.services import assignments, holds
from collections_site.lib import clock
from tests import cast
from tests.counting import queries_of
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def test_a_collectors_people_come_longest_overdue_first_with_amount_and_holds() -> None:
    cast.the_house()
    soon = cast.a_loan()
    late = cast.a_loan(due_on=cast.TODAY - timedelta(days=43), amount="3260.00")
    other = cast.a_loan()
    Hold.objects.create(
        kind="promise",
        borrower=late.borrower,
        source="staff",
        from_at=clock.now() - timedelta(days=1),
    )
    collector = cast.a_user()
    assignments.assign([soon.borrower, late.borrower], collector, by=None)

    response = signed_in(user=collector).get("/borrowers/")

    lines = response.context["lines"]
    assert [line.borrower for line in lines] == [late.borrower, soon.borrower]
    assert (lines[0].days, lines[0].holds) == (43, ("promise",))
    assert lines[1].days == -3
    text = response.content.decode()
    assert "M2 · 43 d" in text
    assert "3,260.00" in text
    assert other.borrower.borrower_ref not in text


def test_who_sees_everybody_searches_first() -> None:
    cast.the_house()
    loan = cast.a_loan()

    text = body(signed_in("supervisor"), "/borrowers/")

    assert "Find a person" in text
    assert loan.borrower.borrower_ref not in text


def test_an_amount_of_a_settled_loan_is_not_overdue() -> None:
    cast.the_house()
    loan = cast.a_loan(due_on=cast.TODAY - timedelta(days=5), status="settled")
    collector = cast.a_user()
    assignments.assign([loan.borrower], collector, by=None)

    (line,) = signed_in(user=collector).get("/borrowers/").context["lines"]

    assert (line.days, line.overdue) == (None, ())


def test_a_full_page_costs_as_many_queries_as_one_line() -> None:
    cast.the_house()
    collector = cast.a_user()
    client = signed_in(user=collector)
    asked = []

    for more in (1, 49):
        loans = [cast.a_loan(due_on=cast.TODAY - timedelta(days=9)) for _ in range(more)]
        for loan in loans:
            holds.place("pause", borrower=loan.borrower, source="staff")
        assignments.assign([loan.borrower for loan in loans], collector, by=None)
        client.get("/borrowers/")
        asked.append(queries_of(lambda: client.get("/borrowers/")))

    assert len(client.get("/borrowers/").context["lines"]) == 50
    assert asked[0] == asked[1]


def test_the_administrator_finds_nobody() -> None:
    assert signed_in("administrator").get("/borrowers/").status_code == 403
