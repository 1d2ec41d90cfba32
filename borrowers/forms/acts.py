"""What is asked about a promise, a plan, a pause, and whatever else somebody says on the phone."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from borrowers.models import Borrower, BorrowerNumber
from borrowers.services import people, promises
from collections_site.lib import masking
from collections_site.lib.whole_numbers import whole_number

LONGEST = 500
MINUTE = "%Y-%m-%dT%H:%M"  # as browsers send a date and a time
# What a form of its own does not ask for.
OTHER_KINDS: list[tuple[str, str | Lazy]] = [
    ("opt_out", _("They want no more texts")),
    ("dispute", _("They dispute the debt")),
    ("vulnerable", _("They need special care")),
    ("breathing_space", _("Breathing space: a legal pause")),
    ("attorney", _("A lawyer represents them")),
    ("bankruptcy", _("Bankruptcy")),
    ("deceased", _("They have died")),
]
# What may be said of one loan alone. "paid" ends by itself, the others protect a right.
LOAN_KINDS: list[tuple[str, str | Lazy]] = [
    ("dispute", _("They dispute this loan")),
    ("complaint", _("They complain about this loan")),
    ("breathing_space", _("Breathing space: a legal pause")),
    ("attorney", _("A lawyer represents them in this")),
    ("paid", _("They say this loan is paid: held for 72 hours")),
]


class AmountField(forms.DecimalField):
    """Money as people type it: ``1,000.00``, ``￥1000``."""

    def to_python(self, value: Any) -> Any:
        """The amount without its signs. Raises ValidationError."""
        if isinstance(value, str):
            for sign in (",", "，", "¥", "￥", " "):
                value = value.replace(sign, "")
        return super().to_python(value)


def day(label: Any) -> forms.DateField:
    """A day picked from the browser's calendar."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date", "class": "field-short"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Choose a day"),
            "invalid": _("Enter a day like 2026-11-30"),
        },
    )


def minute(label: Any, required: Any) -> forms.DateTimeField:
    """A minute picked from the browser's calendar; ``required`` is what to say where there is none."""
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(
            {"type": "datetime-local", "class": "field-short"}, format=MINUTE
        ),
        input_formats=[MINUTE],
        error_messages={
            "required": required,
            "invalid": _("Enter a time like 2026-11-30 15:04"),
        },
    )


