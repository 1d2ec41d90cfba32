"""How loans moved between buckets of lateness, from the history of what they owed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from borrowers.models import Lender, LoanChange
from borrowers.policies import buckets as policy
from borrowers.policies.buckets import Buckets

PAID_UP = -1  # nothing is left to pay
GONE = -2  # written off, sold, or no longer in the lender's file

# Where a loan stood at the end of a day, by the newest change known then. An instalment that fell due
# after that change is late although no computation has said so yet.
STOOD = """CASE
  WHEN {c}.status IN ('written_off', 'sold') OR {c}.cause = 'absent' THEN -2
  WHEN {c}.status = 'settled' OR coalesce({c}.overdue_since, {c}.next_due_on) IS NULL THEN -1
  ELSE width_bucket({day}::date - coalesce({c}.overdue_since, {c}.next_due_on), %(firsts)s::int[]) END"""
MOVED = f"""
  WITH newest AS (
    SELECT loan_id, max(version) FILTER (WHERE at < %(begins)s) AS before, max(version) AS after
    FROM borrowers_loanchange WHERE at < %(ends)s GROUP BY loan_id
  ),
  moved AS (
    SELECT n.loan_id, CASE WHEN n.before IS NOT NULL THEN {STOOD.format(c="b", day="%(day_before)s")} END AS was,
      {STOOD.format(c="a", day="%(last_day)s")} AS came
    FROM newest n
    JOIN borrowers_loanchange a ON a.loan_id = n.loan_id AND a.version = n.after
    LEFT JOIN borrowers_loanchange b ON b.loan_id = n.loan_id AND b.version = n.before
  )
"""


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the lender's, up to ``ends``: its own end, or now while it runs."""

    first: date
    begins: datetime
    ends: datetime
    last_day: date
    running: bool

    @property
    def day_before(self) -> date:
        return self.first - timedelta(days=1)


def month(first: date, *, now: datetime, zone: str) -> Month:
    """The month that begins on ``first``, as far as it has come."""
    here = ZoneInfo(zone)
    following = _next(first)
    begins, ends = (datetime.combine(day, time.min, here) for day in (first, following))
    if ends <= now:
        return Month(first, begins, ends, following - timedelta(days=1), running=False)
    return Month(first, begins, now, now.astimezone(here).date(), running=True)


def months(*, now: datetime, zone: str, most: int = 24) -> list[date]:
    """The first days of the months with a beginning on file, the newest first.

    The month in which the first loan came has none: nobody knows where loans stood before it.
    """
    oldest = LoanChange.objects.order_by("pk").values_list("at", flat=True).first()
    if oldest is None:
        return []
    here = ZoneInfo(zone)
    first = _next(oldest.astimezone(here).date().replace(day=1))
    last = now.astimezone(here).date().replace(day=1)
    found = []
    while first <= last:
        found.append(first)
        first = _next(first)
    return found[::-1][:most]


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def current() -> Buckets:
    """The lender's buckets; before a lender is set up, those of a new installation."""
    lender = Lender.objects.first() or Lender()
    return policy.buckets(lender.bucket_days)


@dataclass(frozen=True, slots=True)
class Moves:
    """How many loans went from where to where; ``new`` had no past at the month's beginning."""

    counts: Mapping[tuple[int, int], int]
    new: int
    total: Mapping[int, int]


def moves(of: Month, buckets: Buckets) -> Moves:
    """Count the loans by where they stood before the month and at the end of it.

    Places are those of the buckets, PAID_UP and GONE. What had ended before the month is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"{MOVED} SELECT was, came, count(*) FROM moved GROUP BY 1, 2", _values(of, buckets)
        )
        rows = cursor.fetchall()
    counts = {(was, came): n for was, came, n in rows if was is not None and was >= 0}
    total: dict[int, int] = {}
    for (was, _), n in counts.items():
        total[was] = total.get(was, 0) + n
    return Moves(counts, sum(n for was, _, n in rows if was is None), total)


def movers(of: Month, buckets: Buckets, was: int, came: int, *, most: int) -> list[int]:
    """The ids of the loans behind one count, the first ``most`` by number."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{MOVED} SELECT loan_id FROM moved WHERE was = %(was)s AND came = %(came)s"
            " ORDER BY loan_id LIMIT %(most)s",
            {**_values(of, buckets), "was": was, "came": came, "most": most},
        )
        return [row[0] for row in cursor.fetchall()]


def _values(of: Month, buckets: Buckets) -> dict[str, Any]:
    return {
        "begins": of.begins,
        "ends": of.ends,
        "day_before": of.day_before,
        "last_day": of.last_day,
        "firsts": list(buckets.firsts),
    }
