"""Loans of which a row could not be taken: in doubt until that row comes after all, or everything does.

A loan in doubt keeps its older `data_as_of`, so that no text states as fresh an amount that an unread
payment may have changed; and nothing of it is withdrawn. `unread` holds the rows of this batch,
`made_up` the older doubts that it settles, `doubtful_loan` every loan that stays or comes in doubt.
"""

from datetime import datetime
from typing import Any

# A schedule older than what is known of the whole loan leaves no doubt; an unread payment does at any age.
UNREAD = """
CREATE TEMP TABLE unread AS
SELECT DISTINCT k.id AS loan_id, d.file, d.row, d.key
FROM doubt d JOIN known_loan k ON k.ref = d.ref LEFT JOIN borrowers_loan l ON l.id = k.id
WHERE d.file <> 'borrowers.csv'
  AND (d.file = 'repayments.csv' OR l.data_as_of IS NULL OR l.data_as_of <= %(as_of)s)
"""
NOTHING = "CREATE TEMP TABLE made_up (id bigint, loan_id bigint)"
# A full batch says everything of the loans it names; what it could not say is in `unread`.
BY_ALL = """
CREATE TEMP TABLE made_up AS
SELECT r.id, r.loan_id FROM borrowers_unreadrow r JOIN borrowers_importbatch b ON b.id = r.batch_id
WHERE b.data_as_of <= %(as_of)s AND r.loan_id IN (SELECT id FROM plan_loan UNION SELECT loan_id FROM unread)
"""
# Of a delta: all rows of the batch it repairs, for those still wrong are in doubt anew; and each row that
# was taken now, or is told anew as wrong, under the key it had.
BY_ROWS = """
CREATE TEMP TABLE made_up AS
WITH standing AS MATERIALIZED (
  SELECT r.*, b.data_as_of <= %(as_of)s AS before
  FROM borrowers_unreadrow r JOIN borrowers_importbatch b ON b.id = r.batch_id)
SELECT id, loan_id FROM standing WHERE batch_id = %(repairs)s
UNION
SELECT s.id, loan_id FROM standing s JOIN unread u USING (loan_id, file, key) WHERE key <> ''
UNION
SELECT s.id, s.loan_id FROM standing s JOIN plan_loan p ON p.ref = s.key WHERE before AND s.file = 'loans.csv'
UNION
SELECT s.id, s.loan_id FROM standing s JOIN known_loan k ON k.id = s.loan_id
JOIN in_instalment i ON i.loan_ref = k.ref AND i.number::text = s.key
WHERE before AND s.file = 'instalments.csv'
  AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.file = s.file AND d.row = i.row)
UNION
SELECT s.id, s.loan_id FROM standing s JOIN in_repayment i ON i.ref = s.key
WHERE before AND s.file = 'repayments.csv'
  AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.file = s.file AND d.row = i.row)
"""
DOUBTFUL = """
CREATE TEMP TABLE doubtful_loan AS
SELECT loan_id AS id FROM unread
UNION
SELECT loan_id FROM borrowers_unreadrow r WHERE NOT EXISTS (SELECT 1 FROM made_up m WHERE m.id = r.id)
"""
# Rejected when everything else was planned: the loan comes in doubt, and nothing of it is gone.
LATE = [
    """INSERT INTO unread SELECT k.id, d.file, d.row, d.key FROM doubt d JOIN known_loan k ON k.ref = d.ref
       WHERE d.file = 'repayments.csv' EXCEPT SELECT loan_id, file, row, key FROM unread""",
    "INSERT INTO doubtful_loan SELECT loan_id FROM unread EXCEPT SELECT id FROM doubtful_loan",
    "DELETE FROM plan_instalment p USING doubtful_loan d WHERE p.gone AND d.id = p.loan_id",
    "DELETE FROM plan_repayment p USING doubtful_loan d WHERE p.gone AND d.id = p.loan_id",
]


def plan(cursor: Any, *, as_of: datetime, delta: bool, repairs: int | None) -> None:
    """Find out which loans come in doubt, stay there, and leave it; the rejections are flushed.

    ``repairs`` is the id of the batch whose rejected rows these are, each of them, mended or not.
    """
    values = {"as_of": as_of, "repairs": repairs}
    cursor.execute(UNREAD, values)
    cursor.execute("SELECT EXISTS (SELECT 1 FROM borrowers_unreadrow)")
    stands = cursor.fetchone()[0]
    cursor.execute((BY_ROWS if delta else BY_ALL) if stands else NOTHING, values)
    cursor.execute(DOUBTFUL)
    for table in ("unread", "made_up", "doubtful_loan"):
        cursor.execute(f"ANALYZE {table}")


def add_late(cursor: Any) -> None:
    """Put the loans of payments in doubt that were rejected after the rest was planned."""
    for statement in LATE:
        cursor.execute(statement)


def settle(cursor: Any) -> None:
    """Forget what this batch makes up for."""
    cursor.execute("DELETE FROM borrowers_unreadrow WHERE id IN (SELECT id FROM made_up)")


def keep(cursor: Any, batch: int) -> None:
    """Write down what this batch left unread."""
    cursor.execute(
        'INSERT INTO borrowers_unreadrow (batch_id, loan_id, file, "row", key)'
        " SELECT %s, loan_id, file, row, key FROM unread ORDER BY file, row",
        [batch],
    )
