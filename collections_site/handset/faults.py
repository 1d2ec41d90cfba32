"""How the carrier misbehaves when told to: a plan of faults, drawn from by each text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

EVERY_PHONE = "*"

Group = Literal["answer", "callbacks", "delivery", "listing"]

# Which part of the exchange a kind spoils; a text meets at most one fault of each group.
KINDS: dict[str, Group] = {
    "hang": "answer",  # recorded, never answered
    "hang_lost": "answer",  # neither
    "cut": "answer",  # recorded, then the connection is reset
    "cut_before": "answer",  # reset, nothing recorded
    "500": "answer",  # recorded, answered 500
    "500_lost": "answer",  # answered 500, nothing recorded
    "429": "answer",  # too busy, nothing recorded
    "reject": "answer",  # reject:<code>, nothing recorded
    "junk": "answer",  # recorded, answered with half a JSON document
    "callback_first": "answer",  # every receipt arrives before the answer
    "lose_callbacks": "callbacks",
    "repeat_callbacks": "callbacks",  # each receipt three times
    "reorder_callbacks": "callbacks",  # last one first
    "undelivered": "delivery",  # taken, but never reaches the phone
    "hide_from_list": "listing",  # hide_from_list:<seconds> absent from the message list
}
WITH_NUMBER = {"reject", "hide_from_list"}
NOTHING_RECORDED = {"hang_lost", "cut_before", "500_lost", "429", "reject"}


@dataclass(slots=True)
class Fault:
    """One entry of the plan."""

    id: int
    to: str  # E.164, or "*" for every phone
    kind: str
    number: float | None  # the figure after the colon
    times: int | None  # how many texts may still meet it; None is for ever
    used: int = 0

    @property
    def group(self) -> Group:
        """Which part of the exchange it spoils."""
        return KINDS[self.kind]

    def as_json(self) -> dict[str, object]:
        """For the control interface."""
        kind = self.kind if self.number is None else f"{self.kind}:{self.number:g}"
        return {"id": self.id, "to": self.to, "kind": kind, "times": self.times, "used": self.used}


@dataclass(frozen=True, slots=True)
class Drawn:
    """The faults one text meets."""

    faults: dict[Group, Fault]

    def kind(self, group: Group) -> str:
        """The kind met in a group, or an empty string."""
        fault = self.faults.get(group)
        return fault.kind if fault else ""

    def number(self, group: Group) -> float:
        """The figure of the fault met in a group, or 0."""
        fault = self.faults.get(group)
        return (fault.number or 0) if fault else 0


@dataclass(slots=True)
class Plan:
    """All faults ordered so far, those for one phone before those for every phone."""

    faults: list[Fault] = field(default_factory=list)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def add(self, to: str, kind: str, times: int | None = None) -> Fault:
        """Order a fault; `kind` may carry a figure (`reject:21610`). Raises ValueError."""
        name, colon, figure = kind.partition(":")
        if name not in KINDS:
            raise ValueError(f"Unknown fault {name!r}; known are {', '.join(KINDS)}.")
        if (name in WITH_NUMBER) != bool(colon):
            wanted = "needs a figure after a colon" if name in WITH_NUMBER else "takes no figure"
            raise ValueError(f"Fault {name} {wanted}.")
        if colon and not re.fullmatch(r"\d+(\.\d+)?", figure):
            raise ValueError(f"{figure!r} after the colon is not a figure.")
        if times is not None and times < 1:
            raise ValueError("times counts texts: at least 1.")
        fault = Fault(next(self._ids), to, name, float(figure) if colon else None, times)
        self.faults.append(fault)
        return fault

    def draw(self, to: str) -> Drawn:
        """The faults a text to this phone meets now; uses them up."""
        met: dict[Group, Fault] = {}
        for fault in self._matching(to):
            if fault.group in met:
                continue
            met[fault.group] = fault
            fault.used += 1
            if fault.times is not None:
                fault.times -= 1
        self.faults = [fault for fault in self.faults if fault.times != 0]
        return Drawn(met)

    def _matching(self, to: str) -> Iterable[Fault]:
        yield from [fault for fault in self.faults if fault.to == to]
        yield from [fault for fault in self.faults if fault.to == EVERY_PHONE]

    def clear(self) -> None:
        """Behave again."""
        self.faults.clear()
