"""One text to one person, asked for by a member of staff: through the same policy, gate and walls.

What is shown is signed; what is scheduled is exactly that, or nothing at all. A list of people is
sent the same way, in `one_off_list`.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Borrower
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep, move
from messaging.models import Reminder
from messaging.services import one_off_schedule
from messaging.services.one_off_changes import Changed, Shown
from messaging.services.one_off_offer import Offer
from messaging.states import REMINDER_STEPS, ReminderKind, ReminderState

SALT = "messaging.one_off"


def sign(found: Offer, *, borrower: Borrower, by: User) -> str:
    """A token of what a page shows to ``by``, for ``send``; empty when nothing can be sent."""
    if found.shown is None:
        return ""
    who = {"person": borrower.pk, "by": by.pk, "at": found.verdict.at.isoformat()}
    return signing.dumps({**who, "shown": found.shown.as_json()}, salt=SALT)


@transaction.atomic
def send(borrower: Borrower, token: str, *, by: User) -> Reminder:
    """Schedule exactly what was shown: in half a minute, so that it can be cancelled, or when allowed.

    The same token twice makes one reminder. Raises NotAllowed for somebody who may not, and Changed,
    with nothing written, when the loan, the wording, the number or the rules' answer is not what was
    shown any more.
    """
    _may(by, borrower)
    told = _read(token, borrower, by)
    one_off_schedule.lock([borrower.pk])
    if (made := _made(borrower, by, told["at"])) is not None:
        return made
    shown = {borrower.pk: Shown(**told["shown"])}
    same, changed = one_off_schedule.compare(shown, since=datetime.fromisoformat(told["at"]))
    if borrower.pk in changed:
        raise Changed(changed[borrower.pk])
    (reminder,) = one_off_schedule.write(same.values(), by=by)
    audit.record(
        "reminder.one_off",
        reminder,
        by=by,
        after={
            "borrower": borrower.pk,
            "loan": reminder.loan_id,
            "template": shown[borrower.pk].template,
            "due_at": reminder.due_at.isoformat(),
        },
    )
    return reminder


@transaction.atomic
def cancel(reminder: Reminder, *, by: User) -> None:
    """Take back a one-off reminder that has not left.

    Waits for a gate that holds the person. Raises NotAllowed, and OutOfStep when it has left or ended.
    """
    if reminder.kind != ReminderKind.ONE_OFF or reminder.borrower is None:
        raise NotAllowed(_("Only a one-off reminder can be cancelled."))
    _may(by, reminder.borrower)
    one_off_schedule.lock([reminder.borrower.pk])
    rows = Reminder.objects.filter(pk=reminder.pk)
    if not move(rows, ReminderState.CANCELLED, REMINDER_STEPS, closed_at=clock.now()):
        state = ReminderState(rows.get().state).label
        raise OutOfStep(_("This reminder does not wait any more. It is now: %s.") % state)
    audit.record("reminder.cancelled", reminder, by=by, after={"borrower": reminder.borrower_id})


def _may(by: User, borrower: Borrower) -> None:
    one_off_schedule.may(by)
    if not Borrower.objects.visible_to(by).filter(pk=borrower.pk).exists():
        raise NotAllowed(_("This person is not in your care."))


def _read(token: str, borrower: Borrower, by: User) -> dict[str, Any]:
    told = one_off_schedule.unsigned(token, salt=SALT)
    if (told["person"], told["by"]) != (borrower.pk, by.pk):
        raise Changed(_("The page was shown to somebody else, or for another person."))
    return told


def _made(borrower: Borrower, by: User, since: str) -> Reminder | None:
    """What the same page has scheduled before. Raises Changed when that was cancelled."""
    made = Reminder.objects.filter(
        kind=ReminderKind.ONE_OFF, borrower=borrower, by=by, run=None, created_at__gte=since
    ).first()
    if made is not None and made.state == ReminderState.CANCELLED:
        raise Changed(_("This reminder was scheduled and then cancelled."))
    return made
