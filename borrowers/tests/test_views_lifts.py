"""Ending a hold early from the person's page: one supervisor, or a supervisor and then a reviewer."""

import pytest

from borrowers.models import Borrower, Hold
from borrowers.services import assignments, holds
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def held(kind: str) -> tuple[Borrower, Hold]:
    cast.the_house()
    person = cast.a_loan().borrower
    return person, holds.place(kind, borrower=person, source="staff")


def step(person: Borrower, hold: Hold, name: str) -> str:
    return f"/borrowers/{person.borrower_ref}/holds/{hold.pk}/{name}/"


@pytest.mark.parametrize("kind", ["pause", "promise", "plan", "paid"])
def test_a_supervisor_lifts_the_lenders_own_hold_at_once(kind: str) -> None:
    person, hold = held(kind)
    browser = signed_in()
    address = step(person, hold, "lift")
    assert address in body(browser, f"/borrowers/{person.borrower_ref}/")
    assert "Reminders may go out again" in body(browser, address)
    assert Hold.objects.get().lifted_at is None  # looking lifts nothing

    assert browser.post(address).status_code == 302

    assert Hold.objects.get().lifted_at is not None
    assert browser.post(address).status_code == 409


def test_a_hold_that_protects_a_right_takes_two_people() -> None:
    person, hold = held("complaint")
    supervisor, reviewer = signed_in(), signed_in("compliance")
    page = f"/borrowers/{person.borrower_ref}/"
    assert supervisor.post(step(person, hold, "lift")).status_code == 403
    assert reviewer.post(step(person, hold, "approve")).status_code == 403
    assert step(person, hold, "approve") not in body(reviewer, page)

    assert step(person, hold, "propose") in body(supervisor, page)
    assert supervisor.post(step(person, hold, "propose")).status_code == 302
    assert supervisor.post(step(person, hold, "approve")).status_code == 403
    assert Hold.objects.get().lifted_at is None
    assert "a reviewer decides" in body(supervisor, page)

    assert step(person, hold, "approve") in body(reviewer, page)
    assert reviewer.post(step(person, hold, "approve")).status_code == 302
    assert Hold.objects.get().lifted_at is not None


def test_a_collector_is_offered_no_lift() -> None:
    person, hold = held("pause")
    collector = cast.a_user()
    assignments.assign([person], collector, by=None)
    browser = signed_in(user=collector)
    assert step(person, hold, "lift") not in body(browser, f"/borrowers/{person.borrower_ref}/")
    assert browser.post(step(person, hold, "lift")).status_code == 403
    assert Hold.objects.get().lifted_at is None


def test_a_hold_is_lifted_from_the_page_of_its_own_person_only() -> None:
    _, hold = held("pause")
    other = cast.a_borrower()
    assert signed_in().post(step(other, hold, "lift")).status_code == 404
    assert Hold.objects.get().lifted_at is None


def test_a_reviewer_declines_with_a_reason_that_the_proposer_reads() -> None:
    person, hold = held("complaint")
    supervisor, reviewer = signed_in(), signed_in("compliance")
    supervisor.post(step(person, hold, "propose"))
    page = f"/borrowers/{person.borrower_ref}/"
    assert step(person, hold, "decline") in body(reviewer, step(person, hold, "approve"))
    assert supervisor.post(step(person, hold, "decline"), {"reason": "x"}).status_code == 403

    answer = reviewer.post(step(person, hold, "decline"), {"reason": "No answer was sent yet"})

    assert answer.status_code == 302
    row = Hold.objects.get()
    assert (row.lifted_at, row.lift_proposed_by) == (None, None)
    assert "No answer was sent yet" in body(supervisor, page)
    assert step(person, hold, "propose") in body(supervisor, page)  # it may be proposed again
    assert supervisor.post(step(person, hold, "propose")).status_code == 302
    assert "No answer was sent yet" in body(reviewer, step(person, hold, "approve"))
    assert reviewer.post(step(person, hold, "approve")).status_code == 302
    assert Hold.objects.get().lifted_at is not None


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_lift_is_not_declined_without_a_reason_that_can_be_read(reason: str) -> None:
    person, hold = held("complaint")
    signed_in().post(step(person, hold, "propose"))
    answer = signed_in("compliance").post(step(person, hold, "decline"), {"reason": reason})
    assert answer.status_code == 422
    assert Hold.objects.get().lift_proposed_by is not None
