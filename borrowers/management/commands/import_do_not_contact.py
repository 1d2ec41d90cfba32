"""Hold everybody on a do-not-contact list: telephone numbers, or customer numbers, in one column."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from borrowers.policies.do_not_contact import KINDS
from borrowers.services import do_not_contact
from borrowers.services.import_reader import SERVER
from collections_site.lib import commands

FEW = 10


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV or XLSX")
        parser.add_argument(
            "--source", metavar="NAME", help="what the list is called; else the file's name"
        )
        parser.add_argument(
            "--column", metavar="N", type=int, help="which column counts, from 1; else guessed"
        )
        parser.add_argument("--kind", choices=KINDS, help="what it holds; else guessed")
        parser.add_argument(
            "--check", action="store_true", help="say what would be held; write nothing"
        )

    def answer(self, **options: Any) -> Mapping[str, Any]:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path} is not a file.")
        column = None if options["column"] is None else options["column"] - 1
        with tempfile.TemporaryDirectory(prefix="courtesy-") as box:
            text = Path(box) / "list.csv"
            do_not_contact.convert(path, text, path.name, SERVER)
            listing = do_not_contact.read(text, path.name, column=column, kind=options["kind"])
        if options["check"]:
            done = do_not_contact.check(listing)
        else:
            source = options["source"] or path.name
            done = do_not_contact.apply(listing, source, by=None)
        return {
            "checked": options["check"],
            "column": listing.header[listing.column],
            "kind": listing.kind,
            "values": len(listing.values),
            "matched": done.matched,
            "unmatched": len(done.unmatched),
            "held_already": done.held,
            "repeated": listing.repeated,
            "broken": len(listing.broken),
            "holds": done.to_hold,
            "first_broken": [{"row": row, "reason": why} for row, why in listing.broken[:FEW]],
        }

    def in_words(self, said: Mapping[str, Any]) -> str:
        head = "Checked, nothing written" if said["checked"] else "Held"
        lines = [
            f"{head}: {said['values']:,} values, {said['matched']:,} of people on file, "
            f"{said['unmatched']:,} of nobody on file, {said['held_already']:,} held already; "
            f"{said['holds']:,} holds, {said['broken']:,} rows cannot be read."
        ]
        lines += [f"  row {one['row']}: {one['reason']}" for one in said["first_broken"]]
        return "\n".join(lines)
