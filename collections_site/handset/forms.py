"""What is typed on a phone, and which phone is looked for."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 1600  # characters a carrier takes


class AnswerForm(forms.Form):
    """A borrower's answer: one of the quick buttons, or words of their own."""

    text = forms.CharField(
        label=_("Answer"),
        max_length=LONGEST,
        error_messages={"required": _("Write an answer, or press one of the quick ones")},
    )


class FindForm(forms.Form):
    """Digits of a number."""

    digits = forms.RegexField(
        label=_("Digits of the number"), regex=r"^[0-9]{2,15}$", required=False
    )
