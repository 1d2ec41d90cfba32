"""Rows that pass on their own, copied into temporary tables; the others remembered with their reasons."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db import connection

from borrowers.models import Lender
from borrowers.policies import places, rows
from borrowers.policies.import_reasons import say
from borrowers.policies.imports import (
    BORROWERS,
    INSTALMENTS,
    LOANS,
    REPAYMENTS,
    CannotTake,
    Known,
    Rejected,
    Sheet,
)
from borrowers.services import portfolio_files
from borrowers.services.names import spell
from borrowers.services.portfolio_files import Source

Watch = Callable[[str, int, int], None]
TELL_EVERY = 2_000  # rows
MOST_REJECTED = 50_000  # more is a wrong file, not a few wrong rows

# Staging tables: the row's number in the file, then its values; `doubt` names what rejected rows spoke of,
# and the key by which the row itself is known if it comes again.
TABLES = {
    "doubt": "file text, row int, ref text, key text",
    "in_borrower": "row int, ref text, full_name text, phone text, language text, region text,"
    " locality text, time_zone text, consent_at timestamptz, country text, zones text,"
    " zone_source text, jurisdictions text, name_pinyin text, name_initials text",
    "in_loan": "row int, ref text, borrower_ref text, product text, currency text,"
    " principal numeric(14,2), opened_on date, status text",
    "in_instalment": "row int, loan_ref text, number int, due_on date, amount_due numeric(14,2)",
    "in_repayment": "row int, ref text, loan_ref text, paid_on date, amount numeric(14,2)",
}
STAGED = {
    BORROWERS: "in_borrower",
    LOANS: "in_loan",
    INSTALMENTS: "in_instalment",
    REPAYMENTS: "in_repayment",
}
PASSED_ON = [
    "known_loan",
    "plan_borrower",
    "plan_loan",
    "plan_instalment",
    "plan_repayment",
    "gone_borrower",
    "gone_loan",
    "plan_consent",
    "older",
    "unread",
    "made_up",
    "touched_loan",
    "doubtful_loan",
    "home",
    "number_place",
    "touched_number",
    "owing",
    "planned_instalment",
    "planned_repayment",
    "planned_owing",
    "planned_change",
]
# The columns by which other rows, here or on file, know a row.
KEYS = {BORROWERS: (0,), LOANS: (0,), INSTALMENTS: (0,), REPAYMENTS: (0, 1)}


class Rejections:
    """Rows that were not taken, and the refs they spoke of; refuses the batch when there are too many."""

    def __init__(self) -> None:
        self.rows: list[Rejected] = []
        self._doubts: list[tuple[str, int, str, str]] = []
        self._counts: dict[str, int] = {}

    def add(
        self, sheet: Sheet, row: int, column: str, reason: str, refs: Sequence[str], key: str
    ) -> None:
        """Remember a row; raises CannotImport at the first row too many of its file.

        ``refs`` are all it spoke of; ``key`` is the number of an instalment, else the row's own ref.
        """
        self.rows.append(Rejected(sheet.name, row, column, reason))
        for text in map(_a_ref, refs):
            if text:
                self._doubts.append((sheet.name, row, text, _a_ref(key)))
        self._counts[sheet.name] = self.count(sheet) + 1
        if self._counts[sheet.name] > MOST_REJECTED:
            first = min((one for one in self.rows if one.file == sheet.name), key=lambda r: r.row)
            raise portfolio_files.refusal(
                "too_many",
                most=MOST_REJECTED,
                file=sheet.name,
                row=first.row,
                column=first.column or "-",
                reason=first.reason,
            )

    def count(self, sheet: Sheet) -> int:
        return self._counts.get(sheet.name, 0)

    def flush(self, cursor: Any) -> None:
        """Let the database know what the rejected rows spoke of."""
        with cursor.copy("COPY doubt (file, row, ref, key) FROM STDIN") as copy:
            for doubt in self._doubts:
                copy.write_row(doubt)
        self._doubts.clear()


def _a_ref(text: str) -> str:
    """As rows are known by it; empty if none can be."""
    ref = " ".join(unicodedata.normalize("NFC", text).split())
    return ref if ref.isprintable() and len(ref) <= rows.REF else ""


def make_tables(cursor: Any) -> None:
    """Empty staging tables, whatever an earlier batch in the same transaction left."""
    drop_tables(cursor)
    for name, columns in TABLES.items():
        cursor.execute(f"CREATE TEMP TABLE {name} ({columns})")


def drop_tables(cursor: Any) -> None:
    """Leave nothing behind."""
    names = ", ".join(f"pg_temp.{name}" for name in [*TABLES, *PASSED_ON])
    cursor.execute(f"DROP TABLE IF EXISTS {names}")


def known(data_as_of: Any) -> Known:
    """What rows are judged against: zones that Python and the database both know, and the lender's own."""
    lender = Lender.objects.first()
    return Known(
        zones=_zones(),
        lender_zone=ZoneInfo(lender.time_zone if lender else settings.TIME_ZONE),
        lender_places=tuple(lender.jurisdictions) if lender else (),
        data_as_of=data_as_of,
    )


