"""Bringing files, naming their columns, and the sender's own figures."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from borrowers.forms.acts import MINUTE
from borrowers.policies.imports import CURRENCIES
from borrowers.services.import_uploads import MOST_FILES, SHEET
from collections_site.lib import clock

KINDS: list[tuple[str, str | Promise]] = [
    ("borrowers.csv", _("Borrowers")),
    ("loans.csv", _("Loans")),
    ("instalments.csv", _("Instalments")),
    ("repayments.csv", _("Repayments")),
]
SUM = re.compile(r"\s*([A-Za-z]{3})\s*(-?[0-9][0-9,]*(?:\.[0-9]{1,2})?)\s*")


class ManyFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One to four files; each is looked at by itself."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        """The files. Raises ValidationError for none, too many, or an empty one."""
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in files]
        if len(cleaned) > MOST_FILES:
            raise forms.ValidationError(_("Choose at most four files."))
        return cleaned


class UploadForm(forms.Form):
    """What somebody brings, where it comes from, and when it was exported."""

    brought = FilesField(
        label=_("Files"),
        help_text=_(
            "One to four CSV or XLSX files of at most 10 MB; a workbook of at most 200,000 rows."
        ),
        error_messages={
            "required": _("Choose at least one file"),
            "empty": _("A file is empty: export it again, with its header row."),
        },
    )
    full = forms.ChoiceField(
        label=_("What do they hold?"),
        choices=[
            ("full", _("Everything: what they do not name is no longer there")),
            ("delta", _("Only changes: what they do not name stays as it is")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two")},
    )
    data_as_of = forms.DateTimeField(
        label=_("Exported at"),
        help_text=_("When the core system wrote the files: their amounts are true as of then."),
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MINUTE),
        error_messages={
            "required": _("Enter date and time"),
            "invalid": _("Enter a date and a time"),
        },
    )
    source = forms.CharField(
        label=_("Source"),
        help_text=_("The system they come from; its columns are remembered under this name."),
        max_length=60,
        error_messages={"required": _("Name the source")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brought"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx"
        self.fields["source"].widget.attrs["list"] = "sources"

    def clean_data_as_of(self) -> Any:
        """Not after now."""
        at = self.cleaned_data["data_as_of"]
        if at > clock.now():
            raise forms.ValidationError(_("This moment has not come yet: check date and time."))
        return at


class ColumnsForm(forms.Form):
    """For each file: what it is, which column is which, and the sender's figures."""

    def __init__(self, data: Any, described: list[dict[str, Any]], figures: Mapping[str, Any]):
        super().__init__(data)
        self.described = described
        for at, one in enumerate(described):
            self._add(at, one, figures.get(one["kind"], {}))

    def _add(self, at: int, one: Mapping[str, Any], figures: Mapping[str, Any]) -> None:
        sheet = SHEET[one["kind"]]
        self.fields[f"kind_{at}"] = forms.ChoiceField(
            label=_("What is it?"), choices=KINDS, initial=one["kind"]
        )
        header = [(str(i), name or f"#{i + 1}") for i, name in enumerate(one["header"])]
        for name in sheet.columns:
            self.fields[f"col_{at}_{name}"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", _("none")), *header],
                initial="" if one["columns"].get(name) is None else str(one["columns"][name]),
            )
        self.fields[f"rows_{at}"] = forms.IntegerField(
            label=_("Rows, says the sender"),
            required=False,
            min_value=0,
            max_value=10**9,
            initial=figures.get("rows"),
        )
        if sheet.name != "borrowers.csv":
            sums = "; ".join(f"{c} {amount}" for c, amount in figures.get("sums", {}).items())
            self.fields[f"sums_{at}"] = forms.CharField(
                label=_("Sum, says the sender"),
                required=False,
                max_length=200,
                initial=sums,
                help_text=_("Such as CNY 1,234.50; GBP 50.25"),
            )
        for field in self.fields.values():
            chooses = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if chooses else "form-control"

    def sections(self) -> list[dict[str, Any]]:
        """The fields of each file beside what is known of it."""
        return [
            {
                **one,
                "at": at,
                "kind_field": self[f"kind_{at}"],
                "columns_fields": [
                    (name, name in SHEET[one["kind"]].optional, self[f"col_{at}_{name}"])
                    for name in SHEET[one["kind"]].columns
                ],
                "figure_fields": [
                    self[name] for name in (f"rows_{at}", f"sums_{at}") if name in self.fields
                ],
            }
            for at, one in enumerate(self.described)
        ]

    def clean(self) -> dict[str, Any]:
        """Sums become amounts per currency."""
        found: dict[str, Any] = super().clean() or {}
        for name in [name for name in found if name.startswith("sums_")]:
            try:
                found[name] = sums(found[name])
            except ValueError:
                self.add_error(name, _("Write a currency and an amount, such as CNY 1,234.50"))
        return found

    def kinds(self) -> list[str]:
        """What each file is said to be; only for a valid form."""
        return [self.cleaned_data[f"kind_{at}"] for at in range(len(self.described))]

    def described_anew(self) -> list[dict[str, Any]]:
        """Kind and columns of each file; only for a valid form."""
        return [
            {
                "kind": one["kind"],
                "columns": {
                    name: int(chosen) if (chosen := self.cleaned_data[f"col_{at}_{name}"]) else None
                    for name in SHEET[one["kind"]].columns
                },
            }
            for at, one in enumerate(self.described)
        ]

    def figures(self) -> dict[str, Any]:
        """The sender's figures that were filled in; only for a valid form."""
        found = {}
        for at, one in enumerate(self.described):
            rows, given = self.cleaned_data.get(f"rows_{at}"), self.cleaned_data.get(f"sums_{at}")
            told = {
                **({} if rows is None else {"rows": rows}),
                **({"sums": given} if given else {}),
            }
            if told:
                found[one["kind"]] = told
        return found


def sums(text: str) -> dict[str, str]:
    """``CNY 1,234.50; GBP 50`` as amounts per currency. Raises ValueError for anything else."""
    found: dict[str, str] = {}
    for part in filter(str.strip, text.replace("；", ";").split(";")):
        match = SUM.fullmatch(part)
        if not match or match[1].upper() not in CURRENCIES or match[1].upper() in found:
            raise ValueError(part)
        try:
            amount = Decimal(match[2].replace(",", ""))
        except InvalidOperation as error:
            raise ValueError(part) from error
        found[match[1].upper()] = f"{amount:.2f}"
    return found
