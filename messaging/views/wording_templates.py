"""A template: what it is for, what is live for it, every version; and making a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from messaging.forms.wordings import PRODUCT_WORDS, TemplateForm
from messaging.models import MessageTemplate, Wording
from messaging.services import templates, wording_library, wording_results
from messaging.services import wording_reading as reading
from messaging.services.wording_invented import House
from messaging.views.wording_fields import gallery
from messaging.views.wordings import USED


@require_safe
@requires("messaging.view_wording")
def template(request: StaffRequest, code: str) -> HttpResponse:
    """One template: the live texts, and every version with who, when and why."""
    found = get_object_or_404(MessageTemplate, code=code)
    versions = list(found.wordings.select_related("author", "reviewer"))
    house = House.now()
    for one in versions:
        one.template = found
    outcomes = wording_results.results([one for one in versions if one.state in USED])
    live = [
        (one, wording_library.previews(one, house)[:1], outcomes.get(one.pk))
        for one in versions
        if one.live
    ]
    context = {
        "template": found,
        "product": PRODUCT_WORDS[found.product],
        "versions": [(one, outcomes.get(one.pk)) for one in versions],
        "live": live,
        "used_by": reading.used_by([found]).get(found.pk, []),
        "starters": [] if versions else gallery(found),
        "pair": _pair(versions),
    }
    return render(request, "messaging/wording_template.html", context)


def _pair(versions: list[Wording]) -> list[Wording]:
    """The newest version and the one before it in its language, else the one before it."""
    if len(versions) < 2:
        return []
    newest, *older = versions
    same = [one for one in older if one.language == newest.language]
    return [newest, (same or older)[0]]


@requires("messaging.add_wording")
def new_template(request: StaffRequest) -> HttpResponse:
    """A new purpose for texts; its first wording is written next."""
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = templates.create(**form.cleaned_data, by=request.user)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(code)s is there. Now write its text.") % {"code": made})
            return redirect("wording-new", made.code)
    status = 422 if form.errors else 200
    return render(request, "messaging/wording_template_new.html", {"form": form}, status=status)
