"""Staged rows against each other and against what is on file: what would change, and which rows cannot be.

Nothing is written here but temporary tables. `plan_*` hold what is new, changed or gone; `plan_loan`
holds every loan of the file, because each of them is known as of a later moment afterwards.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from borrowers.policies.import_reasons import say
from borrowers.policies.imports import BORROWERS, INSTALMENTS, LOANS, REPAYMENTS, Sheet
from borrowers.services import import_ages, import_doubts
from borrowers.services.import_staging import Rejections

# `places`: zones or rules come to the number of a person, whatever else changes.
# A person whose number is not (or no longer) on file as theirs, or whose places the number does not know
# yet, is to be housed: import_contacts does that.
PLAN_BORROWER = """
CREATE TEMP TABLE plan_borrower AS
SELECT * FROM (
  SELECT s.*, coalesce(b.id, nextval(pg_get_serial_sequence('borrowers_borrower', 'id'))) AS id,
    b.id IS NULL AS is_new,
    b.id IS NULL OR b.absent_since IS NOT NULL OR
      (b.full_name, b.language, b.region, b.locality, b.time_zone)
      IS DISTINCT FROM (s.full_name, s.language, s.region, s.locality, s.time_zone) AS rewrite,
    live.phone IS NULL AS moved,
    live.phone IS NOT NULL AND live.relation <> 'not_own' AND NOT (
      live.zones @> string_to_array(s.zones, '|')::varchar[]
      AND live.jurisdictions @> string_to_array(s.jurisdictions, '|')::varchar[]) AS places,
    live.phone IS NULL OR (b.region, b.locality, b.time_zone) IS DISTINCT FROM (s.region, s.locality, s.time_zone)
      OR NOT (live.zones @> string_to_array(s.zones, '|')::varchar[]
              AND live.jurisdictions @> string_to_array(s.jurisdictions, '|')::varchar[]) AS housing
  FROM in_borrower s
  LEFT JOIN borrowers_borrower b ON b.borrower_ref = s.ref
  LEFT JOIN (SELECT n.borrower_id, n.relation, c.phone, c.zones, c.jurisdictions FROM borrowers_borrowernumber n
             JOIN borrowers_contactpoint c ON c.id = n.contact_point_id WHERE n.till_at IS NULL) live
    ON live.borrower_id = b.id AND live.phone = s.phone
) judged WHERE rewrite OR housing
"""

PLAN_LOAN = """
CREATE TEMP TABLE plan_loan AS
SELECT s.*, coalesce(p.id, b.id) AS borrower_id,
  coalesce(l.id, nextval(pg_get_serial_sequence('borrowers_loan', 'id'))) AS id, l.id IS NULL AS is_new,
  l.id IS NOT NULL AND (l.absent_since IS NOT NULL OR (l.product, l.principal, l.opened_on, l.status)
    IS DISTINCT FROM (s.product, s.principal, s.opened_on, s.status)) AS changed,
  l.status IS DISTINCT FROM s.status AS moved, l.borrower_id AS held_borrower,
  l.currency AS held_currency, greatest(l.data_as_of, l.taken_as_of) AS held_as_of
FROM in_loan s
LEFT JOIN plan_borrower p ON p.ref = s.borrower_ref
LEFT JOIN borrowers_borrower b ON b.borrower_ref = s.borrower_ref
LEFT JOIN borrowers_loan l ON l.loan_ref = s.ref
"""

KNOWN_LOAN = """
CREATE TEMP TABLE known_loan AS
SELECT ref, id FROM plan_loan
UNION ALL
SELECT loan_ref, id FROM borrowers_loan l WHERE NOT EXISTS (SELECT 1 FROM plan_loan p WHERE p.id = l.id)
"""

# In a full batch what is on file and not in the file appears here too, as `gone`.
PLAN_INSTALMENT = """
CREATE TEMP TABLE plan_instalment AS
SELECT s.row, s.loan_ref, coalesce(s.loan_id, i.loan_id) AS loan_id, coalesce(s.number, i.number) AS number,
  s.due_on, s.amount_due, i.id, i.id IS NULL AS is_new, s.row IS NULL AS gone
