"""Each value of each file: what is taken, and the sentence that a refused one gets."""

import json
from datetime import UTC, datetime
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borrowers.policies import imports, places, rows
from borrowers.policies.import_reasons import SENTENCES, in_language, plain, read, say
from borrowers.policies.imports import CannotTake

KNOWN = imports.Known(
    zones=frozenset({"Asia/Shanghai", "Asia/Urumqi", "Europe/London", "America/New_York"}),
    lender_zone=ZoneInfo("Asia/Shanghai"),
    lender_places=("CN",),
    data_as_of=datetime(2026, 11, 23, tzinfo=UTC),
)
PERSON = ["B1", "王小明", "+8613800130001", "zh-hans", "CN", "", "Asia/Shanghai", "2025-01-01"]
LOAN = ["L1", "B1", "credit_card", "CNY", "10000.00", "2025-12-01", "active"]
INSTALMENT = ["L1", "1", "2026-10-20", "100.00"]
REPAYMENT = ["R1", "L1", "2026-10-19", "-100.5"]
CHECKS = {
    imports.BORROWERS: (rows.borrower_check(KNOWN), PERSON),
    imports.LOANS: (rows.loan_check(), LOAN),
    imports.INSTALMENTS: (rows.instalment_check(), INSTALMENT),
    imports.REPAYMENTS: (rows.repayment_check(), REPAYMENT),
}


@pytest.mark.parametrize("sheet", imports.SHEETS, ids=lambda sheet: sheet.name)
def test_a_good_row_is_taken(sheet: imports.Sheet) -> None:
    check, good = CHECKS[sheet]
    assert check(good)[0] == good[0]


@pytest.mark.parametrize(
    ("sheet", "column", "value", "says"),
    [
        (imports.BORROWERS, "borrower_ref", " ", "empty"),
        (imports.BORROWERS, "borrower_ref", "B" * 41, "40 characters"),
        (imports.BORROWERS, "full_name", "", "empty"),
        (imports.BORROWERS, "full_name", "王\u202e小明", "cannot be seen"),
        (imports.BORROWERS, "full_name", "王\0", "cannot be seen"),
        (imports.BORROWERS, "phone", "13800130001", "country code"),
        (imports.BORROWERS, "phone", "+86138", "country code"),
        (imports.BORROWERS, "phone", "+8613800130001234", "country code"),
        (imports.BORROWERS, "phone", "+999123456789", "country code"),
        (imports.BORROWERS, "phone", "+80012345678", "country code"),
        (imports.BORROWERS, "phone", "1.38E+10", "country code"),
        (imports.BORROWERS, "language", "mandarin", "no language"),
        (imports.BORROWERS, "language", "zh_Hans", "no language"),
        (imports.BORROWERS, "region", "China", "ISO 3166"),
        (imports.BORROWERS, "region", "US-XX", "ISO 3166"),
        (imports.BORROWERS, "time_zone", "CET", "Region/City"),
        (imports.BORROWERS, "time_zone", "Etc/GMT-8", "Region/City"),
        (imports.BORROWERS, "time_zone", "US/Eastern", "Region/City"),
        (imports.BORROWERS, "time_zone", "+08:00", "Region/City"),
        (imports.BORROWERS, "consent_at", "yes", "date-time"),
        (imports.BORROWERS, "consent_at", "2027-01-01T00:00:00Z", "after the export"),
        (imports.LOANS, "product", "mortgage", "credit_card"),
        (imports.LOANS, "currency", "RMB", "ISO 4217"),
        (imports.LOANS, "principal", "1,000.00", "1234.50"),
        (imports.LOANS, "principal", "-1", "below zero"),
        (imports.LOANS, "opened_on", "01/12/2025", "2026-03-31"),
        (imports.LOANS, "status", "late", "written_off"),
        (imports.INSTALMENTS, "number", "one", "1, 2, 3"),
        (imports.INSTALMENTS, "number", "-1", "1, 2, 3"),
        (imports.INSTALMENTS, "due_on", "2026-02-29", "2026-03-31"),
        (imports.INSTALMENTS, "due_on", "20260228", "2026-03-31"),
        (imports.INSTALMENTS, "due_on", "2206-02-28", "year"),
        (imports.INSTALMENTS, "amount_due", "-0.01", "below zero"),
        (imports.INSTALMENTS, "amount_due", "NaN", "two decimals"),
        (imports.INSTALMENTS, "amount_due", "Infinity", "two decimals"),
        (imports.INSTALMENTS, "amount_due", "1e3", "two decimals"),
        (imports.INSTALMENTS, "amount_due", "1.234", "two decimals"),
        (imports.INSTALMENTS, "amount_due", "１００", "two decimals"),
        (imports.INSTALMENTS, "amount_due", "1234567890123", "two decimals"),
        (imports.REPAYMENTS, "amount", "0.00", "zero"),
        (imports.REPAYMENTS, "amount", "-0", "zero"),
        (imports.REPAYMENTS, "paid_on", "", "2026-03-31"),
    ],
)
def test_a_wrong_value_is_refused_with_its_column_and_a_remedy(
    sheet: imports.Sheet, column: str, value: str, says: str
) -> None:
    check, good = CHECKS[sheet]
    row = list(good)
    row[sheet.columns.index(column)] = value
    with pytest.raises(CannotTake) as refused:
        check(row)
    assert refused.value.column == column
    assert says in refused.value.sentence


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("+86 138-0013-0001", "+8613800130001"),
        ("＋８６１３８００１３０００１", "+8613800130001"),
        ("+44 (0)7400 123456", "+447400123456"),
        ("+390612345678", "+390612345678"),
    ],
)
def test_a_number_is_kept_in_one_writing(written: str, phone: str) -> None:
    check, good = CHECKS[imports.BORROWERS]
    assert check([*good[:2], written, *good[3:]])[2] == phone


