"""Rows that are older than what is on file: they never overwrite it.

A new payment is never too old: that it was made stays true, whenever we hear of it.
"""

from datetime import datetime
from typing import Any

from borrowers.policies.import_reasons import say
from borrowers.policies.imports import BORROWERS, INSTALMENTS, LOANS, REPAYMENTS, Sheet
from borrowers.services.import_staging import Rejections
from borrowers.services.portfolio_files import refusal

# Of a person a full batch says everything, though it is stamped on nobody whom it did not change. A full
# batch that only repeats an older loan would still withdraw what came since; a delta that does is harmless.
OLDER = """
CREATE TEMP TABLE older AS
SELECT 'borrowers.csv' AS file, p.row, p.ref, '' AS loan_ref, greatest(b.changed_as_of, f.data_as_of) AS known
FROM plan_borrower p JOIN borrowers_borrower b ON b.id = p.id
CROSS JOIN (SELECT max(data_as_of) AS data_as_of FROM borrowers_importbatch WHERE "full") f
WHERE (p.rewrite OR p.moved) AND greatest(b.changed_as_of, f.data_as_of) > %(as_of)s
UNION ALL
SELECT 'loans.csv', row, ref, ref, held_as_of FROM plan_loan
WHERE held_as_of > %(as_of)s AND (changed OR NOT %(delta)s)
UNION ALL
SELECT 'instalments.csv', p.row, p.number::text, p.loan_ref, greatest(l.data_as_of, l.taken_as_of)
FROM plan_instalment p JOIN borrowers_loan l ON l.id = p.loan_id
WHERE NOT p.gone AND greatest(l.data_as_of, l.taken_as_of) > %(as_of)s
UNION ALL
SELECT 'repayments.csv', p.row, p.ref, p.loan_ref, greatest(l.data_as_of, l.taken_as_of)
FROM plan_repayment p JOIN borrowers_loan l ON l.id = p.loan_id
WHERE NOT p.gone AND NOT p.is_new AND greatest(l.data_as_of, l.taken_as_of) > %(as_of)s
"""
PLANS = {
    BORROWERS: ("plan_borrower", "in_borrower"),
    LOANS: ("plan_loan",),
    INSTALMENTS: ("plan_instalment",),
    REPAYMENTS: ("plan_repayment",),
}


def insist_newer(
    cursor: Any, rejections: Rejections, *, as_of: datetime, delta: bool, repairs: int | None
) -> None:
    """Raise CannotImport when rows would overwrite what is known as of a later moment than these files.

    Of rows that were mended alone (``repairs``) just those are rejected.
    """
    cursor.execute(OLDER, {"as_of": as_of, "delta": delta})
    cursor.execute(
        "SELECT count(DISTINCT loan_ref) FILTER (WHERE file <> 'borrowers.csv'),"
        " count(*) FILTER (WHERE file = 'borrowers.csv'), max(known) FROM older"
    )
    loans, people, latest = cursor.fetchone()
    if repairs is not None and (loans or people):
        for sheet in PLANS:
            _reject(cursor, rejections, sheet, as_of)
        rejections.flush(cursor)
    elif loans or people:
        raise refusal(
            "older" if loans else "older_people",
            as_of=_told(as_of),
            count=loans or people,
            known=_told(latest),
        )


def _reject(cursor: Any, rejections: Rejections, sheet: Sheet, as_of: datetime) -> None:
    cursor.execute(
        "SELECT row, ref, loan_ref, known FROM older WHERE file = %s ORDER BY row", [sheet.name]
    )
    numbers: list[int] = []
    for row, ref, loan_ref, known in cursor.fetchall():
        reason = say("older_row", as_of=_told(as_of), known=_told(known))
        # A payment of which only the day is older has been read: it leaves no doubt.
        spoken = () if sheet is REPAYMENTS else (loan_ref or ref,)
        rejections.add(sheet, row, sheet.columns[0], reason, spoken, ref)
        numbers.append(row)
    for table in PLANS[sheet]:
        cursor.execute(f"DELETE FROM {table} WHERE row = ANY(%s)", [numbers])


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"
