"""Which replies to list."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReplyFilter(forms.Form):
    """Waiting ones first; those somebody has looked at on demand. Read from the address."""

    WAITING, DONE = "waiting", "done"

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(WAITING, _("Waiting")), (DONE, _("Looked at"))],
    )

    @property
    def done(self) -> bool:
        """Whether the list of what has been looked at is asked for; anything odd means the other."""
        return self.is_valid() and self.cleaned_data["show"] == self.DONE
