"""Keep what every loan owes true for the business date, set-wise."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction

from borrowers.models import Loan

# A sort that spills to disk costs half as much again; until the end of the transaction.
ROOM = "SET LOCAL work_mem = '16MB'"

# What each loan of a scope owes on a day, as in policies/arrears.py: with `upto` the sum due up to and
# including a line, exactly one unpaid line is the oldest (what was paid ends inside or just before it),
# and the next one is the oldest unpaid among those whose predecessor is due before the day.
OWING = """
  SELECT loan_id,
    min(due_on) FILTER (WHERE oldest AND due_on < %(on)s) AS overdue_since,
    min(number) FILTER (WHERE oldest AND due_on < %(on)s) AS overdue_number,
    coalesce(sum(least(amount_due, upto - paid)) FILTER (WHERE due_on < %(on)s), 0) AS overdue_amount,
    min(due_on) FILTER (WHERE following) AS next_due_on,
    min(number) FILTER (WHERE following) AS next_number,
    coalesce(min(least(amount_due, upto - paid)) FILTER (WHERE following), 0) AS next_due_amount
  FROM (
    SELECT line.*, paid, upto - amount_due <= paid AS oldest,
      due_on >= %(on)s AND (upto - amount_due <= paid OR before IS NULL OR before < %(on)s) AS following
    FROM (
      SELECT loan_id, number, due_on, amount_due,
        sum(amount_due) OVER w AS upto, lag(due_on) OVER w AS before
      FROM borrowers_instalment {narrow}
      WHERE withdrawn_at IS NULL AND amount_due > 0
      WINDOW w AS (PARTITION BY loan_id ORDER BY due_on, number ROWS UNBOUNDED PRECEDING)
    ) line
    LEFT JOIN (
      SELECT loan_id, greatest(sum(amount), 0) AS total
      FROM borrowers_repayment {narrow} WHERE paid_on <= %(on)s GROUP BY loan_id
    ) money USING (loan_id)
    CROSS JOIN LATERAL (SELECT coalesce(total, 0) AS paid) known
    WHERE upto > paid
  ) unpaid
  GROUP BY loan_id
"""

PUBLISH = """
  WITH owing AS MATERIALIZED ({owing}),
  judged AS MATERIALIZED (
    SELECT l.id, l.version, l.absent_since IS NOT NULL AS absent, {status} AS status, o.overdue_since, o.overdue_number,
      coalesce(o.overdue_amount, 0) AS overdue_amount, o.next_due_on, o.next_number,
      coalesce(o.next_due_amount, 0) AS next_due_amount,
      (l.status, l.overdue_since, l.overdue_amount, l.next_due_on, l.next_due_amount)
        IS DISTINCT FROM ({status}, o.overdue_since, coalesce(o.overdue_amount, 0),
                          o.next_due_on, coalesce(o.next_due_amount, 0)) AS moved
    FROM borrowers_loan l {scope} LEFT JOIN owing o ON o.loan_id = l.id
  ),
  written AS (
    UPDATE borrowers_loan l SET status = j.status, overdue_since = j.overdue_since,
      overdue_number = j.overdue_number, overdue_amount = j.overdue_amount,
      next_due_on = j.next_due_on, next_number = j.next_number,
      next_due_amount = j.next_due_amount, arrears_on = %(on)s, arrears_until = j.next_due_on,
      version = l.version + j.moved::int
    FROM judged j WHERE l.id = j.id AND (j.moved OR l.arrears_on IS DISTINCT FROM %(on)s
      OR (l.overdue_number, l.next_number) IS DISTINCT FROM (j.overdue_number, j.next_number))
  )
  INSERT INTO borrowers_loanchange (loan_id, version, status, overdue_since, overdue_amount,
    next_due_on, next_due_amount, cause, at)
  SELECT id, version + 1, status, overdue_since, overdue_amount, next_due_on, next_due_amount,
    CASE WHEN absent THEN 'absent' ELSE %(cause)s END, %(at)s
  FROM judged WHERE moved
  RETURNING loan_id
"""

# A payment dated ahead counts from its day on: until the day before it, what a loan owes stands.
AHEAD = """
  UPDATE borrowers_loan l SET arrears_until = ahead.last_day FROM (
    SELECT loan_id, min(paid_on) - 1 AS last_day FROM borrowers_repayment {narrow}
    WHERE paid_on > %(on)s GROUP BY loan_id) ahead
  WHERE l.id = ahead.loan_id AND (l.arrears_until IS NULL OR l.arrears_until > ahead.last_day)
"""


def overtaken(on: date, *, most: int) -> list[int]:
    """The ids of active loans, at most so many, of which something fell due or counts since their arrears."""
    loans = Loan.objects.filter(status="active", arrears_until__lt=on)
    return list(loans.values_list("pk", flat=True)[:most])


@transaction.atomic
def recompute(loan_ids: Sequence[int] | None, *, on: date, cause: str, at: datetime) -> set[int]:
    """Write what these loans (None: all) owe on the business date ``on``; answer which ones changed.

    ``version`` grows by one, with a LoanChange of this ``cause`` ("absent" for one that the lender's file
    no longer names), only where status, overdue or next
    amounts and dates differ from what stood there; a day that passes without that moves `arrears_on`
    alone. Takes the borrowers by id, then the loans by id.
    """
    scope, narrow = "", ""
    if loan_ids is not None:
        if not loan_ids:
            return set()
        scope = "JOIN unnest(%(ids)s::bigint[]) AS chosen(loan_id) ON chosen.loan_id = l.id"
        narrow = "JOIN unnest(%(ids)s::bigint[]) AS chosen(loan_id) USING (loan_id)"
    chosen = sorted(set(loan_ids)) if loan_ids is not None else None
    values = {"ids": chosen, "on": on, "cause": cause, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM borrowers_borrower WHERE id IN"
            f" (SELECT borrower_id FROM borrowers_loan l {scope})"
            " ORDER BY id FOR NO KEY UPDATE) held",
            values,
        )
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM borrowers_loan l {scope}"
            " ORDER BY l.id FOR NO KEY UPDATE OF l) held",
            values,
        )
        cursor.execute(
            PUBLISH.format(owing=OWING.format(narrow=narrow), scope=scope, status="l.status"),
            values,
        )
        changed = {row[0] for row in cursor.fetchall()}
        cursor.execute(AHEAD.format(narrow=narrow), values)
        return changed
