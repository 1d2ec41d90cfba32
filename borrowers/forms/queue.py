"""What the queue may be narrowed to, and what a bulk act asks."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from borrowers.policies.holds import FURTHEST
from borrowers.services import acts, buckets
from borrowers.services.acts import CannotRecord
from borrowers.services.worklist import NOBODY, Wanted
from borrowers.states import PRODUCT_WORDS

Choice = tuple[str, str | Promise]
ANY: Choice = ("", _("All"))
PRODUCTS: list[Choice] = list(PRODUCT_WORDS.items())
CAN: list[Choice] = [
    ("now", _("May be reminded now")),
    ("wait", _("Not yet")),
    ("never", _("Not to be reminded")),
]
PROMISES: list[Choice] = [
    ("today", _("Due today")),
    ("broken", _("Broken")),
]
REPLIES: list[Choice] = [("new", _("New reply"))]
NUMBERS: list[Choice] = [("bad", _("Bad number"))]
QUIET: list[Choice] = [
    ("3", _("Not in 3 days")),
    ("7", _("Not in 7 days")),
    ("14", _("Not in 14 days")),
    ("30", _("Not in 30 days")),
]
SORTS = ["late", "soon", "amount"]
SOON = "soon"


def collectors() -> "QuerySet[User]":
    """Who can have people in their care: active staff who see only their own."""
    holds = Permission.objects.filter(codename="work_queue", content_type__app_label="borrowers")
    sees_all = Q(groups__permissions__codename="view_all_borrowers")
    staff = User.objects.filter(groups__permissions__in=holds, is_active=True)
    return staff.exclude(pk__in=User.objects.filter(sees_all)).distinct().order_by("username")


def owners() -> list[Choice]:
    """Every collector by name, and nobody."""
    named = [(str(one.pk), one.get_full_name() or one.username) for one in collectors()]
    return [ANY, (str(NOBODY), _("Nobody")), *named]


def late_choices() -> list[Choice]:
    """Due soon, and the lender's buckets of lateness by their days."""
    late = [
        (one.label, f"{one.label} · {one.first}–{one.last}" if one.last else one.label)
        for one in buckets.current().all[1:]
    ]
    return [ANY, (SOON, _("Due soon")), *late]


class QueueFilter(forms.Form):
    """Read from the address, which is the only state the queue has."""

    bucket = forms.ChoiceField(label=_("Bucket"), required=False, choices=late_choices)
    can = forms.ChoiceField(label=_("Can remind"), required=False, choices=[ANY, *CAN])
    promise = forms.ChoiceField(label=_("Promise"), required=False, choices=[ANY, *PROMISES])
    quiet = forms.ChoiceField(label=_("Last contact"), required=False, choices=[ANY, *QUIET])
    reply = forms.ChoiceField(label=_("Replies"), required=False, choices=[ANY, *REPLIES])
    number = forms.ChoiceField(label=_("Number"), required=False, choices=[ANY, *NUMBERS])
    product = forms.ChoiceField(label=_("Product"), required=False, choices=[ANY, *PRODUCTS])
    owner = forms.ChoiceField(label=_("In whose care"), required=False, choices=owners)
    least = forms.DecimalField(
        label=_("Overdue from"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    most = forms.DecimalField(
        label=_("Overdue up to"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    sort = forms.ChoiceField(
        required=False, choices=[(one, one) for one in SORTS], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.has_perm("borrowers.view_all_borrowers"):
            del self.fields["owner"]
        for field in self.fields.values():
            chooses = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if chooses else "form-control"
            if chooses:
                field.error_messages["invalid_choice"] = _("This is not in the list: choose again")

    def clean(self) -> dict[str, Any]:
        """The least is not above the most."""
        said: dict[str, Any] = super().clean() or {}
        least, most = said.get("least"), said.get("most")
        if least is not None and most is not None and least > most:
            raise ValidationError(_now("The lower amount is above the upper one. Swap them."))
        return said

    def query(self) -> str:
        """The filters and the order as they were said, as a query string, without the page."""
        return urlencode([(name, self.data[name]) for name in self.fields if self.data.get(name)])

    def wanted(self) -> Wanted:
        """Whom to list; only for a valid form."""
        said = self.cleaned_data
        named = {one.label: one for one in buckets.current().all}
        late = named.get(said["bucket"])
        return Wanted(
            first=late.first if late else None,
            last=late.last if late else None,
            soon=said["bucket"] == SOON,
            product=said["product"],
            owner=int(said["owner"]) if said.get("owner") else None,
            least=said["least"],
            most=said["most"],
            promise=said["promise"] or None,
            bad_number=bool(said["number"]),
            sort=said["sort"] or "late",
        )

    def quiet_days(self) -> int | None:
        """For how many days nobody has been in contact; only for a valid form."""
        return int(self.cleaned_data["quiet"]) if self.cleaned_data["quiet"] else None

    def new_reply(self) -> bool:
        """Whether only people of whom a reply waits are wanted; only for a valid form."""
        return bool(self.cleaned_data["reply"])


class ViewForm(forms.Form):
    """A name for the filters as they stand."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=40,
        widget=forms.TextInput({"class": "form-control", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter a name"),
            "max_length": _("Shorten the name to 40 characters"),
        },
    )
    shared = forms.BooleanField(
        label=_("For everybody"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    pinned = forms.BooleanField(
        label=_("Pin to Today"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.has_perm("borrowers.share_view"):
            del self.fields["shared"]


class AssignForm(forms.Form):
    """Into whose care."""

    collector = forms.ModelChoiceField(
        label=_("Collector"),
        queryset=collectors(),
        empty_label=_("Choose"),
        widget=forms.Select({"class": "form-select"}),
        error_messages={"required": _("Choose a collector")},
    )


class PauseForm(forms.Form):
    """Until which day, that day included."""

    until = forms.DateField(
        label=_("Reminders stop until the end of"),
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the last day of the pause")},
    )

    def __init__(self, *args: Any, today: date, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.zone = today, zone
        bounds = {"min": today.isoformat(), "max": (today + FURTHEST["pause"]).isoformat()}
        self.fields["until"].widget.attrs.update(bounds)

    def clean_until(self) -> date:
        """Today at the earliest, in 90 days at the latest."""
        until: date = self.cleaned_data["until"]
        try:
            acts.check_day("pause", "until", until, on=self.today)
        except CannotRecord as refused:
            raise ValidationError(refused.sentence) from refused
        return until

    def till(self) -> datetime:
        """The end of that day where the lender is."""
        return acts.end_of(self.cleaned_data["until"], ZoneInfo(self.zone))
