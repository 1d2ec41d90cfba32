"""Which column is which: confirmed by somebody for a source, changed again, and read by from then on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import ColumnMapping, Upload
from borrowers.policies import import_headers
from borrowers.services import import_uploads, portfolio_files
from borrowers.services.import_uploads import SHEET, CannotReceive, brought_by, insist, move, record
from borrowers.services.portfolio_files import Source, refusal
from borrowers.states import UploadState
from collections_site.lib.steps import OutOfStep


def as_confirmed(files: list[Source], source: str) -> list[Source]:
    """The files with the columns remembered for ``source``; nothing is guessed where nobody looks.

    A file of which nothing is remembered names its columns itself. Raises CannotImport when nothing at
    all is, or when a file lacks a column or has it twice.
    """
    rows = ColumnMapping.objects.filter(source=source)
    held = {row.file: row.columns for row in rows}
    if not held:
        names = ColumnMapping.objects.order_by("source").values_list("source", flat=True)
        known = ", ".join(names.distinct()) or "-"
        raise refusal("no_source", source=source, known=known)
    return [
        _mapped(file, held[file.sheet.name], source) if file.sheet.name in held else file
        for file in files
    ]


def _mapped(file: Source, remembered: dict[str, str], source: str) -> Source:
    sheet, header = file.sheet, portfolio_files.header(file)
    columns = import_headers.by_name(sheet, header, remembered)
    if lost := import_headers.missing(sheet, columns):
        names = ", ".join(remembered.get(name) or name for name in lost)
        raise refusal("columns_lost", file=sheet.name, columns=names, source=source)
    for at in columns.values():
        if (
            at is not None
            and [*map(import_headers.plain, header)].count(import_headers.plain(header[at])) > 1
        ):
            raise refusal("column_twice", file=sheet.name, column=header[at])
    places = tuple(columns[name] for name in sheet.columns)
    return replace(file, columns=places)


@transaction.atomic
def confirm(
    upload: Upload,
    files: Sequence[Mapping[str, Any]],
    *,
    figures: Mapping[str, Any],
    by: User,
) -> None:
    """Take kinds and columns as somebody confirmed them, remember them for the source, and check.

    ``files`` gives `kind` and `columns` of each file. Raises CannotReceive when a kind or a column is
    chosen twice or missing, OutOfStep when the upload is past that.
    """
    insist(by)
    told = [{**old, **new} for old, new in zip(upload.files, files, strict=True)]
    if sentences := list(_objections(told)):
        raise CannotReceive(sentences)
    more = brought_by(upload, by)
    before = {"files": _read_as(upload.files), "figures": upload.figures}
    for one in told:
        names = {
            column: one["header"][at] for column, at in one["columns"].items() if at is not None
        }
        ColumnMapping.objects.update_or_create(
            source=upload.source, file=one["kind"], defaults={"columns": names}
        )
    move(upload, UploadState.CHECKING, files=told, figures=dict(figures), problem="", **more)
    after = {"files": _read_as(told), "figures": dict(figures)}
    record("upload.columns_confirmed", upload, by, before, **after)
    import_uploads.ring()


def _read_as(files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How files are read, for the operation log: by digest, with places instead of the words of a header
    row, which in a file without one are somebody's name and number.
    """
    return [{name: one[name] for name in ("sha256", "kind", "columns")} for one in files]


def _objections(told: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    kinds = [one["kind"] for one in told]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield refusal("kind_twice", file=kind).sentence
    for one in told:
        if missing := import_headers.missing(SHEET[one["kind"]], one["columns"]):
            columns = ", ".join(missing)
            yield refusal("columns_unnamed", name=one["name"], columns=columns).sentence
        if double := import_headers.shared(one["columns"]):
            columns = ", ".join(double)
            yield refusal("column_for_two", name=one["name"], columns=columns).sentence


@transaction.atomic
def reconsider(upload: Upload, kinds: Sequence[str], *, by: User) -> None:
    """Other kinds for the files: their columns are guessed again, and nothing is checked yet.

    Raises OutOfStep when the upload is past that.
    """
    insist(by)
    more = brought_by(upload, by)
    files = []
    for old, kind in zip(upload.files, kinds, strict=True):
        new = {**old, "kind": kind}
        other = {**new, "columns": import_uploads.guess(new, upload.source)}
        files.append(old if old["kind"] == kind else other)
    rows = Upload.objects.filter(pk=upload.pk, state=UploadState.MAPPING)
    if not rows.update(files=files, **more):
        raise OutOfStep(_("Somebody was quicker: this is how the import stands now."))
    before = {"files": _read_as(upload.files)}
    record("upload.kinds_changed", upload, by, before, files=_read_as(files))


@transaction.atomic
def reopen(upload: Upload, *, by: User) -> None:
    """Back to the columns; a release is gone. Raises OutOfStep when it is past that."""
    insist(by)
    more = brought_by(upload, by)
    before = {"released_by": Upload.objects.get(pk=upload.pk).released_by_id}
    move(upload, UploadState.MAPPING, problem="", released_by=None, released_at=None, **more)
    record("upload.reopened", upload, by, before)