def words(label: Any, *, required: bool = False) -> forms.CharField:
    """A few sentences for colleagues."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        error_messages={
            "required": _("Write a few words"),
            "max_length": _("At most 500 characters: shorten it."),
        },
    )


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field: Any = form.fields[name]  # a choice field; the dictionary knows only fields
    field.choices = choices


class ActForm(forms.Form):
    """A form on a person; each kind adds what it asks for."""

    def __init__(self, data: Any, borrower: Borrower, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.borrower = borrower


class PlainForm(ActForm):
    """Asks for nothing but words, and can do without."""

    text = words(_("Note (optional)"))


class WordsForm(ActForm):
    """Words that have to be there."""

    text = words(_("What did they say?"), required=True)


class NoteForm(ActForm):
    """A note by itself."""

    text = words(_("Note"), required=True)


class DeclineForm(forms.Form):
    """Why a hold stays."""

    reason = words(_("Why does the hold stay?"), required=True)


class UntilForm(PlainForm):
    """Until a day, its end included."""

    until = day(_("Until"))
    field_order = ["until", "text"]


class PromiseForm(ActForm):
    """How much by when; in which currency only where several are owed."""

    amount = AmountField(
        label=_("Promised amount"),
        max_digits=14,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=forms.TextInput({"inputmode": "decimal", "class": "field-short"}),
        error_messages={
            "required": _("Enter the promised amount"),
            "invalid": _("Enter an amount like 1,000.00"),
            "min_value": _("Enter an amount above zero"),
            "max_decimal_places": _("At most two digits after the point"),
        },
    )
    currency = forms.ChoiceField(label=_("Currency"), widget=forms.RadioSelect)
    due_on = day(_("They will pay by"))
    includes_next = forms.BooleanField(label=_("Includes the next instalment"), required=False)

    def __init__(self, data: Any, borrower: Borrower, **kwargs: Any) -> None:
        super().__init__(data, borrower, **kwargs)
        self.owing = promises.owing(borrower)
        currencies = [one.currency for one in self.owing]
        _offer(self, "currency", [(one, one) for one in currencies])
        if len(currencies) < 2:
            del self.fields["currency"]
        if not any(one.overdue and one.upcoming for one in self.owing):
            del self.fields["includes_next"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        only = self.owing[0].currency if self.owing else ""
        return {"currency": only, "includes_next": False, **found}


class NumberForm(PlainForm):
    """About one of their numbers."""

    number = forms.ChoiceField(
        label=_("Which number?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the number")},
    )
    field_order = ["number", "text"]

    def __init__(self, data: Any, borrower: Borrower, **kwargs: Any) -> None:
        super().__init__(data, borrower, **kwargs)
        self.numbers = {str(one.pk): one for one in self.rows()}
        known = [
            (key, masking.mask_phone(one.contact_point.phone)) for key, one in self.numbers.items()
        ]
        _offer(self, "number", known)
        if len(known) == 1:
            self.fields["number"].initial = known[0][0]

    def rows(self) -> "QuerySet[BorrowerNumber]":
        """The numbers to choose from; the best one first."""
        return people.numbers_of([self.borrower.pk])

    def clean_number(self) -> Any:
        """The row of the number that was chosen."""
        return self.numbers[self.cleaned_data["number"]]


class WrongNumberForm(NumberForm):
    """Which of their numbers is somebody else's."""

    def __init__(self, data: Any, borrower: Borrower, **kwargs: Any) -> None:
        super().__init__(data, borrower, **kwargs)
        self.fields["number"].label = _("Which number is not theirs?")
        asked = self.initial.get("number")
        points = [one.contact_point_id for key, one in self.numbers.items() if asked in (None, key)]
        living = BorrowerNumber.objects.filter(contact_point__in=points, till_at=None)
        living = living.exclude(relation=BorrowerNumber.NOT_OWN)
        self.others = living.exclude(borrower=borrower).exists()

    def rows(self) -> "QuerySet[BorrowerNumber]":
        """The numbers that are still taken for theirs, and the one chosen: pressed twice it is not."""
        chosen = Q(pk=whole_number(self.data.get("number", "")))
        return super().rows().exclude(Q(relation=BorrowerNumber.NOT_OWN) & ~chosen)


class VerifiedForm(NumberForm):
    """Which of their numbers was checked with them."""

    def __init__(self, data: Any, borrower: Borrower, **kwargs: Any) -> None:
        super().__init__(data, borrower, **kwargs)
        self.fields["number"].label = _("Which number is theirs?")


class LoanHoldForm(PlainForm):
    """A hold on one running loan; the others are reminded of as before."""

    loan = forms.ChoiceField(
        label=_("Which loan?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the loan")},
    )
    kind = forms.ChoiceField(
        label=_("Why are reminders of this loan held back?"),
        choices=LOAN_KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one")},
    )
    field_order = ["loan", "kind", "text"]

    def __init__(self, data: Any, borrower: Borrower, **kwargs: Any) -> None:
        super().__init__(data, borrower, **kwargs)
        running = borrower.loans.filter(status="active").order_by("loan_ref")
        self.loans = {str(one.pk): one for one in running}
        _offer(self, "loan", [(key, one.loan_ref) for key, one in self.loans.items()])
        if len(self.loans) == 1:
            self.fields["loan"].initial = next(iter(self.loans))

    def clean_loan(self) -> Any:
        """The loan that was chosen."""
        return self.loans[self.cleaned_data["loan"]]


class OtherForm(PlainForm):
    """The other kinds of holds, which two people lift."""

    kind = forms.ChoiceField(
        label=_("Why are reminders held back?"),
        choices=OTHER_KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one")},
    )
    field_order = ["kind", "text"]
