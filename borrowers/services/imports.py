"""Take a directory of portfolio files in: read, compare, apply, in one transaction, and keep the record."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _

from borrowers.models import ImportBatch, Lender
from borrowers.policies import rows
from borrowers.policies.imports import (
    BORROWERS,
    INSTALMENTS,
    LOANS,
    REPAYMENTS,
    SHEETS,
    Rejected,
    Sheet,
)
from borrowers.services import import_apply, import_compare, import_staging, portfolio_files
from borrowers.services.arrears import ROOM
from borrowers.services.import_staging import Rejections
from borrowers.services.portfolio_files import CannotImport, Source
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

__all__ = ["CannotImport", "Counts", "Summary", "import_directory"]

ONE_AT_A_TIME = (
    4204  # advisory lock: two imports would compare with rows the other is about to write
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a file's rows: rows = new + changed + unchanged + rejected; absent ones are on file only."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did, or with `checked` would do; `repeated` when the very batch is on file already."""

    data_as_of: datetime
    digest: str
    full: bool
    checked: bool
    repeated: bool
    files: Mapping[str, Counts]
    rejected: tuple[Rejected, ...] = ()
    changed_loans: frozenset[int] = field(default_factory=frozenset)
    batch: ImportBatch | None = None


@transaction.atomic
def import_directory(
    folder: str | Path,
    *,
    as_of: datetime | None = None,
    delta: bool = False,
    check: bool = False,
    by: User | None = None,
) -> Summary:
    """Take in the four files of ``folder``; good rows load, each other row is rejected with its reason.

    ``as_of``: the instant the lender's system exported them, else the newest file's time. A full batch
    marks what it no longer names; with ``delta`` absence means nothing. ``check`` writes nothing.
    The caller cancels what was scheduled for ``Summary.changed_loans``. Raises CannotImport when the
    batch as a whole cannot be taken, NotAllowed when ``by`` may not import: nothing is written then.
    """
    if by is not None and not by.has_perm("borrowers.import_portfolio"):
        raise NotAllowed(_("Your role does not import portfolios: ask a supervisor."))
    sources = portfolio_files.survey(Path(folder))
    data_as_of = as_of or max(source.modified_at for source in sources)
    digest = _digest(sources, delta=delta)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise portfolio_files.refusal("busy")
        cursor.execute(ROOM)
        known = ImportBatch.objects.filter(digest=digest, data_as_of=data_as_of).first()
        if known:
            return _again(known, check=check)
        rejections = Rejections()
        totals = _stage(cursor, sources, rejections, data_as_of, delta=delta)
        import_compare.compare(cursor, rejections, as_of=data_as_of, delta=delta)
        counts = {sheet.name: _count(cursor, sheet, totals[sheet], rejections) for sheet in SHEETS}
        changed: frozenset[int] = frozenset()
        batch = None
        if not check:
            moment = _moment(data_as_of)
            places = import_staging.known(data_as_of).lender_places
            changed = import_apply.apply(cursor, moment, places, delta=delta)
            batch = _keep(sources, counts, rejections, digest, moment, full=not delta, by=by)
        import_staging.drop_tables(cursor)
    rejected = tuple(sorted(rejections.rows, key=lambda one: (one.file, one.row)))
    return Summary(data_as_of, digest, not delta, check, False, counts, rejected, changed, batch)


def _digest(sources: list[Source], *, delta: bool) -> str:
    """SHA-256 over names, digests and kind of batch: the same bytes mean something else as a delta."""
    lines = [f"{source.sheet.name} {source.sha256}\n" for source in sources]
    text = "".join(["delta\n" if delta else "full\n", *lines])
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(data_as_of: datetime) -> import_apply.Moment:
    lender = Lender.objects.first()
    zone = ZoneInfo(lender.time_zone if lender else settings.TIME_ZONE)
    at = clock.now()
    return import_apply.Moment(at=at, on=at.astimezone(zone).date(), as_of=data_as_of)


