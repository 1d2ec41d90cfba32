"""What in a batch is unusual enough that a second person looks at it before it is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

MOVED = Decimal("0.30")  # of the total overdue, up or down
SHARED_BY = 10  # people on one number; more are unusual


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of the sender's: of a file, rows or a sum in a currency; and what was found instead."""

    file: str
    what: str
    given: str
    found: str

    @property
    def agrees(self) -> bool:
        """Equal as numbers: 100 and 100.00 are."""
        return Decimal(self.given) == Decimal(self.found)


@dataclass(frozen=True, slots=True)
class Picture:
    """What the batch would make of the book, as the jumps are judged by.

    ``overdue`` is (before, after) per currency; ``doubled`` counts loans known before whose balance
    would be at least twice what it was; ``crowded`` are numbers (masked) that more than ten people would
    newly share, with how many; ``moved`` counts due dates of known instalments that would change.
    """

    overdue: Mapping[str, tuple[Decimal, Decimal]]
    doubled: int
    crowded: Sequence[tuple[str, int]]
    moved: int
    totals: Sequence[Total]


@dataclass(frozen=True, slots=True)
class Jump:
    """Something unusual: its code, and the values of its sentence."""

    code: str
    values: Mapping[str, str | int]


SENTENCES: dict[str, tuple[str, str]] = {
    "overdue": (
        "The total overdue in {currency} would go from {before} to {after} ({share}).",
        "{currency} 逾期总额将从 {before} 变为 {after}（{share}）。",
    ),
    "doubled": (
        "The balance of {count} loans would at least double.",
        "{count} 笔贷款的未还余额将至少翻倍。",
    ),
    "crowded": (
        "The number {phone} would be shared by {count} people.",
        "号码 {phone} 将由 {count} 人共用。",
    ),
    "moved": (
        "The due dates of {count} known instalments would move.",
        "{count} 期已知分期的到期日将改变。",
    ),
    "total": (
        "{file}: the sender gives {given} for {what}, the rows that can be taken come to {found}.",
        "{file}：发送方给出的{what}是 {given}，可导入的行合计为 {found}。",
    ),
}
ROWS = {"rows": ("rows", "行数")}


def judge(picture: Picture) -> list[Jump]:
    """Every jump in the picture, in a steady order."""
    return [*_overdue(picture.overdue), *_others(picture)]


def _overdue(overdue: Mapping[str, tuple[Decimal, Decimal]]) -> Iterator[Jump]:
    for currency, (before, after) in sorted(overdue.items()):
        if before > 0 and abs(after - before) > before * MOVED:
            share = f"{(after - before) * 100 / before:+.0f} %"
            told = {"before": f"{before:,.2f}", "after": f"{after:,.2f}"}
            yield Jump("overdue", {"currency": currency, **told, "share": share})


def _others(picture: Picture) -> Iterator[Jump]:
    if picture.doubled:
        yield Jump("doubled", {"count": picture.doubled})
    for phone, count in picture.crowded:
        if count > SHARED_BY:
            yield Jump("crowded", {"phone": phone, "count": count})
    if picture.moved:
        yield Jump("moved", {"count": picture.moved})
    for total in picture.totals:
        if not total.agrees:
            told = {"what": total.what, "given": total.given, "found": total.found}
            yield Jump("total", {"file": total.file, **told})


def say(code: str, values: Mapping[str, str | int], language: str) -> str:
    """The sentence of a jump in the reader's language."""
    chinese = language.startswith("zh")
    told = dict(values)
    if "what" in told:
        told["what"] = ROWS.get(str(told["what"]), (str(told["what"]),) * 2)[chinese]
    if isinstance(told.get("count"), int):
        told["count"] = f"{told['count']:,}"
    return SENTENCES[code][chinese].format(**told)
