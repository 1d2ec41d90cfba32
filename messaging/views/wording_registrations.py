"""What a carrier says of a wording: recorded by hand from its own pages or letters."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from borrowers.models import Lender
from collections_site.lib import clock
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.forms.wordings import RegistrationForm
from messaging.models import Provider, Registration
from messaging.services import registrations
from messaging.states import WordingState
from messaging.views.wording_pages import find, moved_on


@requires("messaging.register_wording")
def register(request: StaffRequest, code: str, number: int, provider: str) -> HttpResponse:
    """Record a carrier's answer, in place of the one before."""
    wording = find(code, number)
    carrier = get_object_or_404(Provider, code=provider)
    posted = request.POST if request.method == "POST" else None
    form = RegistrationForm(posted, initial=_known(wording.pk, carrier.pk))
    if request.method == "POST" and form.is_valid():
        try:
            registrations.record(wording, carrier, **form.cleaned_data, by=request.user)
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        except OutOfStep as late:
            return moved_on(request, wording, str(late))
        else:
            messages.success(request, _("Recorded what %(name)s said.") % {"name": carrier.name})
            waits = wording.state == WordingState.SUBMITTED
            return redirect("wording-review" if waits else "wording", code, number)
    context = {"wording": wording, "carrier": carrier, "form": form}
    status = 422 if form.errors else 200
    return render(request, "messaging/wording_register.html", context, status=status)


def _known(wording_id: int, provider_id: str) -> dict[str, object]:
    """What was recorded before, looked at today."""
    zone = Lender.objects.values_list("time_zone", flat=True).first() or "UTC"
    fields = ("state", "template_code", "reference", "reason")
    rows = Registration.objects.filter(wording_id=wording_id, provider_id=provider_id)
    return {**(rows.values(*fields).first() or {}), "checked_on": clock.today(zone)}
