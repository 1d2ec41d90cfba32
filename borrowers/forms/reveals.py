"""What somebody wants to see whole, and what for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from borrowers.models import BorrowerNumber

NAME = "name"
REASONS = [
    ("call", _("to call them")),
    ("identify", _("to check who is calling us")),
    ("correct", _("to compare it with a letter or a file")),
]


class RevealForm(forms.Form):
    """One reason for the buttons beside it: the name, and each number on file."""

    reason = forms.ChoiceField(
        label=_("I need it"),
        choices=REASONS,
        widget=forms.Select({"class": "form-select field-short"}),
        error_messages={"required": _("Choose what you need it for")},
    )
    what = forms.ChoiceField(required=True)

    def __init__(self, data: Any, numbers: Sequence[BorrowerNumber]) -> None:
        super().__init__(data, auto_id="reveal-%s")
        self.numbers = {str(one.pk): one for one in numbers}
        what: Any = self.fields["what"]  # a choice field; the dictionary knows only fields
        what.choices = [(key, key) for key in (NAME, *self.numbers)]
