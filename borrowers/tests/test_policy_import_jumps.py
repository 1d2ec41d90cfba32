"""What is unusual in a batch, and where guesses about columns begin and end."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borrowers.policies import import_headers, import_jumps
from borrowers.policies.import_jumps import SENTENCES, Jump, Picture, Total, judge
from borrowers.policies.imports import BORROWERS, INSTALMENTS, LOANS, REPAYMENTS, SHEETS


def picture(**changes: Any) -> Picture:
    quiet: dict[str, Any] = {"overdue": {}, "doubled": 0, "crowded": [], "moved": 0, "totals": []}
    return Picture(**{**quiet, **changes})


def test_a_quiet_batch_needs_nobody() -> None:
    assert judge(picture(overdue={"CNY": (Decimal(100), Decimal(130))})) == []


@pytest.mark.parametrize(
    ("after", "unusual"), [("130.01", True), ("69.99", True), ("70.00", False)]
)
def test_the_total_may_move_by_thirty_per_cent(after: str, unusual: bool) -> None:
    found = judge(picture(overdue={"CNY": (Decimal("100.00"), Decimal(after))}))
    assert bool(found) == unusual


def test_a_first_import_has_nothing_to_be_compared_with() -> None:
    assert judge(picture(overdue={"CNY": (Decimal(0), Decimal(10**9))})) == []


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2))
def test_a_jump_is_just_a_move_beyond_the_limit(before: Decimal, after: Decimal) -> None:
    found = judge(picture(overdue={"CNY": (before, after)}))
    assert bool(found) == (before > 0 and abs(after - before) * 10 > before * 3)


@pytest.mark.parametrize(("people", "unusual"), [(10, False), (11, True)])
def test_more_than_ten_on_a_number_are_unusual(people: int, unusual: bool) -> None:
    assert bool(judge(picture(crowded=[("138****0001", people)]))) == unusual


@pytest.mark.parametrize(
    ("given_", "found", "agrees"),
    [("100", "100.00", True), ("100.00", "100.01", False), ("0", "0.00", True)],
)
def test_figures_agree_as_numbers(given_: str, found: str, agrees: bool) -> None:
    total = Total("loans.csv", "CNY", given_, found)
    assert total.agrees == agrees
    assert bool(judge(picture(totals=[total]))) != agrees


def test_every_jump_speaks_both_languages() -> None:
    everything = judge(
        picture(
            overdue={"CNY": (Decimal(1), Decimal(2))},
            doubled=1200,
            crowded=[("138****0001", 12)],
            moved=3,
            totals=[Total("loans.csv", "rows", "1", "2")],
        )
    )
    assert {jump.code for jump in everything} == SENTENCES.keys()
    for jump in everything:
        english = import_jumps.say(jump.code, jump.values, "en")
        chinese = import_jumps.say(jump.code, jump.values, "zh-hans")
        assert "{" not in english + chinese
        assert english.isascii()
        assert not chinese.isascii()
    assert "1,200" in import_jumps.say("doubled", everything[1].values, "en")
    assert isinstance(everything[0], Jump)


def test_a_file_is_known_by_its_columns_before_its_name() -> None:
    for sheet in SHEETS:
        assert import_headers.kind("export.csv", list(sheet.columns)) is sheet
    assert import_headers.kind("loans.csv", list(REPAYMENTS.columns)) is REPAYMENTS
    assert import_headers.kind("客户.csv", ["a", "b"]) is BORROWERS
    assert import_headers.kind("x.csv", ["合同号", "期数", "应还日期", "应还金额"]) is INSTALMENTS


def test_what_was_confirmed_counts_before_our_own_names() -> None:
    header = ["Loan No.", "loan_ref", "CUSTOMER ID"]
    held = {"loan_ref": "Loan No."}
    assert import_headers.guess(LOANS, header, held)["loan_ref"] == 0
    assert import_headers.guess(LOANS, header)["loan_ref"] == 1
    assert import_headers.guess(LOANS, header)["borrower_ref"] == 2


def test_no_column_is_guessed_twice() -> None:
    found = import_headers.guess(REPAYMENTS, ["amount", "amount"])
    assert found["amount"] == 0
    assert import_headers.missing(REPAYMENTS, found) == ["repayment_ref", "loan_ref", "paid_on"]
    assert import_headers.shared({"a": 1, "b": 1, "c": None, "d": None}) == ["a", "b"]
    assert "locality" not in import_headers.missing(BORROWERS, {})
