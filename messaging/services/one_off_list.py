"""One-off reminders to a frozen list of people: those that were shown, each once, as one run.

Each person passes the same policy as for a single reminder, and the gate and its walls once more
before a text leaves.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from borrowers.models import Borrower, QueueSnapshot
from borrowers.services import snapshots
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep, move
from messaging.models import Reminder, Run
from messaging.services import one_off_offer, one_off_schedule
from messaging.services.one_off_changes import Changed, Shown
from messaging.services.one_off_list_preview import Preview, may_send
from messaging.services.one_off_schedule import Ready
from messaging.states import REMINDER_STEPS, ReminderState

SALT = "messaging.one_off_list"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a list: the run, how many of its reminders wait now, and who got none.

    ``run`` is None, and nothing was written, when nobody was as shown any more. ``changed``: people
    with a sentence each. ``left_out``: how many are no longer in the care of whoever sent it.
    ``again``: the same page had been sent before, and nothing was added.
    """

    run: Run | None
    scheduled: int
    changed: tuple[tuple[Borrower, str], ...]
    left_out: int
    again: bool = False

    @property
    def others(self) -> int:
        """How many who were shown got nothing."""
        return len(self.changed) + self.left_out


def sign(found: Preview, *, snapshot: QueueSnapshot, by: User) -> str:
    """A token of what a page shows to ``by``, for ``send``; empty when nobody gets anything."""
    shown = [
        [person.pk, *astuple(said)] for person, one in found.going if (said := one.offer.shown)
    ]
    if not shown:
        return ""
    told = {"list": snapshot.pk, "by": by.pk, "at": found.at.isoformat(), "shown": shown}
    return signing.dumps(told, salt=SALT, compress=True)


@transaction.atomic
def send(snapshot: QueueSnapshot, token: str, *, by: User) -> Sent:
    """Schedule exactly what was shown, as one run; whoever is not as shown gets nothing and is named.

    The same token twice makes one run. Raises NotAllowed for somebody who may not send to a list,
    OutOfStep when the list has expired, and Changed when the token is not of this list, or too old.
    """
    may_send(by)
    told = _read(token, snapshot, by)
    shown = {pk: Shown(*said) for pk, *said in told["shown"]}
    one_off_schedule.lock(shown)
    people = {one.pk: one for one in snapshots.people_of(snapshot, by=by)}
    digest = sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    run = Run.objects.filter(strategy=None, digest=digest).first()
    made = _made(run)
    asked = {pk: one for pk, one in shown.items() if pk in people and pk not in made}
    same, changed = _compare(asked, told["at"])
    left_out = len(shown.keys() - people.keys() - made.keys())
    if run is not None:
        stayed = dict.fromkeys(same, _("This person was not as shown when the list was sent."))
        waiting = list(made.values()).count(ReminderState.SCHEDULED)
        return Sent(run, waiting, _named(people, changed | stayed), left_out, again=True)
    if not same:
        transaction.set_rollback(True)
        return Sent(None, 0, _named(people, changed), left_out)
    run = _write(same, digest, by)
    counts = {"count": len(same), "changed": len(changed), "left_out": left_out}
    audit.record("run.listed", run, by=by, after={"list": snapshot.pk, "digest": digest, **counts})
    return Sent(run, len(same), _named(people, changed), left_out)


@transaction.atomic
def cancel(run: Run, *, by: User) -> int:
    """Take back what still waits of a list, as far as the people are in the care of ``by``; answer how many.

    Waits for a gate that holds one of them. Raises NotAllowed for somebody who may not and for the
    run of a strategy, OutOfStep when nothing waits any more.
    """
    one_off_schedule.may(by)
    if run.strategy_id is not None:
        raise NotAllowed(_("Only a list can be cancelled. The run of a strategy can be stopped."))
    rows = cancellable(run, by=by)
    one_off_schedule.lock(pk for pk in rows.values_list("borrower", flat=True) if pk is not None)
    taken = move(rows, ReminderState.CANCELLED, REMINDER_STEPS, closed_at=clock.now())
    if not taken:
        raise OutOfStep(_("Nothing of this list waits any more."))
    audit.record("run.cancelled", run, by=by, after={"count": taken})
    return taken


def cancellable(run: Run, *, by: User) -> "QuerySet[Reminder]":
    """What waits of a list, to people in the care of ``by``; nothing for the run of a strategy."""
    people = Borrower.objects.visible_to(by).values("pk")
    rows = Reminder.objects.filter(run=run, state=ReminderState.SCHEDULED, borrower__in=people)
    return rows if run.strategy_id is None else rows.none()


def _read(token: str, snapshot: QueueSnapshot, by: User) -> dict[str, Any]:
    told = one_off_schedule.unsigned(token, salt=SALT)
    if (told["list"], told["by"]) != (snapshot.pk, by.pk):
        raise Changed(_("The page was shown to somebody else, or for another list."))
    return told


def _made(run: Run | None) -> dict[int, str]:
    """The people whom a run has reminders for, each with the reminder's state."""
    if run is None:
        return {}
    rows = Reminder.objects.filter(run=run).values_list("borrower", "state")
    return {pk: state for pk, state in rows if pk is not None}


def _compare(asked: Mapping[int, Shown], at: str) -> tuple[dict[int, Ready], dict[int, str]]:
    if not asked:
        return {}, {}
    return one_off_schedule.compare(asked, since=datetime.fromisoformat(at))


def _named(
    people: Mapping[int, Borrower], changed: Mapping[int, str]
) -> tuple[tuple[Borrower, str], ...]:
    return tuple((people[pk], sentence) for pk, sentence in changed.items())


def _write(same: Mapping[int, Ready], digest: str, by: User) -> Run:
    verdict = next(iter(same.values())).offer.verdict
    run = Run.objects.create(
        business_on=one_off_offer.day(verdict.at, verdict.ways.lender.time_zone),
        at=verdict.at,
        by=by,
        candidates=len(same),
        digest=digest,
    )
    one_off_schedule.write(same.values(), by=by, run=run)
    return run