FROM (SELECT n.*, k.id AS loan_id FROM in_instalment n LEFT JOIN known_loan k ON k.ref = n.loan_ref) s
{join} borrowers_instalment i ON i.loan_id = s.loan_id AND i.number = s.number
WHERE i.id IS NULL OR (s.row IS NULL AND i.withdrawn_at IS NULL) OR (s.row IS NOT NULL AND
  (i.withdrawn_at IS NOT NULL OR (i.due_on, i.amount_due) IS DISTINCT FROM (s.due_on, s.amount_due)))
"""

PLAN_REPAYMENT = """
CREATE TEMP TABLE plan_repayment AS
SELECT s.row, s.ref, s.loan_ref, coalesce(s.loan_id, r.loan_id) AS loan_id, s.paid_on, s.amount,
  r.id, r.loan_id AS held_loan, r.amount AS held_amount, r.id IS NULL AS is_new, s.row IS NULL AS gone
FROM (SELECT n.*, k.id AS loan_id FROM in_repayment n LEFT JOIN known_loan k ON k.ref = n.loan_ref) s
{join} borrowers_repayment r ON r.repayment_ref = s.ref
WHERE r.id IS NULL OR (s.row IS NULL AND r.absent_since IS NULL) OR (s.row IS NOT NULL AND
  (r.absent_since IS NOT NULL OR (r.loan_id, r.paid_on, r.amount) IS DISTINCT FROM (s.loan_id, s.paid_on, s.amount)))
"""

# Of people on file, what nobody has written down yet: not the same consent, and no withdrawal since.
PLAN_CONSENT = """
CREATE TEMP TABLE plan_consent AS
SELECT s.row, s.ref, b.id AS borrower_id, s.phone, s.consent_at
FROM in_borrower s JOIN borrowers_borrower b ON b.borrower_ref = s.ref
WHERE s.consent_at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM borrowers_consent k JOIN borrowers_contactpoint c ON c.id = k.contact_point_id
  WHERE k.borrower_id = b.id
    AND CASE WHEN k.given THEN c.phone = s.phone AND k.at = s.consent_at ELSE k.at >= s.consent_at END)
AND NOT EXISTS (
  SELECT 1 FROM borrowers_borrowernumber n JOIN borrowers_contactpoint c ON c.id = n.contact_point_id
  WHERE n.borrower_id = b.id AND c.phone = s.phone AND n.till_at IS NULL AND n.relation = 'not_own')
