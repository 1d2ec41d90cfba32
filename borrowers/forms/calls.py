"""What is asked about a call: when, which number, and what came of it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from borrowers.forms.acts import NumberForm
from borrowers.models import Borrower
from borrowers.services import acts, calls

MINUTE = "%Y-%m-%dT%H:%M"
OUTCOMES = [
    ("reached", _("Reached them")),
    ("no_answer", _("No answer")),
    ("voicemail", _("Voicemail")),
    ("promised", _("They promised to pay: the promise is asked for next")),
    ("no_more_calls", _("They asked not to be called")),
    ("wrong_person", _("Somebody else answered: this number is not theirs")),
]


class CallForm(NumberForm):
    """A call that was made; the present minute and their best number are filled in."""

    at = forms.DateTimeField(
        label=_("When was the call?"),
        widget=forms.DateTimeInput(
            {"type": "datetime-local", "class": "field-short"}, format=MINUTE
        ),
        input_formats=[MINUTE],
        error_messages={
            "required": _("Enter when the call was made"),
            "invalid": _("Enter a time like 2026-11-30 15:04"),
        },
    )
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one")},
    )
    identity_checked = forms.BooleanField(
        label=_("Identity checked: it was them, and this number is theirs"), required=False
    )
    field_order = ["number", "at", "outcome", "identity_checked", "text"]

    def __init__(self, data: Any, borrower: Borrower, **kwargs: Any) -> None:
        super().__init__(data, borrower, **kwargs)
        self.fields["number"].label = _("Which number was called?")
        self.fields["number"].initial = next(iter(self.numbers), None)
        self.fields["at"].initial = timezone.localtime(acts.present().at)
        self.refused = calls.refused(borrower)
