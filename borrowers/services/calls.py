"""Write down calls that were made; where a rulebook counts calls, the next text is judged with them."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber, Call, Hold
from borrowers.policies import calls as policy
from borrowers.services import acts, numbers
from borrowers.services.acts import CannotRecord
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
    identity_checked: bool = False,
    by: User,
) -> tuple[Call, Hold | None]:
    """Write down a call; the same one twice is one.

    Where somebody else answered, the number is not theirs from now on (``numbers.not_own``, whose hold
    is answered); where it was checked who they are, it is verified on the day of the call. Waits for
    sends under way to the same person or number, so that the next text counts this call. Raises
    CannotRecord for a time or a check of identity that is not taken, NotAllowed for somebody who only
    reads.
    """
    if not by.has_perm("borrowers.place_hold"):
        raise NotAllowed(_("Your role records no calls: ask a collector or a supervisor."))
    now, point = clock.now(), number.contact_point
    objection = policy.against(at, now=now)
    if objection == "not_yet":
        raise CannotRecord("at", _("This time is still to come: enter when the call was made."))
    if objection == "too_long_ago":
        raise CannotRecord("at", _("This is too long ago: 31 days at most."))
    if identity_checked:
        _can_be_checked(number, outcome, by)
    numbers.lock(borrower, [point.pk])
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
        hold = numbers.not_own(borrower, number, by=by)
    elif identity_checked:
        numbers.verify(borrower, number, on=at.astimezone(acts.present().zone).date(), by=by)
    return call, hold


def _can_be_checked(number: BorrowerNumber, outcome: str, by: User) -> None:
    """Raise CannotRecord where nobody was spoken to, or this member of staff may not verify the number."""
    if outcome not in policy.SPOKEN_TO:
        sentence = _("Nobody was reached in such a call: untick this, or choose another outcome.")
        raise CannotRecord("identity_checked", sentence)
    if objection := numbers.against_verifying(number, by):
        raise CannotRecord("identity_checked", objection)


def refused(borrower: Borrower) -> Call | None:
    """The newest call in which this person asked not to be called, if there is one."""
    return Call.objects.filter(borrower=borrower, outcome=NO_MORE).select_related("by").first()
