"""Wordings: written by one person, approved by another, under a fingerprint of the very bytes.

What is live changes only while no gate is open: approving, making live and retiring wait for the
batches that are being sent and let no other begin before they commit.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging import locks
from messaging.models import MessageTemplate, Wording
from messaging.models.wording import REJECTIONS
from messaging.policies import wording as policy
from messaging.services import acting, registrations, wording_checks
from messaging.services import wording_rows as rows
from messaging.services.wording_rows import AlreadyApproved, Blocked, NeedsAnswers, Words
from messaging.states import WordingState

__all__ = [
    "REJECTIONS",
    "AlreadyApproved",
    "Blocked",
    "NeedsAnswers",
    "approve",
    "draft",
    "edit",
    "expire",
    "make_live",
    "reject",
    "retire",
    "submit",
    "withdraw",
]
NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


@transaction.atomic
def draft(template: MessageTemplate, words: Words, *, by: User) -> Wording:
    """Write the next version of a template; nobody sends it before somebody else approves it.

    Raises NotAllowed for staff who may not write, for a text out of form and for a last day that has
    passed, AlreadyApproved when an approved, unexpired version says exactly this.
    """
    acting.may(by, "messaging.add_wording", rows.cannot_write())
    MessageTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
    newest = Wording.objects.filter(template=template).aggregate(newest=Max("version"))["newest"]
    row = Wording(template=template, version=(newest or 0) + 1, author=by, written_at=clock.now())
    rows.write(row, words)
    audit.record("wording.drafted", row, by=by, after=rows.said(row))
    return row


@transaction.atomic
def edit(wording: Wording, words: Words, *, seen: str = "", by: User) -> Wording:
    """Replace the words of a draft; ``seen`` is the fingerprint of what the author was looking at.

    Raises NotAllowed for anyone but its author and otherwise as ``draft`` does, OutOfStep once it was submitted or changed in another window.
    """
    row = rows.locked(wording)
    _is_author(row, by, _("Only its author can change this draft. Start a new version instead."))
    if policy.may_edit(row.state):
        raise rows.out_of_step(row)
    if seen and seen != row.fingerprint:
        raise OutOfStep(_("This draft was saved in another window since you opened it here."))
    before = rows.said(row)
    rows.write(row, words)
    audit.record("wording.edited", row, by=by, before=before, after=rows.said(row))
    return row


@transaction.atomic
def submit(wording: Wording, *, answers: Mapping[str, str] = NO_ANSWERS, by: User) -> Wording:
    """Ask for approval; from here on no byte changes.

    ``answers`` say, by the key of each finding that needs judgement, why it is right here. Raises
    NotAllowed for anyone but its author and past its last day, OutOfStep when it is no longer a draft,
    Blocked when the checks found what cannot be sent, NeedsAnswers while a finding is without an answer.
    """
    row = rows.locked(wording)
    _is_author(row, by, _("Only its author can submit this draft."))
    if policy.may_edit(row.state):
        raise rows.out_of_step(row)
    rows.not_past(row.expires_at)
    look = wording_checks.look(row)
    if look.blocks:
        raise Blocked(look.blocks)
    given = rows.answered(look.judges, answers)
    rows.step(
        row,
        WordingState.SUBMITTED,
        submitted_at=clock.now(),
        answers=given,
        checked_by=look.version[:80],
        needs_second=look.needs_second,
    )
    audit.record("wording.submitted", row, by=by, after={**rows.said(row), "answers": len(given)})
    return row


@transaction.atomic
def withdraw(wording: Wording, *, by: User) -> Wording:
    """Take a submitted wording back into a draft; answers and registrations of its text go.

    Raises NotAllowed, or OutOfStep after a decision.
    """
    row = rows.locked(wording)
    if why := policy.may_withdraw(row.author_id, by.pk, row.state):
        raise rows.out_of_step(row) if why == "not_waiting" else rows.not_allowed(why)
    gone = registrations.forget(row)
    rows.step(
        row,
        WordingState.DRAFT,
        submitted_at=None,
        answers=[],
        checked_by="",
        needs_second=False,
    )
    before = {"registrations": gone} if gone else None
    audit.record("wording.withdrawn", row, by=by, before=before, after=rows.said(row))
    return row


@transaction.atomic
def approve(wording: Wording, *, by: User, fingerprint: str = "", comment: str = "") -> Wording:
    """Make a submitted wording live in place of the one before it.

    ``fingerprint`` names the bytes the reviewer has read; without it, those of the row in hand.
    Raises NotAllowed for its author, for staff who may not approve and past its last day, Blocked when
    the checks of today find what cannot be sent, OutOfStep when it was decided, withdrawn or altered
    meanwhile.
    """
    row = _for_decision(wording, by, fingerprint or wording.fingerprint)
    if why := policy.may_approve(row.author_id, by.pk, row.state, row.expires_at, at=clock.now()):
        raise rows.not_allowed(why)
    if blocks := wording_checks.look(row).blocks:
        raise Blocked(blocks, approving=True)
    replaced = rows.take_down(row)
    rows.step(
        row,
        WordingState.APPROVED,
        live=True,
        reviewer=by,
        decided_at=clock.now(),
        comment=comment.strip()[:500],
    )
    audit.record("wording.approved", row, by=by, before={"live": replaced}, after=rows.said(row))
    return row


@transaction.atomic
def reject(
    wording: Wording, *, by: User, fingerprint: str = "", reason: str, comment: str
) -> Wording:
    """Say no to a submitted wording, and what to change: ``reason`` is one of REJECTIONS.

    Raises NotAllowed without reason and comment, and otherwise as ``approve`` does; the last day may
    have passed.
    """
    row = _for_decision(wording, by, fingerprint or wording.fingerprint)
    comment = comment.strip()[:500]
    if reason not in REJECTIONS or not comment:
        raise NotAllowed(_("Choose why, and write what the author should change."))
    rows.step(
        row,
        WordingState.REJECTED,
        reviewer=by,
        decided_at=clock.now(),
        comment=comment,
        rejected_for=reason,
    )
    audit.record("wording.rejected", row, by=by, after={**rows.said(row), "reason": reason})
    return row


@transaction.atomic
def make_live(wording: Wording, *, by: User, fingerprint: str) -> Wording:
    """Take an approved version that was replaced into use again; its reviewer becomes ``by``.

    Raises NotAllowed for its author and for staff who may not approve, OutOfStep when it is not
    approved any more or past its last day.
    """
    rows.may_approve(by)
    locks.sending_exclusive()
    row = rows.locked(wording)
    why = policy.may_make_live(row.author_id, by.pk, row.state, row.expires_at, at=clock.now())
    if why == "wrote_it":
        raise rows.not_allowed(why)
    if why or row.fingerprint != fingerprint:
        raise rows.out_of_step(row)
    if row.live:
        return row
    replaced = rows.take_down(row)
    row.live, row.reviewer, row.decided_at = True, by, clock.now()
    row.save(update_fields=["live", "reviewer", "decided_at"])
    audit.record("wording.made_live", row, by=by, before={"live": replaced}, after=rows.said(row))
    return row


@transaction.atomic
def retire(wording: Wording, *, by: User) -> Wording:
    """Take an approved wording out of use for good. Raises NotAllowed, or OutOfStep."""
    acting.may(
        by, "messaging.retire_wording", _("Your role cannot retire wordings. Ask a supervisor.")
    )
    locks.sending_exclusive()
    row = rows.locked(wording)
    rows.step(row, WordingState.RETIRED, live=False)
    audit.record("wording.retired", row, by=by, after=rows.said(row))
    return row


@transaction.atomic
def expire(at: datetime) -> int:
    """Close every approved wording whose last instant is not after ``at``; answer how many."""
    locks.sending_exclusive()
    past = list(
        Wording.objects.select_for_update(of=("self",))
        .select_related("template")
        .filter(state=WordingState.APPROVED, expires_at__lte=at)
    )
    for row in past:
        rows.step(row, WordingState.EXPIRED, live=False)
        audit.record("wording.expired", row, by=None, after=rows.said(row))
    return len(past)


def _is_author(row: Wording, by: User, sentence: str) -> None:
    """Raises NotAllowed with ``sentence`` for others, and for an author who may not write any more."""
    if row.author_id != by.pk:
        raise NotAllowed(sentence)
    acting.may(by, "messaging.add_wording", rows.cannot_write())


def _for_decision(wording: Wording, by: User, fingerprint: str) -> Wording:
    """The row, locked, if ``by`` may decide it and it is still what was read."""
    rows.may_approve(by)
    locks.sending_exclusive()
    row = rows.locked(wording)
    if why := policy.may_reject(row.author_id, by.pk, row.state):
        raise rows.out_of_step(row) if why == "not_waiting" else rows.not_allowed(why)
    if row.fingerprint != fingerprint:
        raise OutOfStep(_("The words have changed since this page was opened. Read them again."))
    return row
