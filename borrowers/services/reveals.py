"""Show a whole name or number to somebody who needs it; each look is written to the log."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber
from borrowers.policies import reveals as policy
from borrowers.services.acts import CannotRecord
from collections_site.audit import services as audit
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

VERB = "person.revealed"


@transaction.atomic
def name(borrower: Borrower, *, reason: str, by: User) -> str:
    """The whole name of a person in one's care. Raises as ``number`` does."""
    _log(borrower, {"what": "name"}, reason=reason, by=by)
    return borrower.full_name


@transaction.atomic
def number(borrower: Borrower, row: BorrowerNumber, *, reason: str, by: User) -> str:
    """The whole number (E.164) of a person in one's care; the log keeps its id, never its digits.

    ``reason`` is one of the policy's. Raises NotAllowed for somebody who may not look or has the person
    not in their care, CannotRecord without a reason or after 30 looks within an hour.
    """
    if row.borrower_id != borrower.pk:
        raise ValueError("a number of this person")
    after = {"what": "phone", "contact_point": row.contact_point_id}
    _log(borrower, after, reason=reason, by=by)
    return row.contact_point.phone


def _log(borrower: Borrower, after: dict[str, object], *, reason: str, by: User) -> None:
    seen = Borrower.objects.visible_to(by).filter(pk=borrower.pk).exists()
    if not (seen and by.has_perm("borrowers.reveal_contact")):
        raise NotAllowed(_("Your role does not look at whole names and numbers."))
    # The lock makes the looks of one person wait for each other, so that none slips past the count.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    since = clock.now() - policy.WITHIN
    looked = Event.objects.filter(by=by, verb=VERB, at__gt=since).count()
    objection = policy.against(reason, looked=looked)
    if objection == "no_reason":
        raise CannotRecord("reason", _("Choose what you need it for"))
    if objection == "too_many":
        raise CannotRecord(
            "reason", _("30 looks within an hour are the limit: the next is possible later.")
        )
    audit.record(VERB, borrower, by=by, after={**after, "reason": reason})
