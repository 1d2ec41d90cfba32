"""Remind a frozen list of people: look at what would be sent, then send exactly that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from borrowers.models import Lender, QueueSnapshot
from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from collections_site.reporting.views.queue_lists import back_of, own
from messaging.services import one_off_list, one_off_list_preview
from messaging.services.one_off_list import Sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires("borrowers.work_queue")
@requires("messaging.send_one_off")
def remind(request: StaffRequest, pk: int) -> HttpResponse:
    """What the list would get, and the one button; 409 when nothing is as it was shown."""
    snapshot = own(request, pk)
    try:
        if request.method == "POST":
            return _send(request, snapshot)
        return _check(request, snapshot)
    except Lender.DoesNotExist:
        messages.error(request, _("Set up the lender first: manage.py start_lender."))
        return redirect("queue-list", snapshot.pk)
    except (NotAllowed, OutOfStep) as refused:
        return pages.conflict(request, str(refused), back=back_of(snapshot))


def _check(request: StaffRequest, snapshot: QueueSnapshot) -> HttpResponse:
    found = one_off_list_preview.preview(snapshot, by=request.user)
    context = {
        "snapshot": snapshot,
        "preview": found,
        "token": one_off_list.sign(found, snapshot=snapshot, by=request.user),
    }
    return render(request, "reporting/queue_remind.html", context)


def _send(request: StaffRequest, snapshot: QueueSnapshot) -> HttpResponse:
    """To the run when all are scheduled; else a page that names those who got nothing."""
    done = one_off_list.send(snapshot, request.POST.get("token", ""), by=request.user)
    if done.run is not None and not done.others:
        messages.success(request, _scheduled(done))
        return redirect("run", done.run.pk)
    context = {
        "done": done,
        "said": _scheduled(done),
        "again": reverse("queue-remind", args=[snapshot.pk]),
        "back": back_of(snapshot),
    }
    status = 200 if done.run else 409
    return render(request, "reporting/queue_reminded.html", context, status=status)


def _scheduled(done: Sent) -> str:
    if done.again and not done.scheduled:
        return _("This list was sent before, and nothing of it waits any more. Nothing is added.")
    sentence = ngettext(
        "One message is scheduled. Until it leaves you can cancel it.",
        "%(n)s messages are scheduled. Until they leave you can cancel them.",
        done.scheduled,
    )
    return sentence % {"n": f"{done.scheduled:,}"}
