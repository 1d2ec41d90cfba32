"""Write a planned batch, set-wise: people, numbers, schedules, payments, and what every loan owes now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from borrowers.services import import_contacts, import_doubts, import_late
from borrowers.services.arrears import AHEAD, OWING, PUBLISH
from borrowers.services.import_staging import Rejections


@dataclass(frozen=True, slots=True)
class Moment:
    """When the batch is written (`at`), for which business date, and what its files are as of."""

    at: datetime
    on: date
    as_of: datetime

    def values(self) -> dict[str, object]:
        return {"at": self.at, "on": self.on, "as_of": self.as_of, "cause": "import"}


LOCK_BORROWERS = """SELECT count(*) FROM (SELECT 1 FROM borrowers_borrower WHERE id IN (
         SELECT id FROM plan_borrower WHERE NOT is_new UNION SELECT id FROM gone_borrower
         UNION SELECT borrower_id FROM borrowers_loan WHERE id IN (
           SELECT loan_id FROM touched_loan UNION SELECT id FROM gone_loan UNION SELECT loan_id FROM made_up))
       ORDER BY id FOR NO KEY UPDATE) held"""
LOCK_LOANS = """SELECT count(*) FROM (SELECT 1 FROM borrowers_loan WHERE id IN (
         SELECT id FROM plan_loan WHERE NOT is_new UNION SELECT loan_id FROM touched_loan
         UNION SELECT id FROM gone_loan UNION SELECT loan_id FROM made_up)
       ORDER BY id FOR NO KEY UPDATE) held"""

PEOPLE = [
    """INSERT INTO borrowers_borrower (id, borrower_ref, full_name, name_pinyin, name_initials, language,
         region, locality, time_zone, changed_as_of)
       SELECT id, ref, full_name, name_pinyin, name_initials, language, region, locality, time_zone, %(as_of)s
       FROM plan_borrower WHERE is_new ORDER BY id""",
    """UPDATE borrowers_borrower b SET full_name = p.full_name, name_pinyin = p.name_pinyin,
         name_initials = p.name_initials, language = p.language, region = p.region,
         locality = p.locality, time_zone = p.time_zone, absent_since = NULL,
         changed_as_of = greatest(b.changed_as_of, %(as_of)s)
       FROM plan_borrower p WHERE p.id = b.id AND (p.rewrite OR p.moved) AND NOT p.is_new""",
    """UPDATE borrowers_borrower SET absent_since = %(at)s WHERE id IN (SELECT id FROM gone_borrower)""",
]

MONEY = [
    """INSERT INTO borrowers_instalment (loan_id, number, due_on, amount_due)
       SELECT loan_id, number, due_on, amount_due FROM plan_instalment WHERE is_new ORDER BY loan_id, number""",
    """UPDATE borrowers_instalment i SET due_on = p.due_on, amount_due = p.amount_due, withdrawn_at = NULL
       FROM plan_instalment p WHERE p.id = i.id AND NOT p.gone""",
    """UPDATE borrowers_instalment SET withdrawn_at = %(at)s
       WHERE id IN (SELECT id FROM plan_instalment WHERE gone)""",
    """UPDATE borrowers_repayment r SET paid_on = p.paid_on, absent_since = NULL
       FROM plan_repayment p WHERE p.id = r.id AND NOT p.gone AND NOT p.is_new""",
    """UPDATE borrowers_repayment SET absent_since = %(at)s
       WHERE id IN (SELECT id FROM plan_repayment WHERE gone)""",
]

# A new loan is written once, with what it owes; the first version is told like every other.
NEW_LOAN = """
INSERT INTO borrowers_loan (id, loan_ref, borrower_id, product, currency, principal, opened_on, status,
  version, arrears_on, arrears_until, overdue_since, overdue_number, overdue_amount, next_due_on, next_number,
  next_due_amount, data_as_of, taken_as_of)
SELECT p.id, p.ref, p.borrower_id, p.product, p.currency, p.principal, p.opened_on, p.status,
  1, %(on)s, o.next_due_on, o.overdue_since, o.overdue_number, coalesce(o.overdue_amount, 0), o.next_due_on,
  o.next_number, coalesce(o.next_due_amount, 0),
  CASE WHEN d.id IS NULL THEN %(as_of)s::timestamptz END,
  CASE WHEN d.id IS NOT NULL THEN %(as_of)s::timestamptz END
