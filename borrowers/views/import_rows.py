"""Rows that an import could not take: listed, downloaded with the message beside them, mended."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from borrowers.forms.imports import KINDS
from borrowers.models import ImportBatch, Upload, UploadRow
from borrowers.policies import import_jumps
from borrowers.policies.import_examples import EXAMPLES
from borrowers.policies.import_reasons import in_language
from borrowers.services import import_repairs
from borrowers.services.import_repairs import Cell
from borrowers.services.import_uploads import SHEET
from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from collections_site.lib.whole_numbers import whole_number

PAGE = 25


@require_safe
@requires("borrowers.view_importbatch")
def batch(request: StaffRequest, pk: int) -> HttpResponse:
    """One import that was taken in, by browser or by command: its counts, and the rows it rejected."""
    found = get_object_or_404(ImportBatch.objects.select_related("by"), pk=pk)
    page = Paginator(found.rejected_rows.all(), PAGE).get_page(request.GET.get("page"))
    language = get_language() or ""
    uploads = list(found.uploads.select_related("released_by"))
    context = {
        "batch": found,
        "files": [(word, name, found.counts[name]) for name, word in KINDS if name in found.counts],
        "page": page,
        "rows": [(row, in_language(row.reason, language)) for row in page.object_list],
        "uploads": uploads,
        "to_mend": next(filter(import_repairs.may_mend, uploads), None),
        "unusual": [
            import_jumps.say(one["code"], one["values"], language) for one in found.unusual
        ],
        "looked_at": next((one for one in uploads if one.released_by), None),
    }
    return render(request, "borrowers/import_batch.html", context)


@require_safe
@requires("borrowers.view_importbatch")
def batch_rejected(request: StaffRequest, pk: int) -> HttpResponse:
    """The rejected rows of an import as CSV: where they stand, and why; nothing of what they hold."""
    found = get_object_or_404(ImportBatch, pk=pk)
    rows = import_repairs.listed(found, by=request.user)
    language = get_language() or ""
    head = [_("file"), _("row"), _("column"), _("message")]
    lines = (
        [one.file, str(one.row), one.column, in_language(one.reason, language)] for one in rows
    )
    return pages.csv_file(f"import-{pk}-rejected.csv", [head, *lines])


@require_safe
@requires("borrowers.view_importbatch")
def example(request: StaffRequest, name: str) -> HttpResponse:
    """A file as it may be brought: its columns, and two invented rows."""
    if name not in EXAMPLES:
        raise Http404
    # Its numbers begin with + as they are to be.
    return pages.csv_file(f"{name}.csv", EXAMPLES[name], guarded=False)


@require_safe
@requires("borrowers.import_portfolio")
def rejected(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """The rejected rows of one file of an upload as CSV: a file that, mended, is brought again as it is."""
    upload, name = get_object_or_404(Upload, pk=pk), f"{kind}.csv"
    if name not in SHEET:
        raise Http404
    try:
        rows = import_repairs.exported(upload, name, by=request.user)
    except OutOfStep as late:
        return pages.conflict(request, str(late), back=reverse("import", args=[pk]))
    language = get_language() or ""
    head = [_("row"), _("message"), *SHEET[name].columns]
    lines = ([str(row.row), _message(row, language), *row.cells] for row in rows)
    return pages.csv_file(f"upload-{pk}-{name}", [head, *lines])


def _message(row: UploadRow, language: str) -> str:
    reason = in_language(row.reason, language)
    return f"{row.column}: {reason}" if row.column else reason


@requires("borrowers.import_portfolio")
def repair(request: StaffRequest, pk: int) -> HttpResponse:
    """Mend rows in the browser; what is saved is checked again."""
    upload = get_object_or_404(Upload, pk=pk)
    rows = upload.rows.filter(mended=False).exclude(cells=[])
    if request.method == "POST":
        try:
            made = import_repairs.mend(upload, _typed(request, rows), by=request.user)
            return redirect("import", made.pk)
        except OutOfStep as late:
            return pages.conflict(request, str(late), back=reverse("import", args=[pk]))
        except NotAllowed as refused:
            return pages.refused(request, refused.sentence, back=reverse("import", args=[pk]))
    if not import_repairs.may_mend(upload):
        return redirect("import", pk)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = import_repairs.shown(upload, page.object_list, by=request.user)
    return render(request, "borrowers/import_repair.html", _page(upload, page, shown))


def _typed(request: StaffRequest, rows: Any) -> dict[int, list[str]]:
    """The cells of the rows that were on the page, as they are now."""
    ids = list(filter(None, map(whole_number, request.POST.getlist("row"))))[:PAGE]
    return {
        row.pk: [request.POST.get(f"cell_{row.pk}_{name}", "") for name in SHEET[row.file].columns]
        for row in rows.filter(pk__in=ids)
    }


def _page(
    upload: Upload, page: "Page[UploadRow]", shown: Mapping[int, Sequence[Cell]]
) -> dict[str, Any]:
    language = get_language() or ""
    words = dict(KINDS)
    rows = [
        {
            "row": row,
            "word": words[row.file],
            "reason": in_language(row.reason, language),
            "cells": [(cell, cell.column == row.column) for cell in shown[row.pk]],
        }
        for row in page.object_list
    ]
    masked = any(cell.masked for cells in shown.values() for cell in cells)
    return {"upload": upload, "page": page, "rows": rows, "masked": masked}
