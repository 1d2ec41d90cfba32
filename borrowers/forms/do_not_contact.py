"""Bringing a list of people who are not to be texted, and saying which of its columns counts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from borrowers.services.do_not_contact import SOURCE

KINDS = [("phone", _("Telephone numbers")), ("ref", _("Customer numbers"))]


class ListForm(forms.Form):
    """The file, and what the list is called."""

    brought = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX of at most 10 MB and 10,000 rows, on its first sheet."),
        error_messages={
            "required": _("Choose a file"),
            "empty": _("The file is empty: export it again."),
        },
        widget=forms.ClearableFileInput({"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    source = forms.CharField(
        label=_("Name of the list"),
        help_text=_("Whose list it is and of when; it stands beside every hold it places."),
        max_length=SOURCE,
        error_messages={"required": _("Name the list")},
    )


class ReadingForm(forms.Form):
    """Read from the address: which column counts, and what it holds."""

    column = forms.ChoiceField(label=_("Column"))
    kind = forms.ChoiceField(label=_("It holds"), choices=KINDS)

    def __init__(self, data: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        names = [(str(at), name or f"#{at + 1}") for at, name in enumerate(header)]
        self.fields["column"] = forms.ChoiceField(label=_("Column"), choices=names)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
