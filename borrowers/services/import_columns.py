"""Files read by the columns that somebody confirmed for their source."""

from dataclasses import replace

from borrowers.models import ColumnMapping
from borrowers.policies import import_headers
from borrowers.services import portfolio_files
from borrowers.services.portfolio_files import Source, refusal


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
