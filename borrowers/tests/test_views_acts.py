"""Small forms on a person: what each holds back and until when, what it refuses, who may, and who lifts."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from borrowers.models import Borrower, Hold, Note, Promise, Repayment
from borrowers.services import assignments
from collections_site.audit.models import Event
from collections_site.lib import clock
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
OTHERS = [
    "opt_out",
    "dispute",
    "vulnerable",
    "breathing_space",
    "attorney",
    "bankruptcy",
    "deceased",
]


def page(person: Borrower, name: str = "") -> str:
    return f"/borrowers/{person.borrower_ref}/{name + '/' if name else ''}"


def late(**fields: Any) -> Borrower:
    """Somebody 43 days late, with everything there that a text needs."""
    cast.the_house()
    loan = cast.a_loan(due_on=cast.TODAY - timedelta(days=43), amount="3260.00", **fields)
    person: Borrower = loan.borrower
    return person


def in_days(days: int) -> str:
    return (cast.TODAY + timedelta(days=days)).isoformat()


def last_second(days: int) -> datetime:
    day = cast.TODAY + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=SHANGHAI)


def record(browser: Client, person: Borrower, name: str, **said: str) -> str:
    """What the person's page says once a form was taken."""
    response = browser.post(page(person, name), said, follow=True)
    assert response.redirect_chain == [(page(person), 302)], response.content.decode()[:2000]
    return response.content.decode()


def test_a_promise_holds_until_two_days_later_and_shows_on_the_page() -> None:
    person, collector = late(), cast.a_user()
    assignments.assign([person], collector, by=None)

    text = record(
        signed_in(user=collector), person, "promise", amount="1,000.00", due_on=in_days(6)
    )

    promise = Promise.objects.get()
    assert (promise.amount, promise.currency) == (Decimal("1000.00"), "CNY")
    assert (promise.hold.kind, promise.hold.till_at) == ("promise", last_second(8))
    assert promise.hold.placed_by == collector
    assert "Reminders stop until" in text
    assert "2 Dec 2026, 23:59" in text
    assert "1,000.00" in text
    assert "Open" in text
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"hold.placed", "promise.recorded"} <= verbs


def test_the_page_tells_a_kept_promise_from_a_broken_one() -> None:
    person = late()
    browser = signed_in()
    loan = person.loans.get()
    Repayment.objects.create(
        repayment_ref="R0", loan=loan, paid_on=cast.TODAY, amount=Decimal("1000.00")
    )
    record(browser, person, "promise", amount="1000", due_on=in_days(0))
    assert "Kept" not in body(browser, page(person))  # that money was here before

    Repayment.objects.create(
        repayment_ref="R1", loan=loan, paid_on=cast.TODAY, amount=Decimal("1000.00")
    )
    assert "Kept" in body(browser, page(person))

    Repayment.objects.create(
        repayment_ref="R2", loan=loan, paid_on=cast.TODAY, amount=Decimal("-0.01")
    )
    assert "Kept" not in body(browser, page(person))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"amount": "5000.00", "due_on": in_days(3)}, "CNY 5,000.00 is more than the CNY 3,260.00"),
        ({"amount": "", "due_on": in_days(3)}, "Enter the promised amount"),
        ({"amount": "0", "due_on": in_days(3)}, "Enter an amount above zero"),
        ({"amount": "1.001", "due_on": in_days(3)}, "At most two digits after the point"),
        ({"amount": "much", "due_on": in_days(3)}, "Enter an amount like 1,000.00"),
        ({"amount": "NaN", "due_on": in_days(3)}, "Enter an amount like 1,000.00"),
        ({"amount": "100", "due_on": ""}, "Choose a day"),
        ({"amount": "100", "due_on": "2026-02-30"}, "Enter a day like"),
        ({"amount": "100", "due_on": in_days(-1)}, "This day has passed"),
        ({"amount": "100", "due_on": in_days(31)}, "This is too far off: 2026-12-24"),
    ],
)
def test_a_promise_that_is_not_taken_says_why_keeps_what_was_typed_and_holds_nothing(
    said: dict[str, str], sentence: str
) -> None:
    person = late()
    response = signed_in().post(page(person, "promise"), said)
    assert response.status_code == 422
    text = response.content.decode()
    assert sentence in text
    assert f'value="{said["amount"]}"' in text or not said["amount"]
    assert not Hold.objects.exists()
    assert not Promise.objects.exists()


def test_a_promise_may_include_the_next_instalment() -> None:
    soon = cast.TODAY + timedelta(days=9)
    person = late(next_due_on=soon, next_due_amount=Decimal("500.00"), next_number=2)
    browser = signed_in()
    said = {"amount": "3760.00", "due_on": in_days(3)}
    refused = browser.post(page(person, "promise"), said).content.decode()
    assert "tick that it includes the next instalment" in refused
    record(browser, person, "promise", **said, includes_next="on")
    assert Promise.objects.get().amount == Decimal("3760.00")


