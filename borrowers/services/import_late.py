"""Payments that lender systems posted while an import was comparing: looked at again under its locks."""

from typing import Any

from borrowers.services import import_doubts
from borrowers.services.import_compare import reject_rewritten_payments
from borrowers.services.import_staging import Rejections

# What was new when it was compared and is on file now.
FOUND = """
UPDATE plan_repayment p SET id = r.id, is_new = false, held_loan = r.loan_id, held_amount = r.amount
FROM borrowers_repayment r WHERE p.is_new AND r.repayment_ref = p.ref {only}
"""
UNCHANGED = """
DELETE FROM plan_repayment p USING borrowers_repayment r
WHERE r.id = p.id AND NOT p.gone AND r.absent_since IS NULL AND (r.loan_id, r.paid_on, r.amount) = (p.loan_id, p.paid_on, p.amount)
"""
INSERT = """
INSERT INTO borrowers_repayment (repayment_ref, loan_id, paid_on, amount)
SELECT ref, loan_id, paid_on, amount FROM plan_repayment WHERE is_new ORDER BY row
ON CONFLICT (repayment_ref) DO NOTHING
"""


def write_new(cursor: Any, rejections: Rejections) -> bool:
    """Write the new payments of the plan; answer whether some were on file by now.

    Such a one leaves the plan where it says the same, has its day put right where only that differs, and
    is rejected with both values otherwise. Payments on the batch's own loans wait for its locks by now;
    one on another loan may still take a ref while it is being written.
    """
    found = _judge(cursor, rejections, "")
    cursor.execute("SELECT count(*) FROM plan_repayment WHERE is_new")
    planned = cursor.fetchone()[0]
    cursor.execute(INSERT)
    if cursor.rowcount < planned:
        found = _judge(cursor, rejections, "AND r.loan_id <> p.loan_id") or found
    return found


def _judge(cursor: Any, rejections: Rejections, only: str) -> bool:
    cursor.execute(FOUND.format(only=only))
    if not cursor.rowcount:
        return False
    rejected = len(rejections.rows)
    reject_rewritten_payments(cursor, rejections)
    cursor.execute(UNCHANGED)
    if len(rejections.rows) > rejected:
        rejections.flush(cursor)
        import_doubts.add_late(cursor)
    return True
