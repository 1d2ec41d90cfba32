"""A frozen list of people: look at it once more, then act on exactly those."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from borrowers.forms.queue import AssignForm, PauseForm
from borrowers.models import QueueSnapshot
from borrowers.services import buckets, snapshots
from borrowers.services.snapshots import Done
from collections_site.lib import masking, pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from collections_site.reporting import worklist
from collections_site.reporting.worklist import Row
from collections_site.status_tags import status_tag
from collections_site.templatetags.courtesy import bucket_of
from messaging.services import figures
from messaging.services.one_off_list_preview import MOST, too_many

NAMED = 5


def own(request: StaffRequest, pk: int) -> QueueSnapshot:
    """A list this member of staff chose for an act; 404 for anybody else's, and for one walked through."""
    return get_object_or_404(QueueSnapshot, pk=pk, by=request.user, walk=False)


def back_of(snapshot: QueueSnapshot) -> str:
    """The page of the queue on which the list was chosen."""
    return f"{reverse('queue')}?{snapshot.query}" if snapshot.query else reverse("queue")


@require_safe
@requires("borrowers.view_queue")
def frozen(request: StaffRequest, pk: int) -> HttpResponse:
    """How many, how much, the first names, and what can be done with them."""
    snapshot = own(request, pk)
    try:
        return _page(request, snapshot)
    except OutOfStep as late:
        return pages.conflict(request, str(late), back=back_of(snapshot))


def _page(
    request: StaffRequest,
    snapshot: QueueSnapshot,
    *,
    assigning: AssignForm | None = None,
    pausing: PauseForm | None = None,
) -> HttpResponse:
    people = snapshots.people_of(snapshot, by=request.user)
    bound = assigning or pausing
    user = request.user
    works = user.has_perm("borrowers.work_queue")
    context: dict[str, Any] = {
        "snapshot": snapshot,
        "totals": [(Decimal(sum), unit) for unit, sum in sorted(snapshot.totals.items())],
        "first": people[:NAMED],
        "others": max(len(people) - NAMED, 0),
        "left_out": snapshot.count - len(people),
        "assigning": assigning or AssignForm(),
        "pausing": pausing or _pausing(),
        "bound": bound,
        "may_assign": works and user.has_perm("borrowers.view_all_borrowers"),
        "may_pause": works and user.has_perm("borrowers.place_hold"),
        "may_remind": works and user.has_perm("messaging.send_one_off"),
        "too_many": too_many() if snapshot.count > MOST else "",
        "may_export": user.has_perm("borrowers.export_list"),
        "back": back_of(snapshot),
    }
    return render(request, "reporting/queue_list.html", context, status=422 if bound else 200)


def _pausing(data: Any = None) -> PauseForm:
    moment = figures.present()
    return PauseForm(data, today=moment.day, zone=moment.zone)


@require_POST
@requires("borrowers.work_queue")
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the frozen people into a collector's care."""
    snapshot = own(request, pk)
    form = AssignForm(request.POST)
    try:
        if not form.is_valid():
            return _page(request, snapshot, assigning=form)
        collector = form.cleaned_data["collector"]
        done = snapshots.assign(snapshot, collector, by=request.user)
    except (NotAllowed, OutOfStep) as refused:
        return pages.conflict(request, str(refused), back=back_of(snapshot))
    name = collector.get_full_name() or collector.get_username()
    sentence = ngettext(
        "One person is in the care of %(name)s now.",
        "%(n)s people are in the care of %(name)s now.",
        done.people,
    )
    return _told(request, snapshot, sentence % {"n": done.people, "name": name}, done)


@require_POST
@requires("borrowers.work_queue")
def pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop reminders to the frozen people until the end of a day."""
    snapshot = own(request, pk)
    form = _pausing(request.POST)
    try:
        if not form.is_valid():
            return _page(request, snapshot, pausing=form)
        done = snapshots.pause(snapshot, form.till(), by=request.user)
    except (NotAllowed, OutOfStep) as refused:
        return pages.conflict(request, str(refused), back=back_of(snapshot))
    sentence = ngettext(
        "Reminders to one person stop until %(till)s.",
        "Reminders to %(n)s people stop until %(till)s.",
        done.people,
    )
    till = date_format(timezone.localtime(form.till()), "SHORT_DATETIME_FORMAT")
    return _told(request, snapshot, sentence % {"n": done.people, "till": till}, done)


def _told(
    request: StaffRequest, snapshot: QueueSnapshot, sentence: str, done: Done
) -> HttpResponse:
    messages.success(request, sentence)
    if done.left_out:
        left_out = ngettext(
            "One person of the list is no longer in your care and was left out.",
            "%(n)s people of the list are no longer in your care and were left out.",
            done.left_out,
        )
        messages.warning(request, left_out % {"n": done.left_out})
    return redirect(back_of(snapshot))


@require_POST
@requires("borrowers.export_list")
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """The frozen people as a file: the columns of the page, masked as on it."""
    snapshot = own(request, pk)
    try:
        people = snapshots.exported(snapshot, by=request.user)
    except (NotAllowed, OutOfStep) as refused:
        return pages.conflict(request, str(refused), back=back_of(snapshot))
    rows = worklist.rows([person.pk for person in people], figures.present())
    return pages.csv_file(f"queue-{snapshot.pk}.csv", _lines(rows))


def _lines(rows: Sequence[Row]) -> Iterable[Sequence[str]]:
    yield [
        _("Customer number"),
        _("Borrower"),
        _("Phone"),
        _("Bucket"),
        _("Overdue"),
        _("Currency"),
        _("Balance as of"),
        _("Promise or hold"),
        _("Can I text now"),
        _("In whose care"),
    ]
    of = buckets.current()
    for row in rows:
        line = row.line
        days = "" if line.days is None else bucket_of(line.days, of)[1]
        person = [
            line.borrower.borrower_ref,
            masking.mask_name(line.borrower.full_name),
            masking.mask_phone(line.phone) if line.phone else "",
            days,
        ]
        as_of = line.as_of.isoformat() if line.as_of else ""
        held = " · ".join([*_promised(row), *(_word(kind, "hold") for kind in line.holds)])
        can = _("May be reminded") if row.answer == "now" else row.label
        # One line a currency: amounts in a column can be added up.
        for amount, unit in [(str(one.amount), one.currency) for one in line.overdue] or [("", "")]:
            yield [*person, amount, unit, as_of, held, can, row.owner]


def _promised(row: Row) -> list[str]:
    """What they promised to pay and by when, and whether they broke it."""
    if row.promise is None:
        return []
    promise = row.promise.promise
    said = f"{_word(row.promise.state, 'promise')} {promise.currency} {promise.amount}"
    return [f"{said} {promise.due_on.isoformat()}"]


def _word(name: str, kind: str) -> str:
    return str(status_tag(name, kind).word)
