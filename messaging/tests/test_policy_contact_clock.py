"""Caps, spacings and dates count to the second, and a wait ends at the first instant that satisfies all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.policies.contact import ContactFact, decide
from messaging.tests.candidate import (
    BOOK,
    DAY,
    FINE,
    HOUR,
    NOON,
    SHANGHAI,
    TODAY,
    codes,
    texted,
)


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


def test_a_wait_without_a_known_end_does_not_end_in_quiet_hours() -> None:
    late = datetime(2026, 11, 23, 19, 50, tzinfo=SHANGHAI)
    facts = replace(FINE, stopped="all", data_as_of=late)
    assert decide(facts, BOOK, at=late).until == datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)


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
