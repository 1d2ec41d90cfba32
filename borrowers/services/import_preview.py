"""What a planned batch would make of the book, in figures and a few samples; nothing is written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from borrowers.policies.import_jumps import Total, judge
from borrowers.services import import_cases, import_samples
from borrowers.services.arrears import OWING
from borrowers.services.import_apply import Moment
from borrowers.services.import_record import Counts

# The lines of every loan the batch touches, as they would stand.
PLANNED = [
    """CREATE TEMP TABLE planned_instalment AS
       SELECT loan_id, number, due_on, amount_due, NULL::timestamptz AS withdrawn_at
       FROM plan_instalment WHERE NOT gone
       UNION ALL
       SELECT loan_id, number, due_on, amount_due, withdrawn_at
       FROM borrowers_instalment i JOIN touched_loan USING (loan_id)
       WHERE NOT EXISTS (SELECT 1 FROM plan_instalment p WHERE p.id = i.id)""",
    """CREATE TEMP TABLE planned_repayment AS
       SELECT loan_id, paid_on, amount FROM plan_repayment WHERE NOT gone
       UNION ALL
       SELECT loan_id, paid_on, amount FROM borrowers_repayment r JOIN touched_loan USING (loan_id)
       WHERE NOT EXISTS (SELECT 1 FROM plan_repayment p WHERE p.id = r.id AND NOT p.gone)""",
]
# Each touched loan before and after; what a new loan owed before is NULL. Of one that no longer `runs`
# (settled, written off, sold, no longer named) nothing is told, but nobody has paid it.
CHANGE = """
CREATE TEMP TABLE planned_change AS
SELECT t.loan_id, coalesce(p.ref, l.loan_ref) AS ref, coalesce(p.currency, l.currency) AS currency,
  CASE WHEN l.id IS NOT NULL THEN
    CASE WHEN l.status = 'active' AND l.absent_since IS NULL THEN l.overdue_amount ELSE 0 END END AS before,
  CASE WHEN coalesce(p.status, l.status) = 'active' AND g.id IS NULL
    THEN coalesce(o.overdue_amount, 0) ELSE 0 END AS after,
  coalesce(p.status, l.status) = 'active' AND g.id IS NULL AND (p.id IS NOT NULL OR l.absent_since IS NULL) AS runs
FROM (SELECT loan_id FROM touched_loan UNION SELECT id FROM gone_loan) t
LEFT JOIN plan_loan p ON p.id = t.loan_id
LEFT JOIN borrowers_loan l ON l.id = t.loan_id
LEFT JOIN gone_loan g ON g.id = t.loan_id
LEFT JOIN planned_owing o ON o.loan_id = t.loan_id
"""
OVERDUE = """
SELECT currency, coalesce(sum(book), 0), coalesce(sum(book), 0) + coalesce(sum(moved), 0) FROM (
  SELECT currency, overdue_amount AS book, 0 AS moved FROM borrowers_loan
  WHERE status = 'active' AND absent_since IS NULL AND overdue_amount > 0
  UNION ALL
  SELECT currency, 0, after - coalesce(before, 0) FROM planned_change
) told GROUP BY currency ORDER BY currency
"""
SUMS = {
    "loans.csv": "SELECT currency, sum(principal) FROM in_loan GROUP BY 1",
    "instalments.csv": """SELECT coalesce(p.currency, l.currency), sum(s.amount_due) FROM in_instalment s
        LEFT JOIN plan_loan p ON p.ref = s.loan_ref LEFT JOIN borrowers_loan l ON l.loan_ref = s.loan_ref
        WHERE coalesce(p.currency, l.currency) IS NOT NULL GROUP BY 1""",
    "repayments.csv": """SELECT coalesce(p.currency, l.currency), sum(s.amount) FROM in_repayment s
        LEFT JOIN plan_loan p ON p.ref = s.loan_ref LEFT JOIN borrowers_loan l ON l.loan_ref = s.loan_ref
        WHERE coalesce(p.currency, l.currency) IS NOT NULL GROUP BY 1""",
}


class Look:
    """Looks at a plan for `imports.take`, with the sender's figures beside it."""

    def __init__(self, figures: Mapping[str, Any]) -> None:
        self.figures = figures

    def __call__(
        self, cursor: Any, moment: Moment, counts: Mapping[str, Counts]
    ) -> Mapping[str, Any]:
        """Figures, jumps and samples as plain JSON values; people's names and numbers only masked."""
        self._plan(cursor, moment)
        cursor.execute(OVERDUE)
        overdue = {currency: (before, after) for currency, before, after in cursor.fetchall()}
        sums = {file: _sums(cursor, statement) for file, statement in SUMS.items()}
        totals = list(_totals(self.figures, counts, sums))
        picture = import_cases.picture(cursor, overdue, totals)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE before > 0 AND after = 0 AND runs),"
            " count(*) FILTER (WHERE before <> after) FROM planned_change WHERE before IS NOT NULL"
        )
        paid_up, owing_else = cursor.fetchone()
        return {
            "overdue": {name: [str(one) for one in pair] for name, pair in overdue.items()},
            "sums": {file: {c: str(s) for c, s in each.items()} for file, each in sums.items()},
            "totals": [
                {
                    "file": one.file,
                    "what": one.what,
                    "given": one.given,
                    "found": one.found,
                    "agrees": one.agrees,
                }
                for one in totals
            ],
            "paid_up": paid_up,
            "owing_else": owing_else,
            "jumps": [import_cases.plain(one) for one in judge(picture)],
            "samples": import_samples.samples(cursor),
        }

    def _plan(self, cursor: Any, moment: Moment) -> None:
        for statement in PLANNED:
            cursor.execute(statement)
        cursor.execute("ANALYZE planned_instalment")
        cursor.execute("ANALYZE planned_repayment")
        owing = OWING.format(narrow="")
        for table in ("instalment", "repayment"):
            owing = owing.replace(f"borrowers_{table}", f"planned_{table}")
        cursor.execute(f"CREATE TEMP TABLE planned_owing AS {owing}", moment.values())
        cursor.execute(CHANGE)


def _sums(cursor: Any, statement: str) -> dict[str, Decimal]:
    cursor.execute(statement)
    return dict(sorted(cursor.fetchall()))


def _totals(
    figures: Mapping[str, Any],
    counts: Mapping[str, Counts],
    sums: Mapping[str, Mapping[str, Decimal]],
) -> Any:
    """The sender's figures beside what was found."""
    for file, given in figures.items():
        if given.get("rows") is not None:
            yield Total(file, "rows", str(given["rows"]), str(counts[file].rows))
        for currency, amount in given.get("sums", {}).items():
            found = sums.get(file, {}).get(currency, Decimal("0.00"))
            yield Total(file, currency, str(amount), str(found))
