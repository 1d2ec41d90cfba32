"""Place and lift holds: the only truth about whom we may not text, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from borrowers.models import Borrower, BorrowerNumber, ContactPoint, Hold, Loan
from borrowers.models.hold import KINDS
from borrowers.policies import holds as policy
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep


def on(borrower: Borrower) -> Q:
    """Holds on a person, on their loans, and on the numbers they are reached at."""
    return (
        Q(borrower=borrower)
        | Q(loan__in=borrower.loans.values("pk"))
        | Q(contact_point__in=borrower.numbers.filter(till_at=None).values("contact_point"))
    )


@transaction.atomic
def place(
    kind: str,
    *,
    borrower: Borrower | None = None,
    contact_point: ContactPoint | None = None,
    loan: Loan | None = None,
    source: str,
    till: datetime | None = None,
    by: User | None = None,
) -> Hold:
    """Hold all texts to a person, to a number, or about a loan, until ``till`` or until it is lifted.

    ``by`` is None for what a text or a carrier told us. An opt-out on a number also holds each person
    who lives on it. A live hold of the same kind that lasts as long, to the minute, is answered instead
    of a second one: 72 hours from the second press of a button end a moment after those from the first.
    Waits for sends under way to the same person or number. Raises NotAllowed for somebody who may not
    place holds, ValueError for an unknown kind or not exactly one target.
    """
    if kind not in KINDS or sum(one is not None for one in (borrower, contact_point, loan)) != 1:
        raise ValueError(f"{kind}: a known kind on exactly one person, number or loan")
    if by is not None:
        _may_place(by)
    people = _lock(borrower, contact_point, loan)
    target = {"borrower": borrower, "contact_point": contact_point, "loan": loan}
    placed = _place_one(kind, target, source=source, till=till, by=by)
    if kind == "opt_out" and contact_point is not None:
        for person in people:
            _place_one(kind, {"borrower": person}, source=source, till=till, by=by)
    return placed


def _lock(
    borrower: Borrower | None, contact_point: ContactPoint | None, loan: Loan | None
) -> Sequence[Borrower]:
    """Take persons by id, then the number; answer who lives on it."""
    living = BorrowerNumber.objects.filter(contact_point=contact_point, till_at=None).exclude(
        relation=BorrowerNumber.NOT_OWN
    )
    whose = Q(pk=loan.borrower_id if loan else borrower.pk if borrower else None)
    if contact_point is not None:
        whose = Q(pk__in=living.values("borrower"))
    locked = Borrower.objects.filter(whose).order_by("pk").select_for_update(no_key=True)
    people = list(locked)
    if contact_point is not None:
        ContactPoint.objects.select_for_update(no_key=True).get(pk=contact_point.pk)
    return people


@transaction.atomic
def place_on_all(
    kind: str, people: Sequence[Borrower], *, source: str, till: datetime, by: User
) -> Sequence[Hold]:
    """Hold all texts to these people until ``till``, in a few queries however many; answer the new holds.

    Whoever has a hold of the same kind that lasts as long keeps that one. Waits for sends under way to
    them. The caller records the one event that names them all. Raises NotAllowed, ValueError as ``place``.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind}: a known kind")
    _may_place(by)
    wanted = [person.pk for person in people]
    locked = Borrower.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    ids = list(locked.values_list("pk", flat=True))
    at = clock.now()
    live = Hold.objects.filter(_as_long(till), kind=kind, lifted_at=None, from_at__lte=at)
    held = set(live.filter(borrower__in=ids).values_list("borrower", flat=True))
    shared = {"kind": kind, "source": source, "from_at": at, "till_at": till, "placed_by": by}
    return Hold.objects.bulk_create(
        [Hold(borrower_id=pk, **shared) for pk in ids if pk not in held], batch_size=2000
    )


def _may_place(by: User) -> None:
    if not by.has_perm("borrowers.place_hold"):
        raise NotAllowed(_("Your role does not record holds: ask a collector or a supervisor."))


def _as_long(till: datetime | None) -> Q:
    """Holds that last to ``till``, give or take two presses of one button; to no date for None."""
    return Q(till_at=None) | Q(till_at__gte=till - policy.TWICE) if till else Q(till_at=None)


