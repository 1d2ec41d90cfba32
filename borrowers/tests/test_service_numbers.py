"""Whose a number is: what staff learn changes one person's relation to it, and nobody else's."""

from datetime import timedelta

import pytest

from borrowers.models import Borrower, BorrowerNumber, ContactPoint, Hold, Note
from borrowers.services import holds, numbers
from borrowers.services.acts import CannotRecord
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from tests import cast

pytestmark = pytest.mark.django_db
NOT_OWN = BorrowerNumber.NOT_OWN


def of(person: Borrower) -> BorrowerNumber:
    found: BorrowerNumber = person.numbers.get(till_at=None)
    return found


def housemates(count: int = 2) -> tuple[ContactPoint, list[Borrower]]:
    """People who share a number, as an import would leave them."""
    cast.the_lender()
    point = cast.a_number()
    people = [cast.a_borrower(number=point) for _ in range(count)]
    BorrowerNumber.objects.filter(contact_point=point).update(relation="shared")
    return point, people


def test_the_number_of_one_person_alone_is_held_when_it_is_not_theirs() -> None:
    cast.the_lender()
    person, collector = cast.a_borrower(), cast.a_user()
    hold = numbers.not_own(person, of(person), text="Somebody else answered", by=collector)
    assert of(person).relation == NOT_OWN
    assert hold == Hold.objects.get()
    assert (hold.kind, hold.contact_point) == ("wrong_number", of(person).contact_point)
    assert hold.notes.get().text == "Somebody else answered"


def test_on_a_shared_number_only_the_person_who_does_not_live_there_falls_silent() -> None:
    _point, (gone, stays) = housemates()
    assert numbers.not_own(gone, of(gone), by=cast.a_user()) is None
    assert (of(gone).relation, of(stays).relation) == (NOT_OWN, "own")
    assert not Hold.objects.exists()


def test_two_who_stay_still_share_the_number() -> None:
    _point, (gone, *others) = housemates(3)
    numbers.not_own(gone, of(gone), by=cast.a_user())
    assert [of(one).relation for one in others] == ["shared", "shared"]


def test_when_the_last_one_does_not_live_there_either_the_number_is_held() -> None:
    point, (first, second) = housemates()
    by = cast.a_user()
    numbers.not_own(first, of(first), by=by)
    assert numbers.not_own(second, of(second), by=by) == Hold.objects.get(contact_point=point)


def test_somebody_who_moved_out_is_nobody_who_lives_there() -> None:
    point, (moved, person) = housemates()
    moved.numbers.update(till_at=clock.now())
    assert numbers.not_own(person, of(person), by=cast.a_user()) == Hold.objects.get()
    assert point.holds.get().kind == "wrong_number"


def test_what_was_verified_is_no_longer_when_it_turns_out_wrong() -> None:
    cast.the_lender()
    person, by = cast.a_borrower(), cast.a_user()
    numbers.verify(person, of(person), by=by)
    assert of(person).verified_on == clock.today("Asia/Shanghai")
    numbers.not_own(person, of(person), by=by)
    assert of(person).verified_on is None


def test_said_twice_is_recorded_once_and_names_no_number() -> None:
    cast.the_lender()
    person, by = cast.a_borrower(), cast.a_user()
    for _ in range(2):
        numbers.verify(person, of(person), by=by)
    for _ in range(2):
        numbers.not_own(person, of(person), by=by)
    verbs = ["number.verified", "number.not_own", "hold.placed"]
    events = list(Event.objects.filter(verb__in=verbs).order_by("pk"))
    assert [event.verb for event in events] == verbs
    point = of(person).contact_point
    assert events[0].after["relation"] == "own"
    assert events[1].after == {"borrower": person.pk, "contact_point": point.pk, "others": 0}
    assert events[1].before["verified_on"]
    assert point.phone.removeprefix("+86") not in str([one.after for one in events])


def test_an_earlier_check_does_not_replace_a_later_one() -> None:
    cast.the_lender()
    person, by = cast.a_borrower(), cast.a_user()
    numbers.verify(person, of(person), on=cast.TODAY, by=by)
    numbers.verify(person, of(person), on=cast.TODAY - timedelta(days=3), by=by)
    assert of(person).verified_on == cast.TODAY


def test_what_protects_a_stranger_is_undone_by_a_supervisor_only() -> None:
    _point, (gone, stays) = housemates()
    collector, supervisor = cast.a_user(), cast.a_user(role="supervisor")
    numbers.not_own(gone, of(gone), by=collector)
    with pytest.raises(NotAllowed, match="a supervisor verifies it"):
        numbers.verify(gone, of(gone), by=collector)
    assert of(gone).relation == NOT_OWN
    numbers.verify(gone, of(gone), text="Came to the branch", by=supervisor)
    assert (of(gone).relation, of(stays).relation) == ("shared", "shared")
    assert Note.objects.get().text == "Came to the branch"


def test_verifying_lifts_no_hold() -> None:
    cast.the_lender()
    person, supervisor = cast.a_borrower(), cast.a_user(role="supervisor")
    hold = numbers.not_own(person, of(person), by=supervisor)
    numbers.verify(person, of(person), by=supervisor)
    assert of(person).relation == "own"
    assert hold == Hold.objects.get()
    assert Hold.objects.get().lifted_at is None


def test_who_lives_there_after_all_brings_their_hours_and_rules_along() -> None:
    cast.the_lender(jurisdictions=["CN"])
    person = cast.a_borrower(region="GB", time_zone="Europe/London", number=cast.a_number())
    supervisor = cast.a_user(role="supervisor")
    numbers.not_own(person, of(person), by=supervisor)
    numbers.verify(person, of(person), by=supervisor)
    point = of(person).contact_point
    assert point.zones == ["Asia/Shanghai", "Europe/London"]
    assert point.jurisdictions == ["CN", "GB"]


def test_an_opt_out_on_the_number_does_not_reach_who_does_not_live_there() -> None:
    point, (gone, stays) = housemates()
    numbers.not_own(gone, of(gone), by=cast.a_user())
    holds.place("opt_out", contact_point=point, source="inbound")
    assert set(Hold.objects.exclude(borrower=None).values_list("borrower")) == {(stays.pk,)}


@pytest.mark.parametrize("act", [numbers.not_own, numbers.verify])
def test_a_number_that_is_on_file_no_more_or_of_another_is_refused(act: object) -> None:
    cast.the_lender()
    person, other = cast.a_borrower(), cast.a_borrower()
    old = of(person)
    with pytest.raises(CannotRecord):
        act(other, old, by=cast.a_user())  # type: ignore[operator]
    person.numbers.update(till_at=clock.now())
    with pytest.raises(CannotRecord):
        act(person, old, by=cast.a_user())  # type: ignore[operator]
    assert not Hold.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_only_reads_says_nothing_about_numbers(role: str) -> None:
    cast.the_lender()
    person, reader = cast.a_borrower(), cast.a_user(role=role)
    with pytest.raises(NotAllowed):
        numbers.not_own(person, of(person), by=reader)
    with pytest.raises(NotAllowed):
        numbers.verify(person, of(person), by=reader)
    assert (of(person).relation, of(person).verified_on) == ("own", None)
