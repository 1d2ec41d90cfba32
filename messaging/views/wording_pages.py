"""What every page about a wording needs: finding it, its address, and saying that it has moved on."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_site.lib import pages
from collections_site.lib.access import StaffRequest
from messaging.models import Wording
from messaging.services import wording_reading as reading
from messaging.states import WordingState


def find(code: str, number: int) -> Wording:
    """The version with its people, or 404."""
    rows = Wording.objects.select_related("template", "author", "reviewer", "second_reviewer")
    return get_object_or_404(rows, template__code=code, version=number)


def address(wording: Wording) -> str:
    """The URL of a version's page."""
    return reverse("wording", args=[wording.template.code, wording.version])


def moved_on(request: StaffRequest, wording: Wording, sentence: str) -> HttpResponse:
    """409: what became of the version since the page was drawn, what was typed, and where to go on."""
    now = find(wording.template.code, wording.version)
    context = {
        "sentence": sentence,
        "wording": now,
        "waits": now.state == WordingState.SUBMITTED,
        "successor": reading.successor(now),
        "next": reading.next_waiting(request.user, after=now),
        "typed": request.POST.get("comment", ""),
    }
    return render(request, "messaging/wording_moved_on.html", context, status=409)


def refused(request: StaffRequest, wording: Wording, sentence: str) -> HttpResponse:
    """403 with the rule's sentence; a waiting text also says who may decide it."""
    if wording.state == WordingState.SUBMITTED and wording.author_id == request.user.pk:
        names = ", ".join(reading.reviewers(wording))
        sentence = _("%(sentence)s. Waiting for: %(names)s") % {
            "sentence": sentence.rstrip("。."),
            "names": names,
        }
    return pages.refused(request, sentence, back=address(wording))
