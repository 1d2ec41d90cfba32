"""Rows that could not be taken: given out with what they hold, which is logged, and mended.

Mended in the browser before the rest is applied, they are checked with it; afterwards they go alone.
"""

import csv
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from borrowers.models import ImportBatch, RejectedRow, Upload, UploadRow
from borrowers.services import import_uploads, portfolio_files
from borrowers.services.import_uploads import KEPT, SHEET, record
from borrowers.states import UploadState
from collections_site.audit import services as audit
from collections_site.lib import clock, masking
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep

LONGEST = 300
MASKS = {"full_name": masking.mask_name, "phone": masking.mask_phone}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a rejected row as it is shown; ``masked`` when that is less than what it holds."""

    column: str
    text: str
    masked: bool


def cells_of(row: UploadRow) -> Iterator[Cell]:
    """The cells of a row: names and numbers masked, but for the one to put right.

    A row that is wrong as a whole is shown whole: nobody knows which of its cells is which.
    """
    for column, value in zip(SHEET[row.file].columns, row.cells, strict=False):
        hide = MASKS.get(column) if row.column not in ("", column) else None
        text = hide(value) if hide and value else value
        yield Cell(column, text, masked=text != value)


@transaction.atomic
def shown(upload: Upload, rows: Iterable[UploadRow], *, by: User) -> dict[int, list[Cell]]:
    """The cells of these rows for somebody who is about to mend them, by the rows' ids; the look is logged."""
    found = {row.pk: list(cells_of(row)) for row in rows}
    record("upload.rows_shown", upload, by, count=len(found), rows=list(found))
    return found


@transaction.atomic
def exported(upload: Upload, name: str, *, by: User) -> list[UploadRow]:
    """The rejected rows of the file ``name`` with all they hold, for a download, which is logged.

    Raises OutOfStep when there are none, or when what they held is no longer kept.
    """
    rows = list(upload.rows.filter(mended=False, file=name).exclude(cells=[]))
    if not rows:
        raise OutOfStep(
            _("The rows of this import can no longer be mended: upload the files again.")
        )
    record("upload.rows_exported", upload, by, file=name, count=len(rows))
    return rows


@transaction.atomic
def listed(batch: ImportBatch, *, by: User) -> list[RejectedRow]:
    """Where the rejected rows of an import stand, and why, for a download, which is logged."""
    rows = list(batch.rejected_rows.all())
    audit.record("import.rows_exported", batch, by=by, after={"count": len(rows)})
    return rows


def kept(upload: Upload) -> dict[str, int]:
    """How many rejected rows of each file can still be given out or mended."""
    rows = upload.rows.filter(mended=False).exclude(cells=[])
    return dict(rows.order_by("file").values_list("file").annotate(Count("pk")))


def may_mend(upload: Upload) -> bool:
    """Whether its rows can still be mended: checked, or applied with the cells still here."""
    return upload.state in (UploadState.CHECKED, UploadState.APPLIED) and bool(kept(upload))


def mend(upload: Upload, cells: Mapping[int, Sequence[str]], *, by: User) -> Upload:
    """Put other cells into rejected rows (by their ids) and check again; answer the upload to look at.

    A masked cell that comes back as it was shown keeps what it holds.
    A checked upload is rewritten in place. Of an applied one, all its rejected rows become an upload of
    their own, mended or not: a loan with a row still wrong stays in doubt. Raises OutOfStep when the
    upload can no longer be mended, NotAllowed when ``by`` does not import.
    """
    if not by.has_perm("borrowers.import_portfolio"):
        raise NotAllowed(_("Your role does not import portfolios: ask a supervisor."))
    if not may_mend(upload):
        raise OutOfStep(
            _("The rows of this import can no longer be mended: upload the files again.")
        )
    rows = list(upload.rows.filter(mended=False))
    for row in rows:
        if row.pk in cells:
            row.cells = _mended(row, cells[row.pk])
    if upload.state == UploadState.CHECKED:
        return _in_place(upload, [row for row in rows if row.pk in cells], by)
    return _alone(upload, rows, by)


def _mended(row: UploadRow, typed: Sequence[str]) -> list[str]:
    """What was typed over its cells; of a masked cell that nobody touched, what it held."""
    width = len(SHEET[row.file].columns)
    told = [" ".join(value.split())[:LONGEST] for value in typed]
    told = [*told, *[""] * width][:width]
    for at, cell in enumerate(cells_of(row)):
        if cell.masked and told[at] == " ".join(cell.text.split()):
            told[at] = row.cells[at]
    return told


def _in_place(upload: Upload, rows: Sequence[UploadRow], by: User) -> Upload:
    box = import_uploads.folder(upload)
    sources = {source.sheet.name: source for source in import_uploads.sources(upload)}
    with transaction.atomic():
        import_uploads.move(
            upload,
            UploadState.CHECKING,
            released_by=None,
            released_at=None,
            problem="",
            **import_uploads.brought_by(upload, by),
        )
        digests = {}
        for name in sorted({row.file for row in rows}):
            instead = {row.row: row.cells for row in rows if row.file == name}
            new, source = box / "mended.new", sources[name]
            portfolio_files.rewrite(source, instead, new)
            digests[name] = portfolio_files.examine(new, source.sheet).sha256
            os.replace(new, source.path)
        record("upload.mended", upload, by, rows=len(rows), files=digests)
        import_uploads.ring()
    return upload


def _alone(upload: Upload, rows: Sequence[UploadRow], by: User) -> Upload:
    box = Path(tempfile.mkdtemp(dir=import_uploads.home(), prefix="new-"))
    try:
        files = [
            _write(box, name, [row for row in rows if row.file == name])
            for name in sorted({row.file for row in rows})
        ]
        with transaction.atomic():
            at = clock.now()
            if not upload.rows.filter(mended=False).update(mended=True):
                raise OutOfStep(_("Somebody was quicker: this is how the import stands now."))
            made = Upload.objects.create(
                source=upload.source,
                full=False,
                data_as_of=upload.data_as_of,
                state=UploadState.CHECKING,
                files=files,
                by=by,
                # The rows that nobody mended are still theirs who brought them.
                changed_by=sorted({*upload.changed_by, by.pk, upload.by_id or by.pk}),
                at=at,
                keep_until=at + KEPT,
                repairs=upload,
            )
            digests = {one["kind"]: one["sha256"] for one in files}
            record("upload.mended", upload, by, rows=len(rows), files=digests, into=made.pk)
            import_uploads.settle(box, made)
            import_uploads.ring()
    except BaseException:
        shutil.rmtree(box, ignore_errors=True)
        raise
    return made


def _write(box: Path, name: str, rows: Sequence[UploadRow]) -> dict[str, Any]:
    """These rows as a file in which each stands on the line it had."""
    sheet = SHEET[name]
    path = box / name
    at = {row.row: row.cells for row in rows}
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(sheet.columns)
        for number in range(2, max(at) + 1):
            out.writerow(at.get(number, []))
    source = portfolio_files.examine(path, sheet)
    return {
        "name": name,
        "path": name,
        "kind": name,
        "sha256": source.sha256,
        "size": source.size,
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "header": list(sheet.columns),
        "rows": len(rows),
        "columns": {column: place for place, column in enumerate(sheet.columns)},
    }
