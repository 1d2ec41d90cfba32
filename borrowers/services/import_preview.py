"""What a planned batch would make of the book, in figures and a few samples; nothing is written."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from borrowers.policies.import_jumps import SHARED_BY, Picture, Total, judge
from borrowers.services import import_samples
from borrowers.services.arrears import OWING
from borrowers.services.import_apply import Moment
from borrowers.services.import_record import Counts
from collections_site.lib import masking

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
# Each touched loan before and after; what a new loan owed before is NULL.
CHANGE = """
CREATE TEMP TABLE planned_change AS
SELECT t.loan_id, coalesce(p.ref, l.loan_ref) AS ref, coalesce(p.currency, l.currency) AS currency,
  CASE WHEN l.id IS NOT NULL THEN
    CASE WHEN l.status = 'active' AND l.absent_since IS NULL THEN l.overdue_amount ELSE 0 END END AS before,
  CASE WHEN coalesce(p.status, l.status) = 'active' AND g.id IS NULL
    THEN coalesce(o.overdue_amount, 0) ELSE 0 END AS after
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
DOUBLED = """
WITH was AS (
  SELECT loan_id, sum(amount) AS owed FROM (
    SELECT loan_id, amount_due AS amount FROM borrowers_instalment JOIN touched_loan USING (loan_id)
    WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT loan_id, -amount FROM borrowers_repayment JOIN touched_loan USING (loan_id)) line
  GROUP BY loan_id
), will AS (
  SELECT loan_id, sum(amount) AS owed FROM (
    SELECT loan_id, amount_due AS amount FROM planned_instalment WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT loan_id, -amount FROM planned_repayment) line
  GROUP BY loan_id
)
SELECT count(*) FROM was JOIN will USING (loan_id) WHERE was.owed > 0 AND will.owed >= 2 * was.owed
"""
CROWDED = """
WITH coming AS (SELECT phone, count(*) AS people FROM plan_borrower WHERE moved GROUP BY phone),
living AS (
  SELECT c.phone, count(*) AS before, count(*) FILTER (WHERE p.id IS NULL) AS staying
  FROM coming JOIN borrowers_contactpoint c USING (phone)
  JOIN borrowers_borrowernumber n ON n.contact_point_id = c.id AND n.till_at IS NULL AND n.relation <> 'not_own'
  LEFT JOIN plan_borrower p ON p.id = n.borrower_id AND p.moved GROUP BY c.phone
)
SELECT phone, people + coalesce(staying, 0) FROM coming LEFT JOIN living USING (phone)
WHERE coalesce(before, 0) <= %(most)s AND people + coalesce(staying, 0) > %(most)s
ORDER BY 2 DESC, phone LIMIT 20
"""
MOVED = """
SELECT count(*) FROM plan_instalment p JOIN borrowers_instalment i ON i.id = p.id
WHERE NOT p.gone AND p.due_on <> i.due_on
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
        picture = Picture(
            overdue=overdue,
            doubled=_one(cursor, DOUBLED),
            crowded=_crowded(cursor),
            moved=_one(cursor, MOVED),
            totals=totals,
        )
        cursor.execute(
            "SELECT count(*) FILTER (WHERE before > 0 AND after = 0),"
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
            "jumps": [{"code": one.code, "values": dict(one.values)} for one in judge(picture)],
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


def _one(cursor: Any, statement: str) -> int:
    cursor.execute(statement)
    return int(cursor.fetchone()[0])


def _crowded(cursor: Any) -> Sequence[tuple[str, int]]:
    cursor.execute(CROWDED, {"most": SHARED_BY})
    return [(masking.mask_phone(phone), int(people)) for phone, people in cursor.fetchall()]


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
