"""The library of wordings, and the desk where their authors write."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.forms.wordings import WordingForm
from messaging.models import MessageTemplate, Wording
from messaging.services import wording_reading as reading
from messaging.services import wordings
from messaging.services.wordings import AlreadyApproved
from messaging.states import WordingState

Act = Callable[..., Any]


@require_safe
@requires("messaging.view_wording")
def library(request: StaffRequest) -> HttpResponse:
    """Every template, what is live for it, and what waits."""
    return render(request, "messaging/wording_library.html", {"shelves": reading.library()})


@require_safe
@requires("messaging.view_wording")
def template(request: StaffRequest, code: str) -> HttpResponse:
    """One template: the live texts, and every version with who, when and why."""
    found = get_object_or_404(MessageTemplate, code=code)
    versions = list(found.wordings.select_related("author", "reviewer"))
    live = [(one, reading.previews(one)[:1]) for one in versions if one.live]
    context = {"template": found, "versions": versions, "live": live}
    return render(request, "messaging/wording_template.html", context)


@require_safe
@requires("messaging.view_wording")
def version(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """The bytes of one version, what identifies them, and what became of it."""
    wording = find(code, number)
    context = {
        "wording": wording,
        "previews": reading.previews(wording),
        "mine": wording.author_id == request.user.pk,
        "may_decide": request.user.has_perm("messaging.approve_wording"),
        "past_use": wording.state == WordingState.APPROVED and not wording.live,
    }
    return render(request, "messaging/wording_version.html", context)


@requires("messaging.add_wording")
def new(request: StaffRequest, code: str) -> HttpResponse:
    """Write the next version; it begins as a copy of the live one."""
    found = get_object_or_404(MessageTemplate, code=code)
    form = WordingForm(request.POST or None, initial=_copied(found, request.GET.get("from", "")))
    if request.method == "POST" and form.is_valid():
        saved = _save(form, lambda **words: wordings.draft(found, by=request.user, **words))
        if saved:
            return _after_save(request, saved)
    context = {"template": found, "form": form}
    return render(request, "messaging/wording_edit.html", context, status=_status(form))


@requires("messaging.add_wording")
def edit(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Change a draft. What was typed is kept when it cannot be saved."""
    wording = find(code, number)
    if wording.author_id != request.user.pk or wording.state != WordingState.DRAFT:
        return redirect("wording", code, number)
    form = WordingForm(request.POST or None, initial=_written(wording))
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            saved = _save(
                form,
                lambda **words: wordings.edit(wording, by=request.user, seen=seen, **words),
            )
        except OutOfStep as late:
            return _kept(request, find(code, number), str(late))
        if saved:
            return _after_save(request, saved)
    context = {"template": wording.template, "wording": wording, "form": form}
    return render(request, "messaging/wording_edit.html", context, status=_status(form))


@require_POST
@requires("messaging.add_wording")
def submit(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Ask for approval."""
    said = _("Submitted. From now on the text cannot change; a reviewer has it in the queue.")
    return _act(request, code, number, wordings.submit, said)


@require_POST
@requires("messaging.add_wording")
def withdraw(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Take a submitted wording back."""
    return _act(request, code, number, wordings.withdraw, _("Withdrawn. It is a draft again."))


@require_POST
@requires("messaging.retire_wording")
def retire(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Take an approved wording out of use for good."""
    return _act(
        request, code, number, wordings.retire, _("Retired. Nobody gets this text any more.")
    )


def find(code: str, number: int) -> Wording:
    """The version with its people, or 404."""
    rows = Wording.objects.select_related("template", "author", "reviewer")
    return get_object_or_404(rows, template__code=code, version=number)


def _act(request: StaffRequest, code: str, number: int, act: Act, said: str) -> HttpResponse:
    """Do one act on a version; say that it was done, or why not."""
    wording = find(code, number)
    try:
        act(wording, by=request.user)
    except NotAllowed as refusal:
        return pages.refused(request, refusal.sentence, back=address(wording))
    except OutOfStep as late:
        return pages.conflict(request, str(late), back=address(wording))
    messages.success(request, said)
    return redirect("wording", code, number)


def address(wording: Wording) -> str:
    """The URL of a version's page."""
    return reverse("wording", args=[wording.template.code, wording.version])


def _save(form: WordingForm, write: Act) -> Wording | None:
    """The saved or the already approved version; None when the form now says why not."""
    try:
        saved: Wording = write(**form.words())
    except AlreadyApproved as there:
        return there.wording
    except NotAllowed as refusal:
        form.add_error(None, refusal.sentence)
        return None
    return saved


def _after_save(request: StaffRequest, saved: Wording) -> HttpResponse:
    if saved.state == WordingState.DRAFT:
        messages.success(request, _("Saved as a draft. Submit it when it is ready."))
    else:
        sentence = _("v%(version)s has exactly these words and is approved already.")
        messages.info(request, sentence % {"version": saved.version})
    return redirect("wording", saved.template.code, saved.version)


def _kept(request: StaffRequest, there: Wording, sentence: str) -> HttpResponse:
    """409 with both texts: saving once more replaces what is there, knowingly."""
    typed = request.POST.copy()
    typed["seen"] = there.fingerprint
    form = WordingForm(typed)
    form.add_error(None, sentence)
    context = {"template": there.template, "wording": there, "form": form, "late": True}
    return render(request, "messaging/wording_edit.html", context, status=409)


def _copied(found: MessageTemplate, number: str) -> dict[str, Any]:
    """The words to begin with: those of the version asked for, else of a live one."""
    rows = found.wordings.all()
    chosen = rows.filter(version=number).first() if number.isdecimal() else None
    tongue = (get_language() or "").split("-")[0]
    live = rows.filter(live=True)
    chosen = (
        chosen or live.filter(language__startswith=tongue).first() or live.first() or rows.first()
    )
    return {**_written(chosen), "reason": "", "seen": ""} if chosen else {"language": "zh-hans"}


def _written(wording: Wording) -> dict[str, Any]:
    return {
        "language": wording.language,
        "jurisdictions": ", ".join(wording.jurisdictions),
        "signature": wording.signature,
        "text": wording.text,
        "reason": wording.reason,
        "last_day": wording.expires_at,
        "seen": wording.fingerprint,
    }


def _status(form: WordingForm) -> int:
    return 422 if form.errors else 200
