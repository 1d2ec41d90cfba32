"""The tabs of the queue: save its filters under a name, call them something else, delete them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from borrowers.forms.queue import QueueFilter, ViewForm
from borrowers.models import SavedView
from borrowers.services import saved_views
from borrowers.services.saved_views import NameTaken
from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.reporting import worklist
from messaging.services import figures
from messaging.services.figures import Moment

LONGEST = 300
BUILT_IN = [
    ("today", gettext_lazy("Promised for today"), "promise=today"),
    ("broken", gettext_lazy("Promise broken"), "promise=broken"),
    ("reply", gettext_lazy("New reply"), "reply=new"),
    ("number", gettext_lazy("Bad number"), "number=bad"),
]


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of the queue. ``count`` is None while nobody has counted, or where counting is too dear.

    ``pk``: of a view that was saved; ``pinned`` to the Today of who looks.
    """

    key: str
    word: str | Promise
    query: str
    now: bool = False
    pk: int | None = None
    shared: bool = False
    editable: bool = False
    pinned: bool = False
    count: int | None = None
    more: bool = False

    @property
    def url(self) -> str:
        return f"{reverse('queue')}?{self.query}" if self.query else reverse("queue")


def tabs(user: User, query: str) -> list[Tab]:
    """What everybody has, then what was saved; ``now`` is the one with these very filters."""
    sees_all = user.has_perm("borrowers.view_all_borrowers")
    whole = Tab("all", _("Everybody") if sees_all else _("My to-dos"), "", not query)
    built_in = [whole, *(Tab(key, word, said, said == query) for key, word, said in BUILT_IN)]
    pins = set(saved_views.pinned_by(user).values_list("pk", flat=True))
    saved = [
        Tab(
            str(view.pk),
            view.name,
            view.query,
            view.query == query,
            pk=view.pk,
            shared=view.shared,
            editable=saved_views.may_change(view, user),
            pinned=view.pk in pins,
        )
        for view in saved_views.seen_by(user)
    ]
    return built_in + saved


def pinned(user: User) -> list[Tab]:
    """The views on this person's Today, not counted yet."""
    return [
        Tab(str(view.pk), view.name, view.query, pk=view.pk, shared=view.shared, pinned=True)
        for view in saved_views.pinned_by(user)
    ]


@require_safe
@requires("borrowers.view_queue")
def counts(request: StaffRequest) -> HttpResponse:
    """The tabs with how many people each shows now; a fragment the queue asks for once it stands."""
    moment = figures.present()
    query = request.GET.get("query", "")[:LONGEST]
    counted = list(_counted(tabs(request.user, query), request, moment))
    return render(request, "reporting/queue_tabs.html", {"tabs": counted})


@require_safe
@requires("borrowers.view_queue")
def pinned_counts(request: StaffRequest) -> HttpResponse:
    """The views on Today with how many people each shows now; the fragment that Today asks for."""
    counted = list(_counted(pinned(request.user), request, figures.present()))
    return render(request, "reporting/pinned_views.html", {"tabs": counted})


def _counted(some: list[Tab], request: StaffRequest, moment: Moment) -> Iterator[Tab]:
    for tab in some:
        form = QueueFilter(QueryDict(tab.query), user=request.user)
        # Whether somebody may be reminded is asked of each person: that is too dear for a number.
        if not form.is_valid() or form.cleaned_data["can"]:
            yield tab
            continue
        found = worklist.filtered(form, user=request.user, moment=moment)
        yield replace(tab, count=len(found.people), more=found.more)


@require_POST
@requires("borrowers.view_queue")
def save(request: StaffRequest) -> HttpResponse:
    """Keep the filters as they stand under a name."""
    said = QueryDict(request.POST.get("query", "")[:LONGEST])
    filters = QueueFilter(said, user=request.user)
    query = filters.query() if filters.is_valid() else ""
    form = ViewForm(request.POST, user=request.user)
    context = {"form": form, "query": query, "back": f"{reverse('queue')}?{query}"}
    if form.is_valid():
        said_so = form.cleaned_data
        name, shared = said_so["name"], said_so.get("shared", False)
        try:
            saved_views.save(name, query, shared=shared, pinned=said_so["pinned"], by=request.user)
        except NameTaken:
            form.add_error("name", _("You have a view of this name: choose another"))
        except NotAllowed as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Saved as “%(name)s”.") % {"name": name})
            return redirect(str(context["back"]))
    return render(request, "reporting/saved_view.html", context, status=422)


@requires("borrowers.view_queue")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Call a view something else; 404 for one that is not seen, 403 for somebody else's."""
    view = get_object_or_404(saved_views.seen_by(request.user), pk=pk)
    back = f"{reverse('queue')}?{view.query}"
    if not saved_views.may_change(view, request.user):
        sentence = _("This view is somebody else's: save one of your own.")
        return pages.refused(request, sentence, back=back)
    form = ViewForm(request.POST or None, user=request.user, initial={"name": view.name})
    for other in ("shared", "pinned"):  # each has a place of its own
        form.fields.pop(other, None)
    if request.method == "POST" and form.is_valid():
        try:
            saved_views.rename(view, form.cleaned_data["name"], by=request.user)
        except NameTaken:
            form.add_error("name", _("You have a view of this name: choose another"))
        else:
            return redirect(back)
    context = {"form": form, "view": view, "back": back}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/saved_view.html", context, status=status)


@require_POST
@requires("borrowers.view_queue")
def pin(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a view on one's own Today, or take it off; 404 for one that is not seen."""
    view = get_object_or_404(saved_views.seen_by(request.user), pk=pk)
    wanted = request.POST.get("pinned") == "on"
    try:
        saved_views.pin(view, wanted, by=request.user)
    except NotAllowed as refused:
        return pages.refused(request, refused.sentence, back=reverse("queue"))
    sentence = _("“%(name)s” is on your Today.") if wanted else _("“%(name)s” is off your Today.")
    messages.success(request, sentence % {"name": view.name})
    return redirect(f"{reverse('queue')}?{view.query}")


@require_POST
@requires("borrowers.view_queue")
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a view; the people on it stay where they are."""
    view: SavedView = get_object_or_404(saved_views.seen_by(request.user), pk=pk)
    try:
        saved_views.delete(view, by=request.user)
    except NotAllowed as refused:
        return pages.refused(request, refused.sentence, back=reverse("queue"))
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect("queue")
