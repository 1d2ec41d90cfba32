"""The queue: people with something overdue or due soon, as far as a member of staff may see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum

from borrowers.models import Assignment, Loan
from borrowers.services import people, promises
from borrowers.services.people import Owed

SOON = timedelta(days=3)  # due within these days counts as due soon
MOST = 2000  # people in a list; whoever has more narrows it
NOBODY = -1  # as an owner: in nobody's care


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the queue is narrowed to; an empty field narrows nothing.

    ``first`` and ``last`` are days past due; a ``last`` of None is open, ``soon`` is who is not late
    yet. ``least`` and ``most`` bound what is overdue on all loans of a person in one currency.
    ``promise`` is whose newest promise is due ``today`` or is ``broken``; ``bad_number`` is whom no
    text reaches for want of a number.
    ``sort``: ``late`` (longest overdue first), ``soon`` (the other way round) or ``amount`` (the
    largest overdue loan first).
    """

    first: int | None = None
    last: int | None = None
    soon: bool = False
    product: str = ""
    owner: int | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    promise: promises.Found | None = None
    bad_number: bool = False
    sort: str = "late"


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of people in order, each once; ``more`` when there are more than ``MOST``."""

    people: tuple[int, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """What is overdue by currency, nothing where it is nothing, and when the oldest of these balances was
    exported: None where that is not known of all.
    """

    amounts: tuple[Owed, ...]
    as_of: datetime | None


def find(
    wanted: Wanted,
    *,
    user: User,
    on: date,
    among: Collection[int] | None = None,
    without: Sequence[Exists] = (),
) -> Found:
    """The people ``user`` may see who are as ``wanted`` on a business date, at most ``MOST``.

    ``among`` are ids of the only people to choose from. ``without`` leaves out people about whom one of
    these is true; ``OuterRef("borrower")`` is the person.

    A collector sees their own people only. The overdue come from one index in its order, then those
    due soon from another: no list reads more of the book than it shows.
    """
    if wanted.bad_number and user.has_perm("borrowers.view_all_borrowers"):
        doubtful = people.doubtful()  # a collector's few people are all asked about
        among = doubtful if among is None else doubtful.intersection(among)
    late, soon = _late(wanted, on), _soon(wanted, on)
    if late is not None and (wanted.least is not None or wanted.most is not None):
        late = late.filter(borrower__in=_owing(wanted))
    parts = [soon, late] if wanted.sort == "soon" else [late, soon]
    ids: list[int] = []
    for part in parts:
        if part is not None and len(ids) <= MOST:
            loans = _narrowed(part, wanted, user, on).filter(*(~one for one in without))
            loans = loans if among is None else loans.filter(borrower__in=among)
            rows = loans.values_list("borrower_id", flat=True)
            ids += rows[: MOST + 1 - len(ids)]
    return Found(tuple(ids[:MOST]), len(ids) > MOST)


def owed(ids: Sequence[int]) -> Sums:
    """What these people have overdue together."""
    loans = Loan.objects.filter(borrower__in=ids, status="active", overdue_amount__gt=0)
    sums = (
        loans.order_by("currency")
        .values_list("currency")
        .annotate(
            sum=Sum("overdue_amount"),
            oldest=Min("data_as_of"),
            unknown=Count("pk", filter=Q(data_as_of=None)),
        )
    )
    found = list(sums)
    known = found and not any(unknown for *_, unknown in found)
    oldest = min(as_of for _, _, as_of, _ in found) if known else None
    return Sums(tuple(Owed(currency, amount) for currency, amount, *_ in found), oldest)


def _late(wanted: Wanted, on: date) -> "QuerySet[Loan] | None":
    """One loan a person: the longest overdue one, or for ``amount`` the largest."""
    if wanted.soon:
        return None
    loans = Loan.objects.filter(status="active", overdue_since__isnull=False)
    of_them = loans.filter(borrower=OuterRef("borrower"))
    if wanted.sort == "amount":
        larger = of_them.filter(
            Q(overdue_amount__gt=OuterRef("overdue_amount"))
            | Q(overdue_amount=OuterRef("overdue_amount"), pk__lt=OuterRef("pk"))
        )
        leading = loans.filter(~Exists(larger))
        if wanted.first is not None:
            longest = of_them.order_by("overdue_since").values("overdue_since")[:1]
            leading = _between(leading.annotate(since=Subquery(longest)), "since", wanted, on)
        return leading.order_by("-overdue_amount", "pk")
    longer = of_them.filter(
        Q(overdue_since__lt=OuterRef("overdue_since"))
        | Q(overdue_since=OuterRef("overdue_since"), pk__lt=OuterRef("pk"))
    )
    leading = _between(loans, "overdue_since", wanted, on).filter(~Exists(longer))
    return leading.order_by(*_order("overdue_since", wanted))


def _between(loans: "QuerySet[Loan]", since: str, wanted: Wanted, on: date) -> "QuerySet[Loan]":
    """Only as many days past due as wanted."""
    if wanted.first is not None:
        loans = loans.filter(**{f"{since}__lte": on - timedelta(days=wanted.first)})
    if wanted.last is not None:
        loans = loans.filter(**{f"{since}__gte": on - timedelta(days=wanted.last)})
    return loans


def _soon(wanted: Wanted, on: date) -> "QuerySet[Loan] | None":
    """One loan a person: the next one due, of people with nothing overdue."""
    if wanted.first or wanted.last or wanted.least:
        return None  # they have nothing overdue
    loans = Loan.objects.filter(
        status="active", overdue_since__isnull=True, next_due_on__lte=on + SOON
    )
    of_them = Loan.objects.filter(borrower=OuterRef("borrower"), status="active")
    before = of_them.filter(
        Q(overdue_since__isnull=False)
        | Q(next_due_on__lt=OuterRef("next_due_on"))
        | Q(next_due_on=OuterRef("next_due_on"), pk__lt=OuterRef("pk"))
    )
    return loans.filter(~Exists(before)).order_by(*_order("next_due_on", wanted))


def _order(field: str, wanted: Wanted) -> tuple[str, str]:
    return (f"-{field}", "-pk") if wanted.sort == "soon" else (field, "pk")


def _narrowed(loans: "QuerySet[Loan]", wanted: Wanted, user: User, on: date) -> "QuerySet[Loan]":
    live = Assignment.objects.filter(ended_at=None)
    if not user.has_perm("borrowers.view_all_borrowers"):
        loans = loans.filter(borrower__in=live.filter(collector=user).values("borrower"))
    elif wanted.owner == NOBODY:
        loans = loans.exclude(Exists(live.filter(borrower=OuterRef("borrower"))))
    elif wanted.owner is not None:
        loans = loans.filter(borrower__in=live.filter(collector=wanted.owner).values("borrower"))
    if wanted.product:
        same = Loan.objects.filter(
            borrower=OuterRef("borrower"), status="active", product=wanted.product
        )
        loans = loans.filter(Exists(same))
    if wanted.promise:
        loans = loans.filter(borrower__in=promises.people_with(wanted.promise, on=on))
    if wanted.bad_number:
        loans = loans.filter(people.not_reached())
    return loans


def _owing(wanted: Wanted) -> "QuerySet[Any, Any]":
    """Whoever has as much overdue as wanted, added up over their running loans in one currency.

    One sum over all that is late: asked of each loan by itself it would be summed once a row.
    """
    late = Loan.objects.filter(status="active", overdue_since__isnull=False)
    sums = late.order_by().values("borrower", "currency").annotate(owed=Sum("overdue_amount"))
    sums = sums if wanted.least is None else sums.filter(owed__gte=wanted.least)
    sums = sums if wanted.most is None else sums.filter(owed__lte=wanted.most)
    return sums.values("borrower")
