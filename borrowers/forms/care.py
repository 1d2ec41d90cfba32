"""In whose care a person is to be."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from borrowers.forms.queue import collectors

# Generic to the type checker alone.
if TYPE_CHECKING:
    UserField = forms.ModelChoiceField[User]
else:
    UserField = forms.ModelChoiceField


class CollectorField(UserField):
    """A collector by the name that colleagues know."""

    def label_from_instance(self, obj: User) -> str:
        return obj.get_full_name() or obj.get_username()


class CareForm(forms.Form):
    """Into whose care this person is given."""

    collector = CollectorField(
        label=_("Assign to"),
        queryset=collectors(),
        empty_label=_("Choose"),
        widget=forms.Select({"class": "form-select"}),
        error_messages={
            "required": _("Choose a collector"),
            "invalid_choice": _("This is not in the list: choose again"),
        },
    )