def _stage(
    cursor: Any, sources: list[Source], rejections: Rejections, as_of: datetime, *, delta: bool
) -> dict[Sheet, int]:
    """Copy the good rows of every file; answer how many rows each has."""
    import_staging.make_tables(cursor)
    checks = {
        BORROWERS: rows.borrower_check(import_staging.known(as_of)),
        LOANS: rows.loan_check(),
        INSTALMENTS: rows.instalment_check(),
        REPAYMENTS: rows.repayment_check(),
    }
    totals = {}
    for source in sources:
        sheet = source.sheet
        totals[sheet], unordered = import_staging.stage(cursor, source, checks[sheet], rejections)
        if not (totals[sheet] or sheet.may_be_empty or delta):
            raise portfolio_files.refusal("no_rows", file=sheet.name)
        if unordered:
            import_staging.reject_duplicates(cursor, sheet, rejections)
    return totals


def _count(cursor: Any, sheet: Sheet, total: int, rejections: Rejections) -> Counts:
    table, new, changed, gone = {
        BORROWERS: (
            "plan_borrower",
            "is_new",
            "NOT is_new AND (rewrite OR moved)",
            "gone_borrower",
        ),
        LOANS: ("plan_loan", "is_new", "changed", "gone_loan"),
        INSTALMENTS: (
            "plan_instalment",
            "is_new",
            "NOT is_new AND NOT gone",
            "plan_instalment WHERE gone",
        ),
        REPAYMENTS: (
            "plan_repayment",
            "is_new",
            "NOT is_new AND NOT gone",
            "plan_repayment WHERE gone",
        ),
    }[sheet]
    cursor.execute(
        f"SELECT count(*) FILTER (WHERE {new}), count(*) FILTER (WHERE {changed}),"
        f" (SELECT count(*) FROM {gone}) FROM {table}"
    )
    added, altered, absent = cursor.fetchone()
    rejected = rejections.count(sheet)
    return Counts(total, added, altered, total - added - altered - rejected, absent, rejected)


def _again(batch: ImportBatch, *, check: bool) -> Summary:
    counts = {}
    for sheet in SHEETS:
        total, refused = (batch.counts[sheet.name][key] for key in ("rows", "rejected"))
        counts[sheet.name] = Counts(rows=total, unchanged=total - refused, rejected=refused)
    rejected = tuple(
        Rejected(row.file, row.row, row.column, row.reason) for row in batch.rejected_rows.all()
    )
    return Summary(
        batch.data_as_of, batch.digest, batch.full, check, True, counts, rejected, batch=batch
    )


def _keep(
    sources: list[Source],
    counts: Mapping[str, Counts],
    rejections: Rejections,
    digest: str,
    moment: import_apply.Moment,
    *,
    full: bool,
    by: User | None,
) -> ImportBatch:
    """The batch's own row, its rejected rows, and one event."""
    told = {name: asdict(count) for name, count in counts.items()}
    batch = ImportBatch.objects.create(
        digest=digest,
        data_as_of=moment.as_of,
        full=full,
        files={
            source.sheet.name: {
                "sha256": source.sha256,
                "bytes": source.size,
                "encoding": source.encoding,
            }
            for source in sources
        },
        counts=told,
        rejected=len(rejections.rows),
        at=moment.at,
        by=by,
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(
            'COPY borrowers_rejectedrow (batch_id, file, "row", "column", reason) FROM STDIN'
        ) as copy,
    ):
        for one in rejections.rows:
            copy.write_row((batch.pk, one.file, one.row, one.column, one.reason[:300]))
    audit.record(
        "import.applied",
        batch,
        by=by,
        after={
            "digest": digest,
            "data_as_of": moment.as_of.astimezone(UTC).isoformat(),
            "full": full,
            "counts": told,
        },
    )
    return batch
