"""Rows an import cannot take: each with its reason, and nothing else spoiled by it."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from borrowers.models import Borrower, ImportBatch, Loan, RejectedRow, Repayment
from borrowers.policies.import_reasons import in_language
from borrowers.tests.portfolio import BOOK, FIRST, NEXT, take, told
from tests.cast import at_noon, the_lender

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon() -> None:
    the_lender()
    at_noon()  # 24 November 2026


def loan(ref: str = "L1") -> Loan:
    return Loan.objects.get(loan_ref=ref)


def test_rows_that_refer_to_a_rejected_row_are_rejected_with_that_reason(tmp_path: Path) -> None:
    bad = BOOK["borrowers"][1].replace("+447400123456", "+44")
    summary = take(tmp_path, borrowers=[BOOK["borrowers"][0], bad])
    assert [(one.file, one.row, one.column) for one in summary.rejected] == [
        ("borrowers.csv", 3, "phone"),
        ("instalments.csv", 5, "loan_ref"),
        ("loans.csv", 3, "borrower_ref"),
    ]
    assert "Row 3 of borrowers.csv" in summary.rejected[2].reason
    assert "Row 3 of loans.csv" in summary.rejected[1].reason
    assert RejectedRow.objects.count() == ImportBatch.objects.get().rejected == 3
    assert told(summary, "loans") == (1, 0, 0, 0, 1)


def test_a_row_rejected_today_is_neither_gone_nor_up_to_date(tmp_path: Path) -> None:
    take(tmp_path)
    take(
        tmp_path,
        as_of=NEXT,
        borrowers=[BOOK["borrowers"][0], BOOK["borrowers"][1].replace("GB", "Britain")],
    )
    assert Borrower.objects.get(borrower_ref="B2").absent_since is None
    other = loan("L2")
    assert (other.absent_since, other.data_as_of) == (None, FIRST)
    assert other.next_due_amount == Decimal("50.25")


@pytest.mark.parametrize("row", ["R2,L1,2026-11-24,many", "R2,L1,2026-11-24,1,000.00"])
def test_a_loan_with_an_unread_payment_is_not_known_to_be_up_to_date(
    tmp_path: Path, row: str
) -> None:
    take(tmp_path, repayments=[*BOOK["repayments"], row])
    assert (loan().data_as_of, loan("L2").data_as_of) == (None, FIRST)


def test_unknown_loans_and_borrowers_are_named(tmp_path: Path) -> None:
    summary = take(
        tmp_path,
        loans=[*BOOK["loans"], "L9,B9,credit_card,CNY,1.00,2025-01-01,active"],
        repayments=["R1,L8,2026-10-19,1.00"],
        instalments=[*BOOK["instalments"], "L8,1,2026-01-01,1.00"],
    )
    assert [(one.file, one.row) for one in summary.rejected] == [
        ("instalments.csv", 6),
        ("loans.csv", 4),
        ("repayments.csv", 2),
    ]
    assert "borrower B9" in summary.rejected[1].reason


def test_of_two_rows_with_one_ref_the_first_is_taken(tmp_path: Path) -> None:
    summary = take(
        tmp_path,
        borrowers=[*BOOK["borrowers"], BOOK["borrowers"][0].replace("王小明", "王大明")],
        loans=[*BOOK["loans"], BOOK["loans"][0]],
        instalments=[*BOOK["instalments"], "L1,1,2026-10-20,999.00"],
        repayments=[*BOOK["repayments"], "R1,L1,2026-10-19,50.00"],
    )
    assert [(one.file, one.row) for one in summary.rejected] == [
        ("borrowers.csv", 4),
        ("instalments.csv", 6),
        ("loans.csv", 4),
        ("repayments.csv", 3),
    ]
    assert "row 2 already" in summary.rejected[0].reason
    assert Borrower.objects.get(borrower_ref="B1").full_name == "王小明"
    assert Repayment.objects.get().amount == Decimal("100.00")


def test_a_payment_never_changes_its_amount_or_loan(tmp_path: Path) -> None:
    take(tmp_path, repayments=["R1,L1,2026-10-19,100.00", "R2,L1,2026-10-19,1.00"])
    summary = take(
        tmp_path,
        as_of=NEXT,
        repayments=["R1,L1,2026-10-19,99.00", "R2,L2,2026-10-19,1.00"],
    )
    reasons = [one.reason for one in summary.rejected]
    assert "100.00" in reasons[0]
    assert "99.00" in reasons[0]
    assert "loan L1" in reasons[1]
    assert {row.amount for row in Repayment.objects.all()} == {Decimal(100), Decimal(1)}
    assert Repayment.objects.filter(absent_since=None).count() == 2


@pytest.mark.parametrize(
    ("change", "column"), [(("B1", "B2"), "borrower_ref"), (("CNY", "USD"), "currency")]
)
def test_a_contract_changes_neither_hands_nor_currency(
    tmp_path: Path, change: tuple[str, str], column: str
) -> None:
    take(tmp_path)
    summary = take(
        tmp_path, as_of=NEXT, loans=[BOOK["loans"][0].replace(*change), BOOK["loans"][1]]
    )
    assert ("loans.csv", column) in {(one.file, one.column) for one in summary.rejected}
    one = loan()
    assert (one.borrower.borrower_ref, one.currency, one.data_as_of) == ("B1", "CNY", FIRST)


def test_a_reason_is_kept_by_code_and_values_and_read_in_either_language(tmp_path: Path) -> None:
    bad = BOOK["borrowers"][1].replace("+447400123456", "+44")
    take(tmp_path, borrowers=[BOOK["borrowers"][0], bad])
    row = RejectedRow.objects.get(file="loans.csv")
    assert (
        in_language(row.reason, "zh-hans")
        == "它所引用的 borrowers.csv 第 3 行未被接受：先更正那一行。"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM borrowers_rejectedrow WHERE id = %s", [row.pk])
        kept = json.loads(cursor.fetchone()[0])
    values = {"row": 3, "file": "borrowers.csv"}
    assert kept == {"code": "refers_to_rejected", "values": values}
