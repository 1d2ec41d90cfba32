"""A few rows of a planned batch, before and after; names and numbers masked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collections_site.lib import masking

FEW = 5

BORROWERS = """
SELECT p.ref, b.full_name, p.full_name, b.language, p.language, b.region, p.region, b.locality, p.locality,
  b.time_zone, p.time_zone,
  (SELECT c.phone FROM borrowers_borrowernumber n JOIN borrowers_contactpoint c ON c.id = n.contact_point_id
   WHERE n.borrower_id = b.id AND n.till_at IS NULL AND n.relation <> 'not_own' ORDER BY n.id DESC LIMIT 1), p.phone
FROM plan_borrower p JOIN borrowers_borrower b ON b.id = p.id
WHERE p.rewrite OR p.moved ORDER BY p.row LIMIT %s
"""
# What comes to a number though the row says what it said, and consents nobody has written down yet.
PLACES = """
SELECT p.ref, array_to_string(c.zones, ', '), replace(p.zones, '|', ', '),
  array_to_string(c.jurisdictions, ', '), replace(p.jurisdictions, '|', ', ')
FROM plan_borrower p JOIN borrowers_contactpoint c ON c.phone = p.phone WHERE p.places AND NOT (p.rewrite OR p.moved) ORDER BY p.row LIMIT %s
"""
CONSENTS = """
SELECT p.ref, (SELECT max(k.at) FROM borrowers_consent k JOIN borrowers_contactpoint c ON c.id = k.contact_point_id
  WHERE k.borrower_id = p.borrower_id AND c.phone = p.phone AND k.given), p.consent_at
FROM plan_consent p ORDER BY p.row LIMIT %s
"""
LOANS = """
SELECT p.ref, l.product, p.product, l.principal, p.principal, l.opened_on, p.opened_on, l.status, p.status
FROM plan_loan p JOIN borrowers_loan l ON l.id = p.id WHERE p.changed ORDER BY p.row LIMIT %s
"""
INSTALMENTS = """
SELECT l.ref || ' · ' || p.number, i.due_on, p.due_on, i.amount_due, p.amount_due
FROM plan_instalment p JOIN borrowers_instalment i ON i.id = p.id JOIN known_loan l ON l.id = p.loan_id
WHERE NOT p.gone ORDER BY p.row LIMIT %s
"""
REPAYMENTS = """
SELECT p.ref, r.paid_on, p.paid_on
FROM plan_repayment p JOIN borrowers_repayment r ON r.id = p.id WHERE NOT p.gone ORDER BY p.row LIMIT %s
"""
NEW_REPAYMENTS = """
SELECT p.ref || ' · ' || l.ref, p.paid_on, p.amount, coalesce(n.currency, h.currency)
FROM plan_repayment p JOIN known_loan l ON l.id = p.loan_id LEFT JOIN plan_loan n ON n.id = p.loan_id
LEFT JOIN borrowers_loan h ON h.id = p.loan_id WHERE p.is_new ORDER BY p.row LIMIT %s
"""
OWED = """
SELECT ref, currency, before, after FROM planned_change WHERE before IS NOT NULL AND before <> after
ORDER BY abs(after - before) DESC, ref LIMIT %s
"""
# What a full batch no longer names: of which file, its ref, name, amount, currency and day.
GONE = """
(SELECT 'borrowers.csv', b.borrower_ref, b.full_name, NULL::numeric, '', NULL::date
 FROM gone_borrower g JOIN borrowers_borrower b ON b.id = g.id ORDER BY b.borrower_ref LIMIT %(few)s)
UNION ALL
(SELECT 'loans.csv', l.loan_ref, '', l.principal, l.currency, l.opened_on
 FROM gone_loan g JOIN borrowers_loan l ON l.id = g.id ORDER BY l.loan_ref LIMIT %(few)s)
UNION ALL
(SELECT 'instalments.csv', l.loan_ref || ' · ' || i.number, '', i.amount_due, l.currency, i.due_on
 FROM plan_instalment p JOIN borrowers_instalment i ON i.id = p.id JOIN borrowers_loan l ON l.id = i.loan_id
 WHERE p.gone ORDER BY l.loan_ref, i.number LIMIT %(few)s)
UNION ALL
(SELECT 'repayments.csv', r.repayment_ref || ' · ' || l.loan_ref, '', r.amount, l.currency, r.paid_on
 FROM plan_repayment p JOIN borrowers_repayment r ON r.id = p.id JOIN borrowers_loan l ON l.id = r.loan_id
 WHERE p.gone ORDER BY r.repayment_ref LIMIT %(few)s)
"""
FIELDS = (
    (
        "borrowers.csv",
        BORROWERS,
        ("full_name", "language", "region", "locality", "time_zone", "phone"),
    ),
    ("borrowers.csv", PLACES, ("time_zone", "region")),
    ("borrowers.csv", CONSENTS, ("consent_at",)),
    ("loans.csv", LOANS, ("product", "principal", "opened_on", "status")),
    ("instalments.csv", INSTALMENTS, ("due_on", "amount_due")),
    ("repayments.csv", REPAYMENTS, ("paid_on",)),
)
MASKS = {"full_name": masking.mask_name, "phone": masking.mask_phone}


def samples(cursor: Any) -> dict[str, list[dict[str, str]]]:
    """`changed` cells with before and after, `owed` amounts that move, `paid` new payments, and what is
    `gone`: on file, and no longer named.
    """
    return {
        "changed": list(_changed(cursor)),
        "owed": [
            {"ref": ref, "currency": currency, "before": str(before), "after": str(after)}
            for ref, currency, before, after in _rows(cursor, OWED)
        ],
        "paid": [
            {"ref": ref, "on": str(on), "amount": str(amount), "currency": currency}
            for ref, on, amount, currency in _rows(cursor, NEW_REPAYMENTS)
        ],
        "gone": list(_gone(cursor)),
    }


def _rows(cursor: Any, statement: str) -> list[Any]:
    cursor.execute(statement, [FEW])
    found: list[Any] = cursor.fetchall()
    return found


def _gone(cursor: Any) -> Iterator[dict[str, str]]:
    cursor.execute(GONE, {"few": FEW})
    for file, ref, name, amount, currency, on in cursor.fetchall():
        money = {"amount": str(amount), "currency": currency, "on": str(on)}
        yield {"file": file, "ref": ref, **({"name": masking.mask_name(name)} if name else money)}


def _changed(cursor: Any) -> Iterator[dict[str, str]]:
    for file, statement, names in FIELDS:
        for ref, *values in _rows(cursor, statement):
            for name, before, after in zip(names, values[::2], values[1::2], strict=True):
                if before != after:
                    cell = {"before": _shown(name, before), "after": _shown(name, after)}
                    yield {"file": file, "ref": ref, "column": name, **cell}


def _shown(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M %Z}"
    text = "" if value is None else str(value)
    return MASKS[name](text) if text and name in MASKS else text
