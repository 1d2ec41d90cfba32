"""Give a person into a collector's care, or take them out of it, from their own page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from borrowers.forms.care import CareForm
from borrowers.models import Borrower
from borrowers.services import assignments
from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed


@requires("borrowers.assign_person")
def care(request: StaffRequest, borrower_ref: str) -> HttpResponse:
    """Ask for a collector and assign; the button ``nobody`` returns the person to nobody."""
    borrower = get_object_or_404(
        Borrower.objects.visible_to(request.user), borrower_ref=borrower_ref
    )
    back = reverse("borrower", args=[borrower.borrower_ref])
    form = CareForm(request.POST if request.method == "POST" else None)
    try:
        if "nobody" in request.POST:
            assignments.end([borrower], by=request.user)
            messages.success(request, _("They are in nobody's care now."))
            return redirect(back)
        if form.is_valid():
            collector = form.cleaned_data["collector"]
            assignments.assign([borrower], collector, by=request.user)
            name = collector.get_full_name() or collector.get_username()
            messages.success(request, _("They are in the care of %(name)s now.") % {"name": name})
            return redirect(back)
    except NotAllowed as refused:
        return pages.refused(request, refused.sentence, back=back)
    context = {"borrower": borrower, "form": form, "assignment": assignments.of(borrower)}
    return render(request, "borrowers/care.html", context, status=422 if form.is_bound else 200)
