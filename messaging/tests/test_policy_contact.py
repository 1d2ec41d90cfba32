"""The contact policy: each rule can object, all objections are kept, and a wait ends exactly when it may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.data import rulebook_limits
from messaging.policies.contact import RULES, ContactFact, Facts, HoldFact, decide, explain
from messaging.policies.reasons import HOLD_CODES, PASSED, REASONS, passed, sentence
from messaging.policies.rulebook import Limit, Rulebook

BOOK = Rulebook(rulebook_limits())
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTES_15 = timedelta(minutes=15)

FINE = Facts(
    borrower_id=1,
    loan_id=10,
    contact_point_id=100,
    kind="step",
    offset=7,
    step_on=TODAY,
    business_on=TODAY,
    amount=Decimal("860.00"),
    loan_status="active",
    arrears_on=TODAY,
    data_as_of=NOON - 5 * HOUR,
    in_latest_file=True,
    holds=(),
    consent="given",
    relation="own",
    country="CN",
    zones=("Asia/Shanghai",),
    jurisdictions=("CN",),
    contacts=(),
    open_question=False,
    stopped=None,
    wording_id=5,
    sender="gateway",
    provider_refuses=None,
    other_loan_ref=None,
)


def texted(
    at: datetime, loan_id: int = 10, *, person: bool = True, number: bool = True
) -> ContactFact:
    return ContactFact(at, loan_id, person, number)


def codes(facts: Facts, at: datetime = NOON, book: Rulebook = BOOK) -> list[str]:
    return [reason.code for reason in decide(facts, book, at=at).reasons]


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


def test_a_wait_without_a_known_end_does_not_end_in_quiet_hours() -> None:
    late = datetime(2026, 11, 23, 19, 50, tzinfo=SHANGHAI)
    facts = replace(FINE, stopped="all", data_as_of=late)
    assert decide(facts, BOOK, at=late).until == datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)


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


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (HOUR, {"cap_day", "spacing"}),
        (12 * HOUR, {"cap_day"}),  # midnight: the same local day, twelve full hours
        (12 * HOUR + timedelta(seconds=1), set()),
    ],
)
def test_one_text_a_local_day_and_twelve_hours_between(ago: timedelta, expected: set[str]) -> None:
    assert set(codes(replace(FINE, contacts=(texted(NOON - ago),)))) == expected


def test_a_text_of_late_yesterday_still_asks_for_twelve_hours() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    facts = replace(FINE, contacts=(texted(at - 11 * HOUR),))
    decision = decide(facts, BOOK, at=at)
    assert [reason.code for reason in decision.reasons] == ["spacing"]
    assert decision.until == at + HOUR


def test_a_waiting_text_starts_when_all_clocks_agree() -> None:
    facts = replace(FINE, contacts=(texted(NOON - HOUR),))
    decision = decide(facts, BOOK, at=NOON)
    ends = {reason.code: reason.until for reason in decision.reasons}
    assert ends == {
        "cap_day": datetime(2026, 11, 24, tzinfo=SHANGHAI),
        "spacing": NOON + 11 * HOUR,
    }
    assert decision.until == datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)


def test_the_daily_cap_holds_in_every_candidate_zone() -> None:
    """20:30 in New York on the 22nd is the 23rd in London: both days count as used."""
    at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    sent = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    facts = replace(
        FINE,
        country="US",
        zones=("America/New_York", "Europe/London"),
        jurisdictions=("US-IL",),
        contacts=(texted(sent),),
    )
    decision = decide(facts, BOOK, at=at)
    assert [reason.code for reason in decision.reasons] == ["cap_day"]
    assert decision.until == datetime(2026, 11, 24, 14, tzinfo=UTC)  # 09:00 in New York


def test_the_weekly_cap_counts_rolling_168_hours_to_the_second() -> None:
    week = 168 * HOUR
    sent = (NOON - week, NOON - 4 * DAY, NOON - 2 * DAY)
    contacts = tuple(texted(moment) for moment in sent)
    assert codes(replace(FINE, contacts=contacts)) == []
    second = timedelta(seconds=1)
    decision = decide(replace(FINE, contacts=contacts), BOOK, at=NOON - second)
    assert [(reason.code, reason.values["used"]) for reason in decision.reasons] == [
        ("cap_week", 3)
    ]
    assert decision.until == NOON


@pytest.mark.parametrize(
    ("contact", "counts"),
    [
        (texted(NOON - HOUR, 11, person=True, number=False), True),  # another loan, another number
        (texted(NOON - HOUR, 12, person=False, number=True), True),  # another person on this number
        (texted(NOON - HOUR, 12, person=False, number=False), False),
    ],
)
def test_house_caps_count_the_person_and_the_number_over_all_loans(
    contact: ContactFact, counts: bool
) -> None:
    assert bool(codes(replace(FINE, contacts=(contact,)))) is counts


def test_a_cap_of_the_law_counts_one_loan() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/New_York"))
    boston = replace(
        FINE, country="US", zones=("America/New_York",), jurisdictions=("US-MA",), data_as_of=at
    )
    this, other = (texted(at - 3 * DAY, loan) for loan in (10, 11))
    assert codes(replace(boston, contacts=(other, texted(at - 5 * DAY, 11))), at) == []
    decision = decide(replace(boston, contacts=(this, texted(at - 5 * DAY))), BOOK, at=at)
    assert [(reason.code, reason.rule) for reason in decision.reasons] == [("cap_week", "US-MA-01")]
    assert decision.reasons[0].values["layer"] == "law"
    assert decision.until == at + 2 * DAY


def test_a_bare_country_keeps_the_rules_of_all_its_places() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/New_York"))
    facts = replace(
        FINE,
        country="US",
        zones=("America/New_York",),
        jurisdictions=("US",),
        data_as_of=at,
        contacts=(texted(at - 3 * DAY), texted(at - 5 * DAY)),
    )
    assert [reason.rule for reason in decide(facts, BOOK, at=at).reasons] == ["US-MA-01"]
    assert codes(replace(facts, jurisdictions=("US-CA",)), at) == []


@pytest.mark.parametrize(
    ("zone", "at", "business_on", "until"),
    [
        # There it is still yesterday: they agree from local midnight, and texts go out from 09:00.
        (
            "America/New_York",
            datetime(2026, 11, 23, 4, tzinfo=UTC),
            TODAY,
            datetime(2026, 11, 23, 14, tzinfo=UTC),
        ),
        # There it is already tomorrow: nobody knows here when the business date follows.
        (
            "Pacific/Auckland",
            datetime(2026, 11, 23, 21, tzinfo=UTC),
            TODAY,
            datetime(2026, 11, 23, 21, 15, tzinfo=UTC),
        ),
    ],
)
def test_differing_dates_wait_until_they_agree(
    zone: str, at: datetime, business_on: date, until: datetime
) -> None:
    facts = replace(FINE, zones=(zone,), jurisdictions=("US-IL",), data_as_of=at)
    decision = decide(replace(facts, business_on=business_on), BOOK, at=at)
    assert decision.answer == "wait"
    assert decision.reasons[0].code == "date_differs"
    assert decision.until == until


def test_a_window_that_does_not_open_within_14_days_gives_no_end() -> None:
    apart = replace(FINE, zones=("Asia/Shanghai", "America/New_York"), jurisdictions=("CN",))
    decision = decide(apart, BOOK, at=NOON)
    assert (decision.answer, decision.until) == ("wait", None)


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


hours = st.integers(0, 24 * 10)


@settings(max_examples=250, deadline=None)
@given(
    ago=st.lists(st.tuples(hours, st.sampled_from([10, 11]), st.booleans()), max_size=6),
    start=st.integers(0, 48),
    zones=st.lists(
        st.sampled_from(["America/New_York", "America/Chicago", "America/Los_Angeles"]),
        min_size=1,
        max_size=2,
        unique=True,
    ),
)
def test_a_wait_ends_at_the_first_instant_that_counting_by_hand_allows(
    ago: list[tuple[int, int, bool]], start: int, zones: list[str]
) -> None:
    """Around the end of daylight saving time, over persons, numbers and loans."""
    at = datetime(2026, 10, 31, 12, tzinfo=UTC) + start * HOUR
    contacts = tuple(
        texted(at - n * HOUR, loan, person=loan == 10 or not shared, number=shared)
        for n, loan, shared in ago
    )
    facts = replace(
        FINE,
        zones=tuple(zones),
        jurisdictions=("US-MA",),
        country="US",
        contacts=contacts,
        business_on=at.astimezone(ZoneInfo(zones[0])).date(),
        arrears_on=at.astimezone(ZoneInfo(zones[0])).date(),
        data_as_of=at,
        kind="one_off",
    )
    decision = decide(facts, BOOK, at=at)
    if any(reason.code == "date_differs" for reason in decision.reasons):
        return
    if decision.answer == "now":
        assert allowed_by_hand(contacts, zones, at)
        return
    assert decision.until is not None
    instant = at
    while instant < decision.until:
        assert not allowed_by_hand(contacts, zones, instant)
        instant += timedelta(minutes=30)
    assert allowed_by_hand(contacts, zones, decision.until)
    assert not allowed_by_hand(contacts, zones, decision.until - timedelta(seconds=1))


def allowed_by_hand(contacts: tuple[ContactFact, ...], zones: list[str], at: datetime) -> bool:
    """House policy and Massachusetts, counted one text at a time."""
    people = [one.at for one in contacts if one.same_person]
    numbers = [one.at for one in contacts if one.same_number]
    loans = [one.at for one in contacts if one.loan_id == 10]
    week = 168 * HOUR
    for texts in (people, numbers):
        if sum(sent <= at < sent + week for sent in texts) >= 3:
            return False
        if any(at < sent + 12 * HOUR for sent in texts):
            return False
    if sum(sent <= at < sent + week for sent in loans) >= 2:
        return False
    for name in zones:
        local = at.astimezone(ZoneInfo(name))
        if not 9 <= local.hour < 20:
            return False
        for texts in (people, numbers):
            if any(sent.astimezone(ZoneInfo(name)).date() == local.date() for sent in texts):
                return False
    return True


def test_the_smallest_freshness_limit_decides() -> None:
    own = Limit("X-FRESH", "CN", "freshness", hours=4)
    book = Rulebook([*rulebook_limits(), own])
    (reason,) = decide(FINE, book, at=NOON).reasons
    assert (reason.code, reason.rule, reason.values) == (
        "balance_stale",
        "X-FRESH",
        {"hours": 5, "most": 4},
    )
