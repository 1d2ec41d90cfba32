"""What an import did: the counts of each file, the batch's own row, its rejected rows, one event."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from borrowers.models import ImportBatch
from borrowers.policies.import_reasons import plain
from borrowers.policies.imports import BORROWERS, INSTALMENTS, LOANS, REPAYMENTS, Rejected, Sheet
from borrowers.services.import_apply import Moment
from borrowers.services.import_staging import Rejections
from borrowers.services.portfolio_files import Source
from collections_site.audit import services as audit


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
    """What an import did, or with `checked` would do; `repeated` when the very batch is on file already.

    ``seen`` is what whoever looked at the plan before it was written made of it.
    """

    data_as_of: datetime
    digest: str
    full: bool
    checked: bool
    repeated: bool
    files: Mapping[str, Counts]
    rejected: tuple[Rejected, ...] = ()
    changed_loans: frozenset[int] = field(default_factory=frozenset)
    batch: ImportBatch | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)


# A person's consent counts as a change of their row, if nothing else of it has changed.
ALTERED = "NOT is_new AND (rewrite OR moved OR places)"
CONSENTED = f"""SELECT count(*) FROM plan_consent c
  WHERE NOT EXISTS (SELECT 1 FROM plan_borrower p WHERE p.id = c.borrower_id AND {ALTERED})"""
PLANNED = {
    BORROWERS: ("plan_borrower", ALTERED, "gone_borrower"),
    LOANS: ("plan_loan", "changed", "gone_loan"),
    INSTALMENTS: ("plan_instalment", "NOT is_new AND NOT gone", "plan_instalment WHERE gone"),
    REPAYMENTS: ("plan_repayment", "NOT is_new AND NOT gone", "plan_repayment WHERE gone"),
}


def count(cursor: Any, sheet: Sheet, total: int, rejections: Rejections) -> Counts:
    """What the plan would do with the rows of a file that has ``total``."""
    table, changed, gone = PLANNED[sheet]
    cursor.execute(
        f"SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE {changed}),"
        f" (SELECT count(*) FROM {gone}) FROM {table}"
    )
    added, altered, absent = cursor.fetchone()
    if sheet is BORROWERS:
        cursor.execute(CONSENTED)
        altered += cursor.fetchone()[0]
    rejected = rejections.count(sheet)
    return Counts(total, added, altered, total - added - altered - rejected, absent, rejected)


def keep(
    sources: list[Source],
    counts: Mapping[str, Counts],
    rejections: Rejections,
    digest: str,
    unusual: Sequence[Mapping[str, Any]],
    *,
    moment: Moment,
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
        unusual=[{"code": one["code"], "values": one["values"]} for one in unusual],
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
            reason = json.dumps(plain(one.reason), ensure_ascii=False)
            copy.write_row((batch.pk, one.file, one.row, one.column, reason))
    audit.record(
        "import.applied",
        batch,
        by=by,
        after={
            "digest": digest,
            "data_as_of": moment.as_of.astimezone(UTC).isoformat(),
            "full": full,
            "counts": told,
            "unusual": [one["code"] for one in unusual],
        },
    )
    return batch