FROM plan_loan p LEFT JOIN owing o ON o.loan_id = p.id LEFT JOIN doubtful_loan d ON d.id = p.id
WHERE p.is_new ORDER BY p.id
"""
FIRST_CHANGE = """
INSERT INTO borrowers_loanchange (loan_id, version, status, overdue_since, overdue_amount, next_due_on,
  next_due_amount, cause, at)
SELECT p.id, 1, p.status, o.overdue_since, coalesce(o.overdue_amount, 0), o.next_due_on,
  coalesce(o.next_due_amount, 0), %(cause)s, %(at)s
FROM plan_loan p LEFT JOIN owing o ON o.loan_id = p.id WHERE p.is_new ORDER BY p.id
"""
# What is known never becomes older: late payments may come with files from before.
STAMPS = """
  data_as_of = CASE WHEN d.id IS NULL THEN greatest(l.data_as_of, l.taken_as_of, %(as_of)s) ELSE l.data_as_of END,
  taken_as_of = CASE WHEN d.id IS NOT NULL THEN greatest(l.taken_as_of, %(as_of)s) END
"""
LOANS = [
    f"""UPDATE borrowers_loan l SET product = p.product, principal = p.principal, opened_on = p.opened_on,
         absent_since = NULL, {STAMPS}
       FROM plan_loan p LEFT JOIN doubtful_loan d ON d.id = p.id WHERE p.id = l.id AND NOT p.is_new""",
    f"""UPDATE borrowers_loan l SET {STAMPS}
       FROM touched_loan t LEFT JOIN doubtful_loan d ON d.id = t.loan_id
       WHERE t.loan_id = l.id AND NOT EXISTS (SELECT 1 FROM plan_loan p WHERE p.id = l.id) AND %(delta)s""",
    # What is no longer in doubt is known as of the newest files of which something was taken.
    """UPDATE borrowers_loan SET data_as_of = greatest(data_as_of, taken_as_of), taken_as_of = NULL
       WHERE taken_as_of IS NOT NULL AND id IN (SELECT loan_id FROM made_up)
         AND id NOT IN (SELECT id FROM doubtful_loan)""",
    """UPDATE borrowers_loan SET absent_since = %(at)s WHERE id IN (SELECT id FROM gone_loan)""",
]
MOVED_LOANS = PUBLISH.format(
    owing="SELECT * FROM owing",
    scope="JOIN touched_loan t ON t.loan_id = l.id LEFT JOIN plan_loan p ON p.id = l.id",
    status="coalesce(p.status, l.status)",
)


@dataclass(frozen=True, slots=True)
class Written:
    """The loans on file before that owe something else now; ``overtaken`` when the plan was no longer true
    of payments posted since it was made, and was mended.
    """

    changed: frozenset[int]
    overtaken: bool


def apply(
    cursor: Any,
    moment: Moment,
    lender_places: tuple[str, ...],
    rejections: Rejections,
    *,
    delta: bool,
) -> Written:
    """Write what was planned.

    Locks in the order of the house, the whole batch first: borrowers, numbers, loans; each by id.
    """
    values = {**moment.values(), "delta": delta}
    cursor.execute(LOCK_BORROWERS)
    import_contacts.lock(cursor)
    cursor.execute(LOCK_LOANS)
    overtaken = import_late.write_new(cursor, rejections)
    for statement in PEOPLE:
        cursor.execute(statement, values)
    import_contacts.house(cursor, lender_places, at=moment.at)
    for statement in MONEY:
        cursor.execute(statement, values)
    narrow = "JOIN touched_loan USING (loan_id)"
    cursor.execute(f"CREATE TEMP TABLE owing AS {OWING.format(narrow=narrow)}", values)
    cursor.execute("ANALYZE owing")
    for statement in (NEW_LOAN, FIRST_CHANGE, *LOANS):
        cursor.execute(statement, values)
    import_doubts.settle(cursor)
    cursor.execute(MOVED_LOANS, values)
    changed = frozenset(row[0] for row in cursor.fetchall())
    cursor.execute(AHEAD.format(narrow=narrow), values)
    return Written(changed, overtaken)
