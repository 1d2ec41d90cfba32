"""Give people into a collector's care, and take them out of it."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Assignment, Borrower
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed


@transaction.atomic
def assign(
    borrowers: Iterable[Borrower], collector: User, *, by: User | None, team: str = ""
) -> int:
    """Give these people to ``collector``; answer how many were not in their care before.

    Whoever looked after them until now stops seeing them. ``by`` is None for the installation itself.
    Raises NotAllowed when ``by`` is no supervisor (a collector deals out nobody), or when ``collector``
    may not see borrowers.
    """
    _may(by)
    if not collector.is_active or not collector.has_perm("borrowers.view_borrower"):
        raise NotAllowed(_("This person may not see borrowers: choose a collector."))
    wanted = _locked(borrowers)
    live = Assignment.objects.filter(borrower__in=wanted, ended_at=None)
    kept = set(live.filter(collector=collector, team=team).values_list("borrower", flat=True))
    moved = sorted(wanted - kept)
    at = clock.now()
    live.filter(borrower__in=moved).update(ended_at=at)
    Assignment.objects.bulk_create(
        (Assignment(borrower_id=pk, collector=collector, team=team, from_at=at) for pk in moved),
        batch_size=2000,
    )
    if moved:
        audit.record(
            "assignment.changed",
            collector,
            by=by,
            after={"borrowers": moved, "count": len(moved), "team": team},
        )
    return len(moved)


@transaction.atomic
def end(borrowers: Iterable[Borrower], *, by: User | None) -> int:
    """Take these people out of anybody's care; answer how many were in somebody's.

    Their collectors stop seeing them. ``by`` is None for the installation itself. Raises NotAllowed when
    ``by`` is no supervisor.
    """
    _may(by)
    live = Assignment.objects.filter(borrower__in=_locked(borrowers), ended_at=None)
    ended = sorted(live.values_list("borrower", "collector"))
    live.update(ended_at=clock.now())
    if ended:
        audit.record(
            "assignment.ended",
            "assignment",
            by=by,
            before={"collectors": sorted({collector for _person, collector in ended})},
            after={"borrowers": [person for person, _collector in ended], "count": len(ended)},
        )
    return len(ended)


def of(borrower: Borrower) -> Assignment | None:
    """In whose care a person is; None for nobody's."""
    live = Assignment.objects.filter(borrower=borrower, ended_at=None)
    return live.select_related("collector").first()


def _may(by: User | None) -> None:
    if by is not None and not by.has_perm("borrowers.assign_person"):
        raise NotAllowed(_("Your role assigns nobody: ask a supervisor."))


def _locked(borrowers: Iterable[Borrower]) -> set[int]:
    """The ids of these people, held until the transaction ends."""
    ids = [borrower.pk for borrower in borrowers]
    locked = Borrower.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    return {borrower.pk for borrower in locked}
