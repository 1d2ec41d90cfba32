"""End a hold early, or decline to: the lender's own by one supervisor, the others by two people."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from borrowers.forms.acts import DeclineForm
from borrowers.models import Borrower, Hold
from borrowers.services import holds
from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep


@requires("borrowers.lift_hold")
def lift(request: StaffRequest, borrower_ref: str, pk: int) -> HttpResponse:
    """A supervisor ends a pause, a promise, a plan or a paid hold at once."""
    done = _("Lifted. Reminders may go out again, inside hours and limits.")
    return _step(request, borrower_ref, pk, "lift", holds.lift, done)


@requires("borrowers.lift_hold")
def propose(request: StaffRequest, borrower_ref: str, pk: int) -> HttpResponse:
    """A supervisor proposes to end a hold that protects a right."""
    done = _("Proposed. Reminders stay back until a reviewer approves.")
    return _step(request, borrower_ref, pk, "propose", holds.propose_lift, done)


@requires("borrowers.approve_lift")
def approve(request: StaffRequest, borrower_ref: str, pk: int) -> HttpResponse:
    """A reviewer ends what a supervisor proposed to end."""
    done = _("Lifted. Reminders may go out again, inside hours and limits.")
    return _step(request, borrower_ref, pk, "approve", holds.lift, done)


@requires("borrowers.approve_lift")
def decline(request: StaffRequest, borrower_ref: str, pk: int) -> HttpResponse:
    """A reviewer turns a proposal down and says why; the hold stays."""
    borrower, hold = _live(request.user, borrower_ref, pk)
    back = reverse("borrower", args=[borrower.borrower_ref])
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, borrower, hold, "approve", form)
    try:
        holds.decline_lift(hold, form.cleaned_data["reason"], by=request.user)
    except NotAllowed as refused:
        return pages.refused(request, refused.sentence, back=back)
    except OutOfStep as late:
        return pages.conflict(request, str(late), back=back)
    messages.success(request, _("Declined. Reminders stay back; whoever proposed it reads why."))
    return redirect(back)


def _page(
    request: StaffRequest, borrower: Borrower, hold: Hold, step: str, form: DeclineForm | None
) -> HttpResponse:
    """The hold, what a step would change, and for a reviewer the way to decline."""
    others = _others(hold)
    context = {"borrower": borrower, "hold": hold, "step": step, "others": others, "form": form}
    status = 422 if form and form.is_bound else 200
    return render(request, "borrowers/lift.html", context, status=status)


def _step(
    request: StaffRequest,
    borrower_ref: str,
    pk: int,
    step: str,
    take: Callable[..., Hold],
    done: str,
) -> HttpResponse:
    borrower, hold = _live(request.user, borrower_ref, pk)
    back = reverse("borrower", args=[borrower.borrower_ref])
    if request.method != "POST":
        form = DeclineForm(None) if step == "approve" else None
        return _page(request, borrower, hold, step, form)
    try:
        take(hold, by=request.user)
    except NotAllowed as refused:
        return pages.refused(request, refused.sentence, back=back)
    except OutOfStep as late:
        return pages.conflict(request, str(late), back=back)
    messages.success(request, done)
    return redirect(back)


def _live(user: User, borrower_ref: str, pk: int) -> tuple[Borrower, Hold]:
    """A person this user may see, and a hold on them; 404 where there is none."""
    people_seen = Borrower.objects.visible_to(user)
    borrower: Borrower = get_object_or_404(people_seen, borrower_ref=borrower_ref)
    rows = Hold.objects.filter(holds.on(borrower))
    rows = rows.select_related(
        "placed_by", "lift_proposed_by", "lift_declined_by", "loan", "contact_point"
    )
    return borrower, get_object_or_404(rows, pk=pk)


def _others(hold: Hold) -> int:
    """How many people are on file at the number that is held."""
    if hold.contact_point is None:
        return 0
    return hold.contact_point.people.filter(till_at=None).count()
