"""Rows that an import could not take: listed, downloaded with the message beside them, mended."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import SEEK_END, StringIO
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from borrowers.forms.imports import KINDS
from borrowers.models import ImportBatch, RejectedRow, Upload, UploadRow
from borrowers.policies import import_jumps
from borrowers.policies.import_examples import EXAMPLES
from borrowers.policies.import_reasons import in_language
from borrowers.services import import_repairs
from borrowers.services.import_uploads import SHEET
from collections_site.lib import pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep

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
    """The rejected rows of an import as CSV: where they stand, and why."""
    found = get_object_or_404(ImportBatch, pk=pk)
    return _download(f"import-{pk}-rejected.csv", _lines(found.rejected_rows.all(), []))


@require_safe
@requires("borrowers.view_importbatch")
def example(request: StaffRequest, name: str) -> HttpResponse:
    """A file as it may be brought: its columns, and two invented rows."""
    if name not in EXAMPLES:
        raise Http404
    return _file(f"{name}.csv", EXAMPLES[name])  # its numbers begin with + as they are to be


@require_safe
@requires("borrowers.import_portfolio")
def rejected(request: StaffRequest, pk: int) -> HttpResponse:
    """The rejected rows of an upload as CSV, one file after the other: their cells, and the message."""
    upload = get_object_or_404(Upload, pk=pk)
    rows = upload.rows.filter(mended=False)
    names = sorted(set(rows.values_list("file", flat=True).order_by()))
    return _download(f"upload-{pk}-rejected.csv", _blocks(upload, names))


def _blocks(upload: Upload, names: Sequence[str]) -> Iterator[Sequence[str]]:
    for name in names:
        rows = upload.rows.filter(mended=False, file=name)
        yield from _lines(rows, SHEET[name].columns)


def _lines(rows: Any, columns: Sequence[str]) -> Iterator[Sequence[str]]:
    language = get_language() or ""
    yield [_("file"), _("row"), _("column"), _("message"), *columns]
    for row in rows.iterator(chunk_size=1000):
        cells = row.cells if isinstance(row, UploadRow) else []
        reason = in_language(row.reason, language)
        yield [row.file, str(row.row), row.column, reason, *cells]


def _download(name: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    """UTF-8 with a mark for spreadsheets; a cell that would be a formula begins with an apostrophe."""
    return _file(name, ([harmless(cell) for cell in line] for line in lines))


def _file(name: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    text = StringIO("\ufeff")
    text.seek(0, SEEK_END)
    csv.writer(text).writerows(lines)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def harmless(cell: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@requires("borrowers.import_portfolio")
def repair(request: StaffRequest, pk: int) -> HttpResponse:
    """Mend rows in the browser; what is saved is checked again."""
    upload = get_object_or_404(Upload, pk=pk)
    rows = upload.rows.filter(mended=False).exclude(cells=[])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
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
    return render(request, "borrowers/import_repair.html", _page(upload, page))


def _typed(request: StaffRequest, rows: Any) -> dict[int, list[str]]:
    """The cells of the rows that were on the page, as they are now."""
    ids = [int(one) for one in request.POST.getlist("row") if one.isdigit()][:PAGE]
    return {
        row.pk: [request.POST.get(f"cell_{row.pk}_{name}", "") for name in SHEET[row.file].columns]
        for row in rows.filter(pk__in=ids)
    }


def _page(upload: Upload, page: "Page[UploadRow] | Page[RejectedRow]") -> dict[str, Any]:
    language = get_language() or ""
    words = dict(KINDS)
    rows = [
        {
            "row": row,
            "word": words[row.file],
            "reason": in_language(row.reason, language),
            "cells": [
                (name, value, name == row.column)
                for name, value in zip(SHEET[row.file].columns, row.cells, strict=False)
            ],
        }
        for row in page.object_list
        if isinstance(row, UploadRow)
    ]
    return {"upload": upload, "page": page, "rows": rows}
