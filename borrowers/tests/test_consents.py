"""Consent as staff take it down: what is taken, what it covers, what outlives what, and that it stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from borrowers.models import Borrower, BorrowerNumber, Consent, ContactPoint
from borrowers.policies import consents as policy
from borrowers.services import assignments, consents
from borrowers.services.acts import CannotRecord
from borrowers.tests.portfolio import BOOK, NEXT, take
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from tests import cast
from tests.visits import body, signed_in

NOW = cast.NOON
HOUR = timedelta(hours=1)


def page(person: Borrower, name: str = "") -> str:
    return f"/borrowers/{person.borrower_ref}/{name + '/' if name else ''}"


def a_person(**fields: object) -> Borrower:
    cast.the_house()
    person: Borrower = cast.a_loan(cast.a_borrower(**fields)).borrower  # type: ignore[arg-type]
    return person


def minute(hours: int = 0) -> str:
    return timezone.localtime(NOW + hours * HOUR).strftime("%Y-%m-%dT%H:%M")


def newest(person: Borrower) -> Consent:
    return consents.newest_first(person)[0]


@pytest.mark.parametrize(
    ("said", "objection"),
    [
        (policy.Said(True, NOW, None, False, False), None),
        (policy.Said(True, NOW + HOUR, None, False, True), "not_yet"),
        (policy.Said(False, NOW - HOUR, NOW, False, True), "not_the_last_word"),
        (policy.Said(False, NOW, NOW, False, False), None),
        (policy.Said(True, NOW, NOW - HOUR, True, False), "needs_supervisor"),
        (policy.Said(True, NOW, NOW - HOUR, True, True), None),
        (policy.Said(False, NOW, NOW - HOUR, True, False), None),
    ],
)
def test_words_are_taken_in_their_order(said: policy.Said, objection: str | None) -> None:
    assert policy.against(said, now=NOW) == objection


@pytest.mark.django_db
def test_a_withdrawal_shows_with_who_took_it_down_when_and_how() -> None:
    person, collector = a_person(), cast.a_user(first_name="Li", last_name="Min")
    assignments.assign([person], collector, by=None)
    browser = signed_in(user=collector)
    said = {"said": "withdrawn", "at": minute(-2), "text": "Said <b>no more</b> on the phone"}

    for _ in range(2):  # a second press writes nothing more
        answer = browser.post(page(person, "consent"), said, follow=True)

    text = answer.content.decode()
    assert "they no longer agree to texts" in text
    assert "2026-11-24 10:00" in text
    assert "recorded by Li Min" in text
    assert "Said &lt;b&gt;no more" in text
    assert "Said &lt;b&gt;no more" in body(browser, page(person) + "?show=holds")
    assert person.consents.filter(given=False).count() == 1
    event = Event.objects.get(verb="consent.withdrawn")
    assert event.after["contact_points"] == [person.numbers.get().contact_point_id]
    assert "no more" not in str(event.after)


@pytest.mark.django_db
def test_consent_is_given_for_one_number_and_withdrawn_for_all() -> None:
    person, collector = a_person(consent=False), cast.a_user()
    first, other, old = person.numbers.get(), cast.a_number(), cast.a_number()
    for point, till in ((other, None), (old, clock.now())):
        BorrowerNumber.objects.create(
            borrower=person, contact_point=point, from_at=clock.now() - HOUR, till_at=till
        )
    consents.give(person, first, at=clock.now(), text="phone", by=collector)
    assert [one.contact_point for one in person.consents.all()] == [first.contact_point]
    consents.withdraw(person, at=clock.now(), text="phone", by=collector)
    gone = person.consents.filter(given=False).values_list("contact_point", flat=True)
    assert set(gone) == {first.contact_point_id, other.pk, old.pk}


@pytest.mark.django_db
def test_the_same_words_an_instant_later_count_when_something_was_said_between() -> None:
    person, boss = a_person(), cast.a_user(role="supervisor")
    consents.withdraw(person, at=clock.now(), text="phone", by=boss)
    consents.give(person, person.numbers.get(), at=clock.now(), text="phone", by=boss)
    assert newest(person).given
    consents.withdraw(person, at=clock.now(), text="phone", by=boss)
    assert not newest(person).given


@pytest.mark.django_db
def test_a_withdrawal_said_now_counts_over_whatever_is_on_file() -> None:
    person, collector = a_person(), cast.a_user()
    Consent.objects.create(
        borrower=person,
        contact_point=person.numbers.get().contact_point,
        given=True,
        at=clock.now() + HOUR,
        source="import",
    )
    consents.withdraw(person, at=clock.now(), text="phone", by=collector)
    assert not newest(person).given


@pytest.mark.django_db
def test_after_a_withdrawal_a_supervisor_takes_a_new_consent_down() -> None:
    person, collector = a_person(), cast.a_user()
    consents.withdraw(person, at=clock.now(), text="phone", by=collector)
    number, said = person.numbers.get(), {"at": clock.now(), "text": "wants them again"}
    with pytest.raises(CannotRecord, match="a supervisor records"):
        consents.give(person, number, **said, by=collector)  # type: ignore[arg-type]
    assert not newest(person).given
    boss = cast.a_user(role="supervisor")
    consents.give(person, number, **said, by=boss)  # type: ignore[arg-type]
    assert newest(person).given


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"said": ""}, "Choose one"),
        ({"said": "perhaps"}, "perhaps"),
        ({"at": ""}, "Enter when they said it"),
        ({"at": "noon"}, "Enter a time like"),
        ({"at": minute(1)}, "This time is still to come"),
        ({"at": "2024-01-01T00:00"}, "The newest word on file is of"),
        ({"text": " "}, "Write a few words"),
        ({"text": "x" * 501}, "At most 500 characters"),
        ({"said": "given", "number": ""}, "Choose the number"),
        ({"said": "given", "number": "0"}, "0 is not one of the available choices"),
    ],
)
def test_what_is_not_taken_says_why_keeps_what_was_typed_and_writes_nothing(
    fields: dict[str, str], sentence: str
) -> None:
    person = a_person()
    said = {"said": "withdrawn", "at": minute(), "text": "typed words", "number": ""} | fields
    answer = signed_in().post(page(person, "consent"), said)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert said["text"] in text
    assert person.consents.count() == 1


@pytest.mark.django_db
def test_no_consent_is_given_for_a_number_that_is_not_theirs_or_by_who_only_reads() -> None:
    person = a_person(consent=False)
    number = person.numbers.get()
    with pytest.raises(NotAllowed):
        consents.give(person, number, at=NOW, text="x", by=cast.a_user(role="auditor"))
    with pytest.raises(NotAllowed):
        consents.withdraw(person, at=NOW, text="x", by=cast.a_user(role="auditor"))
    person.numbers.update(relation="not_own")
    with pytest.raises(CannotRecord):
        consents.give(person, number, at=NOW, text="x", by=cast.a_user())
    assert not Consent.objects.exists()


@pytest.mark.django_db
def test_a_new_number_in_the_file_does_not_bring_an_older_consent_back(tmp_path: Path) -> None:
    cast.the_lender()
    wang, ana = BOOK["borrowers"]
    take(tmp_path)
    person = Borrower.objects.get(borrower_ref="B1")
    Consent.objects.create(
        borrower=person,
        contact_point=person.numbers.get().contact_point,
        given=False,
        at=clock.now() - timedelta(days=30),
        source="letter",
    )
    moved = wang.replace("+8613800130001", "+8613800130009")
    take(tmp_path, as_of=NEXT, borrowers=[moved, ana])
    there = ContactPoint.objects.get(phone="+8613800130009")
    assert person.numbers.get(till_at=None).contact_point == there
    assert not person.consents.filter(contact_point=there).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE borrowers_consent SET given = true", "DELETE FROM borrowers_consent"]
)
def test_what_was_taken_down_stays(change: str) -> None:
    person = a_person()
    consents.withdraw(person, at=clock.now(), text="phone", by=cast.a_user())
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        list(Consent.objects.raw(f"{change} RETURNING id"))


@pytest.mark.django_db
@pytest.mark.parametrize(("signed", "text"), [(False, "phone"), (True, "")])
def test_no_consent_by_staff_is_without_who_and_how(signed: bool, text: str) -> None:
    """A wall of the database, attacked in plain SQL."""
    person, by = a_person(), cast.a_user()
    point = person.numbers.get().contact_point_id
    with (
        pytest.raises(IntegrityError, match="consent_by_staff_says"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO borrowers_consent (borrower_id, contact_point_id, given, at, source, by_id, text)"
            " VALUES (%s, %s, true, now(), 'staff', %s, %s)",
            [person.pk, point, by.pk if signed else None, text],
        )
