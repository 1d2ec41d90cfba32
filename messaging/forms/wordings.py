"""Writing a wording, and deciding on one. Shape here, meaning in the policy."""

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.policies import wording as policy
from messaging.services import wording_rows
from messaging.services.wordings import REJECTIONS

PLACE = re.compile(r"^[A-Z]{2}(-[A-Z0-9]{1,8}){0,2}$")
FIRST = ["zh-hans", "en"]
REASONS = {
    "": _("Choose"),
    "tone": _("Tone: presses, threatens or shames"),
    "facts": _("Facts: not true for everybody who gets it"),
    "law": _("Law: something is missing or not permitted"),
    "privacy": _("Privacy: others could understand it"),
    "length": _("Length: longer than it needs to be"),
    "other": _("Something else"),
}


def languages() -> list[tuple[str, str]]:
    """Every language by its own name; those of the site first."""
    known = {
        code: info["name_local"]
        for code, info in LANG_INFO.items()
        if "name_local" in info and "fallback" not in info
    }
    first = [(code, str(known.pop(code))) for code in FIRST]
    return first + sorted(
        ((code, str(name)) for code, name in known.items()), key=lambda one: one[1]
    )


class WordingForm(forms.Form):
    """The words of a draft. ``seen`` is the fingerprint of the draft that was opened."""

    language = forms.ChoiceField(label=_("Language"), choices=languages)
    jurisdictions = forms.CharField(
        label=_("Places (optional)"),
        required=False,
        max_length=200,
        help_text=_("Codes with commas, like CN or US-NY. Empty: fits everywhere."),
    )
    signature = forms.CharField(
        label=_("Signature"),
        max_length=40,
        strip=False,
        error_messages={"required": _("Write the signature")},
        help_text=_("Stands before the text and is billed with it. Latin ones end with a space."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=1000,
        error_messages={"required": _("Write the text")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    reason = forms.CharField(
        label=_("Why this change?"),
        max_length=200,
        error_messages={"required": _("Say what the change is for")},
        help_text=_("The reviewer reads it beside the change."),
    )
    last_day = forms.DateField(
        label=_("Last day (optional)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day nobody gets the text any more."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_jurisdictions(self) -> list[str]:
        places = re.split(r"[\s,，、]+", self.cleaned_data["jurisdictions"].upper().strip())
        codes = sorted({code for code in places if code})
        for code in codes:
            if not PLACE.match(code):
                raise forms.ValidationError(
                    _("%(code)s is no place code; write CN, GB or US-NY"), params={"code": code}
                )
        return codes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "text" in cleaned and "signature" in cleaned:
            for code in policy.check(cleaned["text"], cleaned["signature"]):
                field = "signature" if code == "signature" else "text"
                self.add_error(field, wording_rows.problem(code))
        return cleaned

    def words(self) -> dict[str, Any]:
        """What the service is given: the valid words, and the instant after which they end."""
        names = ("language", "jurisdictions", "signature", "text", "reason")
        day = self.cleaned_data["last_day"]
        ends = timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None
        return {**{name: self.cleaned_data[name] for name in names}, "expires_at": ends}


class DecisionForm(forms.Form):
    """Approve with both points ticked, or reject with a reason and a comment."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    kind = forms.BooleanField(
        label=_("It does not threaten, press or overstate what follows"), required=False
    )
    private = forms.BooleanField(
        label=_("Somebody else reading the phone would not be told about a debt in detail"),
        required=False,
    )
    reason = forms.ChoiceField(
        label=_("Reason, when rejecting"), required=False, choices=list(REASONS.items())
    )
    comment = forms.CharField(
        label=_("Comment (required when rejecting)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "approve":
            for name in ("kind", "private"):
                if not cleaned.get(name):
                    self.add_error(name, _("Tick this once you have checked it"))
        elif cleaned.get("decision") == "reject":
            if cleaned.get("reason") not in REJECTIONS:
                self.add_error("reason", _("Choose why"))
            if not cleaned.get("comment"):
                self.add_error("comment", _("Write what the author should change"))
        return cleaned
