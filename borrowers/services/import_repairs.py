"""Rows that could not be taken, mended in the browser: before the rest is applied, or after, alone."""

import csv
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.models import Upload, UploadRow
from borrowers.services import import_uploads, portfolio_files
from borrowers.services.import_uploads import KEPT, SHEET, record
from borrowers.states import UploadState
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep

LONGEST = 300


def may_mend(upload: Upload) -> bool:
    """Whether its rows can still be mended: checked, or applied with the cells still here."""
    return upload.state in (UploadState.CHECKED, UploadState.APPLIED) and bool(
        upload.rows.filter(mended=False).exclude(cells=[]).exists()
    )


def mend(upload: Upload, cells: Mapping[int, Sequence[str]], *, by: User) -> Upload:
    """Put other cells into rejected rows (by their ids) and check again; answer the upload to look at.

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
            width = len(SHEET[row.file].columns)
            told = [" ".join(value.split())[:LONGEST] for value in cells[row.pk]]
            row.cells = [*told, *[""] * width][:width]
    if upload.state == UploadState.CHECKED:
        return _in_place(upload, [row for row in rows if row.pk in cells], by)
    return _alone(upload, rows, by)


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
            **import_uploads.bringer(upload, by),
        )
        record("upload.mended", upload, by, rows=len(rows))
        for name in {row.file for row in rows}:
            instead = {row.row: row.cells for row in rows if row.file == name}
            new = box / "mended.new"
            portfolio_files.rewrite(sources[name], instead, new)
            os.replace(new, sources[name].path)
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
                at=at,
                keep_until=at + KEPT,
                repairs=upload,
            )
            record("upload.mended", upload, by, rows=len(rows), into=made.pk)
            os.rename(box, import_uploads.folder(made))
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
