"""The contact policy: each rule can object, and all objections are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from messaging.data import rulebook_limits
from messaging.policies.contact import RULES, HoldFact, decide, explain
from messaging.policies.reasons import HOLD_CODES, PASSED, REASONS, passed, sentence
from messaging.policies.rulebook import Limit, Rulebook
from messaging.tests.candidate import (
    BOOK,
    DAY,
    FINE,
    HOUR,
    MINUTES_15,
    NOON,
    SHANGHAI,
    TODAY,
    codes,
    texted,
)


def test_a_plain_case_may_be_texted_now() -> None:
    decision = decide(FINE, BOOK, at=NOON)
    assert (decision.answer, decision.until, decision.reasons) == ("now", None, ())


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("no_number", {"contact_point_id": None, "relation": "none"}),
        ("not_own_number", {"relation": "not_own"}),
        ("not_own_number", {"relation": "none"}),
        ("no_consent", {"consent": "none"}),
        ("consent_withdrawn", {"consent": "withdrawn"}),
        ("no_zone", {"zones": ()}),
        ("no_zone", {"zones": ("Mars/Olympus",)}),
        ("no_zone", {"zones": ("Asia",)}),
        ("no_rulebook", {"jurisdictions": ("FR",)}),
        ("no_rulebook", {"jurisdictions": ("CN", "FR")}),
        ("no_rulebook", {"jurisdictions": ()}),
        ("loan_closed", {"loan_status": "settled"}),
        ("loan_closed", {"loan_status": "written_off"}),
        ("loan_closed", {"loan_status": "sold"}),
        ("not_in_latest_file", {"in_latest_file": False}),
        ("nothing_due", {"amount": None}),
        ("nothing_due", {"amount": Decimal("0.00")}),
        ("nothing_due", {"amount": Decimal("-1.00")}),
        ("step_passed", {"step_on": TODAY - 2 * DAY}),
        ("step_passed", {"step_on": TODAY - DAY, "offset": 0}),
        ("step_passed", {"step_on": TODAY - DAY, "offset": -3}),
        ("other_loan_texted", {"other_loan_ref": "L2"}),
        ("no_wording", {"wording_id": None}),
        ("no_sender", {"sender": None}),
        ("provider_terms", {"provider_refuses": "finance", "sender": "twilio"}),
        ("provider_terms", {"provider_refuses": "finance", "sender": None}),
    ],
)
def test_each_rule_can_forbid_alone(code: str, change: dict[str, object]) -> None:
    decision = decide(replace(FINE, **change), BOOK, at=NOON)  # type: ignore[arg-type]
    assert decision.answer == "never"
    assert decision.until is None
    assert [reason.code for reason in decision.reasons] == [code]


@pytest.mark.parametrize(
    "change",
    [
        {"relation": "shared"},
        {"step_on": TODAY - DAY, "offset": 7},
        {"step_on": TODAY - 9 * DAY, "kind": "one_off"},
        {"step_on": None, "offset": None, "kind": "one_off"},
        {"amount": Decimal("0.01")},
        {"jurisdictions": ("US-CA", "CN")},
        {"data_as_of": NOON - 36 * HOUR},
    ],
)
def test_what_lies_on_the_right_side_of_a_limit_passes(change: dict[str, object]) -> None:
    assert codes(replace(FINE, **change)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "code"), HOLD_CODES.items())
def test_every_kind_of_hold_forbids_with_its_own_reason_and_end(kind: str, code: str) -> None:
    till = NOON + 3 * DAY
    decision = decide(replace(FINE, holds=(HoldFact(kind, "person", till),)), BOOK, at=NOON)
    (reason,) = decision.reasons
    assert (decision.answer, reason.code, reason.until) == ("never", code, till)
    assert reason.values == {"scope": "person"}


def test_a_hold_of_a_kind_this_version_does_not_know_still_holds() -> None:
    assert decide(replace(FINE, holds=(HoldFact("new", "loan"),)), BOOK, at=NOON).answer == "never"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("balance_stale", {"data_as_of": NOON - 36 * HOUR - timedelta(microseconds=1)}),
        ("balance_stale", {"data_as_of": None}),
        ("balance_stale", {"arrears_on": None}),
        ("balance_stale", {"arrears_on": TODAY - DAY}),
        ("sending_stopped", {"stopped": "all"}),
        ("open_question", {"open_question": True}),
    ],
)
def test_a_wait_without_a_known_end_is_asked_again_in_15_minutes(
    code: str, change: dict[str, object]
) -> None:
    decision = decide(replace(FINE, **change), BOOK, at=NOON)  # type: ignore[arg-type]
    assert [reason.code for reason in decision.reasons] == [code]
    assert (decision.answer, decision.until) == ("wait", NOON + MINUTES_15)


def test_never_outweighs_wait_and_every_reason_is_kept() -> None:
    facts = replace(FINE, consent="none", stopped="all", holds=(HoldFact("dispute", "loan"),))
    night = datetime(2026, 11, 23, 23, tzinfo=SHANGHAI)
    decision = decide(facts, BOOK, at=night)
    assert decision.answer == "never"
    assert [reason.code for reason in decision.reasons] == [
        "no_consent",
        "dispute",
        "quiet_hours",
        "quiet_hours",
        "sending_stopped",
    ]


def test_the_age_of_a_balance_is_told_rounded_up() -> None:
    (reason,) = decide(replace(FINE, data_as_of=NOON - 36.1 * HOUR), BOOK, at=NOON).reasons
    assert sentence(reason.code, reason.values, "en") == "The balance is 37 hours old (limit 36)"


def test_rows_of_a_decision_are_plain_json_with_instants_in_utc() -> None:
    facts = replace(FINE, contacts=(texted(NOON - HOUR),))
    assert decide(facts, BOOK, at=NOON).as_rows()[1] == {
        "code": "spacing",
        "values": {"used": 1, "hours": 12, "per": "person_number", "layer": "house"},
        "rule": "HOUSE-SPACE-01",
        "until": "2026-11-23T15:00:00+00:00",
    }


def test_explaining_a_plain_case_lists_every_rule_as_passed_in_both_languages() -> None:
    checks = explain(FINE, BOOK, at=NOON)
    assert all(check.passed for check in checks)
    assert len(checks) == len(RULES) + 1  # two caps of the house stand for one rule
    for check in checks:
        for language in ("en", "zh-hans"):
            assert passed(check.code, check.values, language) != check.code
    assert [check.values["used"] for check in checks if check.code == "cap_day"] == [0]


def test_explaining_shows_failed_and_passed_side_by_side() -> None:
    night = datetime(2026, 11, 23, 21, tzinfo=SHANGHAI)
    facts = replace(
        FINE, contacts=(texted(night - 2 * HOUR),), holds=(HoldFact("pause", "person"),)
    )
    by_code = {check.code: check.passed for check in explain(facts, BOOK, at=night)}
    assert {code for code, fine in by_code.items() if not fine} == {
        "paused",
        "quiet_hours",
        "cap_day",
        "spacing",
    }
    assert by_code["cap_week"] is True
    assert "hold" not in by_code


def test_explaining_a_person_without_number_or_zone_claims_nothing_about_them() -> None:
    facts = replace(FINE, contact_point_id=None, relation="none", zones=(), kind="one_off")
    told = {check.code: check.passed for check in explain(facts, BOOK, at=NOON)}
    assert told["no_number"] is False
    assert told["no_zone"] is False
    assert not told.keys() & {"not_own_number", "quiet_hours", "date_differs", "step_passed"}


def test_every_passed_code_and_every_reason_has_a_text() -> None:
    assert {check.code for check in explain(FINE, BOOK, at=NOON)} <= PASSED.keys()
    assert set(HOLD_CODES.values()) <= REASONS.keys()


def test_the_smallest_freshness_limit_decides() -> None:
    own = Limit("X-FRESH", "CN", "freshness", hours=4)
    book = Rulebook([*rulebook_limits(), own])
    (reason,) = decide(FINE, book, at=NOON).reasons
    assert (reason.code, reason.rule, reason.values) == (
        "balance_stale",
        "X-FRESH",
        {"hours": 5, "most": 4},
    )


def test_an_unregistered_wording_is_withheld_and_named_with_its_provider() -> None:
    facts = replace(FINE, registered=False)
    decision = decide(facts, BOOK, at=NOON)
    assert decision.answer == "never"
    assert [(one.code, dict(one.values)) for one in decision.reasons] == [
        ("not_registered", {"provider": "gateway"})
    ]
    seen = {one.code: one.passed for one in explain(facts, BOOK, at=NOON)}
    assert seen["not_registered"] is False
    assert {one.code: one.passed for one in explain(FINE, BOOK, at=NOON)}["not_registered"]


def test_where_no_wording_fits_nothing_is_said_of_its_registration() -> None:
    facts = replace(FINE, wording_id=None)
    assert "not_registered" not in {one.code for one in explain(facts, BOOK, at=NOON)}
