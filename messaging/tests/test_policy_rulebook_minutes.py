"""Opening times agree with looking at every minute, through changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.data import rulebook_limits
from messaging.policies.rulebook import Limit, Rulebook

BOOK = Rulebook(rulebook_limits())
ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half-hour daylight saving
    "America/Santiago",  # daylight saving at midnight
    "Pacific/Apia",
)
CHANGES = (
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 4, 4, tzinfo=UTC),
    datetime(2026, 9, 6, tzinfo=UTC),
    datetime(2026, 10, 3, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
)
half_hours = st.integers(0, 46)


@st.composite
def windows(draw: st.DrawFn) -> Limit:
    opens = draw(half_hours)
    closes = draw(st.integers(opens + 1, 47))
    return Limit(
        jurisdiction="CN",
        kind="window",
        opens=time(opens // 2, opens % 2 * 30),
        closes=time(closes // 2, closes % 2 * 30),
        rule=draw(st.sampled_from(["A", "B"])),
        weekday=draw(st.sampled_from([None, None, 5, 6])),
        day_kind=draw(st.sampled_from(["any", "any", "working", "holiday"])),
    )


HOLIDAYS = [
    Limit("H", "CN", "holiday", starts_on=day, ends_on=day)
    for day in (date(2026, 3, 9), date(2026, 10, 25))
]


def open_by_hand(limits: list[Limit], zones: list[str], instant: datetime) -> bool:
    """The meaning of windows said again, one instant at a time."""
    for zone in zones:
        local = instant.astimezone(ZoneInfo(zone))
        holiday = any(limit.starts_on == local.date() for limit in HOLIDAYS)
        kinds = {"any", "holiday" if holiday else "working"}
        for rule in {limit.rule for limit in limits}:
            rows = [
                row
                for row in limits
                if row.rule == rule
                and row.weekday in (None, local.weekday())
                and row.day_kind in kinds
            ]
            if not any(
                row.opens <= local.time() < row.closes
                for row in rows
                if row.opens is not None and row.closes is not None
            ):
                return False
    return True


@settings(max_examples=120, deadline=None)
@given(
    limits=st.lists(windows(), min_size=1, max_size=4),
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True),
    change=st.sampled_from(CHANGES),
    minutes=st.integers(-3 * 1440, 3 * 1440),
)
def test_next_open_and_open_until_agree_with_looking_at_every_minute(
    limits: list[Limit], zones: list[str], change: datetime, minutes: int
) -> None:
    book = Rulebook(limits + HOLIDAYS)
    start = change + timedelta(minutes=minutes)
    found = book.next_open(start, zones, ["CN"])
    if found is None:
        assert not any(
            open_by_hand(limits, zones, start + timedelta(minutes=30 * n)) for n in range(14 * 48)
        )
        return
    for n in range(min(int((found - start) / timedelta(minutes=1)), 3 * 1440)):
        assert not open_by_hand(limits, zones, start + timedelta(minutes=n))
    assert open_by_hand(limits, zones, found)
    assert found == start or not open_by_hand(limits, zones, found - timedelta(seconds=1))

    until = book.open_until(found, zones, ["CN"])
    for n in range(int((until - found) / timedelta(minutes=1))):
        assert open_by_hand(limits, zones, found + timedelta(minutes=n))
    assert until == found + timedelta(days=14) or not open_by_hand(limits, zones, until)


@settings(max_examples=200, deadline=None)
@given(
    seconds=st.integers(0, 400 * 86400),
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True),
    codes=st.lists(st.sampled_from(["CN", "US", "GB", "IN", "US-MA"]), max_size=2, unique=True),
)
def test_an_instant_is_open_exactly_when_it_is_its_own_next_open_instant(
    seconds: int, zones: list[str], codes: list[str]
) -> None:
    instant = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    is_open = not BOOK.open_at(instant, zones, codes)
    assert is_open == (BOOK.next_open(instant, zones, codes) == instant)
    assert is_open == (BOOK.open_until(instant, zones, codes) > instant)