def test_who_owes_nothing_promises_nothing() -> None:
    person = late(status="settled")
    response = signed_in().post(page(person, "promise"), {"amount": "1", "due_on": in_days(1)})
    assert "Nothing is owed" in response.content.decode()
    assert not Hold.objects.exists()


def test_where_two_currencies_are_owed_the_promise_names_one() -> None:
    person = late()
    cast.a_loan(person, due_on=cast.TODAY - timedelta(days=2), amount="90.00", currency="USD")
    browser, said = signed_in(), {"amount": "100.00", "due_on": in_days(1)}
    assert browser.post(page(person, "promise"), said).status_code == 422
    assert browser.post(page(person, "promise"), said | {"currency": "USD"}).status_code == 422
    record(browser, person, "promise", **said, currency="CNY")
    assert Promise.objects.get().currency == "CNY"


def test_the_same_promise_pressed_twice_is_one() -> None:
    person, browser = late(), signed_in()
    for _ in range(2):
        record(browser, person, "promise", amount="100", due_on=in_days(3))
    assert (Promise.objects.count(), Hold.objects.count()) == (1, 1)
    assert Event.objects.filter(verb="promise.recorded").count() == 1


@pytest.mark.parametrize(("kind", "furthest"), [("pause", 90), ("plan", 366)])
def test_a_pause_and_a_plan_hold_until_the_end_of_their_day(kind: str, furthest: int) -> None:
    person, browser = late(), signed_in()
    for days, sentence in ((-1, "This day has passed"), (furthest + 1, "This is too far off")):
        response = browser.post(page(person, kind), {"until": in_days(days), "text": "as agreed"})
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert "as agreed" in response.content.decode()
    assert not Note.objects.exists()

    record(browser, person, kind, until=in_days(furthest), text="as agreed")

    hold = Hold.objects.get()
    assert (hold.kind, hold.till_at) == (kind, last_second(furthest))
    assert hold.notes.get().text == "as agreed"


def test_a_day_in_the_address_says_until_when_before_anything_is_saved() -> None:
    text = body(signed_in(), page(late(), "pause") + f"?until={in_days(6)}")
    assert "Reminders stop until" in text
    assert "30 Nov 2026, 23:59" in text
    assert not Hold.objects.exists()


@pytest.mark.parametrize("odd", ["2026-02-30", "never", "9999-99-99", ""])
def test_an_odd_day_in_the_address_is_only_a_day_not_chosen_yet(odd: str) -> None:
    assert "the day you choose" in body(signed_in(), page(late(), "pause") + f"?until={odd}")


def test_said_to_be_paid_holds_for_72_hours() -> None:
    person = late()
    before = clock.now()
    record(signed_in(), person, "paid")
    hold = Hold.objects.get()
    assert hold.till_at is not None
    assert timedelta(0) <= hold.till_at - before - timedelta(hours=72) < timedelta(minutes=5)


def test_a_complaint_has_words_and_hardship_needs_none() -> None:
    person, browser = late(), signed_in()
    response = browser.post(page(person, "complaint"), {"text": " "})
    assert "Write a few words" in response.content.decode()
    assert not Hold.objects.exists()
    record(browser, person, "complaint", text="Called too early")
    record(browser, person, "hardship")
    held = Hold.objects.order_by("pk").values_list("kind", "borrower", "till_at")
    assert list(held) == [("complaint", person.pk, None), ("hardship", person.pk, None)]


@pytest.mark.parametrize("kind", OTHERS)
def test_other_kinds_hold_until_two_people_lift_them(kind: str) -> None:
    person = late()
    record(signed_in(), person, "hold", kind=kind)
    assert Hold.objects.get(borrower=person).kind == kind
    assert Hold.objects.filter(till_at=None).count() == Hold.objects.count()
    assert Hold.objects.filter(contact_point__isnull=False).exists() == (kind == "opt_out")


def test_the_form_of_another_reason_knows_no_short_kinds() -> None:
    response = signed_in().post(page(late(), "hold"), {"kind": "pause"})
    assert response.status_code == 422
    assert not Hold.objects.exists()


def test_a_note_holds_nothing_shows_in_the_timeline_and_stays() -> None:
    person, browser = late(), signed_in()
    for _ in range(2):  # a second press writes nothing more
        text = record(browser, person, "note", text="Prefers <b>evenings</b>")
    assert not Hold.objects.exists()
    note = Note.objects.get()
    assert "Prefers &lt;b&gt;evenings" in text
    assert "Prefers" in body(browser, page(person) + "?show=notes")
    assert "evenings" not in str(Event.objects.get(verb="note.added").after)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text="")


def test_words_that_are_too_long_are_kept_and_not_saved() -> None:
    response = signed_in().post(page(late(), "note"), {"text": "x" * 501})
    assert "At most 500 characters" in response.content.decode()
    assert "x" * 501 in response.content.decode()
    assert not Note.objects.exists()