"""


def compare(
    cursor: Any,
    rejections: Rejections,
    *,
    as_of: datetime,
    delta: bool,
    repairs: int | None = None,
) -> None:
    """Fill the plan tables, rejecting rows that other rows or the rows on file rule out.

    ``repairs`` is the id of the batch whose rejected rows these are. Raises CannotImport when the files
    would overwrite what is known as of a later moment.
    """
    rejections.flush(cursor)
    _plan(cursor, "plan_borrower", PLAN_BORROWER)
    _plan_loans(cursor, rejections)
    _plan(cursor, "known_loan", KNOWN_LOAN)
    join = "LEFT JOIN" if delta else "FULL JOIN"
    _reject_dependents(cursor, rejections, INSTALMENTS, LOANS, "loan_ref")
    _plan(cursor, "plan_instalment", PLAN_INSTALMENT.format(join=join))
    _reject_unknown(cursor, rejections, INSTALMENTS, "plan_instalment", "loan")
    _reject_dependents(cursor, rejections, REPAYMENTS, LOANS, "loan_ref")
    _plan(cursor, "plan_repayment", PLAN_REPAYMENT.format(join=join))
    _reject_unknown(cursor, rejections, REPAYMENTS, "plan_repayment", "loan")
    reject_rewritten_payments(cursor, rejections)
    import_ages.insist_newer(cursor, rejections, as_of=as_of, delta=delta, repairs=repairs)
    _plan(cursor, "plan_consent", PLAN_CONSENT)
    rejections.flush(cursor)
    import_doubts.plan(cursor, as_of=as_of, delta=delta, repairs=repairs)
    _find_gone(cursor, as_of, delta=delta)
    _plan(
        cursor,
        "touched_loan",
        """
        CREATE TEMP TABLE touched_loan AS
        SELECT id AS loan_id FROM plan_loan WHERE is_new OR changed
        UNION SELECT loan_id FROM plan_instalment UNION SELECT loan_id FROM plan_repayment
        """,
    )


def _plan(cursor: Any, table: str, statement: str, values: Sequence[object] = ()) -> None:
    cursor.execute(statement, values)
    cursor.execute(f"ANALYZE {table}")


def _plan_loans(cursor: Any, rejections: Rejections) -> None:
    _reject_dependents(cursor, rejections, LOANS, BORROWERS, "borrower_ref")
    _plan(cursor, "plan_loan", PLAN_LOAN)
    _reject_unknown(cursor, rejections, LOANS, "plan_loan", "borrower")
    _reject_where(
        cursor,
        rejections,
        LOANS,
        """DELETE FROM plan_loan p USING borrowers_borrower h
           WHERE h.id = p.held_borrower AND p.held_borrower <> p.borrower_id
           RETURNING p.row, p.ref, p.ref, h.borrower_ref""",
        ("borrower_ref", "other_borrower"),
    )
    _reject_where(
        cursor,
        rejections,
        LOANS,
        """DELETE FROM plan_loan WHERE held_currency <> currency
           RETURNING row, ref, ref, held_currency""",
        ("currency", "other_currency"),
    )
    rejections.flush(cursor)


def _reject_where(
    cursor: Any, rejections: Rejections, sheet: Sheet, statement: str, why: tuple[str, str]
) -> None:
    """Reject the rows a DELETE gives back as (row, ref, loan_ref, held[, value])."""
    cursor.execute(statement)
    column, code = why
    for row, ref, loan_ref, held, *value in sorted(cursor.fetchall()):
        reason = say(code, held=held, value=value[0] if value else "")
        rejections.add(sheet, row, column, reason, (ref, loan_ref), ref)


def _reject_dependents(
    cursor: Any, rejections: Rejections, sheet: Sheet, of: Sheet, column: str
) -> None:
    """Rows that refer to a row of another file that was rejected, and of which no copy was taken."""
    if not rejections.count(of):
        return
    table = {LOANS: "in_loan", INSTALMENTS: "in_instalment", REPAYMENTS: "in_repayment"}[sheet]
    key = "t.number::text" if sheet is INSTALMENTS else "t.ref"
    taken = "plan_loan" if of is LOANS else "in_borrower"
    cursor.execute(
        f"""
        DELETE FROM {table} t USING (SELECT ref, min(row) AS row FROM doubt WHERE file = %s GROUP BY ref) d
        WHERE d.ref = t.{column} AND NOT EXISTS (SELECT 1 FROM {taken} k WHERE k.ref = t.{column})
        RETURNING t.row, {key}, t.{column}, d.row
        """,
        [of.name],
    )
    for row, key, other, cause in sorted(cursor.fetchall()):
        reason = say("refers_to_rejected", row=cause, file=of.name)
        rejections.add(sheet, row, column, reason, _spoken(sheet, key, other), key)
    rejections.flush(cursor)


def _reject_unknown(
    cursor: Any, rejections: Rejections, sheet: Sheet, plan: str, what: str
) -> None:
    """Rows that refer to nothing in the files and nothing on file."""
    key = "number::text" if sheet is INSTALMENTS else "ref"
    cursor.execute(f"DELETE FROM {plan} WHERE {what}_id IS NULL RETURNING row, {key}, {what}_ref")
    file = {"loan": LOANS.name, "borrower": BORROWERS.name}[what]
    for row, key, missing in sorted(cursor.fetchall()):
        reason = say("unknown", ref=f"{what} {missing}", file=file)
        rejections.add(sheet, row, f"{what}_ref", reason, _spoken(sheet, key, missing), key)


def _spoken(sheet: Sheet, key: str, other: str) -> tuple[str, ...]:
    """What a row speaks of, by its own key and the ref it refers to: a loan, or of a loan's row its person."""
    return {LOANS: (key,), INSTALMENTS: (other,)}.get(sheet, (key, other))


