"""Take in a directory of portfolio files: borrowers, loans, instalments and repayments."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from borrowers.policies.imports import Rejected
from borrowers.services import imports
from collections_site.lib import commands
from messaging.services import planning


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("directory", metavar="DIR", type=Path)
        parser.add_argument(
            "--as-of",
            metavar="DATETIME",
            help="when the lender's system exported the files; else the newest file's time",
        )
        parser.add_argument(
            "--delta",
            action="store_true",
            help="the files hold changes only: absence means nothing",
        )
        parser.add_argument(
            "--check", action="store_true", help="say what would change; write nothing"
        )
        parser.add_argument("--errors", metavar="FILE", type=Path, help="write rejected rows there")

    def answer(self, **options: Any) -> Mapping[str, Any]:
        as_of = commands.moment(options["as_of"])
        with transaction.atomic():
            summary = imports.import_directory(
                options["directory"],
                as_of=as_of,
                delta=options["delta"],
                check=options["check"],
            )
            cancelled = planning.cancel_settled(summary.changed_loans)
        if options["errors"]:
            write_errors(options["errors"], summary.rejected)
        return {
            "batch": summary.batch and summary.batch.pk,
            "digest": summary.digest,
            "data_as_of": summary.data_as_of,
            "full": summary.full,
            "checked": summary.checked,
            "repeated": summary.repeated,
            "files": {name: asdict(counts) for name, counts in summary.files.items()},
            "rejected": len(summary.rejected),
            "changed_loans": len(summary.changed_loans),
            "cancelled_reminders": cancelled,
            "first_rejected": [asdict(one) for one in summary.rejected[:10]],
        }

    def in_words(self, said: Mapping[str, Any]) -> str:
        lines = [_headline(said)]
        for name, counts in said["files"].items():
            told = ", ".join(
                f"{count:,} {word}" for word, count in counts.items() if word != "rows"
            )
            lines.append(f"  {name}: {counts['rows']:,} rows: {told}")
        for one in said["first_rejected"]:
            where = f"{one['file']} row {one['row']}" + (
                f", {one['column']}" if one["column"] else ""
            )
            lines.append(f"  {where}: {one['reason']}")
        if said["rejected"] > len(said["first_rejected"]):
            lines.append(
                f"  … and {said['rejected'] - len(said['first_rejected']):,} more rejected rows"
            )
        return "\n".join(lines)


def _headline(said: Mapping[str, Any]) -> str:
    as_of = f"as of {said['data_as_of']:%Y-%m-%d %H:%M %Z}"
    if said["repeated"]:
        return f"Nothing changed: these files {as_of} are import {said['batch']} already."
    if said["checked"]:
        return f"Checked, nothing written; files {as_of}."
    cancelled = said["cancelled_reminders"]
    return (
        f"Import {said['batch']}, files {as_of}: {said['files']['loans.csv']['new']:,} new loans, "
        f"{said['changed_loans']:,} others owe something else now, "
        f"{cancelled:,} reminders cancelled."
    )


def write_errors(path: Path, rejected: Iterable[Rejected]) -> None:
    """Rejected rows as CSV: file, row, column, reason. Raises CommandError when it cannot be written."""
    try:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            sheet = csv.writer(file)
            sheet.writerow(["file", "row", "column", "reason"])
            sheet.writerows((one.file, one.row, one.column, one.reason) for one in rejected)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
