"""Roll rates: of the loans in a bucket before a month, how many ended it where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from borrowers.models import Borrower, Loan
from borrowers.policies.buckets import Buckets
from borrowers.services import buckets as service
from borrowers.services import people
from borrowers.services.buckets import GONE, PAID_UP, Month, Moves
from collections_site.lib.access import StaffRequest, requires
from messaging.services import figures
from messaging.services.figures import Moment

MOST = 200  # loans listed behind one count
ENDED: dict[int, str | Promise] = {
    PAID_UP: _("Paid up"),
    GONE: _("Written off, sold or no longer in the file"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of a bucket's loans ended the month in one place."""

    place: int
    count: int
    worse: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A bucket before the month: how many loans it had, and where they went."""

    place: int
    label: str
    total: int
    cells: list[Cell]


@require_safe
@requires("borrowers.view_all_borrowers")
def roll_rates(request: StaffRequest) -> HttpResponse:
    """The matrix of one month; the newest when none is named."""
    moment = figures.present()
    buckets = service.current()
    known = service.months(now=moment.at, zone=moment.zone)
    context = {"moment": moment, "buckets": buckets.all, "months": known}
    if known:
        month = _month(request, moment, known)
        moves = service.moves(month, buckets)
        context |= {
            "month": month,
            "columns": [label for _place, label in _places(buckets)],
            "rows": _rows(buckets, moves),
            "new": moves.new,
        }
    return render(request, "reporting/roll_rates.html", context)


@require_safe
@requires("borrowers.view_all_borrowers")
def roll_rate_loans(request: StaffRequest) -> HttpResponse:
    """The loans behind one count; 404 for a move that cannot be."""
    moment = figures.present()
    buckets = service.current()
    month = _month(request, moment, service.months(now=moment.at, zone=moment.zone))
    labels = {str(place): (place, label) for place, label in _places(buckets)}
    if not {request.GET.get("from"), request.GET.get("to")} <= labels.keys():
        raise Http404
    was, came = labels[request.GET["from"]], labels[request.GET["to"]]
    ids = service.movers(month, buckets, was[0], came[0], most=MOST + 1)
    people_seen = Borrower.objects.visible_to(request.user).values("pk")
    loans = Loan.objects.filter(pk__in=ids[:MOST], borrower__in=people_seen)
    context = {
        "month": month,
        "was": was[1],
        "came": came[1],
        "more": len(ids) > MOST,
        "most": MOST,
        "lines": [
            (loan, people.days_late(loan, moment.day))
            for loan in loans.select_related("borrower").order_by("pk")
        ],
    }
    return render(request, "reporting/roll_rate_loans.html", context)


def _month(request: StaffRequest, moment: Moment, known: Sequence[date]) -> Month:
    """The month in the address, else the newest. Raises Http404 for one that has no matrix."""
    by_name = {f"{first:%Y-%m}": first for first in known}
    asked = request.GET.get("month") or next(iter(by_name), "")
    if asked not in by_name:
        raise Http404
    return service.month(by_name[asked], now=moment.at, zone=moment.zone)


def _places(buckets: Buckets) -> list[tuple[int, str | Promise]]:
    """Where a loan can end a month, in the order of the columns."""
    late: list[tuple[int, str | Promise]] = [
        (place, bucket.label) for place, bucket in enumerate(buckets.all)
    ]
    return late + list(ENDED.items())


def _rows(buckets: Buckets, moves: Moves) -> list[Row]:
    return [
        Row(
            place,
            bucket.label,
            moves.total.get(place, 0),
            [
                Cell(came, moves.counts.get((place, came), 0), came > place or came == GONE)
                for came, _label in _places(buckets)
            ],
        )
        for place, bucket in enumerate(buckets.all)
    ]
