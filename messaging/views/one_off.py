"""A one-off reminder: look at the one text, send it, take it back; and take back a whole list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from borrowers.models import Borrower, Lender
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import Reminder, Run
from messaging.services import figures, one_off, one_off_list, one_off_offer, seen_by, telling
from messaging.services.one_off_changes import Changed
from messaging.states import ReminderKind, ReminderState


@require_http_methods(["GET", "HEAD", "POST"])
@requires("messaging.send_one_off")
def remind(request: StaffRequest, borrower_ref: str) -> HttpResponse:
    """The text this person would get, and the one button; 409 when something changed meanwhile."""
    visible = Borrower.objects.visible_to(request.user)
    row = get_object_or_404(visible, borrower_ref=borrower_ref)
    if not Lender.objects.exists():
        messages.error(request, _("Set up the lender first: manage.py start_lender."))
        return redirect("borrower", row.borrower_ref)
    if request.method == "POST":
        return _send(request, row)
    found = one_off_offer.offer(row, template=request.GET.get("wording", ""))
    context = {
        "borrower": row,
        "offer": found,
        "box": telling.box(found.verdict),
        "why": telling.joined(telling.tell(found.decision.as_rows())),
        "token": one_off.sign(found, borrower=row, by=request.user),
        "today": _today(request),
    }
    return render(request, "messaging/remind_page.html", context)


def _send(request: StaffRequest, row: Borrower) -> HttpResponse:
    try:
        one_off.send(row, request.POST.get("token", ""), by=request.user)
    except Changed as change:
        context = {"borrower": row, "sentence": str(change)}
        return render(request, "messaging/remind_changed.html", context, status=409)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("1 message is scheduled. Until it leaves you can cancel it."))
    return redirect("borrower", row.borrower_ref)


def _today(request: StaffRequest) -> int:
    """How many one-off reminders were asked for today, of the people this member of staff sees."""
    moment = figures.present()
    rows = seen_by.reminders(request.user).filter(kind=ReminderKind.ONE_OFF)
    made = rows.filter(created_at__gte=moment.since)
    return made.exclude(state=ReminderState.CANCELLED).count()


@require_POST
@requires("messaging.send_one_off")
def cancel(request: StaffRequest, borrower_ref: str, pk: int) -> HttpResponse:
    """Take back what has not left."""
    row = get_object_or_404(Borrower.objects.visible_to(request.user), borrower_ref=borrower_ref)
    reminder = get_object_or_404(Reminder, pk=pk, borrower=row, kind=ReminderKind.ONE_OFF)
    try:
        one_off.cancel(reminder, by=request.user)
    except (NotAllowed, OutOfStep) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Cancelled. Nothing was sent."))
    return redirect("borrower", row.borrower_ref)


@require_POST
@requires("messaging.send_one_off")
def cancel_list(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what has not left of a list of people."""
    row = get_object_or_404(Run, pk=pk)
    try:
        taken = one_off_list.cancel(row, by=request.user)
    except (NotAllowed, OutOfStep) as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = ngettext(
            "Cancelled. One message was not sent.",
            "Cancelled. %(n)s messages were not sent.",
            taken,
        )
        messages.success(request, sentence % {"n": f"{taken:,}"})
    return redirect("run", row.pk)
