"""Exact local time: where days start, when the clock is moved, and when a cap or a spacing is free.

All instants are aware; results are in UTC. Nothing here rounds: every answer is the boundary itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def start_of_day(zone: ZoneInfo, day: date) -> datetime:
    """The first instant whose local date is `day` or later, also where midnight is skipped."""
    midnight = datetime.combine(day, time.min, zone)
    first = midnight.astimezone(UTC)
    second = midnight.replace(fold=1).astimezone(UTC)
    return first if first <= second else _moved(zone, second, first)


def boundaries(zone: ZoneInfo, start: datetime, times: Iterable[time]) -> set[datetime]:
    """Every instant in [start, start + 24 h) at which the local date may turn, the clock is moved, or
    the local time may reach one of `times`. Between two of them nothing a window asks about changes."""
    end = start + DAY
    found = set()
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    if start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
        found.add(_moved(zone, start, end))
    while day <= last:
        for at in times:
            local = datetime.combine(day, at, zone)
            found |= {local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)}
        found.add(start_of_day(zone, day))
        day += DAY
    return {instant for instant in found if start <= instant < end}


def _moved(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant in (before, after] from which the clock shows the offset it has at `after`."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def rolling_used(texted: Sequence[datetime], hours: int, at: datetime) -> int:
    """How many of `texted` still count at `at`: each counts for [t, t + hours)."""
    length = timedelta(hours=hours)
    return sum(at < moment + length for moment in texted)


def rolling_free(texted: Sequence[datetime], most: int, hours: int, at: datetime) -> datetime:
    """The earliest instant from `at` on at which fewer than `most` of `texted` count."""
    length = timedelta(hours=hours)
    ends = sorted(moment + length for moment in texted if at < moment + length)
    return at if len(ends) < most else ends[len(ends) - most]


def daily_used(texted: Sequence[datetime], zones: Iterable[ZoneInfo], at: datetime) -> int:
    """How many of `texted` fall on the local date of `at`, in the zone where they are most."""
    return max((_same_day(texted, zone, at) for zone in zones), default=0)


def daily_free(
    texted: Sequence[datetime], zones: Sequence[ZoneInfo], most: int, at: datetime
) -> datetime:
    """The earliest instant from `at` on whose local date holds fewer than `most` in every zone."""
    full = [zone for zone in zones if _same_day(texted, zone, at) >= most]
    while full:
        at = max(start_of_day(zone, at.astimezone(zone).date() + DAY) for zone in full)
        full = [zone for zone in zones if _same_day(texted, zone, at) >= most]
    return at


def _same_day(texted: Iterable[datetime], zone: ZoneInfo, at: datetime) -> int:
    today = at.astimezone(zone).date()
    return sum(moment.astimezone(zone).date() == today for moment in texted)


def agree_from(zones: Sequence[ZoneInfo], day: date, at: datetime) -> datetime | None:
    """The earliest instant from `at` on whose local date is `day` in every zone; None if there is none."""
    instant = max([at, *(start_of_day(zone, day) for zone in zones)])
    return instant if all(instant.astimezone(zone).date() == day for zone in zones) else None
