"""A limit: one dated row of law or house policy, and how a rulebook file becomes such rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time

HOUSE = "HOUSE"
KINDS = ("window", "cap", "spacing", "holiday", "freshness")
LAYERS = ("law", "house")
PARTIES = ("any", "third")
DAY_KINDS = ("any", "working", "holiday")
COUNTERS = ("person", "number", "loan", "person_number")
COUNTED = ("texts", "contacts")
CONFIDENCES = ("V", "S", "S-", "M")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_COMMON = {
    "id",
    "jurisdiction",
    "kind",
    "layer",
    "party",
    "effective_from",
    "effective_to",
    "source",
    "confidence",
    "note",
}
_OWN = {
    "window": {"windows"},
    "cap": {"most", "hours", "per", "counts"},
    "spacing": {"hours", "per", "counts"},
    "holiday": {"days"},
    "freshness": {"hours"},
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of the table that the policy and the database walls both read.

    `kind` says which of the other columns speak:

    * `window`: reminders are allowed in [opens, closes) of the person's local day. A rule's windows
      are alternatives; a day on which a rule has rows but none for that weekday and day kind is
      closed by that rule.
    * `cap`: at most `most` reminders in any `hours` hours, or in a local calendar day when `hours`
      is None, counted as `per` says (`person_number`: for the person and for the number, each).
    * `spacing`: at least `hours` hours between two reminders, counted as `per` says.
    * `counts` of a cap or a spacing: "texts", or "contacts" where calls are counted with them.
    * `holiday`: the local days `starts_on` to `ends_on` are holidays in the jurisdiction.
    * `freshness`: amounts rest on data at most `hours` hours old.

    `starts_on` and `ends_on` are local dates, both included. `weekday`: 0 = Monday, None = every day.
    """

    rule: str
    jurisdiction: str
    kind: str
    layer: str = "law"
    party: str = "any"
    weekday: int | None = None
    day_kind: str = "any"
    opens: time | None = None
    closes: time | None = None
    most: int | None = None
    hours: int | None = None
    per: str = ""
    counts: str = "texts"
    starts_on: date = date.min
    ends_on: date | None = None
    source: str = ""
    confidence: str = ""

    def live(self, on: date) -> bool:
        """Whether the limit is in force on the local date `on`."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


class RulebookError(ValueError):
    """A rulebook file that cannot be read; the message names file, rule and field."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One rule of a file, with the reading of its fields and the wording of complaints."""

    file: str
    fields: Mapping[str, object]

    def wrong(self, field: str, why: str) -> RulebookError:
        return RulebookError(
            f"{self.file}, rule {self.fields.get('id', '?')}, field {field}: {why}"
        )

    def text(self, field: str, allowed: tuple[str, ...] = ()) -> str:
        value = self.fields.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(field, "a text is needed")
        if allowed and value not in allowed:
            raise self.wrong(field, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def number(self, field: str) -> int:
        value = self.fields.get(field)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.wrong(field, "a whole number of at least 1 is needed")
        return value

    def day(self, field: str) -> date:
        value = self.fields.get(field)
        if type(value) is not date:
            raise self.wrong(field, "a date is needed, like 2026-09-01")
        return value

    def tables(self, field: str) -> list[Mapping[str, object]]:
        value = self.fields.get(field)
        if not isinstance(value, list) or not value:
            raise self.wrong(field, "at least one entry is needed")
        if not all(isinstance(item, dict) for item in value):
            raise self.wrong(field, "every entry is a table")
        return value


def parse_rulebook(raw: Mapping[str, object], file: str) -> list[Limit]:
    """The limits of one rulebook file, given as what `tomllib` read from it.

    `covers` lists the sub-national jurisdictions the file may name besides its own. Raises
    `RulebookError` naming file, rule and field for anything missing, unknown or contradictory.
    """
    jurisdiction, covers, rules = raw.get("jurisdiction"), raw.get("covers", []), raw.get("rules")
    if not isinstance(jurisdiction, str) or not jurisdiction:
        raise RulebookError(f"{file}, field jurisdiction: a text is needed")
    if not isinstance(covers, list) or not all(
        isinstance(code, str) and code.startswith(f"{jurisdiction}-") for code in covers
    ):
        raise RulebookError(
            f"{file}, field covers: codes that begin with {jurisdiction}- are needed"
        )
    if not isinstance(rules, list) or not rules or not all(isinstance(r, dict) for r in rules):
        raise RulebookError(f"{file}, field rules: at least one rule is needed")
    unknown = set(raw) - {"jurisdiction", "covers", "rules"}
    if unknown:
        raise RulebookError(f"{file}, field {min(unknown)}: not a field of a rulebook")
    limits: list[Limit] = []
    seen: set[tuple[str, str]] = set()
    for fields in rules:
        entry = _Entry(file, {"jurisdiction": jurisdiction, **fields})
        key = entry.text("id"), entry.text("kind", KINDS)
        if key in seen:
            raise entry.wrong("id", f"there is another {key[1]} with this id")
        seen.add(key)
        entry.text("jurisdiction", (jurisdiction, *covers))
        limits += _limits(entry, key[1])
    return limits


def _limits(entry: _Entry, kind: str) -> list[Limit]:
    unknown = set(entry.fields) - _COMMON - _OWN[kind]
    if unknown:
        raise entry.wrong(min(unknown), f"not a field of a {kind}")
    ends_on = entry.day("effective_to") if "effective_to" in entry.fields else None
    starts_on = entry.day("effective_from")
    if ends_on is not None and ends_on < starts_on:
        raise entry.wrong("effective_to", "it lies before effective_from")
    base = Limit(
        rule=entry.text("id"),
        jurisdiction=entry.text("jurisdiction"),
        kind=kind,
        layer=entry.text("layer", LAYERS),
        party=entry.text("party", PARTIES),
        starts_on=starts_on,
        ends_on=ends_on,
        source=entry.text("source"),
        confidence=entry.text("confidence", CONFIDENCES),
    )
    if kind == "window":
        return [row for window in entry.tables("windows") for row in _window(entry, base, window)]
    if kind == "holiday":
        return [replace(base, starts_on=day, ends_on=day) for day in _days(entry)]
    if kind == "freshness":
        return [replace(base, hours=entry.number("hours"))]
    counts = entry.text("counts", COUNTED) if "counts" in entry.fields else "texts"
    base = replace(base, per=entry.text("per", COUNTERS), counts=counts)
    if kind == "spacing":
        return [replace(base, hours=entry.number("hours"))]
    hours = entry.number("hours") if "hours" in entry.fields else None
    return [replace(base, most=entry.number("most"), hours=hours)]


def _days(entry: _Entry) -> list[date]:
    days = entry.fields.get("days")
    if not isinstance(days, list) or not days or not all(type(day) is date for day in days):
        raise entry.wrong("days", "a list of dates is needed")
    return days


def _window(entry: _Entry, base: Limit, window: Mapping[str, object]) -> list[Limit]:
    unknown = set(window) - {"weekdays", "day_kind", "opens", "closes"}
    if unknown:
        raise entry.wrong(f"windows.{min(unknown)}", "not a field of a window")
    opens, closes = window.get("opens"), window.get("closes")
    if not isinstance(opens, time) or not isinstance(closes, time):
        raise entry.wrong("windows.opens", "opens and closes are times, like 08:00:00")
    if opens >= closes:
        raise entry.wrong("windows.closes", "it must lie after opens, on the same day")
    day_kind = window.get("day_kind", "any")
    if not isinstance(day_kind, str) or day_kind not in DAY_KINDS:
        raise entry.wrong("windows.day_kind", f"one of {', '.join(DAY_KINDS)} is needed")
    base = replace(base, opens=opens, closes=closes, day_kind=day_kind)
    if "weekdays" not in window:
        return [base]
    names = window["weekdays"]
    if not isinstance(names, list) or not names or not all(name in WEEKDAYS for name in names):
        raise entry.wrong("windows.weekdays", f"a list of {', '.join(WEEKDAYS)} is needed")
    return [replace(base, weekday=day) for day in sorted({WEEKDAYS.index(name) for name in names})]
