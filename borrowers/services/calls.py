"""Write down calls that were made; where a rulebook counts calls, the next text is judged with them."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber, Call, ContactPoint, Hold
from borrowers.policies import calls as policy
from borrowers.services import holds
from borrowers.services.acts import STAFF, CannotRecord
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

SOMEBODY_ELSE = "wrong_person"
NO_MORE = "no_more_calls"


@transaction.atomic
def record(
    borrower: Borrower,
    number: BorrowerNumber,
    *,
    at: datetime,
    outcome: str,
    text: str = "",
    by: User,
) -> tuple[Call, Hold | None]:
    """Write down a call; the same one twice is one. Somebody else's phone is held for texts at once.

    Waits for sends under way to the same person or number, so that the next text counts this call.
    Raises CannotRecord for a time that is not taken, NotAllowed for somebody who only reads.
    """
    if not by.has_perm("borrowers.place_hold"):
        raise NotAllowed(_("Your role records no calls: ask a collector or a supervisor."))
    now, point = clock.now(), number.contact_point
    objection = policy.against(at, now=now)
    if objection == "not_yet":
        raise CannotRecord("at", _("This time is still to come: enter when the call was made."))
    if objection == "too_long_ago":
        raise CannotRecord("at", _("This is too long ago: 31 days at most."))
    _lock(borrower, point)
    call, new = Call.objects.get_or_create(
        borrower=borrower,
        contact_point=point,
        at=at,
        outcome=outcome,
        text=text,
        by=by,
        defaults={"recorded_at": now},
    )
    if new:
        after = {"borrower": borrower.pk, "contact_point": point.pk, "at": at.isoformat()}
        audit.record("call.recorded", call, by=by, after=after | {"outcome": outcome})
    hold = None
    if outcome == SOMEBODY_ELSE:
        hold = holds.place("wrong_number", contact_point=point, source=STAFF, by=by)
    return call, hold


def _lock(borrower: Borrower, point: ContactPoint) -> None:
    """Take this person and whoever lives on the number by id, then the number: as sends do."""
    living = BorrowerNumber.objects.filter(contact_point=point, till_at=None)
    whose = Q(pk=borrower.pk) | Q(pk__in=living.values("borrower"))
    list(Borrower.objects.filter(whose).order_by("pk").select_for_update(no_key=True))
    ContactPoint.objects.select_for_update(no_key=True).get(pk=point.pk)


def refused(borrower: Borrower) -> Call | None:
    """The newest call in which this person asked not to be called, if there is one."""
    return Call.objects.filter(borrower=borrower, outcome=NO_MORE).select_related("by").first()
