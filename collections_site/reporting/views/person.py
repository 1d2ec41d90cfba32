"""One person: may I text them now, what happened so far, what do they owe, what holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from borrowers.forms.care import CareForm
from borrowers.forms.reveals import RevealForm
from borrowers.models import Borrower, BorrowerNumber, Consent, Hold, Lender, Loan, UnreadRow
from borrowers.policies import places
from borrowers.policies.holds import LIFTED_BY_ONE
from borrowers.services import assignments, calls, consents, holds, people, promises
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.whole_numbers import whole_number
from collections_site.reporting.views import walk
from messaging.models import Reminder
from messaging.services import figures, history, one_off_offer, telling, verdicts
from messaging.services.figures import Moment
from messaging.states import ReminderState

FILTERS = {
    "": history.ALL,
    "talk": history.TALK,
    "not_sent": frozenset({"not_sent"}),
    "money": frozenset({"payment"}),
    "holds": frozenset({"hold", "lift", "consent"}),
    "calls": frozenset({"call"}),
    "notes": frozenset({"note"}),
    "looks": frozenset({"reveal"}),
}
MOST_PAGES = 1000


@require_safe
@requires("borrowers.view_borrower")
def borrower(request: StaffRequest, borrower_ref: str) -> HttpResponse:
    """The page of one person; 404 for somebody who is not in this collector's care."""
    visible = Borrower.objects.visible_to(request.user)
    row = get_object_or_404(visible, borrower_ref=borrower_ref)
    moment = figures.present()
    shown = request.GET.get("show", "")
    kinds = FILTERS.get(shown, history.ALL)
    loans = [_line(loan, moment) for loan in _loans(row)]
    numbers = list(people.with_others(people.numbers_of([row.pk])))
    said = consents.newest_first(row)
    context = {
        "borrower": row,
        "way": walk.way(request, row),
        "moment": moment,
        "days": people.latest([line.loan for line in loans], moment.day),
        "numbers": [_number(row, number, said) for number in numbers],
        "consents": said,
        "assignment": assignments.of(row),
        "care_form": CareForm() if request.user.has_perm("borrowers.assign_person") else None,
        "reveal": RevealForm(None, numbers),
        "number": numbers[0].contact_point if numbers else None,
        "loans": loans,
        "overdue": people.overdue([line.loan for line in loans]),
        "as_of": people.as_of([line.loan for line in loans]),
        "holds": _holds(row, moment),
        "lifted_by_one": LIFTED_BY_ONE,
        "promises": promises.told(row),
        "refused": calls.refused(row),
        "next": _next(row),
        "timeline": history.of(row, page=_page(request), kinds=kinds),
        "shown": shown if shown in FILTERS else "",
        **_contact(request, row),
    }
    return render(request, "reporting/borrower.html", context)


def _contact(request: StaffRequest, row: Borrower) -> dict[str, Any]:
    """May they be texted now, and by hand; nothing before the lender is set up: no rule can be asked."""
    try:
        verdict = verdicts.verdict(row)
    except Lender.DoesNotExist:
        return {}
    one_off = None
    if request.user.has_perm("messaging.send_one_off"):
        may_ask = one_off_offer.may_ask(verdict)
        one_off = {"waiting": one_off_offer.waiting(row), "may_ask": may_ask}
    return {"box": telling.box(verdict), "one_off": one_off}


def _page(request: StaffRequest) -> int:
    """The page of the timeline that is asked for; anything odd is the first."""
    return min(whole_number(request.GET.get("page", "")) or 1, MOST_PAGES)


@dataclass(frozen=True, slots=True)
class LoanLine:
    """A loan, how late it is, the business date its arrears are of, and the row of it that could not be
    read since the longest time.
    """

    loan: Loan
    days: int | None
    arrears_on: date | None
    unread: UnreadRow | None


def _line(loan: Loan, moment: Moment) -> LoanLine:
    unread = min(loan.unread_rows.all(), key=lambda row: row.batch.data_as_of, default=None)
    day = moment.day
    return LoanLine(loan, people.days_late(loan, day), loan.holds_on(day), unread)


def _loans(row: Borrower) -> list[Loan]:
    """Running loans first, the longest overdue of them first."""
    loans = list(row.loans.prefetch_related("unread_rows__batch"))
    return sorted(
        loans,
        key=lambda one: (
            one.status != "active",
            one.overdue_since is None,
            one.overdue_since or one.next_due_on or one.opened_on,
            one.loan_ref,
        ),
    )


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the newest word on consent for it, and what decided its zones."""

    row: BorrowerNumber
    consent: Consent | None
    zones_from: places.Decider


def _number(row: Borrower, number: BorrowerNumber, said: list[Consent]) -> Number:
    """A number as it is shown; ``said`` is every word of theirs on consent, the newest first."""
    point = number.contact_point
    return Number(
        number,
        next((one for one in said if one.contact_point_id == point.pk), None),
        places.decided_by(
            point.zones,
            point.zone_source,
            own=row.time_zone,
            region=row.region,
            phone=point.phone,
        ),
    )


def _holds(row: Borrower, moment: Moment) -> list[Hold]:
    rows = Hold.objects.filter(people.live_holds(moment.at)).filter(holds.on(row))
    return list(
        rows.select_related("lift_declined_by", "loan", "contact_point").order_by("-from_at")
    )


def _next(row: Borrower) -> Reminder | None:
    """The next text that is planned for them."""
    planned = Reminder.objects.filter(borrower=row, state=ReminderState.SCHEDULED)
    return planned.select_related("template", "loan").order_by("due_at").first()
