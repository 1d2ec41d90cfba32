"""What borrowers text back: an opt-out holds at once, anything else pauses the number until a person has looked."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber, ContactPoint, Hold
from borrowers.services import contacts, holds
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from messaging import data
from messaging.models import Attempt, MessageTemplate, Reminder, Reply
from messaging.policies import replies as policy
from messaging.providers.base import InboundText
from messaging.services import receipts
from messaging.states import ReminderKind

CONFIRM_WITHIN = timedelta(minutes=5)
HOLD_OF = {"opt_out": "opt_out", "wrong_person": "wrong_number"}  # any other meaning pauses


@transaction.atomic
def receive(provider_code: str, said: InboundText, payload: dict[str, Any]) -> Reply | None:
    """Take in a text from a phone, once; None when the provider has told us before.

    The hold is placed in this transaction: when the provider has our 2xx, no text can follow.
    A number nobody has on file is remembered too, so that its opt-out holds should it come.
    """
    event = receipts.keep(provider_code, "inbound", said.key, payload)
    if event is None:
        return None
    number = contacts.point_for(said.from_)
    borrower = _who(number) if number else None
    intent = policy.classify(said.text, data.reply_keywords())
    at = clock.now()
    hold = _hold(intent, number) if number else None
    reply = Reply.objects.create(
        event=event,
        provider_code=provider_code,
        phone=said.from_[:20],
        contact_point=number,
        borrower=borrower,
        text=said.text,
        intent=intent.kind,
        why=intent.why[:80],
        hold=hold,
        at=at,
        handled_at=at if intent.kind == "opt_out" and hold else None,
    )
    if hold and hold.kind == "opt_out" and number:
        _confirm(hold, number, borrower)
    event.outcome, event.applied_at = intent.kind, at
    event.save(update_fields=["outcome", "applied_at"])
    return reply


def _who(number: ContactPoint) -> Borrower | None:
    """Who most likely wrote: the person last texted at this number, or the only one on file.

    Nobody of whom it is known that the number is not theirs.
    """
    here = BorrowerNumber.objects.filter(contact_point=number, till_at=None)
    strangers = here.filter(relation=BorrowerNumber.NOT_OWN).values("borrower")
    texted = Attempt.objects.filter(contact_point=number, borrower__isnull=False)
    if last := texted.exclude(borrower__in=strangers).first():
        return last.borrower
    living = here.exclude(relation=BorrowerNumber.NOT_OWN).values("borrower")
    people = list(Borrower.objects.filter(pk__in=living)[:2])
    return people[0] if len(people) == 1 else None


def _hold(intent: policy.Intent, number: ContactPoint) -> Hold:
    """The hold this reply places; one of the same kind that is live already is enough."""
    kind = next((hold for meaning, hold in HOLD_OF.items() if intent.means(meaning)), "pause")
    live = Hold.objects.filter(contact_point=number, kind=kind, lifted_at=None, till_at=None)
    return live.first() or holds.place(kind, contact_point=number, source="inbound")


def _confirm(hold: Hold, number: ContactPoint, borrower: Borrower | None) -> None:
    """Schedule the one confirmation an opt-out gets."""
    template = MessageTemplate.objects.filter(purpose="opt_out_acknowledged").first()
    at = clock.now()
    if template is None or hold.from_at < at - CONFIRM_WITHIN:
        return
    Reminder.objects.get_or_create(
        hold=hold,
        kind=ReminderKind.ACKNOWLEDGEMENT,
        defaults={
            "template": template,
            "borrower": borrower,
            "contact_point": number,
            "due_at": at,
            "expires_at": hold.from_at + CONFIRM_WITHIN,
            "created_at": at,
        },
    )


@transaction.atomic
def handle(reply: Reply, *, by: User) -> Reply:
    """Say that a person has looked at a reply: the pause it placed ends, any other hold stays.

    Raises NotAllowed when somebody has handled it already.
    """
    row = Reply.objects.select_for_update(of=("self",)).select_related("hold").get(pk=reply.pk)
    if row.handled_at is not None:
        raise NotAllowed(_("Somebody has looked at this reply already."))
    row.handled_at, row.handled_by = clock.now(), by
    row.save(update_fields=["handled_at", "handled_by"])
    others = Reply.objects.filter(hold=row.hold, handled_at=None)
    if row.hold and row.hold.kind == "pause" and row.hold.lifted_at is None and not others.exists():
        holds.lift(row.hold, by=by)
    audit.record("reply.handled", row, by=by, after={"intent": row.intent})
    return row
