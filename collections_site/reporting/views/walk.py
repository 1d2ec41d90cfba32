"""Go through the queue one person at a time, and find the way back to the list one came from."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from borrowers.forms.queue import QueueFilter
from borrowers.models import Borrower
from borrowers.services import snapshots, walks
from borrowers.services.walks import Place, Standing
from borrowers.views import searches
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.whole_numbers import whole_number
from collections_site.reporting.views.queue import PAGE, listed
from messaging.services import figures

WALK = "walk"  # in the session: the list this browser goes through


@require_POST
@requires("borrowers.view_queue")
def walk(request: StaffRequest) -> HttpResponse:
    """Freeze what the filters show, and open the person named, or the first."""
    said = QueryDict(request.POST.get("query", "")[:300])
    form = QueueFilter(said, user=request.user)
    query = form.query()
    people = listed(form, request, figures.present()).people
    asked = request.POST.get("open", "")
    if asked and asked not in map(str, people):
        # They left the list while it stood on the screen: open them all the same, on their own.
        seen = Borrower.objects.visible_to(request.user)
        person = get_object_or_404(seen, pk=whole_number(asked) or 0)
        return redirect("borrower", person.borrower_ref)
    try:
        made = snapshots.freeze(people, by=request.user, query=query, walk=True)
    except NotAllowed:
        messages.info(request, _("Nobody is on this list any more."))
        return redirect(f"{reverse('queue')}?{query}")
    request.session[WALK] = made.pk
    pk = whole_number(asked) or made.people[0]
    person = get_object_or_404(Borrower.objects.visible_to(request.user), pk=pk)
    return redirect(_address(Place(person.borrower_ref, made.people.index(pk) + 1), made.pk))


@dataclass(frozen=True, slots=True)
class Way:
    """Where the page of a person leads back to, and who is before and after them on that list.

    ``kept`` is what every link of the page must carry to stay on the way: empty, or ending in ``&``.
    """

    back: str
    word: str
    kept: str = ""
    standing: Standing | None = None
    previous: str = ""
    next: str = ""


def way(request: StaffRequest, person: Borrower) -> Way:
    """The list named in the address, else the one this browser is going through, else Borrowers."""
    said = request.GET
    if found := said.get("found", ""):
        if searches.recall(request, found):
            query = urlencode({"found": found})
            back = f"{reverse('borrowers')}?{query}#b-{person.pk}"
            return Way(back, _("Back to the people found"), f"{query}&")
    elif page := whole_number(said.get("mine", "")):
        back = f"{reverse('borrowers')}?page={page}#b-{person.pk}"
        word = _("Back to Borrowers (page %(n)s)") % {"n": page} if page > 1 else ""
        return Way(back, word or _("Back to Borrowers"), f"mine={page}&")
    elif pk := whole_number(said.get("list", "")) or request.session.get(WALK):
        at = whole_number(said.get("at", ""))
        standing = walks.standing(pk, person, by=request.user, at=at)
        if standing:
            return _walking(standing, person)
    if "list" in said:  # it is gone, after a working day
        return Way(reverse("queue"), _("Back to Queue"))
    return Way(reverse("borrowers"), _("Back to Borrowers"))


def _walking(standing: Standing, person: Borrower) -> Way:
    snapshot = standing.snapshot
    if snapshot.walk:
        page = (standing.at - 1) // PAGE + 1
        query = "&".join(filter(None, [snapshot.query, f"page={page}" if page > 1 else ""]))
        back = f"{reverse('queue')}{'?' if query else ''}{query}#b-{person.pk}"
        word = _("Back to Queue (page %(n)s)") % {"n": page} if page > 1 else _("Back to Queue")
    else:
        back = reverse("queue-list", args=[snapshot.pk])
        word = _("Back to the people selected")
    previous, after = standing.previous, standing.next
    return Way(
        back,
        word,
        f"list={snapshot.pk}&at={standing.at}&",
        standing,
        _address(previous, snapshot.pk) if previous else "",
        _address(after, snapshot.pk) if after else "",
    )


def _address(place: Place, snapshot: int) -> str:
    query = urlencode({"list": snapshot, "at": place.at})
    return f"{reverse('borrower', args=[place.borrower_ref])}?{query}"
