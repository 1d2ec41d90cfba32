"""The queue: work through the people of one's care, or choose some of them for one act."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from borrowers.forms.queue import SORTS, QueueFilter, ViewForm
from borrowers.services import snapshots
from borrowers.services import worklist as find
from borrowers.services.worklist import MOST
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.whole_numbers import whole_number
from collections_site.reporting import queries, worklist
from collections_site.reporting.views.saved_views import tabs
from collections_site.reporting.worklist import Listed
from messaging.services import figures
from messaging.services.figures import Moment

PAGE = 50
SALT = "reporting.queue"
KEEPS = timedelta(days=1)  # for which a page that was drawn may still be acted on


@require_safe
@requires("borrowers.view_queue")
def queue(request: StaffRequest) -> HttpResponse:
    """People with something overdue or due soon; the address is the only state."""
    moment = figures.present()
    form = QueueFilter(request.GET, user=request.user)
    found = listed(form, request, moment)
    page = Paginator(found.people, PAGE).get_page(request.GET.get("page"))
    narrowed = [name for name in form.fields if name != "sort" and form.data.get(name)]
    views = tabs(request.user, form.query())
    known = any(tab.now for tab in views)  # there is a tab of these filters already
    context: dict[str, Any] = {
        "form": form,
        "moment": moment,
        "listed": found,
        "owed": find.owed(found.people),
        "most": MOST,
        "page": page,
        "rows": worklist.rows(list(page.object_list), moment),
        "query": form.query(),
        "all_listed": signing.dumps(found.people, salt=SALT, compress=True),
        "tabs": views,
        "asking": urlencode({"query": form.query()}),
        "saving": None if known or not form.is_valid() else ViewForm(user=request.user),
        "sorts": _sorts(request.GET, form),
        "narrowed": bool(narrowed),
        "book": queries.book(moment),
        "sees_all": request.user.has_perm("borrowers.view_all_borrowers"),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "reporting/queue.html", context, status=status)


def listed(form: QueueFilter, request: StaffRequest, moment: Moment) -> Listed:
    """Nobody when the filters cannot be read: a list of others would be taken for the answer."""
    if not form.is_valid():
        return Listed((), more=False)
    return worklist.filtered(form, user=request.user, moment=moment)


def _sorts(said: QueryDict, form: QueueFilter) -> list[dict[str, Any]]:
    """The orders of the list: word, address, and whether it is this one."""
    words = {
        "late": _("Longest overdue first"),
        "soon": _("Due soon first"),
        "amount": _("Largest overdue loan first"),
    }
    kept = [(name, said[name]) for name in form.fields if name != "sort" and said.get(name)]
    current = said.get("sort") or SORTS[0]
    return [
        {"word": words[one], "url": f"?{urlencode([*kept, ('sort', one)])}", "now": one == current}
        for one in SORTS
    ]


def _signed_list(request: StaffRequest) -> list[int]:
    """The ids of everybody the page listed when it was drawn; nobody where that cannot be told any more."""
    try:
        said: list[int] = signing.loads(request.POST.get("all", ""), salt=SALT, max_age=KEEPS)
    except signing.BadSignature:
        return []
    return said


@require_POST
@requires("borrowers.view_queue")
def freeze(request: StaffRequest) -> HttpResponse:
    """Keep the people ticked, or all that the page listed, as a list of its own."""
    said = QueryDict(request.POST.get("query", "")[:300])
    form = QueueFilter(said, user=request.user)
    back = f"{reverse('queue')}?{form.query()}"
    if request.POST.get("choose") == "all":
        people = _signed_list(request)
    else:
        ticked = map(whole_number, request.POST.getlist("person")[:PAGE])
        people = [one for one in ticked if one is not None]
    try:
        made = snapshots.freeze(people, by=request.user, query=form.query())
    except NotAllowed as refused:
        messages.error(request, refused.sentence)
        return redirect(back)
    return redirect("queue-list", made.pk)
