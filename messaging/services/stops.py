"""Stop what leaves the building at once, and let it go on only when two people say so."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging import locks
from messaging.models import Attempt, Provider, Reminder, Run, SendingStop, Strategy
from messaging.models.stop import REASONS, SCOPES
from messaging.states import AttemptState, ReminderState

IN_SCOPE = {
    "provider": "provider_code",
    "strategy": "reminder__run__strategy",
    "run": "reminder__run",
}
OPEN_FOR = timedelta(seconds=60)  # after which a call that nobody settled is unknown


def live() -> list[SendingStop]:
    """The stops in force, newest first, with the people who made and proposed to end them."""
    stops = SendingStop.objects.filter(resumed_at=None)
    return list(stops.select_related("stopped_by", "resume_proposed_by"))


@transaction.atomic
def stop(scope: str, *, target: str = "", reason: str, note: str = "", by: User) -> SendingStop:
    """Stop everything ("all"), or one provider, strategy or run, named by its key in ``target``.

    Waits for the gates that are open and lets no other one open; when this returns nothing in its
    scope begins to leave. A second stop of the same scope and target answers the live one. Raises
    NotAllowed for staff who may not stop, and for a scope, target or reason that does not exist.
    """
    if not by.has_perm("messaging.stop_sending"):
        raise NotAllowed(_("Your role cannot stop sending. Ask anyone on duty to press Stop."))
    if scope not in SCOPES or reason not in REASONS:
        raise NotAllowed(_("Choose what to stop, and why."))
    target = "" if scope == "all" else target
    if scope != "all" and not _exists(scope, target):
        raise NotAllowed(_("Choose which one to stop."))
    locks.sending_exclusive()
    already = SendingStop.objects.filter(resumed_at=None, scope=scope, target=target).first()
    if already:
        return already
    row = SendingStop.objects.create(
        scope=scope,
        target=target,
        reason=reason,
        note=note[:300],
        stopped_by=by,
        stopped_at=clock.now(),
    )
    audit.record(
        "sending.stopped", row, by=by, after={"scope": scope, "target": target, "reason": reason}
    )
    return row


@transaction.atomic
def propose_resume(stop: SendingStop, *, by: User) -> SendingStop:
    """Say that the cause of a stop is dealt with; somebody else decides.

    A second proposal changes nothing. Raises NotAllowed for staff who may not propose, OutOfStep when
    sending has been resumed meanwhile.
    """
    if not by.has_perm("messaging.propose_resume"):
        raise NotAllowed(_("Only a supervisor can propose to resume sending."))
    row = _locked(stop)
    if row.resume_proposed_by_id is not None:
        return row
    row.resume_proposed_by, row.resume_proposed_at = by, clock.now()
    row.save(update_fields=["resume_proposed_by", "resume_proposed_at"])
    audit.record("sending.resume_proposed", row, by=by)
    return row


@transaction.atomic
def approve_resume(stop: SendingStop, *, by: User) -> SendingStop:
    """Let what was stopped go on. Raises NotAllowed for staff who may not approve, without a proposal
    and for the one who proposed; OutOfStep when sending has been resumed meanwhile.
    """
    if not by.has_perm("messaging.approve_resume"):
        raise NotAllowed(_("Only a compliance reviewer can approve resuming."))
    row = _locked(stop)
    if row.resume_proposed_by_id is None:
        raise NotAllowed(_("A supervisor proposes to resume first."))
    if row.resume_proposed_by_id == by.pk:
        raise NotAllowed(_("You proposed this, so someone else must approve it."))
    row.resumed_by, row.resumed_at = by, clock.now()
    row.save(update_fields=["resumed_by", "resumed_at"])
    audit.record("sending.resumed", row, by=by, after={"proposed_by": row.resume_proposed_by_id})
    return row


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Texts that were past the gate when sending stopped, and what is known of them by now."""

    texts: int
    settled: int


def under_way(stop: SendingStop) -> UnderWay:
    """What could not be called back: attempts made before the stop that were settled after it or are open."""
    began = (stop.stopped_at - OPEN_FOR, stop.stopped_at)
    open_then = Attempt.objects.filter(submitted_at__range=began).exclude(
        settled_at__lte=stop.stopped_at
    )
    if column := IN_SCOPE.get(stop.scope):
        open_then = open_then.filter(**{column: stop.target})
    states = list(open_then.values_list("state", flat=True))
    unsettled = states.count(AttemptState.SUBMITTING) + states.count(AttemptState.UNKNOWN)
    return UnderWay(len(states), len(states) - unsettled)


def waiting(stop: SendingStop) -> int:
    """How many reminders wait that this stop may keep back; of one provider's, all that wait."""
    rows = Reminder.objects.filter(state=ReminderState.SCHEDULED, expires_at__gt=clock.now())
    column = {"strategy": "run__strategy", "run": "run"}.get(stop.scope)
    return rows.filter(**{column: stop.target}).count() if column else rows.count()


def _locked(stop: SendingStop) -> SendingStop:
    """The row as it stands under the sending lock, still live."""
    locks.sending_exclusive()
    row = SendingStop.objects.select_for_update().get(pk=stop.pk)
    if row.resumed_at is not None:
        raise OutOfStep(_("Sending has been resumed already."))
    return row


def _exists(scope: str, target: str) -> bool:
    if scope == "provider":
        return Provider.objects.filter(pk=target).exists()
    if not (target.isascii() and target.isdecimal()) or len(target) > 18:
        return False
    rows = {"strategy": Strategy.objects, "run": Run.objects}[scope]
    return rows.filter(pk=int(target)).exists()
