"""Buckets of lateness: M0 for who is not late, M1, M2, … for ranges of days past due."""

from collections.abc import Sequence
from dataclasses import dataclass

LATEST = 3650  # days past due; nobody collects a debt of ten years by text
MOST = 12


class NoBuckets(ValueError):
    """The days do not make buckets; says why."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One range of days past due; ``last`` is None for the one that is open upwards."""

    label: str
    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class Buckets:
    """``lasts``: the last day past due of M1, M2, …; what is later is in one more bucket."""

    lasts: tuple[int, ...]

    @property
    def firsts(self) -> tuple[int, ...]:
        """The first day past due of M1, M2, … and of the open one."""
        return (1, *(last + 1 for last in self.lasts))

    @property
    def all(self) -> tuple[Bucket, ...]:
        """M0 and every bucket after it."""
        count = len(self.lasts)
        late = [
            Bucket(f"M{n}", first, last)
            for n, (first, last) in enumerate(zip(self.firsts, self.lasts, strict=False), 1)
        ]
        return (Bucket("M0", 0, 0), *late, Bucket(f"M{count + 1}+", self.firsts[-1], None))

    def of(self, days: int) -> int:
        """The place of the bucket for a number of days past due; 0 is M0."""
        return sum(first <= days for first in self.firsts)


def buckets(lasts: Sequence[int]) -> Buckets:
    """Buckets that end on these days past due. Raises NoBuckets unless they ascend from 1 to 3650."""
    if not 1 <= len(lasts) <= MOST:
        raise NoBuckets(f"1 to {MOST} buckets are needed")
    if any(later <= earlier for earlier, later in zip((0, *lasts[:-1]), lasts, strict=True)):
        raise NoBuckets("each bucket ends on a later day than the one before, the first after 0")
    if lasts[-1] > LATEST:
        raise NoBuckets(f"the last bucket ends by day {LATEST}")
    return Buckets(tuple(lasts))
