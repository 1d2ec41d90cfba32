"""Small forms on a person: each says what changes now, keeps what was typed, and records it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from borrowers.forms.acts import (
    ActForm,
    LoanHoldForm,
    NoteForm,
    OtherForm,
    PlainForm,
    PromiseForm,
    UntilForm,
    VerifiedForm,
    WordsForm,
    WrongNumberForm,
)
from borrowers.forms.calls import CallForm
from borrowers.forms.consents import GIVEN, ConsentForm
from borrowers.models import Borrower, Hold
from borrowers.policies.holds import FURTHEST, PAID_HOURS
from borrowers.policies.promises import GRACE
from borrowers.services import acts, calls, consents, numbers, promises
from borrowers.services.acts import CannotRecord
from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed

Said = Mapping[str, Any]
WEEK = timedelta(days=7)
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Act:
    """A form and what pressing its button does. ``day`` names the field that says how long.

    ``do`` answers the hold it placed, or a sentence on what follows, or None for nothing. ``then`` names the form that follows, from what was said; empty for none.
    """

    title: str | Lazy
    form: type[ActForm]
    do: Callable[[Borrower, Said, User], "Hold | str | None"]
    lasts: str = (
        "until lifted"  # or "a day", "hours", "no time", or its own: "a call", "a consent", …
    )
    day: str = ""
    grace: timedelta = timedelta(0)
    then: Callable[[Said], str] = lambda said: ""


def _promise(borrower: Borrower, said: Said, by: User) -> Hold:
    return promises.record(
        borrower,
        said["amount"],
        said["due_on"],
        currency=said["currency"],
        includes_next=said["includes_next"],
        by=by,
    ).hold


def _until(kind: str) -> Callable[[Borrower, Said, User], Hold]:
    return lambda borrower, said, by: acts.hold_until(
        kind, borrower, said["until"], text=said["text"], by=by
    )


def _for_good(kind: str = "") -> Callable[[Borrower, Said, User], Hold]:
    return lambda borrower, said, by: acts.hold_for_good(
        kind or said["kind"], borrower, text=said["text"], by=by
    )


def _paid(borrower: Borrower, said: Said, by: User) -> Hold:
    return acts.says_paid(borrower, text=said["text"], by=by)


def _wrong_number(borrower: Borrower, said: Said, by: User) -> Hold | str:
    hold = numbers.not_own(borrower, said["number"], text=said["text"], by=by)
    return hold or _not_theirs()


def _not_theirs() -> str:
    return _("Saved. They get no texts at this number now; whoever else lives on it still may.")


def _verified(borrower: Borrower, said: Said, by: User) -> str:
    numbers.verify(borrower, said["number"], text=said["text"], by=by)
    return _("Saved. The number is theirs, verified today. What holds it back still does.")


def _consent(borrower: Borrower, said: Said, by: User) -> str:
    told = {name: said[name] for name in ("at", "text")}
    if said["said"] == GIVEN:
        consents.give(borrower, said["number"], **told, by=by)
        return _("Saved. They agree to reminders at this number.")
    consents.withdraw(borrower, **told, by=by)
    return _("Saved. Reminders stop now: they no longer agree to texts.")


def _loan_hold(borrower: Borrower, said: Said, by: User) -> Hold:
    return acts.hold_loan(said["kind"], borrower, said["loan"], text=said["text"], by=by)


def _note(borrower: Borrower, said: Said, by: User) -> None:
    acts.note(borrower, said["text"], by=by)


def _call(borrower: Borrower, said: Said, by: User) -> Hold | str | None:
    told = {name: said[name] for name in ("at", "outcome", "text", "identity_checked")}
    hold = calls.record(borrower, said["number"], **told, by=by)[1]
    return hold or (_not_theirs() if said["outcome"] == calls.SOMEBODY_ELSE else None)


def _after_call(said: Said) -> str:
    return "promise" if said["outcome"] == "promised" else ""


ACTS: dict[str, Act] = {
    "call": Act(gettext_lazy("Log a call"), CallForm, _call, "a call", then=_after_call),
    "promise": Act(
        gettext_lazy("Record a promise"), PromiseForm, _promise, "a day", "due_on", GRACE
    ),
    "plan": Act(
        gettext_lazy("Record a repayment plan"), UntilForm, _until("plan"), "a day", "until"
    ),
    "pause": Act(gettext_lazy("Pause reminders"), UntilForm, _until("pause"), "a day", "until"),
    "paid": Act(gettext_lazy("They say it is paid"), PlainForm, _paid, "hours"),
    "complaint": Act(gettext_lazy("Record a complaint"), WordsForm, _for_good("complaint")),
    "hardship": Act(gettext_lazy("Record hardship"), PlainForm, _for_good("hardship")),
    "wrong-number": Act(
        gettext_lazy("Wrong number"), WrongNumberForm, _wrong_number, "a wrong number"
    ),
    "verified": Act(gettext_lazy("Theirs, verified today"), VerifiedForm, _verified, "a number"),
    "consent": Act(
        gettext_lazy("Record consent or its withdrawal"), ConsentForm, _consent, "a consent"
    ),
    "loan-hold": Act(gettext_lazy("Hold one loan back"), LoanHoldForm, _loan_hold, "a loan"),
    "hold": Act(gettext_lazy("Hold reminders back"), OtherForm, _for_good()),
    "note": Act(gettext_lazy("Write a note"), NoteForm, _note, "no time"),
}


@requires("borrowers.place_hold")
def act(request: StaffRequest, borrower_ref: str, name: str) -> HttpResponse:
    """Ask what somebody said, say what changes now, and record it; 404 for a person not in one's care."""
    borrower = get_object_or_404(
        Borrower.objects.visible_to(request.user), borrower_ref=borrower_ref
    )
    wanted = ACTS[name]
    named = (wanted.day, "number", "loan")
    asked = {name: request.GET[name] for name in named if name in request.GET}
    posted = request.POST if request.method == "POST" else None
    form = wanted.form(posted, borrower, initial=asked)
    back = reverse("borrower", args=[borrower.borrower_ref])
    if form.is_valid():
        try:
            done = wanted.do(borrower, form.cleaned_data, request.user)
        except CannotRecord as refused:
            form.add_error(refused.field, refused.sentence)
        except NotAllowed as refused:
            return pages.refused(request, refused.sentence, back=back)
        else:
            messages.success(request, _told(done))
            then = wanted.then(form.cleaned_data)
            return redirect(f"act-{then}", borrower_ref) if then else redirect(back)
    context = {"borrower": borrower, "act": wanted, "form": form, **_effect(name, wanted, form)}
    status = 422 if form.is_bound else 200
    return render(request, "borrowers/act.html", context, status=status)