def _place_one(
    kind: str,
    target: dict[str, Any],
    *,
    source: str,
    till: datetime | None,
    by: User | None,
) -> Hold:
    at = clock.now()
    live = Hold.objects.filter(_as_long(till), kind=kind, lifted_at=None, from_at__lte=at, **target)
    if (standing := live.order_by("pk").first()) is not None:
        return standing
    hold = Hold.objects.create(
        kind=kind, source=source, from_at=at, till_at=till, placed_by=by, **target
    )
    hold.refresh_from_db(fields=["seq"])  # the number's place in the order of sends and opt-outs
    audit.record(
        "hold.placed",
        hold,
        by=by,
        after={
            "kind": kind,
            "source": source,
            "till": till and till.isoformat(),
            **{name: row.pk for name, row in target.items() if row is not None},
        },
    )
    return hold


@transaction.atomic
def propose_lift(hold: Hold, *, by: User) -> Hold:
    """Ask for a legal hold to be lifted; another person, a reviewer, decides.

    Raises NotAllowed when ``by`` may not, or one person is enough; OutOfStep when it is lifted already.
    """
    row = _locked(hold)
    if objection := policy.against_proposing(_lifting(row, by)):
        raise NotAllowed(_sentence(objection))
    row.lift_proposed_by = by
    row.save(update_fields=["lift_proposed_by"])
    audit.record("hold.lift_proposed", row, by=by, after={"kind": row.kind})
    return row


@transaction.atomic
def lift(hold: Hold, *, by: User) -> Hold:
    """End a hold early: short kinds by one, legal kinds after another person's proposal.

    The hold stays on record. Raises NotAllowed when ``by`` may not, OutOfStep when it is lifted already.
    """
    row = _locked(hold)
    if objection := policy.against_lifting(_lifting(row, by)):
        raise NotAllowed(_sentence(objection))
    row.lifted_by, row.lifted_at = by, clock.now()
    row.save(update_fields=["lifted_by", "lifted_at"])
    audit.record(
        "hold.lifted",
        row,
        by=by,
        before={"kind": row.kind, "from": row.from_at.isoformat()},
        after={"proposed_by": row.lift_proposed_by_id},
    )
    return row


@transaction.atomic
def decline_lift(hold: Hold, reason: str, *, by: User) -> Hold:
    """Turn a proposal to lift a legal hold down, for a reason; the hold stays, and may be proposed again.

    Raises NotAllowed when ``by`` may not or gives no reason, OutOfStep when it is lifted already.
    """
    row = _locked(hold)
    if objection := policy.against_declining(_lifting(row, by)):
        raise NotAllowed(_sentence(objection))
    if not reason.strip():
        raise NotAllowed(_("Say why the hold stays: whoever proposed to lift it reads it."))
    proposer, row.lift_proposed_by = row.lift_proposed_by_id, None
    row.lift_declined_by, row.lift_declined_at = by, clock.now()
    row.lift_declined_for = reason.strip()
    row.save(
        update_fields=[
            "lift_proposed_by",
            "lift_declined_by",
            "lift_declined_at",
            "lift_declined_for",
        ]
    )
    before, after = {"proposed_by": proposer}, {"kind": row.kind}
    audit.record("hold.lift_declined", row, by=by, before=before, after=after)
    return row


def _locked(hold: Hold) -> Hold:
    """The hold as it stands now, under the locks that sends take too."""
    _lock(hold.borrower, hold.contact_point, hold.loan)
    row = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if row.lifted_at is not None:
        raise OutOfStep(_("This hold is lifted already."))
    return row


def _lifting(hold: Hold, by: User) -> policy.Lifting:
    names = ("lift_hold", "approve_lift", "handle_reply")
    return policy.Lifting(
        kind=hold.kind,
        inbound=hold.source == "inbound",
        by=by.pk,
        proposed_by=hold.lift_proposed_by_id,
        permissions=frozenset(name for name in names if by.has_perm(f"borrowers.{name}")),
    )


def _sentence(objection: policy.Objection) -> str:
    return {
        "may_not": _("Your role does not lift this kind of hold."),
        "needs_no_second": _("This kind of hold needs no second person: lift it."),
        "not_proposed": _(
            "A supervisor proposes to lift this hold first; then a reviewer decides."
        ),
        "same_person": _(
            "Whoever proposed to lift this hold does not decide on it: ask another reviewer."
        ),
        "proposed_already": _("Lifting this hold is proposed already: a reviewer decides."),
    }[objection]
