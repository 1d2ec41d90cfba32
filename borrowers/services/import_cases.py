"""The cases behind what is unusual in a planned batch: how many, and the first of them by name."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from borrowers.policies.import_jumps import SHARED_BY, SHOWN, Case, Cases, Jump, Picture, Total
from collections_site.lib import masking

# Where a row begins with a number, it is that of all cases.
OWED = """
SELECT ref, before, after FROM planned_change
WHERE before IS DISTINCT FROM after AND currency = %(currency)s
ORDER BY abs(after - coalesce(before, 0)) DESC, ref LIMIT %(shown)s
"""
# A payment that bounces is everyday news: what it takes back of an equal payment is no jump.
DOUBLED = """
WITH bounced AS (
  SELECT DISTINCT loan_id FROM plan_repayment WHERE is_new AND amount < 0
), undone AS (
  SELECT loan_id, sum(size * least(bounces, greatest(payments - older, 0))) AS owed FROM (
    SELECT loan_id, abs(amount) AS size, count(*) FILTER (WHERE amount > 0) AS payments,
      count(*) FILTER (WHERE amount < 0 AND is_new) AS bounces,
      count(*) FILTER (WHERE amount < 0 AND NOT is_new) AS older
    FROM (SELECT loan_id, amount, true AS is_new FROM plan_repayment WHERE is_new
          UNION ALL SELECT loan_id, amount, false FROM borrowers_repayment) line
    JOIN bounced USING (loan_id) GROUP BY loan_id, abs(amount)) sized
  GROUP BY loan_id
), was AS (
  SELECT loan_id, sum(amount) AS owed FROM (
    SELECT loan_id, amount_due AS amount FROM borrowers_instalment JOIN touched_loan USING (loan_id)
    WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT loan_id, -amount FROM borrowers_repayment JOIN touched_loan USING (loan_id)) line
  GROUP BY loan_id HAVING sum(amount) > 0
), will AS (
  SELECT loan_id, sum(amount) AS owed FROM (
    SELECT loan_id, amount_due AS amount FROM planned_instalment WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT loan_id, -amount FROM planned_repayment) line
  JOIN was USING (loan_id) GROUP BY loan_id
)
SELECT count(*) OVER (), k.loan_ref, was.owed, will.owed, k.currency
FROM was JOIN will USING (loan_id) JOIN borrowers_loan k ON k.id = loan_id LEFT JOIN undone USING (loan_id)
WHERE will.owed - coalesce(undone.owed, 0) >= 2 * was.owed ORDER BY will.owed - was.owed DESC, k.loan_ref LIMIT %(shown)s
"""
MOVED = """
SELECT count(*) OVER (), l.loan_ref || ' · ' || p.number, i.due_on, p.due_on
FROM plan_instalment p JOIN borrowers_instalment i ON i.id = p.id JOIN borrowers_loan l ON l.id = i.loan_id
WHERE NOT p.gone AND p.due_on <> i.due_on
ORDER BY abs(p.due_on - i.due_on) DESC, l.loan_ref, p.number LIMIT %(shown)s
"""
ABSENT = """
SELECT count(*) OVER (), loan_ref, overdue_amount, NULL, currency FROM borrowers_loan
JOIN gone_loan USING (id) WHERE status = 'active' ORDER BY overdue_amount DESC, loan_ref LIMIT %(shown)s
"""
ACTIVE = "SELECT count(*) FROM borrowers_loan WHERE status = 'active' AND absent_since IS NULL"
CROWDED = """
WITH coming AS (SELECT phone, count(*) AS people FROM plan_borrower WHERE moved GROUP BY phone),
living AS (
  SELECT c.phone, count(*) AS before, count(*) FILTER (WHERE p.id IS NULL) AS staying
  FROM coming JOIN borrowers_contactpoint c USING (phone)
  JOIN borrowers_borrowernumber n ON n.contact_point_id = c.id AND n.till_at IS NULL AND n.relation <> 'not_own'
  LEFT JOIN plan_borrower p ON p.id = n.borrower_id AND p.moved GROUP BY c.phone
)
SELECT count(*) OVER (), phone, people + coalesce(staying, 0) FROM coming LEFT JOIN living USING (phone)
WHERE coalesce(before, 0) <= %(most)s AND people + coalesce(staying, 0) > %(most)s
ORDER BY 3 DESC, phone LIMIT %(shown)s
"""
COMING = """
SELECT p.ref, (SELECT c.phone FROM borrowers_borrowernumber n JOIN borrowers_contactpoint c ON c.id = n.contact_point_id
  WHERE n.borrower_id = p.id AND n.till_at IS NULL AND n.relation <> 'not_own' ORDER BY n.id DESC LIMIT 1), p.phone
FROM plan_borrower p WHERE p.moved AND p.phone = %(phone)s ORDER BY p.ref LIMIT %(shown)s
"""


def picture(
    cursor: Any, overdue: Mapping[str, tuple[Decimal, Decimal]], totals: Sequence[Total]
) -> Picture:
    """What the plan in the temporary tables would make of the book; numbers of people only masked."""
    crowds, crowded = _crowded(cursor)
    return Picture(
        overdue=overdue,
        totals=totals,
        owed={
            currency: [
                _case(ref, before, after, currency)
                for ref, before, after in _rows(cursor, OWED, currency=currency)
            ]
            for currency in overdue
        },
        doubled=_cases(cursor, DOUBLED),
        moved=_cases(cursor, MOVED),
        absent=_cases(cursor, ABSENT),
        active=_rows(cursor, ACTIVE)[0][0],
        crowded=crowded,
        crowds=crowds,
    )


def plain(jump: Jump) -> dict[str, Any]:
    """A jump as JSON keeps it."""
    cases = [dict(case) for case in jump.cases]
    return {"code": jump.code, "values": dict(jump.values), "cases": cases}


def read(jumps: Iterable[Mapping[str, Any]]) -> list[Jump]:
    """Jumps as JSON kept them."""
    return [Jump(one["code"], one["values"], one.get("cases", ())) for one in jumps]


def _rows(cursor: Any, statement: str, **values: object) -> list[Any]:
    cursor.execute(statement, {"shown": SHOWN, "most": SHARED_BY, **values})
    found: list[Any] = cursor.fetchall()
    return found


def _cases(cursor: Any, statement: str) -> Cases:
    rows = _rows(cursor, statement)
    return Cases(rows[0][0] if rows else 0, [_case(*row) for _, *row in rows])


def _case(ref: str, before: object, after: object, currency: str = "") -> Case:
    told = {"ref": ref, "before": _text(before), "after": _text(after)}
    return {**told, "currency": currency} if currency else told


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _crowded(cursor: Any) -> tuple[int, list[tuple[str, Cases]]]:
    """How many numbers there are, and the most crowded of them with whoever would come to each."""
    rows = _rows(cursor, CROWDED)
    found = []
    for _, phone, people in rows:
        coming = [
            _case(ref, masking.mask_phone(old) if old else "", masking.mask_phone(new))
            for ref, old, new in _rows(cursor, COMING, phone=phone)
        ]
        found.append((masking.mask_phone(phone), Cases(people, coming)))
    return (rows[0][0] if rows else 0), found
