"""The queue's page: what a row says, filters from the address, and acts on a frozen list."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from borrowers.models import Assignment, Hold, Loan, QueueSnapshot
from borrowers.services import assignments, holds
from collections_site import site_clock
from collections_site.reporting import worklist
from messaging.services import verdicts
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def late(days: int = 9, **fields: Any) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days), **fields)


def freeze(client: Client, **said: Any) -> QueueSnapshot:
    answer = client.post("/queue/freeze/", said)
    snapshot = QueueSnapshot.objects.latest("pk")
    assert answer["Location"] == f"/queue/lists/{snapshot.pk}/"
    return snapshot


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def test_a_row_says_how_late_how_much_as_of_when_what_holds_and_whether_to_text() -> None:
    free, held = late(3, amount="1180.50"), late(43, amount="3260.00")
    holds.place("complaint", borrower=held.borrower, source="inbound")
    collector = cast.a_user(first_name="Min", last_name="Li")
    assignments.assign([free.borrower], collector, by=None)

    response = signed_in("supervisor").get("/queue/")

    first, second = response.context["rows"]
    assert (first.line.borrower, second.line.borrower) == (held.borrower, free.borrower)
    assert (first.answer, second.answer, second.owner) == ("never", "now", "Min Li")
    text = response.content.decode()
    stamp = timezone.localtime(free.data_as_of).strftime("%Y-%m-%d %H:%M")
    for said in ("M2 · 43 d", "3,260.00", stamp, "Complaint open", "May be reminded", "王*"):
        assert said in text
    assert "王芳" not in text
    assert free.borrower.numbers.get().contact_point.phone[-8:] not in text


def test_the_answers_are_those_of_the_page_of_each_person() -> None:
    loans = [late(3), late(200), cast.a_loan(), cast.a_loan(cast.a_borrower(consent=False))]
    holds.place("dispute", loan=loans[0], source="staff")
    ids = [loan.borrower_id for loan in loans]

    many = verdicts.decisions(ids)

    for loan in loans:
        one = verdicts.verdict(loan.borrower).decision
        assert (
            many[loan.borrower_id].answer,
            {r.code for r in many[loan.borrower_id].reasons},
        ) == (
            one.answer,
            {r.code for r in one.reasons},
        )


def test_filters_and_order_come_from_the_address_and_stay_in_the_links() -> None:
    late(3, product="credit_card")
    m2 = late(43, product="credit_card")
    client = signed_in("supervisor")

    response = client.get("/queue/?bucket=M2&product=credit_card&sort=soon")

    assert [row.line.borrower for row in response.context["rows"]] == [m2.borrower]
    text = response.content.decode()
    assert '<option value="M2" selected>' in text
    assert "?bucket=M2&amp;product=credit_card&amp;sort=amount" in text
    assert 'name="query" value="bucket=M2&amp;product=credit_card&amp;sort=soon"' in text


def test_only_those_who_may_be_reminded_among_a_bounded_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worklist, "LOOKED", 2)
    held, free, _beyond = late(9), late(3), late(2)
    holds.place("pause", borrower=held.borrower, source="staff")

    response = signed_in("supervisor").get("/queue/?can=now")

    assert [row.line.borrower for row in response.context["rows"]] == [free.borrower]
    assert "among the first 2 in this order" in response.content.decode()


def test_filters_that_cannot_be_read_show_nobody_and_say_why() -> None:
    late()

    text = body(signed_in("supervisor"), "/queue/?least=9&most=3", status=422)

    assert "Swap them" in text
    assert 'name="person"' not in text


def test_a_bucket_the_lender_no_longer_has_is_told_in_words() -> None:
    cast.the_lender(bucket_days=[7, 30])
    client = signed_in("supervisor")
    assert "choose again" in body(client, "/queue/?bucket=M7%2B", status=422)
    late(43)
    assert "M3+ · 43 d" in body(client, "/queue/?bucket=M3%2B")


def test_fifty_a_page() -> None:
    for _ in range(51):
        late()
    client = signed_in("supervisor")

    assert len(client.get("/queue/").context["rows"]) == 50
    assert len(client.get("/queue/?page=2").context["rows"]) == 1


@pytest.mark.parametrize(
    ("role", "address", "sentence"),
    [
        ("supervisor", "/queue/", "Nobody has anything overdue or due in the next three days."),
        ("collector", "/queue/", "Nobody in your care has anything"),
        ("supervisor", "/queue/?bucket=M3", "Nobody is like this."),
    ],
)
def test_an_empty_queue_says_why(role: str, address: str, sentence: str) -> None:
    assert sentence in body(signed_in(role), address)


def test_a_collector_is_not_asked_for_an_owner_and_sees_their_own() -> None:
    mine, other = late(), late()
    me = cast.a_user()
    assignments.assign([mine.borrower], me, by=None)

    text = body(signed_in(user=me), "/queue/?owner=-1")

    assert mine.borrower.borrower_ref in text
    assert other.borrower.borrower_ref not in text
    assert 'name="owner"' not in text


def test_the_list_restates_count_sum_and_the_first_five_names() -> None:
    loans = [late(20 - n, amount="100.00") for n in range(7)]
    client = signed_in("supervisor")

    drawn = client.get("/queue/?bucket=M1").context["all_listed"]
    late(15)  # whoever joins the queue meanwhile was not listed
    snapshot = freeze(client, choose="all", all=drawn, query="bucket=M1")

    response = client.get(f"/queue/lists/{snapshot.pk}/")
    text = response.content.decode()
    assert "7 people selected" in text
    assert "700.00" in text
    assert "and 2 more" in text
    assert list(response.context["first"]) == [loan.borrower for loan in loans[:5]]
    assert 'href="/queue/?bucket=M1"' in text


def test_only_those_ticked_are_paused_until_the_end_of_the_day() -> None:
    ticked, other = late(), late()
    client = signed_in("supervisor")
    snapshot = freeze(client, choose="ticked", person=[ticked.borrower_id])

    until = cast.TODAY + timedelta(days=6)
    answer = client.post(
        f"/queue/lists/{snapshot.pk}/pause/", {"until": until.isoformat()}, follow=True
    )

    hold = Hold.objects.get(kind="pause")
    assert (hold.borrower_id, hold.placed_by is not None) == (ticked.borrower_id, True)
    assert timezone.localtime(hold.till_at).strftime("%Y-%m-%d %H:%M") == f"{until} 23:59"
    assert f"stop until {until} 23:59" in answer.content.decode()
    assert verdicts.verdict(ticked.borrower).decision.answer != "now"
    assert verdicts.verdict(other.borrower).decision.answer == "now"


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "Enter the last day of the pause"),
        ("2026-11-23", "This day has passed"),
        ("2027-02-23", "This is too far off: 2027-02-22"),
    ],
)
def test_a_pause_of_no_sense_is_refused_and_keeps_what_was_typed(until: str, sentence: str) -> None:
    client = signed_in("supervisor")
    snapshot = freeze(client, choose="ticked", person=[late().borrower_id])

    answer = client.post(f"/queue/lists/{snapshot.pk}/pause/", {"until": until})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{until}"' in answer.content.decode() or not until
    assert not Hold.objects.exists()


def test_a_supervisor_gives_the_list_to_a_collector_only() -> None:
    loan, collector = late(), cast.a_user()
    colleague = cast.a_user(role="supervisor")
    client = signed_in("supervisor")
    snapshot = freeze(client, choose="ticked", person=[loan.borrower_id])
    address = f"/queue/lists/{snapshot.pk}/assign/"

    assert client.post(address, {"collector": colleague.pk}).status_code == 422
    assert client.post(address, {"collector": collector.pk}).status_code == 302
    assert Assignment.objects.get(ended_at=None).collector == collector


def test_an_hour_later_the_list_is_of_no_use() -> None:
    client = signed_in("supervisor")
    snapshot = freeze(client, choose="ticked", person=[late().borrower_id])
    site_clock.set_to(cast.NOON + timedelta(minutes=61))

    for answer in (
        client.get(f"/queue/lists/{snapshot.pk}/"),
        client.post(f"/queue/lists/{snapshot.pk}/pause/", {"until": "2026-11-30"}),
        client.post(f"/queue/lists/{snapshot.pk}/export/"),
    ):
        assert answer.status_code == 409
        assert "more than an hour old" in answer.content.decode()
    assert not Hold.objects.exists()


def test_a_colleagues_list_is_not_there() -> None:
    snapshot = freeze(signed_in("supervisor"), choose="ticked", person=[late().borrower_id])

    other = signed_in("supervisor")

    assert other.get(f"/queue/lists/{snapshot.pk}/").status_code == 404
    assert other.post(f"/queue/lists/{snapshot.pk}/export/").status_code == 404


def test_nothing_ticked_goes_back_and_says_so() -> None:
    answer = signed_in("supervisor").post(
        "/queue/freeze/", {"choose": "ticked", "query": "bucket=M2"}, follow=True
    )

    assert answer.redirect_chain == [("/queue/?bucket=M2", 302)]
    assert "Tick at least one person" in answer.content.decode()


@pytest.mark.parametrize("said", [{}, {"all": ""}, {"all": "eyJhIjoxfQ:1"}])
def test_a_list_that_no_page_drew_reaches_nobody(said: dict[str, str]) -> None:
    late()
    answer = signed_in("supervisor").post("/queue/freeze/", {"choose": "all", **said}, follow=True)
    assert "look at the list again" in answer.content.decode()
    assert not QueueSnapshot.objects.exists()


def exported(user: User, people: list[int]) -> tuple[bytes, list[list[str]]]:
    client = signed_in(user=user)
    snapshot = freeze(client, choose="ticked", person=people)
    content = client.post(f"/queue/lists/{snapshot.pk}/export/").content
    return content, list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_the_file_is_masked_marked_as_utf8_and_computes_nothing() -> None:
    bad = cast.a_borrower("=1+1", full_name="@SUM Ana")
    loans = [late(9, amount="12.50", borrower=bad), late(8)]
    owner = cast.a_user(first_name="+cmd")
    assignments.assign([bad], owner, by=None)

    content, (head, first, second) = exported(
        cast.a_user(role="supervisor"), [one.borrower_id for one in loans]
    )

    assert content.startswith(b"\xef\xbb\xbf")
    assert len(head) == len(first) == 10
    assert first[0] == "'=1+1"
    assert first[1].startswith("'@")
    assert first[4:6] == ["12.50", "CNY"]
    assert first[9].startswith("'+cmd")
    assert second[1] == "王*"
    assert "****" in second[2]
    assert "王芳" not in content.decode()
    for row in (head, first, second):
        assert not any(cell[:1] in ("=", "+", "-", "@", "\t") for cell in row)