def _told(hold: Hold | str | None) -> str:
    if isinstance(hold, str):
        return hold
    if hold is None:
        return _("Saved. Reminders go on as before.")
    if hold.loan_id is not None and hold.till_at is None:
        return _("Saved. Reminders of this loan stop now, until two people lift this.")
    if hold.till_at is None:
        return _("Saved. Reminders stop now, until two people lift this.")
    when = date_format(timezone.localtime(hold.till_at), "DATETIME_FORMAT")
    return _("Saved. Reminders stop until %(when)s.") % {"when": when}


def _effect(name: str, wanted: Act, form: ActForm) -> dict[str, Any]:
    """What saving would change now: until when reminders stop, where that can be said yet."""
    moment = acts.present()
    till: datetime | None = None
    if wanted.lasts == "hours":
        till = moment.at + PAID_HOURS
    elif wanted.day:
        day = _day(form[wanted.day].value())
        if day and moment.day <= day <= moment.day + FURTHEST[name]:
            till = acts.end_of(day + wanted.grace, moment.zone)
    return {"till": till, "quick": _quick(moment.day) if wanted.day else []}


def _day(typed: object) -> date | None:
    """A day as the browser sends it; None for anything else."""
    if isinstance(typed, date):
        return typed
    try:
        return parse_date(str(typed))
    except ValueError:  # 30 February
        return None


def _quick(today: date) -> list[tuple[str, date]]:
    """Days that are asked for most."""
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    week, fortnight = today + WEEK, today + 2 * WEEK
    return [(_("Today"), today), (_("Friday"), friday), ("+7", week), ("+14", fortnight)]