def reject_rewritten_payments(cursor: Any, rejections: Rejections) -> None:
    """A payment keeps its amount and its loan for ever; only its day may be put right."""
    _reject_where(
        cursor,
        rejections,
        REPAYMENTS,
        """DELETE FROM plan_repayment p USING borrowers_loan l
           WHERE l.id = p.held_loan AND p.held_loan <> p.loan_id AND NOT p.gone
           RETURNING p.row, p.ref, p.loan_ref, l.loan_ref""",
        ("loan_ref", "other_loan"),
    )
    _reject_where(
        cursor,
        rejections,
        REPAYMENTS,
        """DELETE FROM plan_repayment p WHERE held_amount <> amount AND NOT gone
           RETURNING row, ref, loan_ref, held_amount, amount""",
        ("amount", "other_amount"),
    )


def _find_gone(cursor: Any, as_of: datetime, *, delta: bool) -> None:
    """What a full batch no longer names. Rows that were rejected, doubtful loans, loans known as of a
    later moment than these files, and payments posted after it, are not gone.
    """
    nothing = "AND false" if delta else ""
    _plan(
        cursor,
        "gone_loan",
        f"""
        CREATE TEMP TABLE gone_loan AS
        SELECT id FROM borrowers_loan l WHERE absent_since IS NULL AND coalesce(greatest(data_as_of, taken_as_of) <= %s, true)
          AND NOT EXISTS (SELECT 1 FROM plan_loan p WHERE p.id = l.id)
          AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.file = 'loans.csv' AND d.ref = l.loan_ref) {nothing}
        """,
        [as_of],
    )
    _plan(
        cursor,
        "gone_borrower",
        f"""
        CREATE TEMP TABLE gone_borrower AS
        SELECT id FROM borrowers_borrower b WHERE absent_since IS NULL
          AND NOT EXISTS (SELECT 1 FROM in_borrower p WHERE p.ref = b.borrower_ref)
          AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.file = 'borrowers.csv' AND d.ref = b.borrower_ref)
          AND NOT EXISTS (SELECT 1 FROM borrowers_loan l WHERE l.borrower_id = b.id AND greatest(l.data_as_of, l.taken_as_of) > %s) {nothing}
        """,
        [as_of],
    )
    rejected = "OR EXISTS (SELECT 1 FROM doubt d JOIN borrowers_repayment r ON r.repayment_ref = d.ref WHERE d.file = 'repayments.csv' AND r.id = p.id)"
    # What a lender's system posted after the files were written cannot stand in them.
    posted = "OR EXISTS (SELECT 1 FROM borrowers_postedrepayment o WHERE o.repayment_id = p.id AND o.received_at > %(as_of)s)"
    for table, spared in (("plan_instalment", ""), ("plan_repayment", f"{rejected} {posted}")):
        cursor.execute(
            f"""
            DELETE FROM {table} p WHERE gone AND (
              EXISTS (SELECT 1 FROM doubtful_loan d WHERE d.id = p.loan_id)
              OR EXISTS (SELECT 1 FROM borrowers_loan l WHERE l.id = p.loan_id AND greatest(l.data_as_of, l.taken_as_of) > %(as_of)s)
              {spared})
            """,
            {"as_of": as_of},
        )
