"""The queue: who is on it, in which order, and that a bulk act works on the people that were frozen."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from borrowers.models import Assignment, Borrower, Hold, Loan, QueueSnapshot
from borrowers.services import assignments, snapshots, worklist
from borrowers.services.worklist import NOBODY, Wanted
from collections_site import site_clock
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from tests import cast

pytestmark = pytest.mark.django_db


def late(days: int, amount: str = "860.00", **fields: Any) -> Loan:
    return cast.a_loan(due_on=cast.TODAY - timedelta(days=days), amount=amount, **fields)


def refs(wanted: Wanted, user: User | None = None) -> list[int]:
    user = user or cast.a_user(role="supervisor")
    return list(worklist.find(wanted, user=user, on=cast.TODAY).people)


def people(*loans: Loan) -> list[int]:
    return [loan.borrower_id for loan in loans]


@pytest.fixture(autouse=True)
def noon() -> None:
    cast.at_noon()
    cast.the_lender()


def test_the_longest_overdue_come_first_then_who_is_due_soon_each_person_once() -> None:
    soon, older, newer = cast.a_loan(), late(43), late(5)
    late(20, borrower=older.borrower)
    cast.a_loan(older.borrower)
    cast.a_loan(due_on=cast.TODAY + timedelta(days=4))  # not soon enough
    late(9, status="settled", overdue_since=None, overdue_number=None, overdue_amount=0)

    assert refs(Wanted()) == people(older, newer, soon)
    assert refs(Wanted(sort="soon")) == people(soon, newer, older)
    assert refs(Wanted(soon=True)) == people(soon)


def test_a_bucket_is_that_of_the_longest_overdue_loan() -> None:
    m2, m1 = late(31), late(30)
    late(10, "9000.00", borrower=m2.borrower)

    for sort in ("late", "amount"):
        assert refs(Wanted(first=1, last=30, sort=sort)) == people(m1)
        assert refs(Wanted(first=31, last=60, sort=sort)) == people(m2)
    assert refs(Wanted(first=31)) == people(m2)


def test_amounts_are_those_of_all_loans_of_a_person_in_a_currency() -> None:
    both, one = late(9, "600.00"), late(8, "700.00")
    late(3, "600.00", borrower=both.borrower)

    assert refs(Wanted(least=Decimal(1200))) == people(both)
    assert refs(Wanted(most=Decimal(700))) == people(one)
    assert refs(Wanted(sort="amount")) == people(one, both)


def test_any_running_loan_of_the_product_counts() -> None:
    card, plain = late(9), late(8)
    cast.a_loan(card.borrower, product="credit_card")

    assert refs(Wanted(product="credit_card")) == people(card)
    assert refs(Wanted(product="consumer_loan")) == people(card, plain)


def test_a_collector_sees_their_own_whatever_owner_is_asked_for() -> None:
    mine, other, free = late(9), late(8), late(7)
    me, colleague = cast.a_user(), cast.a_user()
    assignments.assign([mine.borrower], me, by=None)
    assignments.assign([other.borrower], colleague, by=None)

    assert refs(Wanted(), me) == people(mine)
    assert refs(Wanted(owner=colleague.pk), me) == people(mine)
    assert refs(Wanted(owner=colleague.pk)) == people(other)
    assert refs(Wanted(owner=NOBODY)) == people(free)


def test_a_list_ends_at_its_bound_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "MOST", 2)
    loans = [late(9), late(8), cast.a_loan()]

    found = worklist.find(Wanted(), user=cast.a_user(role="supervisor"), on=cast.TODAY)

    assert (list(found.people), found.more) == (people(*loans[:2]), True)


def test_who_joins_the_filter_after_the_freeze_is_not_touched() -> None:
    """The act works on the ids that were frozen, and on those who have left the filter too."""
    supervisor = cast.a_user(role="supervisor")
    paid_later, stays = late(40), late(35)
    snapshot = snapshots.freeze(refs(Wanted(first=31, last=60)), by=supervisor)
    joins = late(33)
    Loan.objects.filter(pk=paid_later.pk).update(
        overdue_since=None, overdue_number=None, overdue_amount=0, version=2
    )
    till = clock.now() + timedelta(days=2)
    collector = cast.a_user()

    done = snapshots.pause(snapshot, till, by=supervisor)
    snapshots.assign(snapshot, collector, by=supervisor)

    assert joins.borrower_id in refs(Wanted(first=31, last=60))
    assert (done.people, done.left_out) == (2, 0)
    held = Hold.objects.filter(kind="pause", till_at=till).values_list("borrower", flat=True)
    assert set(held) == set(people(paid_later, stays))
    cared = Assignment.objects.filter(collector=collector).values_list("borrower", flat=True)
    assert set(cared) == set(people(paid_later, stays))


def test_a_frozen_list_keeps_order_count_and_totals_and_leaves_strangers_out() -> None:
    me = cast.a_user()
    first, second, other = late(9, "100.00"), late(8, "50.50"), late(7)
    assignments.assign([first.borrower, second.borrower], me, by=None)

    snapshot = snapshots.freeze(people(second, other, first, second), by=me)

    assert snapshot.people == people(second, first)
    assert (snapshot.count, snapshot.totals) == (2, {"CNY": "150.50"})


def test_nobody_selected_is_no_list() -> None:
    with pytest.raises(NotAllowed, match="Tick"):
        snapshots.freeze(people(late(9)), by=cast.a_user())
    assert not QueueSnapshot.objects.exists()


def test_whoever_was_given_away_since_is_left_out_and_counted() -> None:
    me = cast.a_user()
    kept, gone = late(9), late(8)
    assignments.assign([kept.borrower, gone.borrower], me, by=None)
    snapshot = snapshots.freeze(people(kept, gone), by=me)
    assignments.assign([gone.borrower], cast.a_user(), by=None)

    done = snapshots.pause(snapshot, clock.now() + timedelta(days=1), by=me)

    assert (done.people, done.left_out) == (1, 1)
    assert Hold.objects.get().borrower_id == kept.borrower_id


def test_a_list_is_good_for_an_hour_and_for_who_made_it() -> None:
    supervisor = cast.a_user(role="supervisor")
    snapshot = snapshots.freeze(people(late(9)), by=supervisor)

    with pytest.raises(NotAllowed, match="somebody else"):
        snapshots.people_of(snapshot, by=cast.a_user(role="supervisor"))
    site_clock.set_to(cast.NOON + timedelta(minutes=59))
    assert len(snapshots.people_of(snapshot, by=supervisor)) == 1
    site_clock.set_to(cast.NOON + timedelta(minutes=61))
    with pytest.raises(OutOfStep):
        snapshots.pause(snapshot, clock.now() + timedelta(days=1), by=supervisor)
    assert not Hold.objects.exists()


def test_a_collector_deals_out_nobody() -> None:
    me = cast.a_user()
    loan = late(9)
    assignments.assign([loan.borrower], me, by=None)
    snapshot = snapshots.freeze(people(loan), by=me)

    with pytest.raises(NotAllowed):
        snapshots.assign(snapshot, cast.a_user(), by=me)


def test_every_act_is_written_down_with_its_count() -> None:
    supervisor = cast.a_user(role="supervisor")
    snapshot = snapshots.freeze(people(late(9), late(8)), by=supervisor)

    snapshots.pause(snapshot, clock.now() + timedelta(days=1), by=supervisor)
    snapshots.assign(snapshot, cast.a_user(), by=supervisor)
    snapshots.exported(snapshot, by=supervisor)

    events = Event.objects.filter(verb__startswith="queue.", by=supervisor).order_by("pk")
    assert [one.verb for one in events] == ["queue.paused", "queue.assigned", "queue.exported"]
    assert {one.after["count"] for one in events} == {2}
    assert Borrower.objects.filter(pk__in=events[2].after["people"]).count() == 2


def test_a_collector_takes_no_list_out_of_the_house_and_a_reviewer_may() -> None:
    me, reviewer = cast.a_user(), cast.a_user(role="compliance")
    loan = late(9)
    assignments.assign([loan.borrower], me, by=None)
    mine = snapshots.freeze(people(loan), by=me)

    with pytest.raises(NotAllowed, match="does not export"):
        snapshots.exported(mine, by=me)
    assert not Event.objects.filter(verb="queue.exported").exists()

    theirs = snapshots.freeze(people(loan), by=reviewer)
    assert snapshots.exported(theirs, by=reviewer) == [loan.borrower]
    assert Event.objects.filter(verb="queue.exported", by=reviewer).count() == 1
