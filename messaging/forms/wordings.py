"""Writing a wording, and deciding on one. Shape here, meaning in the policy."""

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from borrowers import states
from collections_site.lib import clock
from messaging.models.wording import PRODUCTS
from messaging.policies import wording as policy
from messaging.providers.base import keepable
from messaging.services import wording_rows
from messaging.services.wording_rows import Words
from messaging.states import Purpose, RegistrationState, Rejection

PLACE = re.compile(r"^[A-Z]{2}(-[A-Z0-9]{1,8}){0,2}$")
FIRST = ["zh-hans", "en"]
PRODUCT_WORDS = {
    "": _("Every product"),
    **states.PRODUCT_WORDS,
}
STATUS_WORDS = {
    "": _("Live or being written"),
    "live": _("Live"),
    "submitted": _("Waiting for approval"),
    "draft": _("Draft"),
    "none": _("Nothing live"),
    "rejected": _("Rejected"),
    "retired": _("Retired"),
    "expired": _("Expired"),
}
ANSWER = "answer-"


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
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "true"}),
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
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("After this day nobody gets the text any more."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        return _typed(self.cleaned_data["text"])

    def clean_jurisdictions(self) -> list[str]:
        places = re.split(r"[\s,，、]+", self.cleaned_data["jurisdictions"].upper().strip())
        codes = sorted({code for code in places if code})
        for code in codes:
            if not PLACE.match(code):
                raise forms.ValidationError(
                    _("%(code)s is no place code; write CN, GB or US-NY"), params={"code": code}
                )
        return codes

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if policy.past_expiry(_end_of(day), at=clock.now()):
            raise forms.ValidationError(wording_rows.past_last_day())
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "text" in cleaned and "signature" in cleaned:
            for field, sentence in wording_rows.problems(cleaned["text"], cleaned["signature"]):
                self.add_error(field, sentence)
        return cleaned

    def words(self) -> Words:
        """What the service is given: the valid words, and the instant after which they end."""
        names = ("language", "jurisdictions", "signature", "text", "reason")
        given = {name: self.cleaned_data[name] for name in names}
        return Words(**given, expires_at=_end_of(self.cleaned_data["last_day"]))

    def unfinished(self) -> Words:
        """What has been typed so far, valid or not, for checks that must not wait for the rest."""
        self.is_valid()
        good = self.cleaned_data
        return Words(
            good.get("language") or str(self.data.get("language") or "zh-hans")[:12],
            good.get("jurisdictions") or [],
            str(self.data.get("signature") or "")[:40],
            _typed(self.data.get("text")),
            good.get("reason") or "",
            _end_of(good.get("last_day")),
        )

    def answers(self) -> dict[str, str]:
        """The author's words on findings that need judgement, by the key of the finding."""
        return {
            keepable(name.removeprefix(ANSWER)): keepable(str(said)).strip()[:500]
            for name, said in self.data.items()
            if name.startswith(ANSWER) and str(said).strip()
        }


def _end_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


def _typed(text: Any) -> str:
    """The text as the field will clean it: lines end with one character, nothing around it."""
    return str(text or "").replace("\r\n", "\n").strip()[:1000]


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
        label=_("Reason, when rejecting"),
        required=False,
        choices=[("", _("Choose")), *Rejection.choices],
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
            if cleaned.get("reason") not in Rejection.values:
                self.add_error("reason", _("Choose why"))
            if not cleaned.get("comment"):
                self.add_error("comment", _("Write what the author should change"))
        return cleaned


class TemplateForm(forms.Form):
    """What a new template is for. Its purpose and product never change afterwards."""

    purpose = forms.ChoiceField(
        label=_("Stage"),
        choices=Purpose.choices,
        help_text=_("Decides when it may be used and what it must say. It cannot change later."),
    )
    product = forms.ChoiceField(
        label=_("Product"),
        required=False,
        choices=[(one, PRODUCT_WORDS[one]) for one in PRODUCTS],
        help_text=_("Only loans of this product get it. It cannot change later."),
    )
    name_zh = forms.CharField(
        label=_("Name in Chinese"),
        max_length=60,
        error_messages={"required": _("Write the name in Chinese")},
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=60,
        error_messages={"required": _("Write the name in English")},
    )


class LibraryForm(forms.Form):
    """What the library is narrowed to; it is drawn from the address and read from it."""

    q = forms.CharField(label=_("Code, name or words"), required=False, max_length=60)
    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("Every stage")), *Purpose.choices],
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=list(STATUS_WORDS.items())
    )
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Every channel")), ("sms", _("SMS"))]
    )

    def __init__(self, data: Any, *, tongues: list[str]) -> None:
        super().__init__(data)
        known = dict(languages())
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            required=False,
            choices=[("", _("Every language")), *((one, known.get(one, one)) for one in tongues)],
        )


class RegistrationForm(forms.Form):
    """What a carrier said of a wording."""

    state = forms.ChoiceField(label=_("The carrier's answer"), choices=RegistrationState.choices)
    template_code = forms.CharField(
        label=_("The carrier's template code"), required=False, max_length=40
    )
    reference = forms.CharField(label=_("Case number (optional)"), required=False, max_length=64)
    reason = forms.CharField(label=_("Why it was refused"), required=False, max_length=200)
    checked_on = forms.DateField(
        label=_("Looked at on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say on which day you looked")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == RegistrationState.ACCEPTED and not cleaned.get("template_code"):
            self.add_error("template_code", _("Write the code the carrier gave it"))
        if cleaned.get("state") == RegistrationState.REFUSED and not cleaned.get("reason"):
            self.add_error("reason", _("Write what the carrier said"))
        return cleaned
