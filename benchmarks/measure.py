"""How every benchmark tells its result: measured, limit, ratio; as a table and as JSON lines.

A figure is a ratio to a limit measured in the same run, because machines differ and drift.
"""

import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

STARTED = time.monotonic()


def tell(what: str) -> None:
    """Say on standard error how far a long benchmark is, with the seconds since its start."""
    print(f"{time.monotonic() - STARTED:7.0f} s  {what}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """``pairs`` holds (measured, limit) of each round, in ``unit``; the ratio is taken pair by pair.

    ``peak_mb`` is the memory of a child that did the work; without one it is that of this process.
    """

    what: str
    unit: str
    pairs: Sequence[tuple[float, float]]
    rows: int
    goal: str
    peak_mb: int | None = None

    def line(self) -> dict[str, object]:
        """The medians, and the peak memory in MB."""
        return {
            "what": self.what,
            "measured": round(median(measured for measured, _ in self.pairs), 3),
            "limit": round(median(limit for _, limit in self.pairs), 3),
            "unit": self.unit,
            "ratio": round(median(measured / limit for measured, limit in self.pairs), 3),
            "goal": self.goal,
            "rounds": len(self.pairs),
            "rows": self.rows,
            "peak_mb": self.peak_mb or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def report(figures: Sequence[Figure]) -> None:
    """Print a table for people, then a JSON line a figure for machines."""
    lines = [figure.line() for figure in figures]
    columns = list(lines[0])
    widths = [max(len(name), *(len(str(line[name])) for line in lines)) for name in columns]
    for row in [dict(zip(columns, columns, strict=True)), *lines]:
        print(
            " | ".join(
                str(row[name]).ljust(width) for name, width in zip(columns, widths, strict=True)
            )
        )
    for line in lines:
        print(json.dumps(line))