@pytest.mark.parametrize(
    ("region", "locality", "phone", "zone", "zones", "bound"),
    [
        ("CN", "", "+8613800130001", "", "Asia/Shanghai", "CN"),
        ("CN", "", "+8615400000001", "", "Asia/Shanghai|Asia/Urumqi", "CN"),
        ("GB", "", "+447400123456", "Europe/London", "Europe/London", "CN|GB"),
        ("CN", "", "+447400123456", "Asia/Shanghai", "Asia/Shanghai", "CN|GB"),
        (
            "US-NY",
            "New  york CITY",
            "+12125550123",
            "",
            "America/New_York",
            "CN|US|US-NY|US-NY-NYC",
        ),
        (
            "US-CA",
            "New York City",
            "+12125550123",
            "America/New_York",
            "America/New_York",
            "CN|US|US-CA",
        ),
    ],
)
def test_where_a_person_may_be(
    region: str, locality: str, phone: str, zone: str, zones: str, bound: str
) -> None:
    check, good = CHECKS[imports.BORROWERS]
    row = check([*good[:2], phone, "en", region, locality, zone, ""])
    assert (row[9], row[11]) == (zones, bound)


def test_a_region_and_a_number_that_disagree_leave_both_zones_possible() -> None:
    assert places.candidate_zones("US-NY", "+14155550123") == (
        "America/Los_Angeles",
        "America/New_York",
    )


def test_every_zone_we_derive_is_a_place() -> None:
    for states in (places.US_ZONES, places.CA_ZONES):
        for zones in states.values():
            assert all(ZoneInfo(zone) and places.is_region_city(zone) for zone in zones)


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2, allow_nan=False))
def test_every_amount_with_two_decimals_comes_through_to_the_cent(amount: object) -> None:
    if str(amount).strip("-0.") and "E" not in str(amount):
        assert imports.an_amount("amount", str(amount), signed=True) == str(amount)


@given(st.text(max_size=60))
def test_any_text_is_either_taken_or_refused_in_a_sentence(text: str) -> None:
    for sheet, (check, good) in CHECKS.items():
        for at in range(len(sheet.columns)):
            row = [*good[:at], text, *good[at + 1 :]]
            try:
                taken, refused = check(row), None
            except CannotTake as problem:
                taken, refused = None, problem
            assert taken or (refused and refused.column == sheet.columns[at] and refused.sentence)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_reads_in_both_languages(code: str) -> None:
    """Kept by code and values and read again, whatever the values: here each reads like another sentence."""
    english, chinese = SENTENCES[code]
    assert all(word not in english.lower() for word in ("please", "invalid", "oops"))
    assert all(word not in chinese for word in ("请勿", "非法", "无效", "失败了"))
    fields = [
        {name for _, name, _, _ in Formatter().parse(text) if name} for text in SENTENCES[code]
    ]
    assert fields[1] <= fields[0]
    values = {name: f"Row 3 of {name}: it" for name in fields[0]}
    said = say(code, **values)
    kept = read(json.loads(json.dumps(plain(said))))
    assert (kept, in_language(kept, "en")) == (said, said)
    assert in_language(kept, "zh-hans") == say(code, "zh-hans", **values)


def test_a_reason_within_a_reason_is_read_in_the_same_language() -> None:
    inner = say("refers_to_rejected", row=3, file="loans.csv")
    for code in ("too_many", "totals_row"):
        values = {"most": 9, "file": "x.csv", "row": 2, "column": "c"}
        values |= {"reason": inner, "what": inner}
        kept = read(json.loads(json.dumps(plain(say(code, **values)))))
        assert "它所引用的 loans.csv 第 3 行未被接受" in in_language(kept, "zh-hans")
        assert inner in kept


def test_other_texts_are_kept_as_they_were_said() -> None:
    assert (plain(""), read({})) == ({}, "")
    assert in_language(read(plain("some other sentence")), "zh-hans") == "some other sentence"
    assert read({"code": "no_longer_known", "values": {}}) == "no_longer_known"
