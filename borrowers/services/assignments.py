"""Give people into a collector's care."""

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
    Raises NotAllowed when ``by`` does not see everyone (a collector deals out nobody), or when
    ``collector`` may not see borrowers.
    """
    if by is not None and not by.has_perm("borrowers.view_all_borrowers"):
        raise NotAllowed(_("Only somebody who sees all borrowers assigns them."))
    if not collector.is_active or not collector.has_perm("borrowers.view_borrower"):
        raise NotAllowed(_("This person may not see borrowers: choose a collector."))
    ids = [borrower.pk for borrower in borrowers]
    locked = Borrower.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    wanted = {borrower.pk for borrower in locked}
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
