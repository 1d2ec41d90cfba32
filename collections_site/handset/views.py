"""The phones of the demonstration: what arrived on them, and a way to answer. Never in production."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from borrowers.models import Borrower, BorrowerNumber, ContactPoint
from collections_site.handset import phones
from collections_site.handset.forms import AnswerForm, FindForm
from collections_site.handset.phones import NoSuchPhone, NotRunning
from collections_site.lib.access import StaffRequest, requires

SHOWN = 50
QUICK = ["STOP", "退订", "R", "TD", "START"]
View = Callable[..., HttpResponse]


def _outside_production(view: View) -> View:
    """404 in production, and one clear page while the carrier is not running."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.PRODUCTION:
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except NotRunning:
            return render(request, "handset/not_running.html", status=503)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@requires("messaging.view_sending")
@_outside_production
def handset(request: StaffRequest) -> HttpResponse:
    """The phones used last. Digits are looked for by POST, so that no number stands in an address."""
    form = FindForm(request.POST or None)
    digits = form.cleaned_data["digits"] if form.is_valid() else ""
    rows = phones.newest(SHOWN, digits)
    points = ContactPoint.objects.in_bulk([row.number for row in rows], field_name="phone")
    people = _people([point.pk for point in points.values()], request)
    listed = [
        (row, points[row.number], people.get(points[row.number].pk))
        for row in rows
        if row.number in points
    ]
    context = {"form": form, "phones": listed, "strangers": len(rows) - len(listed)}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "handset/phone_list.html", context, status=status)


def _people(points: list[int], request: StaffRequest) -> dict[int, Borrower]:
    """By contact point, somebody who is reached there and whom this member of staff may see."""
    if not request.user.has_perm("borrowers.view_borrower"):
        return {}
    visible = Borrower.objects.visible_to(request.user)
    rows = BorrowerNumber.objects.filter(contact_point__in=points, till_at=None)
    rows = rows.filter(borrower__in=visible.values("pk")).select_related("borrower")
    return {row.contact_point_id: row.borrower for row in rows}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("messaging.view_sending")
@_outside_production
def phone(request: StaffRequest, pk: int) -> HttpResponse:
    """One phone with its texts; a POST answers the last one."""
    point = get_object_or_404(ContactPoint, pk=pk)
    form = AnswerForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            return _answer(request, point, form.cleaned_data["text"])
        entries = phones.texts(point.phone)
    except NoSuchPhone as error:
        raise Http404 from error
    context = {
        "point": point,
        "entries": entries,
        "form": form,
        "quick": QUICK,
        "person": _people([point.pk], request).get(point.pk),
    }
    status = 422 if form.is_bound else 200
    return render(request, "handset/phone_detail.html", context, status=status)


def _answer(request: StaffRequest, point: ContactPoint, words: str) -> HttpResponse:
    if phones.answer(point.phone, words):
        messages.success(request, _("Answered. The site has taken the reply in."))
    else:
        messages.error(request, _("The phone answered, but the site did not take the reply in."))
    return redirect("phone", point.pk)
