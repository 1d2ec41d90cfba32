"""Where compliance reviewers decide: the queue, and one page with everything beside the decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collections_site.lib import clock
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from collections_site.lib.whole_numbers import whole_number
from messaging.forms.wordings import DecisionForm
from messaging.models import Wording
from messaging.services import (
    wording_notices,
    wording_reach,
    wording_recheck,
    wording_rows,
    wordings,
)
from messaging.services import wording_reading as reading
from messaging.states import WordingState
from messaging.views.wording_pages import find, moved_on, refused


@require_safe
@requires("messaging.view_wording")
def queue(request: StaffRequest) -> HttpResponse:
    """What waits for approval, oldest first, and what is live and would not be approved any more.

    One's own is marked, for somebody else must decide it.
    """
    rows = list(reading.waiting())
    decidable = [row for row in rows if row.author_id != request.user.pk]
    context = {
        "rows": rows,
        "first": decidable[0] if decidable else None,
        "ending": wording_notices.ending(clock.now()),
        "last_decided_at": None if rows else reading.last_decided_at(),
        "outgrown": wording_recheck.outgrown(),
    }
    return render(request, "messaging/wording_queue.html", context)


@require_safe
@requires("messaging.view_wording")
def review(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """What changed, how it looks on a phone, what was checked; and the decision."""
    wording = find(code, number)
    if wording.state != WordingState.SUBMITTED:
        return redirect("wording", code, number)
    form = DecisionForm(initial={"fingerprint": wording.fingerprint})
    return render(request, "messaging/wording_review.html", _context(request, wording, form))


@require_POST
@requires("messaging.approve_wording")
def decide(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Approve or reject exactly the bytes that the page showed."""
    wording = find(code, number)
    if wording.state != WordingState.SUBMITTED:
        return moved_on(request, wording, str(wording_rows.out_of_step(wording)))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        context = _context(request, wording, form)
        return render(request, "messaging/wording_review.html", context, status=422)
    try:
        said = _decide(wording, form.cleaned_data, request)
    except NotAllowed as refusal:
        return refused(request, wording, refusal.sentence)
    except OutOfStep as late:
        return moved_on(request, wording, str(late))
    messages.success(request, said)
    return redirect("wording-queue")


@require_POST
@requires("messaging.approve_wording")
def make_live(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Take an approved version that was replaced into use again."""
    wording = find(code, number)
    seen = request.POST.get("fingerprint", "")
    try:
        wordings.make_live(wording, by=request.user, fingerprint=seen)
    except NotAllowed as refusal:
        return refused(request, wording, refusal.sentence)
    except OutOfStep as late:
        return moved_on(request, wording, str(late))
    messages.success(request, _("Live. Reminders use this text from now on."))
    return redirect("wording", code, number)


@requires("messaging.retire_wording")
def retire(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Take an approved wording out of use for good, after a page that says what this does."""
    wording = find(code, number)
    if request.method != "POST":
        if wording.state != WordingState.APPROVED:
            return redirect("wording", code, number)
        reach = (
            wording_reach.reach(wording.template, reading.words(wording)) if wording.live else None
        )
        context = {
            "wording": wording,
            "reach": reach,
            "used_by": reading.used_by([wording.template]).get(wording.template_id, []),
        }
        return render(request, "messaging/wording_retire.html", context)
    try:
        wordings.retire(wording, by=request.user)
    except NotAllowed as refusal:
        return refused(request, wording, refusal.sentence)
    except OutOfStep as late:
        return moved_on(request, wording, str(late))
    messages.success(request, _("Retired. Nobody gets this text any more."))
    return redirect("wording", code, number)


def _decide(wording: Wording, given: dict[str, Any], request: StaffRequest) -> str:
    """Hand the decision to the service; the sentence that says it was done."""
    read = {"by": request.user, "fingerprint": given["fingerprint"], "comment": given["comment"]}
    names = {"code": wording.template.code, "version": wording.version}
    if given["decision"] == "reject":
        wordings.reject(wording, reason=given["reason"], **read)
        return _("%(code)s v%(version)s is rejected; its author sees why.") % names
    wordings.approve(wording, **read)
    return _("%(code)s v%(version)s is approved. Reminders use it from now on.") % names


def _context(request: StaffRequest, wording: Wording, form: DecisionForm) -> dict[str, Any]:
    mine = wording.author_id == request.user.pk
    others = Wording.objects.filter(template=wording.template).exclude(pk=wording.pk)
    asked = whole_number(request.GET.get("with", "").removeprefix("v"))
    beside = None
    if asked is not None:
        beside = others.filter(version=asked).select_related("template").first()
    return {
        "wording": wording,
        "form": form,
        "reading": reading.read(wording, beside, by=request.user),
        "chosen": beside is not None,
        "others": others.order_by("-version"),
        "side": request.GET.get("show") == "side",
        "mine": mine,
        "may_decide": request.user.has_perm("messaging.approve_wording") and not mine,
        "reviewers": reading.reviewers(wording),
        "carriers": reading.carriers(wording),
        "next": reading.next_waiting(request.user, after=wording),
        "in_queue": reading.waiting().count(),
    }
