"""The tabs everybody has: new replies and bad numbers, each a filter of the queue with a count."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from borrowers.models import BorrowerNumber, Loan
from borrowers.services import assignments
from messaging.models import Reply
from messaging.services import replies
from tests import cast
from tests.furnished import a_reply
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def late(days: int = 9, **fields: Any) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days), **fields)


def a_stranger(days: int = 9) -> Loan:
    """Somebody late whose number is not theirs."""
    loan = late(days)
    loan.borrower.numbers.update(relation=BorrowerNumber.NOT_OWN)
    return loan


def shown(client: Client, address: str) -> list[int]:
    return [row.line.borrower.pk for row in client.get(address).context["rows"]]


def counted(client: Client, query: str = "") -> dict[str, int | None]:
    tabs = client.get("/queue/views/counts/", {"query": query}).context["tabs"]
    return {tab.key: tab.count for tab in tabs}


def test_who_wrote_is_listed_until_somebody_has_looked() -> None:
    wrote, looked_at, silent = late(9), late(8), late(7)
    reply = a_reply(wrote.borrower)
    replies.handle(a_reply(looked_at.borrower), by=cast.a_user())
    client = signed_in("supervisor")

    assert shown(client, "/queue/?reply=new") == [wrote.borrower_id]
    assert silent.borrower_id in shown(client, "/queue/")

    replies.handle(reply, by=cast.a_user())
    assert shown(client, "/queue/?reply=new") == []


def test_a_reply_of_nobody_on_file_lists_nobody() -> None:
    loan = late()
    reply = a_reply(loan.borrower)
    Reply.objects.filter(pk=reply.pk).update(borrower=None)

    assert shown(signed_in("supervisor"), "/queue/?reply=new") == []


def test_bad_numbers_are_listed_and_combine_with_the_other_filters() -> None:
    m2, m1 = a_stranger(43), a_stranger(9)
    late(44)
    a_reply(m1.borrower)
    client = signed_in("supervisor")

    assert shown(client, "/queue/?number=bad") == [m2.borrower_id, m1.borrower_id]
    assert shown(client, "/queue/?number=bad&bucket=M2") == [m2.borrower_id]
    assert shown(client, "/queue/?number=bad&reply=new") == [m1.borrower_id]


def test_each_tab_counts_the_list_it_leads_to_and_says_which_it_is() -> None:
    a_reply(late(9).borrower)
    a_stranger(), a_stranger()
    client = signed_in("supervisor")

    assert counted(client) == {"all": 3, "today": 0, "broken": 0, "reply": 1, "number": 2}
    for tab in client.get("/queue/?number=bad").context["tabs"]:
        assert tab.now == (tab.key == "number")
        assert tab.count is None  # counted once the page stands
    page = body(client, "/queue/")
    assert 'href="/queue/?reply=new"' in page
    assert 'href="/queue/?number=bad"' in page


def test_a_collector_counts_their_own_and_calls_them_to_dos() -> None:
    mine, other = a_stranger(), a_stranger()
    a_reply(mine.borrower), a_reply(other.borrower)
    collector = cast.a_user()
    assignments.assign([mine.borrower], collector, by=None)
    client = signed_in(user=collector)

    assert counted(client) == {"all": 1, "today": 0, "broken": 0, "reply": 1, "number": 1}
    assert shown(client, "/queue/?reply=new") == [mine.borrower_id]
    assert shown(client, "/queue/?number=bad") == [mine.borrower_id]
    assert "My to-dos" in body(client, "/queue/")
    assert "My to-dos" not in body(signed_in("supervisor"), "/queue/")


def test_a_word_that_is_not_in_the_list_is_said() -> None:
    client = signed_in("supervisor")

    assert "choose again" in body(client, "/queue/?number=good", status=422)
    assert "choose again" in body(client, "/queue/?reply=old", status=422)


def test_the_counts_cost_the_same_queries_for_many_people_as_for_one() -> None:
    client = signed_in("supervisor")
    a_reply(a_stranger().borrower)
    counted(client)
    with CaptureQueriesContext(
        connection,
    ) as few:
        counted(client)
    for _ in range(9):
        a_reply(a_stranger().borrower)

    with CaptureQueriesContext(connection) as many:
        assert counted(client)["number"] == 10

    assert len(many) == len(few)


def test_today_leads_to_the_bad_numbers_of_those_who_work_the_queue() -> None:
    mine = a_stranger()
    a_stranger()
    collector = cast.a_user()
    assignments.assign([mine.borrower], collector, by=None)

    own = signed_in(user=collector).get("/")
    every = signed_in("supervisor").get("/")

    assert len(own.context["bad_numbers"].people) == 1
    assert len(every.context["bad_numbers"].people) == 2
    assert 'href="/queue/?number=bad"' in own.content.decode()
    assert 'href="/queue/?number=bad"' not in body(signed_in("compliance"), "/")
