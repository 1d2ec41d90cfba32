"""What is asked about a call: when, which number, and what came of it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from borrowers.forms.acts import NumberForm, minute
from borrowers.models import Borrower
from borrowers.services import acts, calls

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

    at = minute(_("When was the call?"), _("Enter when the call was made"))
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
