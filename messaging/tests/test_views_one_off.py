"""The page of a one-off reminder: the text as they get it, one button, a reason where there is none."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from borrowers.models import Borrower, Hold, Loan
from borrowers.services import assignments
from collections_site.lib import clock
from messaging.models import Reminder, Wording
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Borrower:
    cast.the_house()
    borrower: Borrower = cast.a_loan().borrower
    return borrower


def page(borrower: Borrower) -> str:
    return f"/borrowers/{borrower.borrower_ref}/remind/"


def token_of(client: Client, borrower: Borrower) -> str:
    found = re.search(r'name="token" value="([^"]+)"', body(client, page(borrower)))
    assert found
    return found[1]


def test_from_the_persons_page_to_a_scheduled_text_and_back(person: Borrower) -> None:
    client, home = signed_in(), f"/borrowers/{person.borrower_ref}/"
    assert f'href="{page(person)}"' in body(client, home)
    text = body(client, page(person))
    assert "王芳您好，本期860.00元将于11月27日到期" in text
    assert "1 part ·" in text
    assert "CNY\u00a00.0450" in text
    assert "recommended" in text

    token = token_of(client, person)
    answers = [client.post(page(person), {"token": token}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    reminder = Reminder.objects.get()

    shown = body(client, home)
    cancel = f"{page(person)}{reminder.pk}/cancel/"
    assert "1 message is scheduled" in shown
    assert f'action="{cancel}"' in shown
    assert f'href="{page(person)}"' not in shown
    assert "waits already" in body(client, page(person))
    assert client.post(cancel).status_code == 302
    reminder.refresh_from_db()
    assert reminder.state == "cancelled"
    assert "Cancelled. Nothing was sent." in body(client, home)


def test_the_cancel_button_carries_the_token_that_guards_forms(person: Borrower) -> None:
    client = signed_in()
    client.post(page(person), {"token": token_of(client, person)})

    for address in (page(person), f"/borrowers/{person.borrower_ref}/"):
        shown = body(client, address)
        form = shown[shown.index('data-testid="one-off"') :]
        assert "csrfmiddlewaretoken" in form[: form.index("</form>")]


def test_a_changed_amount_is_a_conflict_that_says_so_and_makes_nothing(person: Borrower) -> None:
    client = signed_in()
    token = token_of(client, person)
    Loan.objects.update(next_due_amount=Decimal("100.00"), version=2)

    answer = client.post(page(person), {"token": token})

    assert answer.status_code == 409
    assert "They owe another amount now. Nothing was sent." in answer.content.decode()
    assert not Reminder.objects.exists()


def test_a_held_person_has_a_reason_in_place_of_the_button(person: Borrower) -> None:
    Hold.objects.create(kind="opt_out", borrower=person, source="inbound", from_at=clock.now())
    client = signed_in()

    home = body(client, f"/borrowers/{person.borrower_ref}/")
    assert f'href="{page(person)}"' not in home
    assert "They asked not to be texted" in home
    refused = body(client, page(person))
    assert "They asked not to be texted" in refused
    assert "No moment is known" in refused
    assert "Send 1 message" not in refused


def test_without_an_approved_wording_it_leads_to_the_library(person: Borrower) -> None:
    Wording.objects.update(live=False)
    text = body(signed_in(), page(person))
    assert "No approved wording fits this person" in text
    assert 'href="/templates/"' in text
    assert "Send 1 message" not in text


def test_somebody_without_a_loan_gets_a_reason() -> None:
    cast.the_house()
    assert "No message can be sent" in body(signed_in(), page(cast.a_borrower()))


def test_before_the_lender_is_set_up_it_says_what_to_do() -> None:
    answer = signed_in().get(page(cast.a_borrower()), follow=True)
    assert "start_lender" in answer.content.decode()


def test_a_collector_sees_no_page_of_people_in_other_care(person: Borrower) -> None:
    collector = cast.a_user(role="collector")
    client = signed_in(user=collector)
    assert client.get(page(person)).status_code == 404
    assignments.assign([person], collector, by=None)
    assert "Send 1 message" in body(client, page(person))


def test_another_persons_reminder_is_not_cancelled_from_this_page(person: Borrower) -> None:
    client, other = signed_in(), cast.a_loan().borrower
    client.post(page(person), {"token": token_of(client, person)})
    reminder = Reminder.objects.get()
    assert client.post(f"{page(other)}{reminder.pk}/cancel/").status_code == 404


def test_a_reviewer_is_shown_no_button(person: Borrower) -> None:
    home = body(signed_in("compliance"), f"/borrowers/{person.borrower_ref}/")
    assert page(person) not in home