@cache
def _zones() -> frozenset[str]:
    """A zone the database does not know could not be judged by the walls."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        there = {row[0] for row in cursor.fetchall()}
    return frozenset(filter(places.is_region_city, available_timezones() & there))


def stage(
    cursor: Any, source: Source, check: rows.Check, rejections: Rejections, watch: Watch
) -> tuple[int, bool]:
    """Copy the file's good rows; answer how many rows it has, and whether duplicates are possible.

    Rows in strictly rising order of their key hold no duplicate. Raises CannotImport when the file
    changed meanwhile, or has no rows although it must.
    """
    reading = _Reading(source, check, rejections, watch)
    table = STAGED[source.sheet]
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for values in reading:
            copy.write_row(values)
    source.insist_unchanged()
    cursor.execute(f"ANALYZE {table}")
    return reading.total, reading.unordered


class _Reading:
    """The good rows of a file, with their numbers; what came of the others is remembered beside."""

    def __init__(
        self, source: Source, check: rows.Check, rejections: Rejections, watch: Watch
    ) -> None:
        self.source, self.check, self.rejections = source, check, rejections
        self.watch = watch
        self.total, self.unordered = 0, False

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        sheet, check = self.source.sheet, self.check
        numbered, named = sheet is INSTALMENTS, sheet is BORROWERS
        last: tuple[str, int] = ("", -1)
        for row, values, wrong in portfolio_files.rows(self.source):
            self.total += 1
            if not self.total % TELL_EVERY:
                self.watch(sheet.name, self.total, 0)
            try:
                if wrong:
                    raise wrong
                good = check(values)
            except CannotTake as refused:
                self._reject(row, values, refused, whole=wrong is None)
                continue
            key = (str(good[0]), int(good[1] or 0) if numbered else 0)
            self.unordered = self.unordered or key <= last
            last = key
            yield (row, *good, *spell(str(good[1]))) if named else (row, *good)

    def _reject(self, row: int, values: Sequence[str], refused: CannotTake, *, whole: bool) -> None:
        sheet = self.source.sheet
        refs = [values[at] for at in KEYS[sheet]] if whole else values
        key = values[1 if sheet is INSTALMENTS else 0] if whole else ""
        self.rejections.add(sheet, row, refused.column, refused.sentence, refs, key)


def reject_duplicates(cursor: Any, sheet: Sheet, rejections: Rejections) -> None:
    """Of rows with the same key the first is taken, the others are rejected."""
    table = STAGED[sheet]
    key = "loan_ref, number" if sheet is INSTALMENTS else "ref"
    refs = {INSTALMENTS: "number::text, loan_ref", REPAYMENTS: "ref, loan_ref"}.get(
        sheet, "ref, ref"
    )
    cursor.execute(
        f"""
        WITH counted AS (SELECT row, min(row) OVER (PARTITION BY {key}) AS first FROM {table})
        DELETE FROM {table} t USING counted c WHERE c.row = t.row AND c.row > c.first
        RETURNING t.row, c.first, {refs}
        """
    )
    column = "number" if sheet is INSTALMENTS else sheet.columns[0]
    named = "loan_ref and number" if sheet is INSTALMENTS else column
    for row, first, key, of in sorted(cursor.fetchall()):
        reason = say("duplicate", key=named, first=first)
        spoken = (of,) if sheet is INSTALMENTS else (key, of)
        rejections.add(sheet, row, column, reason, spoken, key)
