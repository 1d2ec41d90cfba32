"""Freeze people chosen in the queue, and act on exactly those."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from borrowers.models import Borrower, QueueSnapshot
from borrowers.services import assignments, holds, worklist
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep

LIFETIME = timedelta(hours=1)
WALK_LIFETIME = timedelta(hours=12)
QUERY = 300  # characters of an address's filters that a list remembers


@dataclass(frozen=True, slots=True)
class Done:
    """How many people an act reached, and how many of the list it left out."""

    people: int
    left_out: int


@transaction.atomic
def freeze(
    people: Sequence[int], *, by: User, query: str = "", walk: bool = False
) -> QueueSnapshot:
    """Keep these people (ids, in order) as a list for an hour; whom ``by`` may not see is left out.

    ``query`` is the page to go back to; of one too long to keep, as many parameters as fit. A list to
    ``walk`` through lasts a working day and is of no use for bulk acts; asked for again while nothing has changed, it is the same list.
    Raises NotAllowed when nobody is left.
    """
    seen = set(_visible(by).filter(pk__in=people).values_list("pk", flat=True))
    kept = [pk for pk in dict.fromkeys(people) if pk in seen]
    if not kept:
        raise NotAllowed(
            _("Nobody is selected. Tick at least one person, or look at the list again.")
        )
    at, query = clock.now(), _fitting(query)
    mine = QueueSnapshot.objects.filter(by=by)
    mine.filter(expires_at__lt=at).delete()
    if walk and (same := mine.filter(walk=True, query=query, people=kept).first()):
        return same
    owed = worklist.owed(kept)
    return QueueSnapshot.objects.create(
        people=kept,
        count=len(kept),
        totals={one.currency: str(one.amount) for one in owed.amounts},
        as_of=owed.as_of,
        query=query,
        by=by,
        at=at,
        expires_at=at + (WALK_LIFETIME if walk else LIFETIME),
        walk=walk,
    )


def _fitting(query: str) -> str:
    """As many of the first parameters of a query string as the row can keep; never a part of one."""
    while len(query) > QUERY:
        query = query.rpartition("&")[0]
    return query


def people_of(snapshot: QueueSnapshot, *, by: User) -> list[Borrower]:
    """The frozen people in their order; those ``by`` can no longer see are left out.

    Raises OutOfStep when the list has expired, NotAllowed when it is somebody else's or no choice.
    """
    if snapshot.by_id != by.pk:
        raise NotAllowed(_("This list was made by somebody else: select the people yourself."))
    if snapshot.walk:
        raise NotAllowed(_("This list is for one person at a time: select the people first."))
    if snapshot.expires_at <= clock.now():
        raise OutOfStep(_("This list is more than an hour old: select the people again."))
    found = {person.pk: person for person in _visible(by).filter(pk__in=snapshot.people)}
    return [found[pk] for pk in snapshot.people if pk in found]


@transaction.atomic
def assign(snapshot: QueueSnapshot, collector: User, *, by: User) -> Done:
    """Give the frozen people to ``collector``.

    Raises NotAllowed as ``assignments.assign`` and ``people_of`` do, OutOfStep when expired.
    """
    people = people_of(snapshot, by=by)
    assignments.assign(people, collector, by=by)
    return _done("queue.assigned", snapshot, people, by, {"collector": collector.pk})


@transaction.atomic
def pause(snapshot: QueueSnapshot, till: datetime, *, by: User) -> Done:
    """Hold all texts to the frozen people until ``till``; all of them or none.

    Raises NotAllowed when ``by`` may not place holds, OutOfStep when the list has expired.
    """
    people = people_of(snapshot, by=by)
    placed = holds.place_on_all("pause", people, source="staff", till=till, by=by)
    said: dict[str, object] = {
        "till": till.isoformat(),
        "people": [hold.borrower_id for hold in placed],
    }
    return _done("queue.paused", snapshot, people, by, said)


@transaction.atomic
def exported(snapshot: QueueSnapshot, *, by: User) -> list[Borrower]:
    """The frozen people for a file that leaves the house; writes down who took how many.

    Raises NotAllowed when ``by`` may not export lists, OutOfStep when the list has expired.
    """
    if not by.has_perm("borrowers.export_list"):
        raise NotAllowed(_("Your role does not export lists: ask a supervisor or a reviewer."))
    people = people_of(snapshot, by=by)
    _done("queue.exported", snapshot, people, by, {"people": [person.pk for person in people]})
    return people


def _done(
    verb: str,
    snapshot: QueueSnapshot,
    people: Sequence[Borrower],
    by: User,
    said: dict[str, object],
) -> Done:
    if not people:
        raise NotAllowed(_("Nobody of this list is in your care any more."))
    done = Done(len(people), snapshot.count - len(people))
    counts = {"count": done.people, "left_out": done.left_out}
    audit.record(verb, snapshot, by=by, after={**counts, **said})
    return done


def _visible(user: User) -> "QuerySet[Borrower]":
    people: QuerySet[Borrower] = Borrower.objects.visible_to(user)
    return people
