"""Borrowers: find anyone; a collector also sees the people in their care."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from borrowers.models import ImportBatch
from borrowers.services import acts, people, search
from borrowers.views import searches
from collections_site.lib.access import StaffRequest, requires

PAGE = 50


@require_safe
@requires("borrowers.view_borrower")
def borrowers(request: StaffRequest) -> HttpResponse:
    """What a search found, or what was searched for last and the people in one's care."""
    query = searches.recall(request, request.GET.get("found", ""))
    moment = acts.present()
    context: dict[str, Any] = {
        "query": query,
        "recent": searches.recent(request),
        "data_as_of": ImportBatch.objects.order_by("-data_as_of")
        .values_list("data_as_of", flat=True)
        .first(),
    }
    if query:
        found = search.find(query, user=request.user, limit=PAGE)
        context["lines"] = people.lines(found.people, on=moment.day, at=moment.at)
        context["too_many"] = found.too_many
        context["origin"] = urlencode({"found": request.GET["found"]})
    elif not request.user.has_perm("borrowers.view_all_borrowers"):
        page = Paginator(people.mine(request.user), PAGE).get_page(request.GET.get("page"))
        context["page"] = page
        context["origin"] = f"mine={page.number}"
        context["lines"] = people.lines(list(page.object_list), on=moment.day, at=moment.at)
    return render(request, "borrowers/borrower_list.html", context)
