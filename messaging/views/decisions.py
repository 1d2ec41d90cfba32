"""A decision: why a text was sent, or was not, with every rule, its source and the facts as they were."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from borrowers.models import Borrower, ContactPoint, Loan
from collections_site.lib.access import StaffRequest, requires
from messaging.models import Decision, Reminder
from messaging.policies.reasons import HOLD_CODES
from messaging.services import lists, seen_by, telling
from messaging.states import ReminderKind

# What each fact is called, in the order a reader asks.
FACTS = {
    "kind": _("Kind of text"),
    "offset": _("Days from the due date"),
    "step_on": _("Day of the step"),
    "business_on": _("Business date"),
    "amount": _("Amount the text would state"),
    "loan_status": _("State of the loan"),
    "arrears_on": _("Arrears computed for"),
    "data_as_of": _("Balance exported at"),
    "in_latest_file": _("In the latest file"),
    "holds": _("Holds"),
    "consent": _("Consent"),
    "relation": _("Whose number"),
    "country": _("Country of the number"),
    "zones": _("Time zones"),
    "jurisdictions": _("Jurisdictions"),
    "contacts": _("Texts of the last 31 days"),
    "open_question": _("An earlier text is unsettled"),
    "stopped": _("Stopped"),
    "wording": _("Wording"),
    "sender": _("Provider"),
    "provider_refuses": _("Provider refuses"),
    "other_loan": _("Another loan goes first"),
}

# What facts say in words of ours.
WORDS: dict[tuple[str, object], str | Promise] = {
    **{("kind", kind): label for kind, label in ReminderKind.choices},
    ("loan_status", "active"): _("Running"),
    ("loan_status", "settled"): _("Settled"),
    ("loan_status", "written_off"): _("Written off"),
    ("loan_status", "sold"): _("Sold"),
    ("consent", "given"): _("Given"),
    ("consent", "withdrawn"): _("Withdrawn"),
    ("consent", "none"): _("None on file"),
    ("relation", "own"): _("Their own"),
    ("relation", "shared"): _("Shared"),
    ("relation", "not_own"): _("Not theirs"),
    ("relation", "none"): _("No number on file"),
    ("scope", "person"): _("the person"),
    ("scope", "number"): _("the number"),
    ("scope", "loan"): _("the loan"),
    ("stopped", "all"): _("Everything"),
    ("stopped", "provider"): _("One provider"),
    ("stopped", "strategy"): _("One strategy"),
    ("stopped", "run"): _("One run"),
}


@require_safe
@requires("messaging.view_sending")
def decision(request: StaffRequest, pk: int) -> HttpResponse:
    """The sentence, every reason with its rule and source, the facts, and what came of it."""
    row = get_object_or_404(seen_by.decisions(request.user), pk=pk)
    known = telling.sources(str(reason.get("rule") or "") for reason in row.reasons)
    told = telling.tell(row.reasons, known)
    reminder = (
        Reminder.objects.filter(pk=row.reminder_id).select_related("template", "wording").first()
    )
    sees_people = seen_by.sees_people(request.user)
    context = {
        "decision": row,
        "told": told,
        "prose": telling.joined(told),
        "facts": _facts(row.facts),
        "reminder": reminder,
        "attempt": lists.live_attempts([row.reminder_id]).get(row.reminder_id),
        "others": Decision.objects.filter(reminder_id=row.reminder_id).order_by("pk"),
        "borrower": _row(Borrower, row.borrower_id) if sees_people else None,
        "loan": _row(Loan, row.loan_id) if sees_people else None,
        "number": _row(ContactPoint, row.facts.get("contact_point")) if sees_people else None,
    }
    return render(request, "messaging/decision_detail.html", context)


def _row(model: type[Model], pk: int | None) -> Any:
    """The row a decision speaks of; decisions have no foreign keys and outlive nothing else."""
    return model._default_manager.filter(pk=pk).first() if pk else None


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as it was: what it is called, and the lines it takes; none when nothing was known."""

    label: str | Promise
    lines: list[str]


def _facts(facts: dict[str, Any]) -> list[Fact]:
    """The facts in the reader's order; one this version does not name comes last, under its own name."""
    names = [name for name in FACTS if name in facts]
    names += [name for name in facts if name not in FACTS and name != "contact_point"]
    return [Fact(FACTS.get(name, name), _lines(name, facts[name])) for name in names]


def _lines(name: str, value: Any) -> list[str]:
    if value is None or value == "" or value == []:
        return []
    if name == "contacts":
        return [_contact(one) for one in value]
    if name == "holds":
        return [_hold(*one) for one in value]
    if name == "offset":
        return [f"{value:+d}"]
    return [_word(one, name) for one in (value if isinstance(value, list) else [value])]


def _hold(kind: str, scope: str, till: str | None) -> str:
    """A hold: what it was, what it lay on, and when it was to end."""
    parts = [telling.label(HOLD_CODES.get(kind, kind)), _word(scope, "scope")]
    return " · ".join(parts + ([_word(till)] if till else []))


def _contact(one: list[Any]) -> str:
    """An earlier text: when, and whether it went to this person, this number, or both."""
    at, _loan, same_person, same_number = one
    whom = [gettext("to this person")] if same_person else []
    whom += [gettext("to this number")] if same_number else []
    return " · ".join([_word(at), *whom])


def _word(value: Any, name: str = "") -> str:
    """A value for a reader: our words in their language, instants in the site's zone with seconds."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if (name, value) in WORDS:
        return str(WORDS[name, value])
    moment = parse_datetime(value) if isinstance(value, str) and "T" in value else None
    return date_format(localtime(moment), "Y-m-d H:i:s O") if moment else str(value)
