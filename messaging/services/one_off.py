"""One text to one person, asked for by a member of staff: through the same policy, gate and walls.

What is shown is signed; what is scheduled is exactly that, or nothing at all.
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
from messaging.services import decisions, one_off_changes, one_off_offer, planning
from messaging.services.one_off_changes import Changed, Shown
from messaging.services.one_off_offer import Draft, Offer
from messaging.states import REMINDER_STEPS, ReminderKind, ReminderState

SALT = "messaging.one_off"
KEEPS = 3600  # seconds for which what a page showed may still be sent


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
    Borrower.objects.select_for_update(no_key=True).get(pk=borrower.pk)
    made = Reminder.objects.filter(
        kind=ReminderKind.ONE_OFF, borrower=borrower, by=by, created_at__gte=told["at"]
    ).first()
    if made is not None:
        if made.state == ReminderState.CANCELLED:
            raise Changed(_("This reminder was scheduled and then cancelled."))
        return made
    shown = Shown(**told["shown"])
    found = one_off_offer.present(borrower, shown.template)
    if found.shown != shown or found.draft is None or found.due_at is None:
        since = datetime.fromisoformat(told["at"])
        raise Changed(one_off_changes.sentence(shown, found, since=since))
    reminder = _schedule(found, found.draft, found.due_at, by)
    audit.record(
        "reminder.one_off",
        reminder,
        by=by,
        after={
            "borrower": borrower.pk,
            "loan": reminder.loan_id,
            "template": shown.template,
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
    Borrower.objects.select_for_update(no_key=True).get(pk=reminder.borrower.pk)
    rows = Reminder.objects.filter(pk=reminder.pk)
    if not move(rows, ReminderState.CANCELLED, REMINDER_STEPS, closed_at=clock.now()):
        state = ReminderState(rows.get().state).label
        raise OutOfStep(_("This reminder does not wait any more. It is now: %s.") % state)
    audit.record("reminder.cancelled", reminder, by=by, after={"borrower": reminder.borrower_id})


def _may(by: User, borrower: Borrower) -> None:
    if not by.has_perm("messaging.send_one_off"):
        raise NotAllowed(_("Your role sends no reminders: ask a collector or a supervisor."))
    if not Borrower.objects.visible_to(by).filter(pk=borrower.pk).exists():
        raise NotAllowed(_("This person is not in your care."))


def _read(token: str, borrower: Borrower, by: User) -> dict[str, Any]:
    try:
        told: dict[str, Any] = signing.loads(token, salt=SALT, max_age=KEEPS)
    except signing.BadSignature as error:
        raise Changed(_("The page has been open for too long.")) from error
    if (told["person"], told["by"]) != (borrower.pk, by.pk):
        raise Changed(_("The page was shown to somebody else, or for another person."))
    return told


def _schedule(found: Offer, draft: Draft, due_at: datetime, by: User) -> Reminder:
    facts, ways = draft.candidate.facts, found.verdict.ways
    days = {zone: one_off_offer.day(due_at, zone) for zone in facts.zones}
    reminder = Reminder.objects.create(
        kind=ReminderKind.ONE_OFF,
        template=draft.chosen.template,
        borrower_id=facts.borrower_id,
        loan_id=facts.loan_id,
        instalment_id=draft.candidate.instalment_id,
        instalment_due_on=draft.due_on,
        touch=f"due{(draft.on - draft.due_on).days:+d}",
        due_at=due_at,
        expires_at=min(planning.expiry([zone], local, 0) for zone, local in days.items()),
        created_at=ways.at,
        by=by,
        answer=found.decision.answer,
        reasons=found.decision.as_rows(),
    )
    row = decisions.row(
        reminder.pk,
        draft.candidate.facts,
        found.decision,
        stage="plan",
        rulebook=ways.rulebook_version,
        at=ways.at,
    )
    decisions.write([row])
    return reminder
