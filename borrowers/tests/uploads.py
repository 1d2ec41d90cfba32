"""Uploads for tests: files as somebody's browser sends them, and the background done at once."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from borrowers.models import Upload
from borrowers.services import import_columns, import_jobs, import_uploads
from borrowers.tests.portfolio import BOOK, FIRST, HEADERS

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override'
    ' PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
    f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship'
    f' Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
SHEET = "xl/worksheets/sheet1.xml"


def text(name: str, rows: Sequence[str] | None = None, *, header: str = "") -> bytes:
    """One of the book's files; ``rows`` and ``header`` replace what it holds."""
    lines = [header or HEADERS[name], *(BOOK[name] if rows is None else rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def sheet(rows: Sequence[Sequence[object]]) -> str:
    """The XML of a worksheet."""
    return (
        f'<worksheet xmlns="{MAIN}"><sheetData>'
        + "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
        + "</sheetData></worksheet>"
    )


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def xlsx(
    rows: Sequence[Sequence[object]] = (), parts: Mapping[str, str | bytes] | None = None
) -> bytes:
    """A workbook; ``parts`` replace or add what is in the archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PARTS, SHEET: sheet(rows), **(parts or {})}.items():
            archive.writestr(name, content)
    return out.getvalue()


def brought(files: dict[str, bytes], *, by: User, **how: Any) -> Upload:
    """Files taken in as a supervisor would, by name."""
    options = {"source": "core", "full": len(files) == 4, "data_as_of": FIRST, **how}
    return import_uploads.receive(
        [SimpleUploadedFile(name, content) for name, content in files.items()], by=by, **options
    )


def the_book(**changes: bytes) -> dict[str, bytes]:
    """The book's four files by name, some replaced."""
    return {f"{name}.csv": changes.get(name, text(name)) for name in HEADERS}


def checked(
    files: dict[str, bytes], *, by: User, figures: dict[str, Any] | None = None, **how: Any
) -> Upload:
    """Files brought, confirmed as guessed, and checked."""
    upload = brought(files, by=by, **how)
    told = [{"kind": one["kind"], "columns": one["columns"]} for one in upload.files]
    import_columns.confirm(upload, told, figures=figures or {}, by=by)
    import_jobs.check(upload.pk)
    upload.refresh_from_db()
    return upload


def applied(upload: Upload, *, by: User) -> Upload:
    """A checked upload, written by the background."""
    import_uploads.ask_to_apply(upload, by=by)
    background()
    upload.refresh_from_db()
    return upload


def background() -> dict[str, int]:
    """What the background does within the minute."""
    return import_jobs.work(lambda loans: 0)
