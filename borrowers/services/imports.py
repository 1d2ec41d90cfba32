"""Take a directory of portfolio files in: read, compare, apply, in one transaction, and keep the record."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _

from borrowers.models import ImportBatch, Lender
from borrowers.policies import rows
from borrowers.policies.import_reasons import say
from borrowers.policies.imports import (
    BORROWERS,
    INSTALMENTS,
    LOANS,
    REPAYMENTS,
    SHEETS,
    Rejected,
    Sheet,
)
from borrowers.services import (
    import_apply,
    import_columns,
    import_compare,
    import_doubts,
    import_reader,
    import_staging,
    portfolio_files,
)
from borrowers.services.arrears import ROOM
from borrowers.services.import_record import Counts, Summary, count, keep
from borrowers.services.import_staging import Rejections
from borrowers.services.portfolio_files import CannotImport, Source
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

__all__ = ["CannotImport", "Counts", "Summary", "digest_of", "import_directory", "take"]

ONE_AT_A_TIME = (
    4204  # advisory lock: two imports would compare with rows the other is about to write
)
SKEW = timedelta(minutes=1)  # by which the clock that wrote the files may be ahead of ours

Watch = Callable[[str, int, int], None]
Look = Callable[[Any, import_apply.Moment, Mapping[str, Counts]], Mapping[str, Any]]
Then = Callable[[list[Source], Summary], None]


def nobody(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


@transaction.atomic
def import_directory(
    folder: str | Path,
    *,
    as_of: datetime | None = None,
    delta: bool = False,
    check: bool = False,
    hold: bool = False,
    by: User | None = None,
    source: str = "",
    look: Look | None = None,
    then: Then | None = None,
) -> Summary:
    """Take in the four files of ``folder``; good rows load, each other row is rejected with its reason.

    ``as_of``: the instant the lender's system exported them, else the newest file's time. A full batch
    marks what it no longer names; with ``delta`` absence means nothing. ``check`` writes nothing.
    ``source`` names whose remembered columns the files have; ``look`` and ``hold`` are as in `take`;
    ``then`` hears of the files while they lie there. The caller cancels what was scheduled for
    ``Summary.changed_loans``. Raises CannotImport when the batch as a whole cannot be taken, NotAllowed
    when ``by`` may not import: nothing is written then.
    """
    with import_reader.surveyed(Path(folder)) as files:
        if source:
            files = import_columns.as_confirmed(files, source)
        summary = take(files, as_of=as_of, delta=delta, check=check, hold=hold, by=by, look=look)
        if then:
            then(files, summary)
        return summary


@transaction.atomic
def take(
    sources: list[Source],
    *,
    as_of: datetime | None = None,
    delta: bool = False,
    check: bool = False,
    hold: bool = False,
    by: User | None = None,
    repairs: int | None = None,
    watch: Watch = nobody,
    look: Look | None = None,
) -> Summary:
    """Take in four files wherever they lie; the same as `import_directory` otherwise.

    ``watch`` hears stage, rows done and rows in all (0: not known). ``look`` sees the plan, in its
    temporary tables, before anything is written; what it answers is ``Summary.seen``, and what it
    raises stops the import. With ``hold`` nothing is written either where it saw ``jumps``. ``repairs`` is
    the id of the batch whose rejected rows these are, all of them, taken in alone as a delta.
    """
    if by is not None and not by.has_perm("borrowers.import_portfolio"):
        raise NotAllowed(_("Your role does not import portfolios: ask a supervisor."))
    data_as_of = as_of or max(source.modified_at for source in sources)
    if data_as_of > clock.now() + SKEW:
        raise portfolio_files.refusal("future")
    digest = digest_of(sources, delta=delta)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise portfolio_files.Busy(say("busy"))
        cursor.execute(ROOM)
        known = ImportBatch.objects.filter(digest=digest, data_as_of=data_as_of).first()
        if known:
            return _again(known, check=check)
        rejections = Rejections()
        totals = _stage(cursor, sources, rejections, data_as_of, delta=delta, watch=watch)
        watch("compare", 0, 0)
        import_compare.compare(cursor, rejections, as_of=data_as_of, delta=delta, repairs=repairs)
        counts = _counts(cursor, totals, rejections)
        moment = _moment(data_as_of)
        seen = look(cursor, moment, counts) if look else {}
        check = check or (hold and bool(seen.get("jumps")))
        changed: frozenset[int] = frozenset()
        batch = None
        if not check:
            watch("write", 0, 0)
            places = import_staging.known(data_as_of).lender_places
            written = import_apply.apply(cursor, moment, places, rejections, delta=delta)
            changed = written.changed
            if written.overtaken:
                counts = _counts(cursor, totals, rejections)
            unusual = seen.get("jumps", [])
            told = (counts, rejections, digest, unusual)
            batch = keep(sources, *told, moment=moment, full=not delta, by=by)
            import_doubts.keep(cursor, batch.pk)
        import_staging.drop_tables(cursor)
    rejected = tuple(sorted(rejections.rows, key=lambda one: (one.file, one.row)))
    return Summary(
        data_as_of, digest, not delta, check, False, counts, rejected, changed, batch, seen
    )


def digest_of(sources: list[Source], *, delta: bool) -> str:
    """SHA-256 over names, digests and kind of batch: the same bytes mean something else as a delta."""
    lines = [f"{source.sheet.name} {source.sha256}\n" for source in sources]
    text = "".join(["delta\n" if delta else "full\n", *lines])
    return hashlib.sha256(text.encode()).hexdigest()


def _counts(cursor: Any, totals: Mapping[Sheet, int], rejections: Rejections) -> dict[str, Counts]:
    return {sheet.name: count(cursor, sheet, totals[sheet], rejections) for sheet in SHEETS}


def _moment(data_as_of: datetime) -> import_apply.Moment:
    lender = Lender.objects.first()
    zone = ZoneInfo(lender.time_zone if lender else settings.TIME_ZONE)
    at = clock.now()
    return import_apply.Moment(at=at, on=at.astimezone(zone).date(), as_of=data_as_of)


def _stage(
    cursor: Any,
    sources: list[Source],
    rejections: Rejections,
    as_of: datetime,
    *,
    delta: bool,
    watch: Watch,
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
        totals[sheet], unordered = import_staging.stage(
            cursor, source, checks[sheet], rejections, watch
        )
        if not (totals[sheet] or sheet.may_be_empty or delta):
            raise portfolio_files.refusal("no_rows", file=sheet.name)
        if unordered:
            import_staging.reject_duplicates(cursor, sheet, rejections)
    return totals


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
