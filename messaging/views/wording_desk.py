"""The author's desk: a new template, writing with the checks beside it, keeping, testing, submitting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.forms.wordings import WordingForm
from messaging.models import MessageTemplate, Wording
from messaging.policies import placeholder_words
from messaging.services import own_phone, unsaved, wording_checks, wordings
from messaging.services import wording_reading as reading
from messaging.services.wording_rows import Words
from messaging.services.wordings import AlreadyApproved, Blocked, NeedsAnswers
from messaging.states import WordingState
from messaging.views import wording_pages
from messaging.views.wording_fields import FIELDS, copied, gallery, written
from messaging.views.wording_pages import find
from messaging.views.wording_unsaved import answers_kept

Act = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A finding of the checks, and what the author has answered so far."""

    found: wording_checks.Found
    answer: str


@requires("messaging.add_wording")
def new(request: StaffRequest, code: str) -> HttpResponse:
    """Write the next version; it begins as a copy of the live one, or as a starter."""
    return _desk(request, get_object_or_404(MessageTemplate, code=code), None)


@requires("messaging.add_wording")
def edit(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Change a draft. What was typed is kept when it cannot be saved."""
    wording = find(code, number)
    if wording.author_id != request.user.pk or wording.state != WordingState.DRAFT:
        return redirect("wording", code, number)
    return _desk(request, wording.template, wording)


@require_POST
@requires("messaging.add_wording")
def check(request: StaffRequest, code: str) -> HttpResponse:
    """The fragment beside the form: what the checks say of the words as they stand, and who gets them."""
    found = get_object_or_404(MessageTemplate, code=code)
    form = WordingForm(request.POST)
    panel = _panel(found, form.unfinished(), form.answers(), request.user)
    return render(request, "messaging/wording_check.html", panel)


@require_POST
@requires("messaging.add_wording")
def submit(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Ask for approval; what the checks still want is shown beside the text."""
    wording = find(code, number)
    if wording.author_id != request.user.pk or wording.state != WordingState.DRAFT:
        return _act(request, wording, wordings.submit, "", answers={})
    form = WordingForm({**written(wording), **request.POST.dict()})
    return _submitted(request, wording, form)


@require_POST
@requires("messaging.add_wording")
def withdraw(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Take a submitted wording back; its author's answers wait in the form."""
    wording = find(code, number)
    answers = {one.key: one.answer for one in wording_checks.look(wording).judges if one.answer}
    said = _("Withdrawn. It is a draft again.")
    answer = _act(request, wording, wordings.withdraw, said)
    if answer.status_code == 302 and answers:
        unsaved.keep(request.user, wording.template, wording, answers_kept(answers))
    return answer


@require_POST
@requires("messaging.add_wording")
def test(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """Send the text to the author's own phone, marked as a test."""
    return _act(request, find(code, number), own_phone.send_test, _tested())


def _act(request: StaffRequest, wording: Wording, act: Act, said: str, **more: Any) -> HttpResponse:
    """Do one act on a version; say that it was done, or why not."""
    try:
        act(wording, by=request.user, **more)
    except NotAllowed as refusal:
        return wording_pages.refused(request, wording, refusal.sentence)
    except OutOfStep as late:
        return wording_pages.moved_on(request, wording, str(late))
    messages.success(request, said)
    return redirect("wording", wording.template.code, wording.version)


def _desk(
    request: StaffRequest, template: MessageTemplate, wording: Wording | None
) -> HttpResponse:
    """The form with its checks: drawn, checked, or saved and what the author wants next."""
    if request.method != "POST":
        return _opened(request, template, wording)
    form = WordingForm(request.POST)
    then = request.POST.get("then", "save")
    if then == "check":
        said = form.unfinished()
        form = WordingForm(initial=request.POST.dict())
        return _page(request, template, wording, form, said, WordingForm(request.POST).answers())
    if not form.is_valid():
        return _page(request, template, wording, form, form.unfinished(), form.answers(), 422)
    try:
        saved = _save(request, template, wording, form)
    except OutOfStep as late:
        return _late(request, wording, str(late))
    if saved is None:
        return _page(request, template, wording, form, form.unfinished(), form.answers(), 422)
    unsaved.forget(request.user, template, wording)
    if saved.state != WordingState.DRAFT:
        sentence = _("v%(version)s has exactly these words and is approved already.")
        messages.info(request, sentence % {"version": saved.version})
        return redirect("wording", template.code, saved.version)
    if then == "submit":
        return _submitted(request, saved, form)
    if answers := form.answers():
        unsaved.keep(request.user, template, saved, answers_kept(answers))
    if then == "test":
        _test(request, saved)
    else:
        messages.success(request, _("Saved as a draft. Submit it when it is ready."))
    return redirect("wording-edit", template.code, saved.version)


def _opened(
    request: StaffRequest, template: MessageTemplate, wording: Wording | None
) -> HttpResponse:
    """The form as it was left: with what was typed and not saved, else with what was saved."""
    start = written(wording) if wording else copied(request, template)
    kept = unsaved.kept(request.user, template, wording)
    typed = {name: kept.fields[name] for name in FIELDS if name in kept.fields} if kept else {}
    answers = WordingForm(kept.fields).answers() if kept else {}
    changed = any(typed.get(name, "") != (start.get(name) or "") for name in FIELDS if typed)
    form = WordingForm(initial=typed if changed else start)
    said = WordingForm(typed if changed else start).unfinished()
    more: dict[str, Any] = {"kept": kept if changed else None}
    if not wording and not changed and not start.get("text"):
        more["starters"] = gallery(template)
    return _page(request, template, wording, form, said, answers, **more)


def _page(
    request: StaffRequest,
    template: MessageTemplate,
    wording: Wording | None,
    form: WordingForm,
    said: Words,
    answers: Mapping[str, str],
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "template": template,
        "wording": wording,
        "form": form,
        "live": template.wordings.filter(live=True).order_by("language"),
        "used_by": reading.used_by([template]).get(template.pk, []),
        "phone": own_phone.phone_of(request.user),
        "placeholders": list(placeholder_words.WORDS),
        **_panel(template, said, answers, request.user),
        **more,
    }
    return render(request, "messaging/wording_edit.html", context, status=status)


def _panel(
    template: MessageTemplate, said: Words, answers: Mapping[str, str], by: User
) -> dict[str, Any]:
    """What the checks say of the words, with the answers so far; empty words are not judged."""
    if not said.text:
        return {"template": template, "language": said.language}
    look = wording_checks.look_at(template, said)
    return {
        "template": template,
        "look": look,
        "asked": [Asked(one, answers.get(one.key, "")) for one in look.findings],
        "effect": reading.effect(template, said, by=by),
        "compared": reading.beside_live(template, said),
        "language": said.language,
    }


def _save(
    request: StaffRequest, template: MessageTemplate, wording: Wording | None, form: WordingForm
) -> Wording | None:
    """The saved or the already approved version; None when the form now says why not.

    Raises OutOfStep when the draft was changed in another window.
    """
    try:
        if wording is None:
            return wordings.draft(template, form.words(), by=request.user)
        seen = form.cleaned_data["seen"]
        return wordings.edit(wording, form.words(), seen=seen, by=request.user)
    except AlreadyApproved as there:
        return there.wording
    except NotAllowed as refusal:
        form.add_error(None, refusal.sentence)
        return None


def _submitted(request: StaffRequest, saved: Wording, form: WordingForm) -> HttpResponse:
    """Submit a saved draft; refused, its page comes back with the findings and every answer."""
    answers = form.answers()
    try:
        wordings.submit(saved, answers=answers, by=request.user)
    except NotAllowed as refusal:
        unsaved.keep(request.user, saved.template, saved, answers_kept(answers))
        again = WordingForm(written(find(saved.template.code, saved.version)))
        again.is_valid()
        unanswered = isinstance(refusal, NeedsAnswers)
        for sentence in _refusal(refusal):
            again.add_error(None, sentence)
        said = reading.words(saved)
        more = {"unanswered": unanswered, "refused": True}
        return _page(request, saved.template, saved, again, said, answers, 422, **more)
    except OutOfStep as late:
        return wording_pages.moved_on(request, saved, str(late))
    unsaved.forget(request.user, saved.template, saved)
    said_so = _("Submitted. From now on the text cannot change; a reviewer has it in the queue.")
    messages.success(request, said_so)
    return redirect("wording", saved.template.code, saved.version)


def _refusal(refusal: NotAllowed) -> list[str]:
    """What the page says of a submission that was refused: what to do, then each finding."""
    if isinstance(refusal, NeedsAnswers):
        first = _("Saved, but not submitted: say of these why they are right here, or change them.")
    elif isinstance(refusal, Blocked):
        first = _("Saved, but not submitted: change these words first.")
    else:
        return [refusal.sentence]
    return [first, *(one.quoted() for one in refusal.findings)]


def _test(request: StaffRequest, saved: Wording) -> None:
    try:
        own_phone.send_test(saved, by=request.user)
    except NotAllowed as refusal:
        messages.warning(request, _("Saved as a draft.") + " " + refusal.sentence)
    else:
        messages.success(request, _tested())


def _tested() -> str:
    return _("A test is on its way to your own phone. It begins with TEST and is counted.")


def _late(request: StaffRequest, wording: Wording | None, sentence: str) -> HttpResponse:
    """409 with both texts: saving once more replaces what is there, knowingly."""
    if wording is None:
        return pages.conflict(request, sentence, back=request.path)
    there = find(wording.template.code, wording.version)
    if there.state != WordingState.DRAFT:
        return wording_pages.moved_on(request, there, sentence)
    typed = request.POST.copy()
    typed["seen"] = there.fingerprint
    form = WordingForm(typed)
    said, answers = form.unfinished(), form.answers()
    form.add_error(None, sentence)
    return _page(request, there.template, there, form, said, answers, 409, late=there)
