"""What is asked before sending stops, and before it goes on."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Provider, Run, Strategy

Choice = tuple[str, str | Promise]
SCOPES: list[Choice] = [
    ("all", _("Everything")),
    ("provider", _("One provider")),
    ("strategy", _("One strategy")),
    ("run", _("One run")),
]
REASONS: list[Choice] = [
    ("wrong_wording", _("A wording is wrong")),
    ("wrong_people", _("The wrong people are reached")),
    ("complaints", _("Complaints are coming in")),
    ("provider", _("The provider has trouble")),
    ("other", _("Another reason")),
]
CHECKLIST: list[Choice] = [
    ("cause", _("The cause is known and dealt with")),
    ("people", _("People who were wrongly reached are being looked after")),
    ("waiting", _("I have looked at what is waiting and would go out")),
]


def _one_of(rows: list[Choice]) -> list[Choice]:
    return [("", _("Choose")), *rows]


def providers() -> list[Choice]:
    """Every provider by its code."""
    return _one_of([(one.pk, one.name) for one in Provider.objects.order_by("name")])


def strategies() -> list[Choice]:
    """The strategies that are live or have ever run, by key."""
    rows = Strategy.objects.filter(Q(live=True) | Q(runs__isnull=False)).distinct()
    return _one_of([(str(one.pk), str(one)) for one in rows])


def runs() -> list[Choice]:
    """The newest twenty runs, by key."""
    rows = Run.objects.select_related("strategy")[:20]
    return _one_of([(str(one.pk), f"{one} · {one.source}") for one in rows])


class StopForm(forms.Form):
    """What to stop, and why; the service says who may."""

    scope = forms.ChoiceField(
        label=_("What stops?"), choices=SCOPES, initial="all", widget=forms.RadioSelect
    )
    provider = forms.ChoiceField(label=_("Provider"), required=False, choices=providers)
    strategy = forms.ChoiceField(label=_("Strategy"), required=False, choices=strategies)
    run = forms.ChoiceField(label=_("Run"), required=False, choices=runs)
    reason = forms.ChoiceField(label=_("Why?"), choices=REASONS, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note (optional)"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        scope = found.get("scope")
        found["target"] = found.get(scope, "") if scope and scope != "all" else ""
        if scope and scope != "all" and scope not in self.errors and not found["target"]:
            self.add_error(scope, _("Choose which one to stop"))
        return found


class ResumeForm(forms.Form):
    """The checklist of whoever proposes to go on; every point is confirmed."""

    checked = forms.MultipleChoiceField(
        label=_("Before sending goes on"),
        choices=CHECKLIST,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Confirm every point")},
    )

    def clean_checked(self) -> list[str]:
        checked: list[str] = self.cleaned_data["checked"]
        if len(checked) < len(CHECKLIST):
            raise forms.ValidationError(_("Confirm every point"))
        return checked
