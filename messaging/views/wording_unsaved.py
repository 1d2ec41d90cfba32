"""What an author has typed and not saved: kept by the form every few seconds, or thrown away."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.whole_numbers import whole_number
from messaging.forms.wordings import ANSWER, WordingForm
from messaging.models import MessageTemplate, Wording
from messaging.services import unsaved
from messaging.states import WordingState
from messaging.views.wording_fields import FIELDS


@require_POST
@requires("messaging.add_wording")
def keep(request: StaffRequest, code: str) -> HttpResponse:
    """Keep what has been typed, for this author alone, until it is saved or discarded."""
    found = get_object_or_404(MessageTemplate, code=code)
    wording = _draft_named(request, found)
    fields = {name: request.POST.get(name, "") for name in FIELDS}
    answers = answers_kept(WordingForm(request.POST).answers())
    kept = unsaved.keep(request.user, found, wording, {**fields, **answers})
    return render(request, "messaging/wording_kept.html", {"kept": kept})


@require_POST
@requires("messaging.add_wording")
def discard(request: StaffRequest, code: str) -> HttpResponse:
    """Forget what was typed and not saved."""
    found = get_object_or_404(MessageTemplate, code=code)
    wording = _draft_named(request, found)
    unsaved.forget(request.user, found, wording)
    messages.success(request, _("Discarded. This is what was saved last."))
    if wording:
        return redirect("wording-edit", code, wording.version)
    return redirect("wording-new", code)


def _draft_named(request: StaffRequest, template: MessageTemplate) -> Wording | None:
    """The author's own draft that the form was opened for; none for a new version."""
    number = request.POST.get("draft", "")
    if not number:
        return None
    own = template.wordings.filter(author=request.user, state=WordingState.DRAFT)
    return get_object_or_404(own, version=whole_number(number))


def answers_kept(given: Mapping[str, str]) -> dict[str, str]:
    """Answers as fields of the form, to be kept with the others."""
    return {f"{ANSWER}{key}": said for key, said in given.items()}
