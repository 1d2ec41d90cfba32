"""The rulebook says exactly when a window is open: at the boundary, in every zone, over DST changes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from messaging.data import rulebook_limits
from messaging.policies.rulebook import Limit, Rulebook
from messaging.policies.timing import start_of_day

BOOK = Rulebook(rulebook_limits())
THIRD = Rulebook(rulebook_limits(), party="third")
SHANGHAI = ("Asia/Shanghai",)
NEW_YORK = ("America/New_York",)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def a_window(opens: str, closes: str, **fields: object) -> Limit:
    columns: dict[str, object] = {"rule": "W-01", "jurisdiction": "CN", "kind": "window"} | fields
    return Limit(
        opens=time.fromisoformat(opens),
        closes=time.fromisoformat(closes),
        **columns,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("moment", "rules"),
    [
        ("2026-11-23T07:59:59", {"HOUSE-HOURS-01", "CN-HOURS-01"}),
        ("2026-11-23T08:00:00", {"HOUSE-HOURS-01"}),
        ("2026-11-23T08:59:59", {"HOUSE-HOURS-01"}),
        ("2026-11-23T09:00:00", set()),
        ("2026-11-23T19:59:59", set()),
        ("2026-11-23T20:00:00", {"HOUSE-HOURS-01"}),
        ("2026-11-23T21:59:59", {"HOUSE-HOURS-01"}),
        ("2026-11-23T22:00:00", {"HOUSE-HOURS-01", "CN-HOURS-01"}),
    ],
)
def test_every_rule_that_closes_an_hour_speaks_at_its_own_boundary(
    moment: str, rules: set[str]
) -> None:
    found = BOOK.open_at(at(moment, "Asia/Shanghai"), SHANGHAI, ("CN",))
    assert {reason.rule for reason in found} == rules


def test_a_quiet_hour_is_told_with_local_time_window_zone_layer_and_end() -> None:
    (reason,) = BOOK.open_at(at("2026-11-23T21:30", "Asia/Shanghai"), SHANGHAI, ("CN",))
    assert (reason.code, reason.rule) == ("quiet_hours", "HOUSE-HOURS-01")
    assert reason.values == {
        "local": "21:30",
        "window": "09:00-20:00",
        "zone": "Asia/Shanghai",
        "layer": "house",
    }
    assert reason.until == at("2026-11-24T09:00", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("code", "zone", "moment", "opens"),
    [
        ("CN", "Asia/Shanghai", "2026-11-23T20:00", "2026-11-24T09:00"),
        ("IN", "Asia/Kolkata", "2026-11-23T19:00", "2026-11-24T09:00"),
        ("GB", "Europe/London", "2026-11-28T20:00", "2026-11-29T10:00"),  # Saturday to Sunday
        ("GB", "Europe/London", "2026-11-29T18:00", "2026-11-30T09:00"),
        ("US", "America/New_York", "2026-03-07T20:00", "2026-03-08T09:00"),  # clocks go forward
        ("US", "America/New_York", "2026-10-31T20:00", "2026-11-01T09:00"),  # clocks go back
        ("IN", "Asia/Kathmandu", "2026-11-23T05:00", "2026-11-23T09:00"),  # +05:45
        ("CN", "Asia/Shanghai", "2026-11-23T09:00", "2026-11-23T09:00"),  # open already
    ],
)
def test_the_next_open_instant_is_the_boundary_itself(
    code: str, zone: str, moment: str, opens: str
) -> None:
    assert BOOK.next_open(at(moment, zone), (zone,), (code,)) == at(opens, zone)


def test_an_hour_counts_as_open_only_when_it_is_open_in_every_candidate_zone() -> None:
    coasts = ("America/New_York", "America/Los_Angeles")
    noon_east = at("2026-11-23T11:59:59", "America/New_York")
    assert BOOK.open_at(noon_east, coasts, ("US-IL",))
    opens = at("2026-11-23T09:00", "America/Los_Angeles")
    assert BOOK.next_open(noon_east, coasts, ("US-IL",)) == opens
    assert BOOK.open_until(opens, coasts, ("US-IL",)) == at("2026-11-23T20:00", "America/New_York")


def test_zones_that_are_never_awake_together_have_no_next_open_instant() -> None:
    apart = ("Pacific/Auckland", "Europe/London")
    start = at("2026-11-23T12:00")
    assert BOOK.next_open(start, apart, ("GB",)) is None
    assert BOOK.open_until(start, apart, ("GB",)) == start


def test_open_until_is_the_end_of_the_narrowest_window() -> None:
    kolkata = ("Asia/Kolkata",)
    noon = at("2026-11-23T12:00", "Asia/Kolkata")
    assert BOOK.open_until(noon, kolkata, ("IN",)) == at("2026-11-23T19:00", "Asia/Kolkata")
    closed = at("2026-11-23T19:00", "Asia/Kolkata")
    assert BOOK.open_until(closed, kolkata, ("IN",)) == closed


def test_a_window_across_midnight_in_utc_is_one_window() -> None:
    noon = at("2026-11-23T09:30", "America/Los_Angeles")
    los_angeles = ("America/Los_Angeles",)
    assert BOOK.open_until(noon, los_angeles, ("US-CA",)) == at(
        "2026-11-23T20:00", "America/Los_Angeles"
    )


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("CN", True),
        ("US", True),
        ("US-CA", True),
        ("US-NY-NYC", True),
        ("FR", False),
        ("", False),
        ("HOUSE", False),
        ("USA", False),
        ("CNX-1", False),
    ],
)
def test_a_place_is_known_by_its_own_rulebook_or_its_countrys(code: str, known: bool) -> None:
    assert BOOK.known(code) is known


@pytest.mark.parametrize(
    ("codes", "more"),
    [
        (["US-CA"], set()),
        (["US-CA", "US"], set()),  # a closer place is known: the others do not apply
        (["US-NY-NYC"], {"US-NYC-01"}),
        (["US-NY"], {"US-NYC-01"}),  # may be in the city
        (["US-MA"], {"US-MA-01"}),
        (["US"], {"US-NYC-01", "US-MA-01", "US-FL-01", "US-DC-01"}),
        (["CN", "US-FL"], {"CN-HOURS-01", "US-FL-01"}),
    ],
)
def test_a_place_gets_the_rules_above_it_and_if_nothing_closer_is_known_those_within_it(
    codes: list[str], more: set[str]
) -> None:
    rules = {limit.rule for limit in BOOK.limits_for(codes, date(2026, 11, 23))}
    house = {limit.rule for limit in rulebook_limits() if limit.jurisdiction == "HOUSE"}
    assert rules - house == {"US-HOURS-01-HOUSE"} | more


def test_rules_for_collectors_bind_third_parties_only() -> None:
    on = date(2026, 11, 23)
    third = {limit.rule for limit in THIRD.limits_for(("US-WA",), on)}
    assert third - {limit.rule for limit in BOOK.limits_for(("US-WA",), on)} == {
        "US-HOURS-01",
        "US-WA-01",
    }


def test_a_rule_binds_from_the_day_it_takes_force() -> None:
    for day, bound in ((date(2026, 8, 31), False), (date(2026, 9, 1), True)):
        rules = {limit.rule for limit in BOOK.limits_for(("US-NY-NYC",), day)}
        assert ("US-NYC-01" in rules) is bound


def test_a_rule_that_ends_frees_the_hour_at_local_midnight() -> None:
    rule = a_window("09:00", "10:00", ends_on=date(2026, 11, 23))
    book = Rulebook([rule])
    late = at("2026-11-23T15:00", "Asia/Shanghai")
    assert book.next_open(late, SHANGHAI, ("CN",)) == at("2026-11-24T00:00", "Asia/Shanghai")


def test_holidays_have_their_own_windows_and_a_day_without_any_is_closed() -> None:
    holiday = Limit(
        "H-01", "CN", "holiday", starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 25)
    )
    short = a_window("12:00", "14:00", day_kind="holiday")
    working = a_window("09:00", "18:00", day_kind="working")
    late = at("2026-11-24T18:00", "Asia/Shanghai")

    with_hours = Rulebook([holiday, short, working])
    assert with_hours.next_open(late, SHANGHAI, ("CN",)) == at("2026-11-25T12:00", "Asia/Shanghai")

    closed = Rulebook([holiday, working])
    assert closed.next_open(late, SHANGHAI, ("CN",)) == at("2026-11-26T09:00", "Asia/Shanghai")
    noon = at("2026-11-25T12:00", "Asia/Shanghai")
    assert [reason.code for reason in closed.open_at(noon, SHANGHAI, ("CN",))] == ["holiday"]


def test_a_day_starts_where_the_clock_arrives_on_it_even_if_midnight_is_skipped() -> None:
    santiago = ZoneInfo(
        "America/Santiago"
    )  # on 6 September 2026 the clock goes from 24:00 to 01:00
    first = start_of_day(santiago, date(2026, 9, 6)).astimezone(santiago)
    assert (first.date(), first.time()) == (date(2026, 9, 6), time(1))
    before = start_of_day(santiago, date(2026, 9, 6)) - timedelta(seconds=1)
    assert before.astimezone(santiago).date() == date(2026, 9, 5)
