"""The log of calls: what is taken, what follows from it, who may, and that it stays as it was written."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from borrowers.models import Borrower, BorrowerNumber, Call, Hold
from borrowers.policies import calls as policy
from borrowers.services import assignments, calls
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from tests import cast
from tests.visits import body, signed_in

NOW = cast.NOON


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_only_the_last_31_days_are_taken(ago: timedelta) -> None:
    allowed = timedelta(0) <= ago <= timedelta(days=31)
    assert (policy.against(NOW - ago, now=NOW) is None) == allowed


def minute(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def page(person: Borrower, name: str = "") -> str:
    return f"/borrowers/{person.borrower_ref}/{name + '/' if name else ''}"


def a_person() -> Borrower:
    cast.the_house()
    cast.at_noon()
    person: Borrower = cast.a_loan().borrower
    return person


def said(person: Borrower, outcome: str, **fields: str) -> dict[str, str]:
    number = str(person.numbers.get().pk)
    return {"number": number, "at": minute(NOW), "outcome": outcome, **fields}


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", ["reached", "no_answer", "voicemail", "no_more_calls"])
def test_a_call_shows_in_the_timeline_and_holds_nothing(outcome: str) -> None:
    person, collector = a_person(), cast.a_user(first_name="Li", last_name="Min")
    assignments.assign([person], collector, by=None)
    browser = signed_in(user=collector)

    for _ in range(2):  # a second press writes nothing more
        answer = browser.post(
            page(person, "call"), said(person, outcome, text="Works <b>late</b>"), follow=True
        )

    assert answer.redirect_chain == [(page(person), 302)]
    call = Call.objects.get()
    assert (call.at, call.outcome, call.by) == (NOW, outcome, collector)
    text = body(browser, page(person) + "?show=calls")
    assert "Works &lt;b&gt;late" in text
    assert "Li Min" in text
    assert not Hold.objects.exists()
    event = Event.objects.get(verb="call.recorded")
    assert "late" not in str(event.after)


@pytest.mark.django_db
def test_somebody_elses_phone_gets_no_more_texts() -> None:
    person = a_person()
    signed_in().post(page(person, "call"), said(person, "wrong_person"))
    hold = Hold.objects.get()
    assert (hold.kind, hold.contact_point) == ("wrong_number", person.numbers.get().contact_point)


@pytest.mark.django_db
def test_somebody_elses_phone_where_others_live_is_held_for_nobody_else() -> None:
    person = a_person()
    other = cast.a_borrower(number=person.numbers.get().contact_point)
    answer = (
        signed_in()
        .post(page(person, "call"), said(person, "wrong_person"), follow=True)
        .content.decode()
    )
    assert "whoever else lives on it still may" in answer
    assert (person.numbers.get().relation, other.numbers.get().relation) == ("not_own", "own")
    assert not Hold.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", ["reached", "promised", "no_more_calls"])
def test_who_was_reached_and_checked_is_verified_on_the_day_of_the_call(outcome: str) -> None:
    person, browser = a_person(), signed_in()
    yesterday = {"at": minute(NOW - timedelta(days=1))}
    browser.post(page(person, "call"), said(person, outcome, **yesterday))
    assert person.numbers.get().verified_on is None

    browser.post(page(person, "call"), said(person, outcome, identity_checked="on", **yesterday))

    assert person.numbers.get().verified_on == cast.TODAY - timedelta(days=1)
    assert "verified 2026-11-23" in re.sub("<[^>]+>", "", body(browser, page(person)))


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", ["no_answer", "voicemail", "wrong_person"])
def test_nobody_is_checked_who_was_not_reached(outcome: str) -> None:
    person = a_person()
    answer = signed_in().post(page(person, "call"), said(person, outcome, identity_checked="on"))
    assert answer.status_code == 422
    assert "Nobody was reached in such a call" in answer.content.decode()
    assert not Call.objects.exists()
    assert (person.numbers.get().relation, person.numbers.get().verified_on) == ("own", None)


@pytest.mark.django_db
def test_a_collector_verifies_no_number_that_is_known_not_to_be_theirs() -> None:
    person, collector = a_person(), cast.a_user()
    assignments.assign([person], collector, by=None)
    person.numbers.update(relation="not_own")
    form = said(person, "reached", identity_checked="on", text="It was her")
    answer = signed_in(user=collector).post(page(person, "call"), form)
    assert answer.status_code == 422
    assert "a supervisor verifies it" in answer.content.decode()
    assert "It was her" in answer.content.decode()
    assert not Call.objects.exists()


@pytest.mark.django_db
def test_after_a_promise_on_the_phone_the_promise_is_asked_for() -> None:
    person = a_person()
    answer = signed_in().post(page(person, "call"), said(person, "promised"))
    assert answer["Location"] == page(person, "promise")


@pytest.mark.django_db
def test_who_asked_not_to_be_called_is_named_before_the_next_call() -> None:
    person, browser = a_person(), signed_in()
    assert "asked not to be called" not in body(browser, page(person))
    browser.post(page(person, "call"), said(person, "no_more_calls"))
    assert "They asked not to be called on" in body(browser, page(person, "call"))
    assert "They asked not to be called on" in body(browser, page(person))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"at": ""}, "Enter when the call was made"),
        ({"at": "yesterday"}, "Enter a time like"),
        ({"at": minute(NOW + timedelta(minutes=1))}, "This time is still to come"),
        ({"at": minute(NOW - timedelta(days=32))}, "This is too long ago"),
        ({"outcome": ""}, "Choose one"),
        ({"outcome": "shouted"}, "shouted"),
        ({"number": "0"}, "0 is not one of the available choices"),
        ({"text": "x" * 501}, "At most 500 characters"),
    ],
)
def test_a_call_that_is_not_taken_says_why_and_is_not_kept(
    fields: dict[str, str], sentence: str
) -> None:
    person = a_person()
    answer = signed_in().post(page(person, "call"), said(person, "reached") | fields)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Call.objects.exists()


@pytest.mark.django_db
def test_who_only_reads_records_no_call_by_any_way() -> None:
    person, auditor = a_person(), cast.a_user(role="auditor")
    with pytest.raises(NotAllowed):
        calls.record(person, person.numbers.get(), at=NOW, outcome="reached", by=auditor)
    assert not Call.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE borrowers_call SET text = ''", "DELETE FROM borrowers_call"]
)
def test_what_was_recorded_stays(change: str) -> None:
    call = cast.a_call(a_person(), at=NOW, by=cast.a_user())
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        list(Call.objects.raw(f"{change} RETURNING id"))
    call.refresh_from_db()


@pytest.mark.django_db
def test_no_call_is_recorded_before_it_was_made() -> None:
    later = clock.now() + timedelta(days=1)
    with pytest.raises(DatabaseError, match="call_was_made"), transaction.atomic():
        cast.a_call(a_person(), at=later, by=cast.a_user(), recorded_at=clock.now())


@pytest.mark.django_db
def test_a_number_in_the_address_is_the_one_asked_about() -> None:
    person = a_person()
    BorrowerNumber.objects.create(
        borrower=person, contact_point=cast.a_number(), from_at=clock.now(), verified_on=cast.TODAY
    )
    row = person.numbers.earliest("pk")
    for name in ("wrong-number", "call"):
        text = body(signed_in(), page(person, name) + f"?number={row.pk}")
        chosen = re.findall(r'<input[^>]* value="(\d+)"[^>]* checked', text)
        assert chosen == [str(row.pk)]
