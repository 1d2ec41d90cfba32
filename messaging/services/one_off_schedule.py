"""Schedule one-off reminders that are still as they were shown, for one person or for many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.utils.translation import gettext as _

from borrowers.models import Borrower
from collections_site.lib.decision import NotAllowed
from messaging.models import Reminder, Run
from messaging.services import decisions, one_off_changes, one_off_offer, planning
from messaging.services.one_off_changes import Changed, Shown
from messaging.services.one_off_offer import Draft, Offer
from messaging.states import ReminderKind

KEEPS = 3600  # seconds for which what a page showed may still be sent


@dataclass(frozen=True, slots=True)
class Ready:
    """What goes to one person and when it leaves: just as it was shown."""

    offer: Offer
    draft: Draft
    due_at: datetime


def ready(offer: Offer) -> Ready | None:
    """What would go out; None when nothing can be sent."""
    if offer.draft is None or offer.due_at is None:
        return None
    return Ready(offer, offer.draft, offer.due_at)


def unsigned(token: str, *, salt: str) -> dict[str, Any]:
    """What a page told, from the token behind its button. Raises Changed when it is too old, or not ours."""
    try:
        told: dict[str, Any] = signing.loads(token, salt=salt, max_age=KEEPS)
    except signing.BadSignature as error:
        raise Changed(_("The page has been open for too long.")) from error
    return told


def may(by: User) -> None:
    """Raise NotAllowed for somebody whose role sends no reminders."""
    if not by.has_perm("messaging.send_one_off"):
        raise NotAllowed(_("Your role sends no reminders: ask a collector or a supervisor."))


def lock(borrower_ids: Iterable[int]) -> None:
    """Lock people by id, in the house order; waits for a gate or another desk that holds one."""
    rows = Borrower.objects.select_for_update(no_key=True).filter(pk__in=list(borrower_ids))
    list(rows.order_by("pk").values_list("pk"))


def compare(
    shown: Mapping[int, Shown], *, since: datetime
) -> tuple[dict[int, Ready], dict[int, str]]:
    """Of what was shown at ``since``, by person: what is the same now, and in a sentence what is not.

    Call it with the people locked.
    """
    found = one_off_offer.present({pk: one.template for pk, one in shown.items()})
    same = {
        pk: going
        for pk, now in found.items()
        if now.shown == shown[pk] and (going := ready(now)) is not None
    }
    others = {pk: one for pk, one in shown.items() if pk not in same}
    return same, one_off_changes.sentences(others, found, since=since) if others else {}


def write(ready: Iterable[Ready], *, by: User, run: Run | None = None) -> list[Reminder]:
    """The reminders, each with its decision, in two statements however many there are."""
    going = list(ready)
    rows = Reminder.objects.bulk_create([_row(one, by, run) for one in going])
    decisions.write(
        decisions.row(
            reminder.pk,
            one.draft.candidate.facts,
            one.offer.decision,
            stage="plan",
            rulebook=one.offer.verdict.ways.rulebook_version,
            at=one.offer.verdict.at,
        )
        for reminder, one in zip(rows, going, strict=True)
    )
    return rows


def _row(one: Ready, by: User, run: Run | None) -> Reminder:
    draft, decision = one.draft, one.offer.decision
    facts = draft.candidate.facts
    days = {zone: one_off_offer.day(one.due_at, zone) for zone in facts.zones}
    return Reminder(
        kind=ReminderKind.ONE_OFF,
        run=run,
        template=draft.chosen.template,
        borrower_id=facts.borrower_id,
        loan_id=facts.loan_id,
        instalment_id=draft.candidate.instalment_id,
        instalment_due_on=draft.due_on,
        touch=f"due{(draft.on - draft.due_on).days:+d}",
        due_at=one.due_at,
        expires_at=min(planning.expiry([zone], local, 0) for zone, local in days.items()),
        created_at=one.offer.verdict.at,
        by=by,
        answer=decision.answer,
        reasons=decision.as_rows(),
    )
