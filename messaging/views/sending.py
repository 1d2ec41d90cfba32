"""Sending: is it going right now, what was kept back and why, and can I stop it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from borrowers.services import acts
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.forms.sending import ReminderFilter
from messaging.forms.stops import ResumeForm, StopForm
from messaging.models import Attempt, Run, SendingStop, WebhookEvent
from messaging.services import figures, lists, one_off_list, seen_by, state, stops
from messaging.services.lists import Wanted
from messaging.states import AttemptState, ReminderState

PAGE = 50
UNSETTLED_SHOWN = 10


@require_safe
@requires("messaging.view_sending")
def sending(request: StaffRequest) -> HttpResponse:
    """The whole page, or with htmx only the part that changes by itself; never the button."""
    context = _live(request) | {"updates": request.GET.get("updates") != "off"}
    whole = not request.htmx  # type: ignore[attr-defined]
    template = "messaging/sending_page.html" if whole else "messaging/sending_live.html"
    return render(request, template, context)


def _live(request: StaffRequest) -> dict[str, Any]:
    moment = figures.present()
    now = state.now(moment)
    rows = figures.of_day(seen_by.reminders(request.user), moment.day, moment.zone)
    runs = Run.objects.filter(business_on=moment.day).select_related("strategy")
    unsettled = Wanted(outcome="unsettled", since=moment.day - lists.RECENT)
    open_ones = lists.reminders(request.user, unsettled, moment.zone).select_related("template")
    return {
        "moment": moment,
        "state": now,
        "counts": figures.counts(rows, moment.since),
        "spent": figures.spent(rows, moment.since),
        "withheld": figures.by_reason(rows, ReminderState.WITHHELD),
        "expired": figures.by_reason(rows, ReminderState.EXPIRED),
        "waiting": figures.by_reason(rows, ReminderState.SCHEDULED),
        "runs": figures.of_runs(request.user, list(runs), now.stops),
        "unsettled": lists.lines(open_ones[:UNSETTLED_SHOWN]),
        "unsettled_count": open_ones.count(),
        "unsettled_since": unsettled.since,
    }


@requires("messaging.stop_sending")
def stop(request: StaffRequest) -> HttpResponse:
    """Ask what stops and why; then stop it."""
    form = StopForm(request.POST or None, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            stops.stop(
                asked["scope"],
                target=asked["target"],
                reason=asked["reason"],
                note=asked["note"],
                by=request.user,
            )
        except NotAllowed as refusal:
            messages.error(request, refusal.sentence)
            return redirect("stop")
        return redirect("resume")
    handed_over = Attempt.objects.filter(state=AttemptState.SUBMITTING).count()
    context = {"form": form, "handed_over": handed_over, "live": stops.live()}
    status = 422 if form.is_bound else 200
    return render(request, "messaging/stop_form.html", context, status=status)


def _asked(request: StaffRequest) -> dict[str, str]:
    """A link may come with a scope and a target filled in: `?scope=run&run=412`."""
    names = ("scope", "provider", "strategy", "run")
    return {name: request.GET[name] for name in names if name in request.GET}


@require_safe
@requires("messaging.view_sending")
def resume(request: StaffRequest) -> HttpResponse:
    """What is stopped, by whom and why, what still left, and who lets it go on."""
    return render(request, "messaging/resume_page.html", _resume(ResumeForm()))


def _resume(form: ResumeForm) -> dict[str, Any]:
    live = stops.live()
    return {
        "stops": [(stop, stops.under_way(stop), stops.waiting(stop)) for stop in live],
        "form": form,
    }


@require_POST
@requires("messaging.propose_resume")
def propose_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """A supervisor says that the cause is dealt with."""
    row = get_object_or_404(SendingStop, pk=pk)
    form = ResumeForm(request.POST)
    if not form.is_valid():
        context = _resume(form) | {"asked": pk}
        return render(request, "messaging/resume_page.html", context, status=422)
    try:
        stops.propose_resume(row, by=request.user)
    except (NotAllowed, OutOfStep) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Proposed. A compliance reviewer approves it next."))
    return redirect("resume")


@require_POST
@requires("messaging.approve_resume")
def approve_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """A reviewer lets it go on."""
    row = get_object_or_404(SendingStop, pk=pk)
    try:
        stops.approve_resume(row, by=request.user)
    except (NotAllowed, OutOfStep) as refusal:
        messages.error(request, str(refusal))
        return redirect("resume")
    messages.success(request, _("Sending goes on with what is still due and still allowed."))
    return redirect("dispatch")


@require_safe
@requires("messaging.view_sending")
def run(request: StaffRequest, pk: int) -> HttpResponse:
    """One run: its counts by state and reason, which add up, and its reminders."""
    row = get_object_or_404(Run.objects.select_related("strategy", "by"), pk=pk)
    rows = seen_by.reminders(request.user).filter(run=row)
    (of_run,) = figures.of_runs(request.user, [row], stops.live())
    page = _page(request, lists.reminders(request.user, Wanted(run=pk), acts.DEFAULT_ZONE))
    context = {
        "figures": of_run,
        "withheld": figures.by_reason(rows, ReminderState.WITHHELD),
        "expired": figures.by_reason(rows, ReminderState.EXPIRED),
        "waiting": figures.by_reason(rows, ReminderState.SCHEDULED),
        "cancellable": one_off_list.cancellable(row, by=request.user).count(),
        "sees_people": seen_by.sees_people(request.user),
        "partial": seen_by.sees_some(request.user),
        **page,
    }
    return render(request, "messaging/run_detail.html", context)


@require_safe
@requires("messaging.view_sending")
def reminders(request: StaffRequest) -> HttpResponse:
    """The reminders behind any figure, narrowed by the address alone."""
    form = ReminderFilter(request.GET)
    valid = form.is_valid()
    wanted = form.wanted() if valid else Wanted()
    rows = lists.reminders(request.user, wanted, figures.present().zone)
    context = {
        "form": form,
        "query": _without_page(request),
        "narrowed": valid and wanted != Wanted(),
        "sees_people": seen_by.sees_people(request.user),
        **_page(request, rows if valid else rows.none()),
    }
    return render(request, "messaging/reminder_list.html", context, status=200 if valid else 422)


def _without_page(request: StaffRequest) -> str:
    """The address's own filters, for the links to other pages of the list."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _page(request: StaffRequest, rows: Any) -> dict[str, Any]:
    """One page of a list of reminders, with what each line shows."""
    shown = rows.select_related("borrower", "loan", "template", "run")
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    return {"page": page, "lines": lists.lines(page.object_list)}


