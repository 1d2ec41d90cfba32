"""Place and lift what keeps somebody from being texted."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from borrowers.models import Borrower, ContactPoint, Hold, Loan
from borrowers.models.hold import LIFTED_BY_ONE
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed


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
    """Hold texts to a person, a number or about a loan, from now on; answer the hold.

    An opt-out on a number holds each person living on it too: they meant themselves, not the number.
    Waits for a send to the same person or number that has begun, so that their order is total.
    """
    people = _people_on(contact_point) if kind == "opt_out" and contact_point else []
    _lock(people, contact_point)
    placed = _place(
        kind, source, till, by, borrower=borrower, contact_point=contact_point, loan=loan
    )
    for person in people:
        if not Hold.objects.filter(borrower=person, kind=kind, lifted_at=None).exists():
            _place(kind, source, till, by, borrower=person)
    return placed


def _people_on(number: ContactPoint) -> list[Borrower]:
    living = Borrower.objects.filter(numbers__contact_point=number, numbers__till_at=None)
    return list(living.exclude(numbers__relation="not_own").distinct().order_by("pk"))


def _lock(people: list[Borrower], number: ContactPoint | None) -> None:
    """People before numbers, each by id: the order every sender locks in."""
    ids = [person.pk for person in people]
    list(
        Borrower.objects.filter(pk__in=ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )
    if number:
        list(
            ContactPoint.objects.filter(pk=number.pk)
            .select_for_update(no_key=True)
            .values_list("pk")
        )


def _place(
    kind: str,
    source: str,
    till: datetime | None,
    by: User | None,
    *,
    borrower: Borrower | None = None,
    contact_point: ContactPoint | None = None,
    loan: Loan | None = None,
) -> Hold:
    hold = Hold.objects.create(
        kind=kind,
        borrower=borrower,
        contact_point=contact_point,
        loan=loan,
        source=source,
        from_at=clock.now(),
        till_at=till,
        placed_by=by,
    )
    hold.refresh_from_db(fields=["seq"])
    audit.record(
        "hold.placed",
        hold,
        by=by,
        after={"kind": kind, "source": source, "till": till and till.isoformat()},
    )
    return hold


@transaction.atomic
def propose_lift(hold: Hold, *, by: User) -> Hold:
    """The first of two people who lift a hold of a legal kind. Raises NotAllowed."""
    row = _live(hold)
    if row.kind in LIFTED_BY_ONE:
        raise NotAllowed("One person lifts this hold: lift it straight away.")
    if row.lift_proposed_by_id:
        raise NotAllowed("Lifting has been proposed already: somebody else approves it.")
    row.lift_proposed_by = by
    row.save(update_fields=["lift_proposed_by"])
    audit.record("hold.lift_proposed", row, by=by, after={"kind": row.kind})
    return row


@transaction.atomic
def lift(hold: Hold, *, by: User) -> Hold:
    """End a hold. Kinds other than pause, promise, plan and paid need somebody else's proposal first.

    Raises NotAllowed when that is missing, came from the same person, or the hold has ended.
    """
    row = _live(hold)
    if row.kind not in LIFTED_BY_ONE:
        if row.lift_proposed_by_id is None:
            raise NotAllowed("Two people lift this hold: a supervisor proposes it first.")
        if row.lift_proposed_by_id == by.pk:
            raise NotAllowed("You proposed to lift this hold, so somebody else approves it.")
    row.lifted_at, row.lifted_by = clock.now(), by
    row.save(update_fields=["lifted_at", "lifted_by"])
    audit.record("hold.lifted", row, by=by, after={"kind": row.kind})
    return row


def _live(hold: Hold) -> Hold:
    row = Hold.objects.select_for_update().get(pk=hold.pk)
    if row.lifted_at is not None:
        raise NotAllowed("This hold has been lifted already.")
    return row
