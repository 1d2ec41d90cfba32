"""Beside each number whether it is theirs, and beside each loan that it is held back."""

from datetime import timedelta

import pytest

from borrowers.models import Hold
from borrowers.services import assignments
from borrowers.tests.test_views_acts import late, page, record
from collections_site.lib import clock
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def test_only_a_number_of_this_person_is_called_wrong_here() -> None:
    person, browser = late(), signed_in()
    stranger = cast.a_loan().borrower.numbers.get()
    response = browser.post(page(person, "wrong-number"), {"number": str(stranger.pk)})
    assert response.status_code == 422
    stranger.refresh_from_db()
    assert stranger.relation == "own"
    assert not Hold.objects.exists()


def test_a_number_is_called_theirs_or_not_theirs_beside_it() -> None:
    person, browser = late(), signed_in()
    row = person.numbers.get()
    for name in ("verified", "wrong-number"):
        assert f"{page(person, name)}?number={row.pk}" in body(browser, page(person))
    assert "verified today" in record(browser, person, "verified", number=str(row.pk))
    assert person.numbers.get().verified_on == cast.TODAY

    told = record(browser, person, "wrong-number", number=str(row.pk), text="A stranger")

    assert "Not theirs" in told
    assert "until two people lift this" in told
    assert Hold.objects.get().contact_point == row.contact_point
    assert page(person, "wrong-number") + "?number" not in told


def test_a_collector_is_not_offered_to_undo_that_a_number_is_not_theirs() -> None:
    person, collector = late(), cast.a_user()
    assignments.assign([person], collector, by=None)
    browser = signed_in(user=collector)
    assert page(person, "verified") + "?" in body(browser, page(person))
    person.numbers.update(relation="not_own")
    assert page(person, "verified") + "?" not in body(browser, page(person))
    answer = browser.post(page(person, "verified"), {"number": str(person.numbers.get().pk)})
    assert answer.status_code == 403


def test_one_loan_is_held_and_lifted_from_the_page() -> None:
    person, browser = late(), signed_in()
    loan = person.loans.get()
    other = cast.a_loan(person)
    assert f"{page(person, 'loan-hold')}?loan={loan.pk}" in body(browser, page(person))

    told = record(
        browser, person, "loan-hold", loan=str(loan.pk), kind="dispute", text="Never signed"
    )

    hold = Hold.objects.get()
    assert (hold.kind, hold.loan, hold.borrower, hold.till_at) == ("dispute", loan, None, None)
    assert hold.notes.get().text == "Never signed"
    assert "Reminders of this loan stop now" in told
    step = f"/borrowers/{person.borrower_ref}/holds/{hold.pk}"
    assert loan.loan_ref in body(browser, f"{step}/propose/")
    browser.post(f"{step}/propose/")
    assert signed_in("compliance").post(f"{step}/approve/").status_code == 302
    assert not Hold.objects.filter(lifted_at=None).exists()
    assert not other.holds.exists()


def test_a_loan_said_to_be_paid_is_held_for_72_hours() -> None:
    person = late()
    record(signed_in(), person, "loan-hold", loan=str(person.loans.get().pk), kind="paid")
    hold = Hold.objects.get()
    assert hold.till_at is not None
    assert timedelta(hours=71) < hold.till_at - clock.now() <= timedelta(hours=72)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"loan": "", "kind": "dispute"}, "Choose the loan"),
        ({"kind": "dispute", "loan": "0"}, "0 is not one of the available choices"),
        ({"kind": ""}, "Choose one"),
        ({"kind": "deceased"}, "deceased is not one of the available choices"),
    ],
)
def test_a_hold_on_one_loan_names_a_loan_of_theirs_and_a_reason(
    said: dict[str, str], sentence: str
) -> None:
    person = late()
    asked = {"loan": str(person.loans.get().pk), **said}
    response = signed_in().post(page(person, "loan-hold"), asked)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    stranger = {"loan": str(cast.a_loan().pk), "kind": "dispute"}
    assert signed_in().post(page(person, "loan-hold"), stranger).status_code == 422
    assert not Hold.objects.exists()
