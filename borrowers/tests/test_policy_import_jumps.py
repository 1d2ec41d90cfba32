"""What is unusual in a batch, and where guesses about columns begin and end."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borrowers.policies import import_headers, import_jumps
from borrowers.policies.import_jumps import (
    OF_ONE,
    SENTENCES,
    Cases,
    Jump,
    Picture,
    Total,
    all_covered,
    judge,
)
from borrowers.policies.imports import BORROWERS, INSTALMENTS, LOANS, REPAYMENTS, SHEETS


def picture(**changes: Any) -> Picture:
    return Picture(**{"overdue": {}, "totals": [], **changes})


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
    assert bool(judge(picture(crowded=[("138****0001", Cases(people))], crowds=1))) == unusual


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
            doubled=Cases(1200),
            crowded=[("138****0001", Cases(12))],
            crowds=3,
            moved=Cases(3),
            absent=Cases(1000),
            active=1100,
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


def test_one_is_said_as_one() -> None:
    for code in OF_ONE:
        said = import_jumps.say(code, {"count": 1, "of": 4, "share": "25.0 %"}, "en")
        assert "1 " not in said
        assert said.startswith(("One", "The balance of one", "The due date of one"))
        assert "1" in import_jumps.say(code, {"count": 1, "of": 4, "share": "25.0 %"}, "zh-hans")


@pytest.mark.parametrize(
    ("gone", "active", "unusual"), [(5, 100, False), (6, 100, True), (0, 0, False), (1, 19, True)]
)
def test_more_than_a_twentieth_of_the_loans_gone_is_unusual(
    gone: int, active: int, unusual: bool
) -> None:
    assert bool(judge(picture(absent=Cases(gone), active=active))) == unusual


def test_numbers_beyond_those_listed_are_counted() -> None:
    crowded = [("138****0001", Cases(12))]
    assert judge(picture(crowded=crowded, crowds=4))[-1].values == {"count": 3}


CASE = {"ref": "L1", "before": "1.00", "after": "2.00", "currency": "CNY"}
OTHER = {**CASE, "ref": "L2"}


@pytest.mark.parametrize(
    ("released", "seen", "covered"),
    [
        (Jump("moved", {"count": 9}), Jump("moved", {"count": 9}), True),
        (Jump("moved", {"count": 9}), Jump("moved", {"count": 8}), True),
        (Jump("moved", {"count": 9}), Jump("moved", {"count": 10}), False),
        (Jump("moved", {"count": 9}), Jump("doubled", {"count": 9}), False),
        (Jump("doubled", {"count": 1}, [CASE]), Jump("doubled", {"count": 1}, [CASE]), True),
        (Jump("doubled", {"count": 1}, [CASE]), Jump("doubled", {"count": 1}, [OTHER]), False),
        (
            Jump("doubled", {"count": 1}, [CASE]),
            Jump("doubled", {"count": 1}, [{**CASE, "after": "9.00"}]),
            False,
        ),
        (
            Jump("crowded", {"phone": "138****0001", "count": 12}),
            Jump("crowded", {"phone": "138****0002", "count": 12}),
            False,
        ),
        (
            Jump("total", {"file": "loans.csv", "what": "rows", "given": "3", "found": "2"}),
            Jump("total", {"file": "loans.csv", "what": "rows", "given": "3", "found": "1"}),
            False,
        ),
    ],
)
def test_a_release_covers_just_what_was_looked_at(
    released: Jump, seen: Jump, covered: bool
) -> None:
    assert all_covered([seen], [released]) == covered
    assert not all_covered([seen, seen], [released])  # one tick is not for two


@pytest.mark.parametrize(
    ("before", "after", "covered"),
    [
        ("1,000.00", "1,310.00", True),
        ("1,005.00", "1,315.00", True),
        ("1,000.00", "10,000.00", False),
        ("131.00", "1,310.00", False),
        ("100,000.00", "131,000.00", False),
    ],
)
def test_a_released_total_may_drift_by_a_hundredth(before: str, after: str, covered: bool) -> None:
    def told(before: str, after: str, currency: str = "CNY") -> Jump:
        values = {"currency": currency, "before": before, "after": after, "share": "+31 %"}
        return Jump("overdue", values)

    released = told("1,000.00", "1,310.00")
    assert all_covered([told(before, after)], [released]) == covered
    assert not all_covered([told(before, after, "GBP")], [released])


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
