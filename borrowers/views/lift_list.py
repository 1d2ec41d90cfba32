"""The lifts of legal holds that wait for this reviewer, the longest waiting first."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from borrowers.models import Borrower, Hold
from borrowers.services import second_person
from collections_site.lib.access import StaffRequest, requires

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A hold, a person whom it keeps back, and since when its end is proposed."""

    hold: Hold
    person: Borrower
    since: datetime


@require_safe
@requires("borrowers.approve_lift")
def lifts(request: StaffRequest) -> HttpResponse:
    """What other people proposed to lift; one's own proposals are somebody else's to decide."""
    found = second_person.lifts_to_decide(request.user)
    holds = list(
        found.select_related("borrower", "loan__borrower", "contact_point", "lift_proposed_by")
    )
    persons, since = second_person.persons_of(holds), second_person.proposed_at(holds)
    rows = [Row(one, persons[one.pk], since.get(one.pk, one.from_at)) for one in holds]
    rows.sort(key=lambda row: (row.since, row.hold.pk))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "borrowers/lift_list.html", {"page": page})
