"""In whose care a person is: shown on their page, changed there by a supervisor, and felt at once."""

import pytest

from borrowers.models import Assignment, Borrower
from borrowers.services import assignments
from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def address(person: Borrower, name: str = "") -> str:
    return f"/borrowers/{person.borrower_ref}/{name}"


def a_person() -> Borrower:
    """Somebody with nothing to pay, so in no queue."""
    cast.the_house()
    return cast.a_borrower()


def test_a_supervisor_assigns_from_the_page_somebody_who_is_in_no_queue() -> None:
    person, browser = a_person(), signed_in()
    collector = cast.a_user(first_name="晨", last_name="陈")
    assert "Nobody" in body(browser, address(person))

    answer = browser.post(address(person, "care/"), {"collector": collector.pk}, follow=True)

    assert answer.redirect_chain == [(address(person), 302)]
    text = answer.content.decode()
    assert "They are in the care of 晨 陈 now." in text
    assert "2026-11-24" in text
    assert assignments.of(person) == Assignment.objects.get(collector=collector)


def test_whoever_loses_a_person_stops_seeing_them_at_once() -> None:
    person, boss = a_person(), signed_in()
    first, second = cast.a_user(), cast.a_user()
    assignments.assign([person], first, by=None)
    browser = signed_in(user=first)
    assert browser.get(address(person)).status_code == 200

    boss.post(address(person, "care/"), {"collector": second.pk})
    for name in ("", "note/", "consent/"):
        assert browser.get(address(person, name)).status_code == 404
    assert signed_in(user=second).get(address(person)).status_code == 200

    boss.post(address(person, "care/"), {"nobody": "1"})
    assert signed_in(user=second).get(address(person)).status_code == 404
    assert not Borrower.objects.visible_to(second).exists()
    assert assignments.of(person) is None
    assert Assignment.objects.filter(ended_at=None).count() == 0
    assert Assignment.objects.count() == 2  # what was stays on file


def test_each_change_is_recorded_and_a_second_press_changes_nothing() -> None:
    person, boss = a_person(), cast.a_user(role="supervisor")
    collector = cast.a_user()
    assert assignments.assign([person], collector, by=boss) == 1
    assert assignments.end([person], by=boss) == 1
    assert assignments.end([person], by=boss) == 0
    event = Event.objects.get(verb="assignment.ended")
    assert (event.before, event.after) == (
        {"collectors": [collector.pk]},
        {"borrowers": [person.pk], "count": 1},
    )


@pytest.mark.parametrize("role", ["collector", "compliance", "auditor"])
def test_nobody_but_a_supervisor_assigns_by_any_way(role: str) -> None:
    person, other = a_person(), cast.a_user(role=role)
    collector = cast.a_user()
    assignments.assign([person], collector, by=None)
    with pytest.raises(NotAllowed):
        assignments.assign([person], cast.a_user(), by=other)
    with pytest.raises(NotAllowed):
        assignments.end([person], by=other)
    browser = signed_in(user=other)
    assert browser.post(address(person, "care/"), {"nobody": "1"}).status_code == 403
    assert assignments.of(person) is not None
    if role != "collector":
        assert address(person, "care/") not in body(browser, address(person))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [("", "Choose a collector"), ("0", "choose again"), ("x", "choose again")],
)
def test_what_is_no_collector_is_refused_with_a_sentence(said: str, sentence: str) -> None:
    person = a_person()
    answer = signed_in().post(address(person, "care/"), {"collector": said})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert assignments.of(person) is None


def test_a_reviewer_is_not_offered_as_a_collector() -> None:
    person, reviewer = a_person(), cast.a_user(role="compliance")
    answer = signed_in().post(address(person, "care/"), {"collector": reviewer.pk})
    assert answer.status_code == 422
    assert assignments.of(person) is None
