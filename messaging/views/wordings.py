"""The library of wordings, and the pages that only show: a version, two versions compared."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.whole_numbers import whole_number
from messaging.forms.wordings import LibraryForm
from messaging.models import MessageTemplate, Wording
from messaging.services import own_phone, wording_library, wording_results
from messaging.services import wording_reading as reading
from messaging.services.wording_library import Wanted
from messaging.states import WordingState
from messaging.views.wording_pages import find

PER_PAGE = 50
USED = [WordingState.APPROVED, WordingState.RETIRED, WordingState.EXPIRED]


@require_safe
@requires("messaging.view_wording")
def library(request: StaffRequest) -> HttpResponse:
    """Every template, what is live for it, what became of it, and what waits."""
    form = LibraryForm(request.GET, tongues=wording_library.languages())
    good = form.cleaned_data if form.is_valid() else {}
    names = ("q", "stage", "language", "status", "channel")
    wanted = Wanted(**{name: good.get(name, "") for name in names})
    shelves = wording_library.library(wanted)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "wanted": wanted,
        "page": Paginator(shelves, PER_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
    }
    whole = not request.htmx  # type: ignore[attr-defined]
    name = "wording_library" if whole else "wording_shelves"
    return render(request, f"messaging/{name}.html", context)


@require_safe
@requires("messaging.view_wording")
def version(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """The bytes of one version, what identifies them, and what became of it."""
    wording = find(code, number)
    mine = wording.author_id == request.user.pk
    context = {
        "wording": wording,
        "previews": wording_library.previews(wording),
        "mine": mine,
        "may_decide": request.user.has_perm("messaging.approve_wording"),
        "past_use": wording.state == WordingState.APPROVED and not wording.live,
        "results": wording_results.results([wording]).get(wording.pk)
        if wording.state in USED
        else None,
        "carriers": reading.carriers(wording),
        "beside": reading.live_of(wording),
        "used_by": reading.used_by([wording.template]).get(wording.template_id, []),
        "may_test": mine and own_phone.phone_of(request.user) is not None,
        "reviewers": reading.reviewers(wording) if wording.state == "submitted" else [],
    }
    return render(request, "messaging/wording_version.html", context)


@require_safe
@requires("messaging.view_wording")
def compare(request: StaffRequest, code: str, before: int, after: int) -> HttpResponse:
    """Any two versions of a template, in one text or side by side."""
    old, new = find(code, before), find(code, after)
    context = {
        "template": new.template,
        "compared": reading.compare(old, new),
        "versions": Wording.objects.filter(template=new.template).order_by("-version"),
        "side": request.GET.get("show") == "side",
    }
    return render(request, "messaging/wording_compare.html", context)


@require_safe
@requires("messaging.view_wording")
def compare_any(request: StaffRequest, code: str) -> HttpResponse:
    """From two numbers chosen in a form to the address of their comparison."""
    found = get_object_or_404(MessageTemplate, code=code)
    chosen = [whole_number(request.GET.get(name, "")) for name in ("before", "after")]
    if None in chosen:
        return redirect("wording-template", found.code)
    return redirect("wording-compare", found.code, *chosen)