@require_safe
@requires("messaging.view_sending")
def message(request: StaffRequest, pk: str) -> HttpResponse:
    """One text as it was sent: the stored words, what the carrier said, and why it was sent."""
    attempt = _attempt(request, pk)
    text = attempt.reminder.text or ""
    context = {
        "attempt": attempt,
        "reminder": attempt.reminder,
        "digest": sha256(text.encode()).hexdigest(),
        "reports": _reports(attempt),
        "decision_id": lists.newest_decisions([attempt.reminder_id]).get(attempt.reminder_id),
        "sees_people": seen_by.sees_people(request.user),
    }
    return render(request, "messaging/message_detail.html", context)


@dataclass(frozen=True, slots=True)
class Report:
    """One call of the provider about a text: when, what it said, and what we did with it."""

    at: datetime
    said: str
    did: str


def _reports(attempt: Attempt) -> list[Report]:
    did = {
        "applied": _("taken over"),
        "no_news": _("nothing new"),
        "contradiction": _("contradicts what is known: not taken over"),
        "another_text": _("names another text: not taken over"),
    }
    rows = WebhookEvent.objects.filter(attempt_id=attempt.pk).order_by("pk")
    return [
        Report(
            row.received_at,
            row.key.partition(f"{attempt.pk}:")[2],
            did.get(row.outcome, row.outcome),
        )
        for row in rows
    ]


def _attempt(request: StaffRequest, pk: str) -> Attempt:
    rows = seen_by.attempts(request.user).select_related(
        "borrower",
        "contact_point",
        "loan",
        "sender__provider",
        "reminder__wording__template",
        "reminder__run__strategy",
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
