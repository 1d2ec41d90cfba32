"""Take a promise to pay, and say what became of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import (
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from borrowers.models import Borrower, Loan, Promise, Repayment
from borrowers.policies import promises as policy
from borrowers.services import acts, holds, people
from borrowers.services.acts import CannotRecord
from collections_site.audit import services as audit

Found = Literal["today", "broken"]


@dataclass(frozen=True, slots=True)
class Owing:
    """What a person owes in one currency: overdue now, and the next instalments after that.

    ``as_of``: when the oldest of these balances was exported, None where that is not known of all.
    """

    currency: str
    overdue: Decimal
    upcoming: Decimal
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A promise, and what has become of it: open, kept, broken or withdrawn."""

    promise: Promise
    state: policy.State


def owing(borrower: Borrower) -> list[Owing]:
    """What is owed on running loans, by currency; currencies in which nothing is owed are left out."""
    loans: defaultdict[str, list[Loan]] = defaultdict(list)
    for loan in Loan.objects.filter(borrower=borrower, status="active"):
        loans[loan.currency].append(loan)
    owed = (
        Owing(
            currency,
            sum((one.overdue_amount for one in some), Decimal(0)),
            sum((one.next_due_amount for one in some), Decimal(0)),
            people.as_of(some),
        )
        for currency, some in sorted(loans.items())
    )
    return [one for one in owed if one.overdue or one.upcoming]


@transaction.atomic
def record(
    borrower: Borrower,
    amount: Decimal,
    due_on: date,
    *,
    currency: str,
    includes_next: bool,
    by: User,
) -> Promise:
    """Hold reminders until two days after ``due_on``, and remember what was promised.

    The same promise twice is one. Raises CannotRecord for an amount or a day that is not taken,
    NotAllowed for somebody who may not place holds.
    """
    moment = acts.present()
    acts.check_day("promise", "due_on", due_on, on=moment.day)
    till = acts.end_of(due_on + policy.GRACE, moment.zone)
    hold = holds.place("promise", borrower=borrower, source=acts.STAFF, till=till, by=by)
    # Under the person's lock, which payments take too: what is owed does not change until we are done.
    _check_amount(borrower, amount, currency, includes_next)
    promise, new = Promise.objects.get_or_create(
        hold=hold,
        amount=amount,
        currency=currency,
        due_on=due_on,
        made_on=moment.day,
        defaults={"paid_already": _paid_from(borrower, currency, moment.day)},
    )
    if new:
        after = {"amount": str(amount), "currency": currency, "due_on": due_on.isoformat()}
        audit.record("promise.recorded", promise, by=by, after=after | {"hold": hold.pk})
    return promise


def _check_amount(borrower: Borrower, amount: Decimal, currency: str, includes_next: bool) -> None:
    there = {one.currency: one for one in owing(borrower)}
    owed = there.get(currency, Owing(currency, Decimal(0), Decimal(0)))
    objection = policy.against(
        amount, overdue=owed.overdue, upcoming=owed.upcoming, includes_next=includes_next
    )
    if objection == "nothing_owed":
        raise CannotRecord("amount", _("Nothing is owed, so there is nothing to promise."))
    if objection == "too_much":
        counted = owed.overdue or owed.upcoming
        most = counted if not includes_next else owed.overdue + owed.upcoming
        said = {"amount": f"{currency} {amount:,.2f}", "owed": f"{currency} {most:,.2f}"}
        sentence = _("%(amount)s is more than the %(owed)s owed: change the amount.")
        if not includes_next and owed.overdue and owed.upcoming:
            sentence = _(
                "%(amount)s is more than the %(owed)s owed: change the amount, or tick that it includes the next instalment."
            )
        raise CannotRecord("amount", sentence % said)


def _paid_from(borrower: Borrower, currency: str, day: date) -> Decimal:
    paid = Repayment.objects.filter(loan__borrower=borrower, loan__currency=currency)
    return paid.filter(paid_on__gte=day).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def told(borrower: Borrower, *, most: int = 5) -> Sequence[Told]:
    """A person's newest promises and what became of each, by the payments on file, in two queries."""
    rows = Promise.objects.filter(hold__borrower=borrower).select_related("hold__placed_by")[:most]
    return _told(list(rows))


def newest(people: Sequence[int]) -> dict[int, Told]:
    """By the id of each person their newest promise and what became of it; in two queries for all."""
    rows = Promise.objects.filter(hold__borrower__in=people).select_related("hold")
    newest_of_each = rows.order_by("hold__borrower", "-pk").distinct("hold__borrower")
    return {
        one.promise.hold.borrower_id: one
        for one in _told(list(newest_of_each))
        if one.promise.hold.borrower_id
    }


def _told(promises: Sequence[Promise]) -> Sequence[Told]:
    if not promises:
        return []
    moment = acts.present()
    paid: defaultdict[tuple[int | None, str], list[tuple[date, Decimal]]] = defaultdict(list)
    since = min(one.made_on for one in promises)
    persons = {one.hold.borrower_id for one in promises}
    payments = Repayment.objects.filter(loan__borrower__in=persons, paid_on__gte=since)
    for person, currency, day, amount in payments.values_list(
        "loan__borrower", "loan__currency", "paid_on", "amount"
    ):
        paid[person, currency].append((day, amount))
    return [
        Told(
            one,
            policy.state(
                _promised(one, moment.zone),
                paid[one.hold.borrower_id, one.currency],
                on=moment.day,
            ),
        )
        for one in promises
    ]


def people_with(state: Found, *, on: date) -> "QuerySet[Any, Any]":
    """Ids of the people whose newest promise is due on the business date ``on``, or is broken by then.

    The same answer as ``newest`` gives, asked of everybody at once: for lists.
    """
    newer = Promise.objects.filter(hold__borrower=OuterRef("hold__borrower"), pk__gt=OuterRef("pk"))
    last = ExpressionWrapper(F("due_on") + policy.GRACE, output_field=DateField())
    paid = Repayment.objects.filter(
        loan__borrower=OuterRef("hold__borrower"),
        loan__currency=OuterRef("currency"),
        paid_on__gte=OuterRef("made_on"),
        paid_on__lte=OuterRef("last"),
    ).filter(paid_on__lte=on)
    summed = paid.order_by().values("loan__currency").annotate(sum=Sum("amount")).values("sum")
    rows = Promise.objects.filter(~Exists(newer), hold__borrower__isnull=False).annotate(
        last=last,
        lifted_on=TruncDate("hold__lifted_at", tzinfo=acts.present().zone),
        paid=Coalesce(Subquery(summed), Decimal(0), output_field=DecimalField()),
    )
    unkept = rows.filter(paid__lt=F("amount") + F("paid_already"))
    standing = unkept.filter(Q(lifted_on=None) | Q(lifted_on__gt=F("last")))
    due = {"today": Q(due_on=on), "broken": Q(due_on__lt=on - policy.GRACE)}[state]
    return standing.filter(due).order_by().values("hold__borrower")


def _promised(row: Promise, zone: ZoneInfo) -> policy.Promised:
    lifted = row.hold.lifted_at
    return policy.Promised(
        amount=row.amount,
        due_on=row.due_on,
        made_on=row.made_on,
        paid_already=row.paid_already,
        lifted_on=lifted.astimezone(zone).date() if lifted else None,
    )
