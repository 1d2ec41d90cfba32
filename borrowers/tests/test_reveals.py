"""Looking at a whole name or number: who may, how often, and that every look is written down."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from borrowers.models import Borrower
from borrowers.policies import reveals as policy
from borrowers.services import assignments, reveals
from collections_site import site_clock
from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from tests import cast
from tests.visits import body, signed_in

PHONE, SHOWN = "+8613800990421", "138 0099 0421"
NAME = "欧阳芳菲"


@pytest.mark.parametrize(
    ("reason", "looked", "objection"),
    [("call", 0, None), ("call", 29, None), ("call", 30, "too_many"), ("", 0, "no_reason")],
)
def test_a_look_has_a_reason_and_there_are_thirty_an_hour(
    reason: str, looked: int, objection: str | None
) -> None:
    assert policy.against(reason, looked=looked) == objection


def a_person() -> Borrower:
    cast.the_house()
    cast.at_noon()
    person = cast.a_borrower(number=cast.a_number(PHONE), full_name=NAME)
    cast.a_loan(person)
    return person


def page(person: Borrower) -> str:
    return f"/borrowers/{person.borrower_ref}/"


@pytest.mark.django_db
@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("role", ["collector", "supervisor", "compliance"])
def test_a_look_shows_the_number_once_and_says_who_looked(role: str, htmx: bool) -> None:
    person, user = a_person(), cast.a_user(role=role, first_name="Li", last_name="Min")
    assignments.assign([person], user, by=None)
    browser, number = signed_in(user=user), person.numbers.get()
    before = body(browser, page(person))
    assert SHOWN not in before
    assert PHONE not in before
    assert NAME not in before

    headers = {"HX-Request": "true"} if htmx else {}
    said = {"what": str(number.pk), "reason": "call"}
    answer = browser.post(page(person) + "reveal/", said, headers=headers)

    text = answer.content.decode()
    assert SHOWN in text
    assert ("<html" in text) != htmx
    assert "no-store" in answer["Cache-Control"]
    event = Event.objects.get(verb="person.revealed")
    assert (event.by, event.subject_id) == (user, str(person.pk))
    assert event.after == {
        "what": "phone",
        "contact_point": number.contact_point_id,
        "reason": "call",
    }
    assert SHOWN not in body(browser, page(person))
    after = body(browser, page(person) + "?show=looks")
    assert SHOWN not in after
    assert "Whole number looked at" in after


@pytest.mark.django_db
def test_the_name_is_shown_by_itself() -> None:
    person = a_person()
    answer = signed_in().post(page(person) + "reveal/", {"what": "name", "reason": "identify"})
    text = answer.content.decode()
    assert NAME in text
    assert SHOWN not in text
    assert Event.objects.get(verb="person.revealed").after == {"what": "name", "reason": "identify"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [{}, {"what": "name"}, {"what": "name", "reason": "curious"}, {"what": "0", "reason": "call"}],
)
def test_without_a_reason_or_a_thing_nothing_is_shown_or_logged(said: dict[str, str]) -> None:
    person = a_person()
    answer = signed_in().post(page(person) + "reveal/", said)
    assert answer.status_code == 422
    assert NAME not in answer.content.decode()
    assert not Event.objects.filter(verb="person.revealed").exists()


@pytest.mark.django_db
def test_the_thirty_first_look_within_an_hour_waits() -> None:
    person, user = a_person(), cast.a_user(role="supervisor")
    browser, said = signed_in(user=user), {"what": "name", "reason": "call"}
    for _ in range(policy.MOST):
        reveals.name(person, reason="call", by=user)

    answer = browser.post(page(person) + "reveal/", said, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "30 looks within an hour" in answer.content.decode()
    assert NAME not in answer.content.decode()

    site_clock.set_to(cast.NOON + timedelta(hours=1, seconds=30))
    assert browser.post(page(person) + "reveal/", said).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["auditor", "administrator", "collector"])
def test_who_has_no_business_with_a_person_sees_no_whole_name(role: str) -> None:
    """The collector has somebody else in their care."""
    person, user = a_person(), cast.a_user(role=role)
    with pytest.raises(NotAllowed):
        reveals.name(person, reason="call", by=User.objects.get(pk=user.pk))
    assert not Event.objects.filter(verb="person.revealed").exists()


@pytest.mark.django_db
def test_an_auditor_is_offered_no_look() -> None:
    assert "reveal/" not in body(signed_in("auditor"), page(a_person()))
