"""Look at a whole name or number: asked for by POST, so that no address and no history holds it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from borrowers.forms.reveals import NAME, RevealForm
from borrowers.models import Borrower
from borrowers.services import people, reveals
from borrowers.services.acts import CannotRecord
from collections_site.lib import masking
from collections_site.lib.access import StaffRequest, requires


@requires("borrowers.reveal_contact")
def reveal(request: StaffRequest, borrower_ref: str) -> HttpResponse:
    """Show what was asked for, once, and log it; by GET the buttons alone. 404 for a person not in one's care."""
    borrower = get_object_or_404(
        Borrower.objects.visible_to(request.user), borrower_ref=borrower_ref
    )
    numbers = list(people.numbers_of([borrower.pk]))
    posted = request.POST if request.method == "POST" else None
    form, shown, what = RevealForm(posted, numbers), "", ""
    if form.is_valid():
        what, reason = form.cleaned_data["what"], form.cleaned_data["reason"]
        try:
            if what == NAME:
                shown = reveals.name(borrower, reason=reason, by=request.user)
            else:
                phone = reveals.number(borrower, form.numbers[what], reason=reason, by=request.user)
                shown = masking.show_phone(phone)
        except CannotRecord as refused:
            form.add_error(refused.field, refused.sentence)
    elif posted is None and not request.headers.get("HX-Request"):
        return redirect("borrower", borrower.borrower_ref)
    context = {"borrower": borrower, "reveal": form, "shown": shown, "what": what}
    page = (
        "borrowers/reveal_parts.html"
        if request.headers.get("HX-Request")
        else "borrowers/reveal.html"
    )
    answer = render(request, page, context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer
