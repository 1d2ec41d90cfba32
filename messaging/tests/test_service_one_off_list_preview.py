"""What is shown of a list before it is sent: how many, which words, what it costs, who gets none."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from borrowers.models import Loan
from borrowers.services import holds
from collections_site import site_clock
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from messaging.models import Reminder, Run, SendingStop
from messaging.services import (
    one_off_list_preview,
    planning,
)
from tests import cast
from tests.desks import Desk
from tests.sendings import sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


@pytest.fixture
def loans() -> list[Loan]:
    return [cast.a_loan() for _ in range(3)]


def test_it_shows_how_many_how_much_which_words_and_when(loans: list[Loan]) -> None:
    Loan.objects.filter(pk=loans[1].pk).update(next_due_amount=Decimal("12860.00"), version=2)

    found, _token = Desk(*loans).look()

    assert [person.pk for person, _one in found.going] == [one.borrower_id for one in loans]
    assert (found.count, found.parts, found.at_once, found.later) == (3, 3, 3, ())
    assert [(one.currency, one.amount) for one in found.costs] == [("CNY", Decimal("0.1350"))]
    (words,) = found.words
    assert (words.wording.template.code, words.count) == ("T-047", 3)
    assert "12,860.00元" in words.longest
    assert (found.withheld, found.left_out) == ((), 0)


def test_looking_writes_nothing(loans: list[Loan]) -> None:
    yesterday = cast.TODAY - timedelta(days=1)
    Loan.objects.update(arrears_on=yesterday)
    Desk(*loans).look()
    assert not Run.objects.exists()
    assert not Reminder.objects.exists()
    assert set(Loan.objects.values_list("arrears_on", flat=True)) == {yesterday}


def test_who_gets_none_stands_under_the_reason_that_forbids(loans: list[Loan]) -> None:
    strangers = [cast.a_loan(cast.a_borrower(consent=False)) for _ in range(2)]
    speaks_english = cast.a_loan(cast.a_borrower(language="en"))
    holds.place("complaint", borrower=loans[0].borrower, source="inbound")

    found, _token = Desk(*loans, *strangers, speaks_english).look()

    told = {one.label: {person.pk for person in one.people} for one in found.withheld}
    assert found.count == 2
    assert found.none == 4
    assert {one.borrower_id for one in strangers} in told.values()
    assert told["Complaint open"] == {loans[0].borrower_id}
    assert {speaks_english.borrower_id} in told.values()


def test_of_two_people_with_one_number_the_first_gets_the_text() -> None:
    number = cast.a_number()
    first, second = (cast.a_loan(cast.a_borrower(number=number)) for _ in range(2))
    found, _token = Desk(first, second).look()
    assert [person.pk for person, _one in found.going] == [first.borrower_id]
    assert "same number" in found.withheld[0].label


def test_outside_hours_all_leave_at_the_next_opening(loans: list[Loan]) -> None:
    site_clock.set_to(datetime(2026, 11, 24, 12, 30, tzinfo=UTC))  # 20:30 in Shanghai
    opening = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    desk = Desk(*loans)
    found, token = desk.look()
    assert (found.at_once, found.later) == (0, (opening,) * 3)
    desk.send(token)
    assert set(Reminder.objects.values_list("due_at", flat=True)) == {opening}


def test_a_cap_that_one_list_filled_holds_for_the_next(loans: list[Loan]) -> None:
    planning.plan()
    sent()
    found, _token = Desk(*loans).look()
    assert (found.at_once, len(found.later)) == (0, 3)


def test_while_nobody_knows_when_nothing_is_offered(loans: list[Loan]) -> None:
    desk = Desk(*loans)
    SendingStop.objects.create(
        scope="all", reason="other", stopped_by=desk.by, stopped_at=clock.now()
    )
    found, token = desk.look()
    assert (found.count, found.none, token) == (0, 3, "")


def test_more_people_than_one_list_may_have_is_refused(
    loans: list[Loan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_off_list_preview, "MOST", 2)
    with pytest.raises(NotAllowed, match="at most 2 people at once"):
        Desk(*loans).look()


def test_three_people_and_twelve_cost_the_same_queries() -> None:
    costs = []
    for count in (3, 12):
        loans = [cast.a_loan() for _ in range(count)]
        Loan.objects.update(arrears_on=cast.TODAY - timedelta(days=1))
        desk = Desk(*loans)
        with CaptureQueriesContext(connection) as looking:
            _found, token = desk.look()
        for loan in loans[:2]:
            holds.place("pause", borrower=loan.borrower, source="staff")
        with CaptureQueriesContext(connection) as sending:
            assert desk.send(token).scheduled == count - 2
        costs.append((len(looking), len(sending)))
    assert costs[0] == costs[1]
