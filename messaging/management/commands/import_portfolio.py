"""Take in a directory of portfolio files: borrowers, loans, instalments and repayments."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from borrowers.policies.import_jumps import SHOWN, say
from borrowers.policies.imports import Rejected
from borrowers.services import import_nightly, import_totals
from borrowers.services.import_nightly import Asked
from collections_site.lib import commands
from messaging.services import planning

HELD = 3  # exit status: nothing is wrong with the files, and somebody has to look at them
FEW = 5  # cases of a jump told in words


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
        parser.add_argument(
            "--source",
            metavar="NAME",
            default="",
            help="the columns are those confirmed by browser for this source",
        )
        parser.add_argument(
            "--totals",
            metavar="FILE",
            type=Path,
            help="the sender's own rows and sums: CSV with the columns file, what, value",
        )
        parser.add_argument(
            "--accept-unusual",
            action="store_true",
            help="write it even if something is unusual; the operation log tells",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.page = ""
        super().handle(*args, **options)
        if self.page:
            raise CommandError(
                f"Unusual, so nothing was written: somebody has to look first, at {self.page}",
                returncode=HELD,
            )

    def answer(self, **options: Any) -> Mapping[str, Any]:
        asked = Asked(
            as_of=commands.moment(options["as_of"]),
            delta=options["delta"],
            check=options["check"],
            source=options["source"],
            figures=import_totals.read(options["totals"]) if options["totals"] else {},
            accept_unusual=options["accept_unusual"],
        )
        taken = import_nightly.take_folder(
            options["directory"], asked, settle=planning.cancel_settled
        )
        summary = taken.summary
        if options["errors"]:
            write_errors(options["errors"], summary.rejected)
        if taken.held:
            self.page = settings.PUBLIC_URL + reverse("import", args=[taken.held.pk])
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
            "cancelled_reminders": taken.settled,
            "totals": summary.seen.get("totals", []),
            "unusual": [
                {**one, "sentence": say(one["code"], one["values"], "en")}
                for one in summary.seen.get("jumps", [])
            ],
            "held": taken.held and taken.held.pk,
            "to_mend": taken.kept and taken.kept.pk,
            "page": self.page,
            "first_rejected": [asdict(one) for one in summary.rejected[:10]],
        }

    def in_words(self, said: Mapping[str, Any]) -> str:
        lines = [_headline(said)]
        for name, counts in said["files"].items():
            told = ", ".join(
                f"{count:,} {word}" for word, count in counts.items() if word != "rows"
            )
            lines.append(f"  {name}: {counts['rows']:,} rows: {told}")
        for one in said["unusual"]:
            lines.append(f"  unusual: {one['sentence']}")
            lines += [f"    {_case(case)}" for case in one["cases"][:FEW]]
            if len(one["cases"]) > FEW:
                lines.append(f"    … and others: --json names the first {SHOWN}")
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
    if said["held"]:
        return f"Held, nothing written; files {as_of}."
    if said["checked"]:
        return f"Checked, nothing written; files {as_of}."
    cancelled = said["cancelled_reminders"]
    return (
        f"Import {said['batch']}, files {as_of}: {said['files']['loans.csv']['new']:,} new loans, "
        f"{said['changed_loans']:,} others owe something else now, "
        f"{cancelled:,} reminders cancelled."
    )


def _case(case: Mapping[str, str]) -> str:
    before, after = (case[name] or "-" for name in ("before", "after"))
    return f"{case['ref']}: {case.get('currency', '')} {before} → {after}".replace("  ", " ")


def write_errors(path: Path, rejected: Iterable[Rejected]) -> None:
    """Rejected rows as CSV: file, row, column, reason. Raises CommandError when it cannot be written."""
    try:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            sheet = csv.writer(file)
            sheet.writerow(["file", "row", "column", "reason"])
            sheet.writerows((one.file, one.row, one.column, one.reason) for one in rejected)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
