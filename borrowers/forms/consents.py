"""What is asked about consent: what they said, at which number, when, and how."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from borrowers.forms.acts import WrongNumberForm, minute, words
from borrowers.models import Borrower
from borrowers.services import acts

GIVEN, WITHDRAWN = "given", "withdrawn"
SAID = [
    (WITHDRAWN, _("They want no reminders by text: consent withdrawn")),
    (GIVEN, _("They agree to reminders by text: consent given")),
]


class ConsentForm(WrongNumberForm):
    """A withdrawal counts for every number; consent is given for one of their own."""

    said = forms.ChoiceField(
        label=_("What did they say?"),
        choices=SAID,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one")},
    )
    at = minute(_("When did they say it?"), _("Enter when they said it"))
    text = words(_("How did they say it? On the phone, in a letter, in which words"), required=True)
    field_order = ["said", "number", "at", "text"]

    def __init__(self, data: Any, borrower: Borrower, **kwargs: Any) -> None:
        super().__init__(data, borrower, **kwargs)
        self.fields["number"].label = _("Consent given: for which number?")
        self.fields["number"].required = False
        self.fields["at"].initial = timezone.localtime(acts.present().at)

    def clean_number(self) -> Any:
        """The number that was chosen, if one was."""
        chosen = self.cleaned_data["number"]
        return self.numbers[chosen] if chosen else None

    def clean(self) -> dict[str, Any]:
        """Consent names its number."""
        found: dict[str, Any] = super().clean() or {}
        chosen = found.get("number") or "number" in self.errors
        if found.get("said") == GIVEN and not chosen:
            self.add_error("number", _("Choose the number"))
        return found
