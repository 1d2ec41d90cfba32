"""What a list of people shows: how late, how much, at which number, and whether something holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import BooleanField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from borrowers.models import Borrower, BorrowerNumber, Hold, Loan
from borrowers.models.contact import SET_ASIDE
from collections_site.lib import clock

BEST = (F("verified_on").desc(nulls_last=True), "-pk")  # of a person's numbers, which texts go to


@dataclass(frozen=True, slots=True)
class Owed:
    """What is overdue over all loans of a person in one currency."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A person in a list. ``days`` past due of the latest loan, negative until the next due date.

    ``as_of``: when the oldest of the balances was exported, None where that is not known of all.
    """

    borrower: Borrower
    phone: str
    days: int | None
    overdue: tuple[Owed, ...]
    holds: tuple[str, ...]
    as_of: datetime | None = None


def days_late(loan: Loan, on: date) -> int | None:
    """Days past due on a business date; negative days until the next one; None when nothing is owed."""
    if loan.status != "active":
        return None
    since = loan.overdue_since or loan.next_due_on
    return (on - since).days if since else None


def latest(loans: Iterable[Loan], on: date) -> int | None:
    """The most days late over some loans; None when none of them is owed."""
    days = [one for loan in loans if (one := days_late(loan, on)) is not None]
    return max(days, default=None)


def overdue(loans: Iterable[Loan]) -> tuple[Owed, ...]:
    """What is overdue on running loans, by currency."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for loan in loans:
        if loan.status == "active":
            sums[loan.currency] += loan.overdue_amount
    return tuple(Owed(currency, amount) for currency, amount in sorted(sums.items()) if amount)


def as_of(loans: Iterable[Loan]) -> datetime | None:
    """When the oldest balance of the running loans was exported.

    None without any, and as soon as it is not known of one: new loans, and those in doubt.
    """
    running = [one.data_as_of for one in loans if one.status == "active"]
    known = [at for at in running if at is not None]
    return min(known, default=None) if len(known) == len(running) else None


def live_holds(at: object) -> Q:
    """Holds in force at an instant."""
    return Q(lifted_at=None, from_at__lte=at) & (Q(till_at=None) | Q(till_at__gt=at))


def lines(people: Sequence[Borrower], *, on: date, at: object) -> list[Line]:
    """What a list shows of some people, in three queries however many there are."""
    ids = [person.pk for person in people]
    loans: defaultdict[int, list[Loan]] = defaultdict(list)
    for loan in Loan.objects.filter(borrower__in=ids):
        loans[loan.borrower_id].append(loan)
    numbers: dict[int, BorrowerNumber] = {}
    for number in numbers_of(ids):
        numbers.setdefault(number.borrower_id, number)
    holds = _holds(ids, [number.contact_point_id for number in numbers.values()], at)
    return [_line(person, numbers.get(person.pk), loans[person.pk], holds, on) for person in people]


def _line(
    person: Borrower,
    number: BorrowerNumber | None,
    loans: list[Loan],
    holds: dict[str, list[str]],
    on: date,
) -> Line:
    places = [f"b{person.pk}", *(f"l{loan.pk}" for loan in loans)]
    if number:
        places.append(f"n{number.contact_point_id}")
    kinds = dict.fromkeys(kind for place in places for kind in holds.get(place, []))
    phone = number.contact_point.phone if number else ""
    return Line(person, phone, latest(loans, on), overdue(loans), tuple(kinds), as_of(loans))


def numbers_of(ids: Sequence[int]) -> "QuerySet[BorrowerNumber]":
    """The numbers some people are reached at; each person's best one first."""
    rows = BorrowerNumber.objects.filter(borrower__in=ids, till_at=None)
    rows = rows.select_related("contact_point").alias(wrong=Q(relation=BorrowerNumber.NOT_OWN))
    return rows.order_by("wrong", *BEST)


def not_reached() -> Coalesce:
    """That no text reaches the person ``borrower`` of a row for want of a number.

    None on file is theirs, or the one that texts go to is held as wrong: somebody there or the carrier
    said so. It is asked of each row, so of many people only the ``doubtful`` are to be asked about.
    """
    wrong = Exists(_wrong().filter(contact_point=OuterRef("contact_point")))
    theirs = BorrowerNumber.objects.filter(borrower=OuterRef("borrower"), till_at=None)
    theirs = theirs.exclude(relation=BorrowerNumber.NOT_OWN).order_by(*BEST)
    best = Subquery(theirs.annotate(held=wrong).values("held")[:1])
    return Coalesce(best, True, output_field=BooleanField())


def doubtful() -> set[int]:
    """Ids of the people with whose numbers something is wrong: all ``not_reached`` are among them.

    Read from the few such numbers, so that the many good ones are not asked about.
    """
    live = BorrowerNumber.objects.filter(till_at=None)
    aside = BorrowerNumber.objects.filter(SET_ASIDE)
    another = live.exclude(relation=BorrowerNumber.NOT_OWN).filter(borrower=OuterRef("borrower"))
    alone = aside.filter(~Exists(another)).values_list("borrower", flat=True)
    wrong = live.filter(contact_point__in=_wrong().values("contact_point"))
    return set(alone.union(wrong.values_list("borrower", flat=True)))


def _wrong() -> "QuerySet[Hold]":
    """What holds a number because it is nobody's of ours."""
    return Hold.objects.filter(
        live_holds(clock.now()), kind="wrong_number", contact_point__isnull=False
    )


def with_others(numbers: "QuerySet[BorrowerNumber]") -> "QuerySet[BorrowerNumber]":
    """Count on each number, as ``others``, how many other people are reached there."""
    living = BorrowerNumber.objects.filter(contact_point=OuterRef("contact_point"), till_at=None)
    others = living.exclude(relation=BorrowerNumber.NOT_OWN).exclude(pk=OuterRef("pk"))
    count = others.order_by().values("contact_point").annotate(n=Count("pk")).values("n")
    return numbers.annotate(others=Coalesce(Subquery(count), 0))


def _holds(people: Sequence[int], numbers: Sequence[int], at: object) -> dict[str, list[str]]:
    """The kinds of the live holds, under ``b`` and the person, ``n`` and the number, ``l`` and the loan."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    on = Q(borrower__in=people) | Q(contact_point__in=numbers) | Q(loan__borrower__in=people)
    rows = Hold.objects.filter(live_holds(at)).filter(on).order_by("pk")
    for kind, person, number, loan in rows.values_list(
        "kind", "borrower_id", "contact_point_id", "loan_id"
    ):
        key = f"b{person}" if person else f"n{number}" if number else f"l{loan}"
        found[key].append(kind)
    return found


def mine(user: User) -> "QuerySet[Borrower]":
    """The people in a collector's care, the longest overdue first."""
    people: QuerySet[Borrower] = Borrower.objects.filter(
        assignments__collector=user, assignments__ended_at=None
    )
    late = Min("loans__overdue_since", filter=Q(loans__status="active"))
    due = Min("loans__next_due_on", filter=Q(loans__status="active"))
    return people.annotate(late=late, due=due).order_by("late", "due", "name_pinyin", "pk")
