"""Ladders: drafted by one person, approved by another; one version of each is live."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep, Steps
from messaging.models import MessageTemplate, Step, Strategy
from messaging.policies import strategy as policy
from messaging.services import acting
from messaging.states import WordingState

DRAFT, SUBMITTED, APPROVED, REJECTED, RETIRED = (
    "draft",
    "submitted",
    "approved",
    "rejected",
    "retired",
)
STRATEGY_STEPS: Steps = {
    DRAFT: frozenset({SUBMITTED}),
    SUBMITTED: frozenset({DRAFT, APPROVED, REJECTED}),
    APPROVED: frozenset({RETIRED}),
    REJECTED: frozenset(),
    RETIRED: frozenset(),
}
Rungs = Sequence[tuple[int, MessageTemplate]]  # (days after the due date, template)


@transaction.atomic
def draft(code: str, *, name_en: str, name_zh: str, steps: Rungs, by: User) -> Strategy:
    """Write the next version of a ladder; nothing of it is used before somebody else approves it.

    Raises NotAllowed for a role that may not write, and for two steps on one day.
    """
    _may(by, "messaging.add_strategy", "may_not_write")
    newest = Strategy.objects.filter(code=code).aggregate(newest=Max("version"))["newest"]
    row = Strategy.objects.create(
        code=code, version=(newest or 0) + 1, name_en=name_en, name_zh=name_zh, author=by
    )
    _write(row, steps)
    audit.record("strategy.drafted", row, by=by, after=_said(row))
    return row


@transaction.atomic
def revise(strategy: Strategy, *, steps: Rungs, by: User) -> Strategy:
    """Replace the steps of a draft. Raises OutOfStep once it has been submitted."""
    _may(by, "messaging.change_strategy", "may_not_write")
    row = _locked(strategy)
    if row.state != DRAFT:
        raise _late(row)
    before = _said(row)
    row.steps.all().delete()
    _write(row, steps)
    audit.record("strategy.revised", row, by=by, before=before, after=_said(row))
    return row


@transaction.atomic
def submit(strategy: Strategy, *, by: User) -> None:
    """Ask for approval; the steps never change from here on. Raises NotAllowed for an unsound ladder."""
    _may(by, "messaging.change_strategy", "may_not_write")
    row = _locked(strategy)
    _sound(list(row.steps.values_list("offset", "template__purpose")))
    _step(row, SUBMITTED)
    audit.record("strategy.submitted", row, by=by, after=_said(row))


@transaction.atomic
def withdraw(strategy: Strategy, *, by: User) -> None:
    """Take a submitted ladder back into a draft. Raises NotAllowed for anyone but its author."""
    if by.pk != strategy.author_id:
        raise _not_allowed(policy.NOT_ALLOWED, "not_author")
    row = _locked(strategy)
    _step(row, DRAFT)
    audit.record("strategy.withdrawn", row, by=by)


@transaction.atomic
def approve(strategy: Strategy, *, by: User) -> None:
    """Make a submitted ladder the live one, in the place of its predecessor.

    Raises NotAllowed for its author and for a role that may not approve, OutOfStep when it does not
    wait for approval.
    """
    row = _for_decision(strategy, by)
    others = Strategy.objects.filter(code=row.code, live=True).exclude(pk=row.pk)
    before = list(others.values_list("version", flat=True))
    others.update(live=False)
    _step(row, APPROVED, live=True, reviewer=by, decided_at=clock.now())
    audit.record("strategy.approved", row, by=by, before={"live": before}, after=_said(row))


@transaction.atomic
def reject(strategy: Strategy, *, by: User) -> None:
    """Decide against a submitted ladder. Raises as `approve` does."""
    row = _for_decision(strategy, by)
    _step(row, REJECTED, reviewer=by, decided_at=clock.now())
    audit.record("strategy.rejected", row, by=by)


@transaction.atomic
def retire(strategy: Strategy, *, by: User) -> None:
    """End an approved ladder for good: nothing more is planned by it."""
    if not by.has_perm("messaging.change_strategy"):
        _may(by, "messaging.approve_strategy", "may_not_approve")
    row = _locked(strategy)
    _step(row, RETIRED, live=False)
    audit.record("strategy.retired", row, by=by)


def _for_decision(strategy: Strategy, by: User) -> Strategy:
    """The row, locked with all versions of its ladder, if ``by`` may decide it."""
    _may(by, "messaging.approve_strategy", "may_not_approve")
    list(Strategy.objects.select_for_update().filter(code=strategy.code).order_by("pk"))
    row = _locked(strategy)
    if code := policy.may_decide(row.author_id, by.pk):
        raise _not_allowed(policy.NOT_ALLOWED, code)
    return row


def _locked(strategy: Strategy) -> Strategy:
    """The row as it is now; nobody else changes it before the transaction ends."""
    return Strategy.objects.select_for_update().get(pk=strategy.pk)


def _late(row: Strategy) -> OutOfStep:
    return OutOfStep(
        _("%(ladder)s has moved on. It is now: %(state)s.")
        % {"ladder": str(row), "state": WordingState(row.state).label}
    )


def _may(by: User, permission: str, code: str) -> None:
    acting.may(by, permission, acting.said(policy.NOT_ALLOWED, code))


def _not_allowed(sentences: Mapping[str, tuple[str, str]], code: str) -> NotAllowed:
    return NotAllowed(acting.said(sentences, code))


def _sound(rungs: Sequence[tuple[int, str]]) -> None:
    if found := policy.faults(rungs):
        raise _not_allowed(policy.FAULTS, found[0])


def _write(row: Strategy, steps: Rungs) -> None:
    if len({offset for offset, _ in steps}) < len(steps):
        raise _not_allowed(policy.FAULTS, "same_day")
    Step.objects.bulk_create(
        Step(strategy=row, offset=offset, template=template) for offset, template in steps
    )


def _step(row: Strategy, to: str, **fields: object) -> None:
    rows = Strategy.objects.filter(pk=row.pk)
    acting.step(rows, to, STRATEGY_STEPS, lambda: _late(row), **fields)
    row.refresh_from_db()


def _said(row: Strategy) -> dict[str, object]:
    steps = row.steps.order_by("offset").values_list("offset", "template__code")
    return {"code": row.code, "version": row.version, "steps": [list(step) for step in steps]}
