"""Do-not-contact lists by browser: brought, looked at, and held all at once."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from borrowers.forms.do_not_contact import KINDS, ListForm, ReadingForm
from borrowers.policies.do_not_contact import Kind
from borrowers.policies.import_reasons import in_language
from borrowers.services import do_not_contact, list_uploads
from borrowers.services.do_not_contact import Listing
from borrowers.services.import_reader import FORM, MOST_BYTES
from borrowers.services.import_uploads import CannotReceive
from borrowers.services.list_uploads import Kept
from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.bodies import takes
from collections_site.lib.steps import OutOfStep
from collections_site.lib.whole_numbers import whole_number

FEW = 50  # rows listed; the file itself has the rest


@takes(
    MOST_BYTES + FORM,
    gettext_lazy(
        "This file is larger than 10 MB: split it, or take it in on the server with"
        " manage.py import_do_not_contact."
    ),
)
@requires("borrowers.import_portfolio")
def bring(request: StaffRequest) -> HttpResponse:
    """Bring a list."""
    status = 422 if request.method == "POST" else 200
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            kept = list_uploads.receive(said["brought"], said["source"], by=request.user)
            return redirect("do-not-contact-check", kept.word)
        except CannotReceive as refused:
            for sentence in refused.sentences:
                form.add_error(None, in_language(sentence, get_language() or ""))
            status = 413 if refused.too_large else 422
    return render(request, "borrowers/list_new.html", {"form": form}, status=status)


@require_safe
@requires("borrowers.import_portfolio")
def check(request: StaffRequest, word: str) -> HttpResponse:
    """What the list would hold, before anything is written."""
    try:
        kept = list_uploads.find(word, by=request.user)
    except OutOfStep as late:
        return pages.conflict(request, str(late), back=reverse("do-not-contact"))
    listing = _listing(kept, request.GET)
    return render(request, "borrowers/list_check.html", _context(kept, listing))


def _listing(kept: Kept, said: Any) -> Listing:
    """As chosen in the address or the form; whatever is no choice is guessed."""
    column, kind = said.get("column", ""), said.get("kind", "")
    known = kind in dict(KINDS)
    return list_uploads.read(
        kept,
        column=0 if column == "0" else whole_number(column),
        kind=cast(Kind, kind) if known else None,
    )


def _context(kept: Kept, listing: Listing) -> dict[str, Any]:
    language = get_language() or ""
    checked = do_not_contact.check(listing)
    by_row = listing.broken[:FEW]
    initial = {"column": str(listing.column), "kind": listing.kind}
    return {
        "kept": kept,
        "listing": listing,
        "checked": checked,
        "form": ReadingForm(None, listing.header, initial=initial),
        "broken": [(row, in_language(why, language)) for row, why in by_row],
        "broken_more": max(len(listing.broken) - FEW, 0),
        "unmatched": sorted(checked.unmatched)[:FEW],
        "unmatched_more": max(len(checked.unmatched) - FEW, 0),
        "by_phone": listing.kind == "phone",
    }


@require_POST
@requires("borrowers.import_portfolio")
def apply(request: StaffRequest, word: str) -> HttpResponse:
    """Hold them all, or none."""
    try:
        kept = list_uploads.find(word, by=request.user)
    except OutOfStep as late:
        return pages.conflict(request, str(late), back=reverse("do-not-contact"))
    done = list_uploads.apply(kept, _listing(kept, request.POST), by=request.user)
    people = ngettext("One person", "%(n)s people", len(done.people)) % {"n": len(done.people)}
    numbers = ngettext("one number", "%(n)s numbers", len(done.numbers)) % {"n": len(done.numbers)}
    sentence = _("%(people)s and %(numbers)s are held now, by the list “%(list)s”.")
    said = {"people": people, "numbers": numbers, "list": kept.source}
    messages.success(request, sentence % said)
    return redirect("imports")


@require_POST
@requires("borrowers.import_portfolio")
def discard(request: StaffRequest, word: str) -> HttpResponse:
    """Put the list aside; nothing was written."""
    try:
        list_uploads.discard(list_uploads.find(word, by=request.user))
    except OutOfStep as late:
        return pages.conflict(request, str(late), back=reverse("do-not-contact"))
    messages.info(request, _("The list is put aside; nobody was held."))
    return redirect("imports")
