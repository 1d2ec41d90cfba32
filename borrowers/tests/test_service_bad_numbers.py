"""Whom no text reaches for want of a number: by the numbers on file and what is known of them."""

from datetime import timedelta

import pytest

from borrowers.models import Borrower, BorrowerNumber, Hold, Loan
from borrowers.services import holds, numbers, people, worklist
from borrowers.services.worklist import Wanted
from collections_site import site_clock
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> None:
    cast.at_noon()
    cast.the_lender()


def late(days: int = 9) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days))


def another(borrower: Borrower, days_ago: int = 0, **fields: object) -> BorrowerNumber:
    """One more number of a person, verified so many days ago."""
    row: BorrowerNumber = BorrowerNumber.objects.create(
        borrower=borrower,
        contact_point=cast.a_number(),
        from_at=cast.NOON,
        **{"verified_on": cast.TODAY - timedelta(days=days_ago), **fields},
    )
    return row


def bad() -> list[int]:
    supervisor = cast.a_user(role="supervisor")
    found = worklist.find(Wanted(bad_number=True), user=supervisor, on=cast.TODAY)
    return list(found.people)


def test_somebody_elses_a_dead_and_an_ended_number_are_found_and_a_good_one_is_not() -> None:
    stranger, dead, ended, good = late(9), late(8), late(7), late(6)
    supervisor = cast.a_user(role="supervisor")
    numbers.not_own(stranger.borrower, stranger.borrower.numbers.get(), by=supervisor)
    holds.place(
        "wrong_number", contact_point=dead.borrower.numbers.get().contact_point, source="carrier"
    )
    ended.borrower.numbers.update(till_at=cast.NOON)
    for kind in ("opt_out", "pause"):
        point = good.borrower.numbers.get().contact_point
        holds.place(kind, contact_point=point, source="inbound")

    assert bad() == [stranger.borrower_id, dead.borrower_id, ended.borrower_id]


def test_the_number_that_texts_go_to_decides() -> None:
    mended, kept_dead, moved = late(9), late(8), late(7)
    for loan in (mended, kept_dead):
        point = loan.borrower.numbers.get().contact_point
        holds.place("wrong_number", contact_point=point, source="inbound")
    kept_dead.borrower.numbers.update(verified_on=cast.TODAY)
    moved.borrower.numbers.update(till_at=cast.NOON)
    another(mended.borrower)
    another(kept_dead.borrower, 30)  # verified before the dead one: texts still go there
    another(moved.borrower)

    assert bad() == [kept_dead.borrower_id]
    shown = people.numbers_of([kept_dead.borrower_id]).first()
    assert shown is not None
    assert Hold.objects.filter(contact_point=shown.contact_point, kind="wrong_number").exists()


def test_a_strangers_number_beside_ones_own_and_a_number_shared_are_good() -> None:
    both, sharing = late(9), late(8)
    another(both.borrower, relation=BorrowerNumber.NOT_OWN)
    sharing.borrower.numbers.update(relation=BorrowerNumber.SHARED)

    assert bad() == []


def test_a_hold_that_is_lifted_over_or_of_another_time_marks_no_number() -> None:
    lifted, over = late(9), late(8)
    supervisor, reviewer = cast.a_user(role="supervisor"), cast.a_user(role="compliance")
    point = lifted.borrower.numbers.get().contact_point
    hold = holds.place("wrong_number", contact_point=point, source="inbound")
    holds.place(
        "wrong_number",
        contact_point=over.borrower.numbers.get().contact_point,
        source="inbound",
        till=cast.NOON + timedelta(hours=1),
    )
    assert bad() == [lifted.borrower_id, over.borrower_id]

    holds.propose_lift(hold, by=supervisor)
    holds.lift(hold, by=reviewer)
    site_clock.set_to(cast.NOON + timedelta(hours=2))

    assert bad() == []


def test_it_combines_with_the_other_filters() -> None:
    m2, m1 = late(43), late(9)
    for loan in (m2, m1):
        loan.borrower.numbers.update(relation=BorrowerNumber.NOT_OWN)
    late(44)
    supervisor = cast.a_user(role="supervisor")

    wanted = Wanted(first=31, last=60, bad_number=True)

    found = worklist.find(wanted, user=supervisor, on=cast.TODAY)
    assert found.people == (m2.borrower_id,)
