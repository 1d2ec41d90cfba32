"""Borrowers: find anyone; a collector also sees the people in their care."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from borrowers.models import ImportBatch, Lender
from borrowers.services import people, search
from borrowers.views import searches
from collections_site.lib import clock
from collections_site.lib.access import StaffRequest, requires

PAGE = 50
DEFAULT_ZONE = "Asia/Shanghai"


@require_safe
@requires("borrowers.view_borrower")
def borrowers(request: StaffRequest) -> HttpResponse:
    """What a search found, or what was searched for last and the people in one's care."""
    query = searches.recall(request, request.GET.get("found", ""))
    at = clock.now()
    zone = Lender.objects.values_list("time_zone", flat=True).first() or DEFAULT_ZONE
    on = at.astimezone(ZoneInfo(zone)).date()
    context: dict[str, Any] = {
        "query": query,
        "recent": searches.recent(request),
        "data_as_of": ImportBatch.objects.order_by("-data_as_of")
        .values_list("data_as_of", flat=True)
        .first(),
    }
    if query:
        found = search.find(query, user=request.user, limit=PAGE)
        context["lines"] = people.lines(found.people, on=on, at=at)
        context["too_many"] = found.too_many
        context["origin"] = urlencode({"found": request.GET["found"]})
    elif not request.user.has_perm("borrowers.view_all_borrowers"):
        page = Paginator(people.mine(request.user), PAGE).get_page(request.GET.get("page"))
        context["page"] = page
        context["origin"] = f"mine={page.number}"
        context["lines"] = people.lines(list(page.object_list), on=on, at=at)
    return render(request, "borrowers/borrower_list.html", context)
