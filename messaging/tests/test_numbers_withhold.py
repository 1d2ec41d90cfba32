"""Whose a number is, consent, and a hold on one loan: what staff record keeps the right texts back at once."""

from datetime import timedelta

import pytest

from borrowers.models import Borrower, BorrowerNumber, ContactPoint, Loan
from borrowers.services import consents, holds, numbers
from collections_site.lib import clock
from messaging.models import Attempt, Reminder, Reply
from messaging.providers.base import InboundText
from messaging.services import planning, replies, verdicts
from tests import cast
from tests.sendings import sent
from tests.visits import signed_in

pytestmark = pytest.mark.django_db


def housemates() -> tuple[Borrower, Borrower]:
    """Two people who owe something and share a number."""
    cast.the_house()
    point = cast.a_number()
    first, second = (cast.a_loan(cast.a_borrower(number=point)).borrower for _ in range(2))
    BorrowerNumber.objects.update(relation="shared")
    return first, second


def codes(person: Borrower) -> set[str]:
    return {reason.code for reason in verdicts.verdict(person).decision.reasons}


def test_a_number_that_is_not_theirs_keeps_their_texts_back_and_not_those_of_its_owner() -> None:
    gone, owner = housemates()
    planning.plan()
    numbers.not_own(gone, gone.numbers.get(), by=cast.a_user())

    assert codes(gone) == {"not_own_number"}
    assert verdicts.verdict(owner).decision.answer == "now"
    sent()
    assert [one.borrower for one in Attempt.objects.all()] == [owner]
    assert Reminder.objects.get(borrower=gone).state == "withheld"


def test_another_number_of_theirs_is_texted_in_its_place() -> None:
    cast.the_house()
    person = cast.a_loan().borrower
    first, other = person.numbers.get(), cast.a_number()
    BorrowerNumber.objects.create(borrower=person, contact_point=other, from_at=clock.now())
    collector = cast.a_user()
    row = person.numbers.get(contact_point=other)
    consents.give(person, row, at=clock.now(), text="phone", by=collector)
    numbers.verify(person, first, by=collector)
    assert chosen(person) == first.contact_point_id

    numbers.not_own(person, first, by=collector)

    assert chosen(person) == other.pk
    assert verdicts.verdict(person).decision.answer == "now"


def chosen(person: Borrower) -> int | None:
    candidate = verdicts.verdict(person).candidate
    assert candidate is not None
    return candidate.facts.contact_point_id


def write_in(point: ContactPoint) -> Reply:
    text = InboundText("R1", point.phone, "95000", "你好")
    reply = replies.receive("gateway", text, {})
    assert reply is not None
    return reply


def test_a_text_from_the_number_is_not_taken_for_somebody_who_does_not_live_there() -> None:
    gone, owner = housemates()
    planning.plan()
    Reminder.objects.filter(borrower=owner).update(state="cancelled", closed_at=clock.now())
    sent()
    assert Attempt.objects.get().borrower == gone  # the last who was texted there
    numbers.not_own(gone, gone.numbers.get(), by=cast.a_user())
    assert write_in(owner.numbers.get().contact_point).borrower == owner


def test_a_text_from_a_number_where_nobody_lives_is_nobodys() -> None:
    cast.the_house()
    person = cast.a_loan().borrower
    planning.plan()
    sent()
    numbers.not_own(person, person.numbers.get(), by=cast.a_user())
    assert write_in(person.numbers.get().contact_point).borrower is None


def test_a_withdrawal_stops_what_is_planned_at_every_number_and_nothing_is_cancelled() -> None:
    cast.the_house()
    person = cast.a_loan().borrower
    planning.plan()
    address = f"/borrowers/{person.borrower_ref}/consent/"
    said = {"said": "withdrawn", "at": "2026-11-24T12:00", "text": "on the phone"}
    assert signed_in().post(address, said).status_code == 302
    assert codes(person) == {"consent_withdrawn"}
    assert Reminder.objects.get().state == "scheduled"
    assert sent() == []
    assert Reminder.objects.get().state == "withheld"


def test_a_withdrawal_binds_where_no_law_asks_for_consent() -> None:
    """House policy asks for consent everywhere, so that a withdrawal counts everywhere."""
    cast.the_house()
    number = cast.a_number("+447400123456", zones=("Europe/London",), country="GB")
    ContactPoint.objects.filter(pk=number.pk).update(jurisdictions=["GB"])
    person = cast.a_loan(cast.a_borrower(number=number, region="GB", language="en")).borrower
    consents.withdraw(person, at=clock.now(), text="by letter", by=cast.a_user())
    assert "consent_withdrawn" in codes(person)


def two_loans() -> tuple[Borrower, Loan, Loan]:
    """Of two loans that are due for a reminder the longer overdue one goes first."""
    cast.the_house()
    late = cast.a_loan(due_on=cast.TODAY - timedelta(days=7))
    less = cast.a_loan(late.borrower, due_on=cast.TODAY - timedelta(days=3))
    return late.borrower, late, less


def test_a_hold_on_one_loan_lets_the_other_be_reminded_of() -> None:
    person, late, less = two_loans()
    holds.place("dispute", loan=late, source="staff")
    planning.plan()
    answers = {one.loan: one.state for one in Reminder.objects.all()}
    assert answers == {late: "withheld", less: "scheduled"}
    verdict = verdicts.verdict(person)
    assert (verdict.decision.answer, verdict.candidate and verdict.candidate.loan_ref) == (
        "now",
        less.loan_ref,
    )
    assert [one.loan for one in sent()] == [less]
    assert verdicts.decisions([person.pk])[person.pk].answer != "now"  # one text a day


def test_of_two_that_wait_the_one_that_is_held_gives_its_turn_away() -> None:
    _person, late, less = two_loans()
    first, other = cast.a_reminder(late, offset=7), cast.a_reminder(less, offset=3)
    holds.place("dispute", loan=late, source="staff")
    assert [one.reminder for one in sent()] == [other]
    first.refresh_from_db()
    assert first.state == "withheld"


def test_where_every_loan_is_held_nothing_is_sent() -> None:
    person, late, less = two_loans()
    for loan in (late, less):
        holds.place("dispute", loan=loan, source="staff")
    planning.plan()
    assert sent() == []
    assert codes(person) == {"dispute"}
