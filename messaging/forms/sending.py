"""What a list of reminders may be narrowed to."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from borrowers.policies.imports import LAST_YEAR
from messaging.policies.reasons import REASONS
from messaging.services.lists import Wanted
from messaging.services.telling import label
from messaging.states import ReminderState

LAST = date(LAST_YEAR, 12, 31)
ANY: tuple[str, str | Promise] = ("", _("All"))
OUTCOMES: list[tuple[str, str | Promise]] = [
    ("delivered", _("Delivered")),
    ("undelivered", _("Not delivered")),
    ("rejected", _("Refused by the carrier")),
    ("failed", _("Not delivered or refused")),
    ("submitting", _("Being handed over")),
    ("unknown", _("Sent or not: unknown")),
    ("presumed_lost", _("Presumed lost")),
    ("unsettled", _("Unknown or presumed lost")),
]


def reasons() -> list[tuple[str, str | Promise]]:
    """Every reason by its label, in the reader's language."""
    return [ANY, *((code, label(code)) for code in REASONS)]


class ReminderFilter(forms.Form):
    """Read from the address, which is the only state a list has."""

    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=[MaxValueValidator(LAST, _("No reminder is of a day after 2099"))],
    )
    since = forms.DateField(required=False, widget=forms.HiddenInput)
    run = forms.IntegerField(label=_("Run"), required=False, min_value=1, max_value=2**62)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *ReminderState.choices]
    )
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[ANY, *OUTCOMES])
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=reasons)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            chooses = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if chooses else "form-control"

    def wanted(self) -> Wanted:
        """What to list; only for a valid form."""
        return Wanted(**self.cleaned_data)
