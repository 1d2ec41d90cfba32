"""Payments as a lender's system posts them."""

import json
from typing import Any

from django.test import Client

from borrowers.models import Loan

ADDRESS = "/api/repayments"


def a_payment(loan: Loan, **fields: Any) -> dict[str, Any]:
    return {
        "repayment_ref": "R-1",
        "loan_ref": loan.loan_ref,
        "paid_on": "2026-11-24",
        "amount": "100.00",
        "currency": "CNY",
        **fields,
    }


def post(key: str, said: Any, **headers: str) -> Any:
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    sent_with = {"Authorization": f"Bearer {key}", **headers}
    return Client().post(ADDRESS, raw, content_type="application/json", headers=sent_with)


def told(response: Any) -> set[tuple[str, str]]:
    """Field and code of each problem; every problem says what is wrong and what to do."""
    found = json.loads(response.content)["errors"]
    assert all(one["message"] and one["remedy"] for one in found)
    return {(one["field"], one["code"]) for one in found}
