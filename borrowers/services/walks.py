"""Go through a frozen list one person at a time: where one stands, who was before, who is next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from borrowers.models import Borrower, QueueSnapshot
from collections_site.lib import clock

LOOK_AHEAD = 50  # neighbours asked about at once


@dataclass(frozen=True, slots=True)
class Place:
    """A person of a list and their position in it, from 1."""

    borrower_ref: str
    at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Position ``at`` (from 1) in a frozen list, and the nearest people on both sides still in one's care."""

    snapshot: QueueSnapshot
    at: int
    previous: Place | None
    next: Place | None


def standing(pk: int, borrower: Borrower, *, by: User, at: int | None = None) -> Standing | None:
    """Where ``borrower`` stands in the list ``pk`` of ``by``; None when it is gone or they are not on it.

    ``at`` is where they are said to stand; a position that is not theirs is corrected.
    """
    snapshot = QueueSnapshot.objects.filter(pk=pk, by=by, expires_at__gt=clock.now()).first()
    if snapshot is None or borrower.pk not in snapshot.people:
        return None
    people: Sequence[int] = snapshot.people
    if at is None or not 1 <= at <= len(people) or people[at - 1] != borrower.pk:
        at = people.index(borrower.pk) + 1
    before = [(people[n - 1], n) for n in range(at - 1, 0, -1)]
    after = [(people[n - 1], n) for n in range(at + 1, len(people) + 1)]
    return Standing(snapshot, at, _nearest(before, by), _nearest(after, by))


def _nearest(places: Sequence[tuple[int, int]], by: User) -> Place | None:
    """The first of these people (id and position) whom ``by`` may see."""
    for start in range(0, len(places), LOOK_AHEAD):
        some = places[start : start + LOOK_AHEAD]
        visible = Borrower.objects.visible_to(by).filter(pk__in=[pk for pk, _ in some])
        refs = dict(visible.values_list("pk", "borrower_ref"))
        if found := next(((pk, n) for pk, n in some if pk in refs), None):
            return Place(refs[found[0]], found[1])
    return None
