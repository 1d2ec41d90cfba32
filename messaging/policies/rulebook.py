"""The rulebook: which limits apply to a person, when every window is open, and until when.

A person's jurisdictions are a set. A code brings its own rules and those of the places it lies in; a
code of which nothing closer is known brings those of all places within it as well (a person known
only as `US` may live in any state). The house's own apply to everyone. Times are judged in every zone the person may be in: the strictest answer wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collections_site.lib.decision import Reason
from messaging.policies.limits import HOUSE, Limit, RulebookError, parse_rulebook
from messaging.policies.timing import DAY, boundaries

__all__ = ["HOUSE", "Limit", "Moment", "Rulebook", "RulebookError", "parse_rulebook"]

HORIZON = timedelta(days=14)
REMEMBERED = (
    20_000  # answers kept before the memory is emptied, so that a long-lived worker stays small
)

Span = tuple[datetime, datetime]
RuleKey = tuple[str, str]  # jurisdiction, rule


@dataclass(frozen=True, slots=True)
class Moment:
    """All that the rulebook says about one instant for people of one set of zones and jurisdictions."""

    at: datetime
    zones: tuple[ZoneInfo, ...]
    dates: tuple[date, ...]
    strange_zones: tuple[str, ...]
    uncovered: tuple[str, ...]
    quiet: tuple[Reason, ...]
    caps: tuple[Limit, ...]
    spacings: tuple[Limit, ...]
    freshness: Limit | None


class Rulebook:
    """Dated limits, asked by (instant, zones, jurisdictions); answers are remembered.

    `party` is the lender's standing: "first" (its own loans) or "third" (a collector for others),
    who is bound by the limits of party "third" as well.
    """

    def __init__(self, limits: Iterable[Limit], party: str = "first") -> None:
        everything = tuple(limits)
        self._codes = frozenset(limit.jurisdiction for limit in everything)
        self._limits = tuple(
            limit for limit in everything if limit.party == "any" or limit.party == party
        )
        self._windows: dict[RuleKey, list[Limit]] = {}
        for limit in self._limits:
            if limit.kind == "window":
                self._windows.setdefault((limit.jurisdiction, limit.rule), []).append(limit)
        self._zones: dict[str, ZoneInfo | None] = {}
        self._applying: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._spans: dict[tuple[tuple[str, ...], tuple[RuleKey, ...], date], tuple[Span, ...]] = {}
        self._moments: dict[tuple[datetime, tuple[str, ...], tuple[str, ...]], Moment] = {}

    def known(self, jurisdiction: str) -> bool:
        """Whether the code, or a place it lies in, has a rulebook: `US-CA` is covered by `US`."""
        return any(_within(jurisdiction, code) for code in self._codes if code != HOUSE)

    def limits_for(self, jurisdictions: Iterable[str], on: date) -> tuple[Limit, ...]:
        """The limits in force on the local date `on` for these jurisdictions, the house's included."""
        codes = self._codes_for(tuple(jurisdictions))
        return tuple(
            limit for limit in self._limits if limit.jurisdiction in codes and limit.live(on)
        )

    def sources(self, rule: str) -> tuple[Limit, ...]:
        """The rows of a rule id, for pages that show its source, layer and confidence."""
        return tuple(limit for limit in self._limits if limit.rule == rule)

    def open_at(
        self, at: datetime, zones: Sequence[str], jurisdictions: Sequence[str]
    ) -> tuple[Reason, ...]:
        """One reason for each rule that forbids the instant in any zone; empty when all are open."""
        return self.moment(at, tuple(zones), tuple(jurisdictions)).quiet

    def next_open(
        self, at: datetime, zones: Sequence[str], jurisdictions: Sequence[str]
    ) -> datetime | None:
        """The earliest instant from `at` on at which every window is open in every zone.

        Exact to the boundary. None if there is none within 14 days.
        """
        return self._next(at, tuple(zones), self._rules(tuple(jurisdictions)))

    def open_until(
        self, at: datetime, zones: Sequence[str], jurisdictions: Sequence[str]
    ) -> datetime:
        """The end of the narrowest window open at `at`; `at` itself when one is closed.

        At most 14 days ahead, for people whom no window binds.
        """
        at = at.astimezone(UTC)
        names, rules, end = tuple(zones), self._rules(tuple(jurisdictions)), at
        while end < at + HORIZON:
            spans = self._open_spans(names, rules, end.date())
            closes = next((closes for opens, closes in spans if opens <= end < closes), None)
            if closes is None:
                return end
            end = closes
        return end

    def moment(
        self, at: datetime, zones: tuple[str, ...], jurisdictions: tuple[str, ...]
    ) -> Moment:
        """The rulebook's view of one instant; a zone that is no zone is named, not judged."""
        key = (at, zones, jurisdictions)
        found = self._moments.get(key)
        if found is None:
            self._forget()
            found = self._moments[key] = self._look(at.astimezone(UTC), zones, jurisdictions)
        return found

    def _look(self, at: datetime, names: tuple[str, ...], jurisdictions: tuple[str, ...]) -> Moment:
        zones = self._loaded(names)
        strange = tuple(name for name in names if self._zone(name) is None)
        sound = tuple(name for name in names if name not in strange)
        dates = tuple(at.astimezone(zone).date() for zone in zones)
        live = dict.fromkeys(
            limit for day in dates or (at.date(),) for limit in self.limits_for(jurisdictions, day)
        )
        fresh = [limit for limit in live if limit.kind == "freshness"]
        return Moment(
            at=at,
            zones=zones,
            dates=dates,
            strange_zones=strange,
            uncovered=tuple(code for code in jurisdictions if not self.known(code)),
            quiet=self._quiet(at, sound, self._rules(jurisdictions)),
            caps=tuple(limit for limit in live if limit.kind == "cap"),
            spacings=tuple(limit for limit in live if limit.kind == "spacing"),
            freshness=min(fresh, key=lambda limit: limit.hours or 0, default=None),
        )

    def _quiet(
        self, at: datetime, names: tuple[str, ...], rules: tuple[RuleKey, ...]
    ) -> tuple[Reason, ...]:
        reasons = []
        for rule in rules:
            for zone in self._loaded(names):
                local = at.astimezone(zone)
                today = self._today(rule, local.date())
                if today is None or _inside(today, local.time()):
                    continue
                values: dict[str, str | int] = {
                    "local": f"{local:%H:%M}",
                    "window": ", ".join(f"{row.opens:%H:%M}-{row.closes:%H:%M}" for row in today),
                    "zone": zone.key,
                    "layer": self._windows[rule][0].layer,
                }
                until = self._next(at, names, (rule,))
                reasons.append(
                    Reason("quiet_hours" if today else "holiday", values, rule[1], until)
                )
                break
        return tuple(reasons)

    def _today(self, rule: RuleKey, day: date) -> list[Limit] | None:
        """The rule's windows of a local date: none means closed all day, None that it is not in force."""
        live = [row for row in self._windows[rule] if row.live(day)]
        if not live:
            return None
        kind = "holiday" if self._is_holiday(rule[0], day) else "working"
        today = [
            row
            for row in live
            if row.weekday in (None, day.weekday()) and row.day_kind in ("any", kind)
        ]
        return sorted(today, key=lambda row: row.opens or time.min)

    def _is_holiday(self, jurisdiction: str, day: date) -> bool:
        return any(
            limit.kind == "holiday"
            and _within(jurisdiction, limit.jurisdiction)
            and limit.live(day)
            for limit in self._limits
        )

    def _next(
        self, at: datetime, names: tuple[str, ...], rules: tuple[RuleKey, ...]
    ) -> datetime | None:
        at = at.astimezone(UTC)
        day = at.date()
        while datetime.combine(day, time.min, UTC) <= at + HORIZON:
            for opens, closes in self._open_spans(names, rules, day):
                if closes > at:
                    return max(opens, at) if opens <= at + HORIZON else None
            day += DAY
        return None

    def _open_spans(
        self, names: tuple[str, ...], rules: tuple[RuleKey, ...], day: date
    ) -> tuple[Span, ...]:
        """The stretches [start, end) of one UTC day in which all rules are open in all zones."""
        key = (names, rules, day)
        if (known := self._spans.get(key)) is not None:
            return known
        start, zones = datetime.combine(day, time.min, UTC), self._loaded(names)
        times = {
            edge
            for rule in rules
            for row in self._windows[rule]
            for edge in (row.opens, row.closes)
            if edge
        }
        edges = {start}.union(*(boundaries(zone, start, times) for zone in zones))
        spans: list[Span] = []
        ordered = sorted(edges)
        for opens, closes in zip(ordered, [*ordered[1:], start + DAY], strict=True):
            if not self._all_open(opens, zones, rules):
                continue
            if spans and spans[-1][1] == opens:
                opens = spans.pop()[0]
            spans.append((opens, closes))
        self._forget()
        self._spans[key] = tuple(spans)
        return self._spans[key]

    def _all_open(
        self, at: datetime, zones: tuple[ZoneInfo, ...], rules: tuple[RuleKey, ...]
    ) -> bool:
        for zone in zones:
            local = at.astimezone(zone)
            for rule in rules:
                today = self._today(rule, local.date())
                if today is not None and not _inside(today, local.time()):
                    return False
        return True

    def _codes_for(self, jurisdictions: tuple[str, ...]) -> tuple[str, ...]:
        codes = self._applying.get(jurisdictions)
        if codes is None:
            bare = [one for one in jurisdictions if not _closer(one, jurisdictions)]
            codes = self._applying[jurisdictions] = tuple(
                sorted(
                    code
                    for code in self._codes
                    if code == HOUSE
                    or any(_within(one, code) for one in jurisdictions)
                    or any(_within(code, one) for one in bare)
                )
            )
        return codes

    def _rules(self, jurisdictions: tuple[str, ...]) -> tuple[RuleKey, ...]:
        codes = self._codes_for(jurisdictions)
        return tuple(rule for rule in self._windows if rule[0] in codes)

    def _zone(self, name: str) -> ZoneInfo | None:
        if name not in self._zones:
            try:
                self._zones[name] = ZoneInfo(name)
            except (KeyError, ValueError, OSError):  # unknown, malformed, or a folder of zones
                self._zones[name] = None
        return self._zones[name]

    def _loaded(self, names: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
        return tuple(zone for name in names if (zone := self._zone(name)) is not None)

    def _forget(self) -> None:
        if len(self._moments) + len(self._spans) > REMEMBERED:
            self._moments.clear()
            self._spans.clear()


def _within(code: str, place: str) -> bool:
    return code == place or code.startswith(f"{place}-")


def _closer(code: str, among: Iterable[str]) -> bool:
    return any(other != code and _within(other, code) for other in among)


def _inside(windows: Iterable[Limit], local: time) -> bool:
    return any(
        row.opens is not None and row.closes is not None and row.opens <= local < row.closes
        for row in windows
    )
