"""What in a batch is unusual enough that a second person looks at it before it is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

MOVED = Decimal("0.30")  # of the total overdue, up or down
GONE = Decimal("0.05")  # of the active loans; more are a file cut short, or another system's
SHARED_BY = 10  # people on one number; more are unusual
DRIFT = Decimal("0.01")  # payments that arrive while people look move a total by this much
SHOWN = 20  # cases named beside a jump

Case = Mapping[str, str]  # ref, before, after; currency where the two are amounts


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
class Cases:
    """How many there are, and the first of them."""

    count: int = 0
    first: Sequence[Case] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """What the batch would make of the book, as the jumps are judged by.

    ``overdue`` is (before, after) per currency, ``owed`` the loans that move it most; ``doubled`` are
    loans known before whose balance would be at least twice what it was; ``crowded`` are numbers (masked)
    that more than ten people would newly share, ``crowds`` counts all such numbers; ``moved`` are due
    dates of known instalments that would change; ``absent`` are loans of the ``active`` ones on file that
    would be marked as no longer in the lender's file.
    """

    overdue: Mapping[str, tuple[Decimal, Decimal]]
    totals: Sequence[Total]
    owed: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    doubled: Cases = Cases()
    moved: Cases = Cases()
    absent: Cases = Cases()
    active: int = 0
    crowded: Sequence[tuple[str, Cases]] = ()
    crowds: int = 0


@dataclass(frozen=True, slots=True)
class Jump:
    """Something unusual: its code, the values of its sentence, and the first cases of it."""

    code: str
    values: Mapping[str, str | int]
    cases: Sequence[Case] = ()


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
    "crowded_more": (
        "{count} more numbers would each be shared by more than ten people.",
        "另有 {count} 个号码将各由十人以上共用。",
    ),
    "moved": (
        "The due dates of {count} known instalments would move.",
        "{count} 期已知分期的到期日将改变。",
    ),
    "absent": (
        "{count} of {of} active loans would be marked as no longer in the lender's file ({share}).",
        "{of} 笔在还贷款中有 {count} 笔将被标为不在最新文件中（{share}）。",
    ),
    "total": (
        "{file}: the sender gives {given} for {what}, the rows that can be taken come to {found}.",
        "{file}：发送方给出的{what}是 {given}，可导入的行合计为 {found}。",
    ),
}
# English says these otherwise of one.
OF_ONE = {
    "doubled": "The balance of one loan would at least double.",
    "crowded_more": "One more number would be shared by more than ten people.",
    "moved": "The due date of one known instalment would move.",
    "absent": "One of {of} active loans would be marked as no longer in the lender's file ({share}).",
}
ROWS = {"rows": ("rows", "行数")}


def judge(picture: Picture) -> list[Jump]:
    """Every jump in the picture, in a steady order."""
    return [*_overdue(picture), *_loans(picture), *_numbers(picture), *_totals(picture.totals)]


def _overdue(picture: Picture) -> Iterator[Jump]:
    for currency, (before, after) in sorted(picture.overdue.items()):
        if before > 0 and abs(after - before) > before * MOVED:
            share = f"{(after - before) * 100 / before:+.0f} %"
            told = {"before": f"{before:,.2f}", "after": f"{after:,.2f}"}
            values = {"currency": currency, **told, "share": share}
            yield Jump("overdue", values, picture.owed.get(currency, ()))


def _loans(picture: Picture) -> Iterator[Jump]:
    for code, found in (("doubled", picture.doubled), ("moved", picture.moved)):
        if found.count:
            yield Jump(code, {"count": found.count}, found.first)
    gone, active = picture.absent, picture.active
    if gone.count > active * GONE:
        share = f"{Decimal(gone.count) * 100 / active:.1f} %"
        yield Jump("absent", {"count": gone.count, "of": active, "share": share}, gone.first)


def _numbers(picture: Picture) -> Iterator[Jump]:
    for phone, people in picture.crowded:
        if people.count > SHARED_BY:
            yield Jump("crowded", {"phone": phone, "count": people.count}, people.first)
    if picture.crowds > len(picture.crowded):
        yield Jump("crowded_more", {"count": picture.crowds - len(picture.crowded)})


def _totals(totals: Sequence[Total]) -> Iterator[Jump]:
    for total in totals:
        if not total.agrees:
            told = {"what": total.what, "given": total.given, "found": total.found}
            yield Jump("total", {"file": total.file, **told})


def all_covered(seen: Iterable[Jump], released: Iterable[Jump]) -> bool:
    """Whether somebody has released everything that is unusual now: each released jump covers one."""
    left = list(released)
    for one in seen:
        match = next((at for at, held in enumerate(left) if _covers(held, one)), None)
        if match is None:
            return False
        del left[match]
    return True


def _covers(released: Jump, seen: Jump) -> bool:
    """The same values; a count may have become smaller, and a total may have drifted by a hundredth.

    Where all cases were named, no other case may be among them.
    """
    if (released.code, released.values.keys()) != (seen.code, seen.values.keys()):
        return False
    if released.code == "overdue":
        same = released.values["currency"] == seen.values["currency"]
        return same and all(_near(released, seen, name) for name in ("before", "after"))
    held, now = released.values.get("count", 0), seen.values.get("count", 0)
    if int(now) > int(held):
        return False
    loose = {"count", "of", "share"}
    if any(released.values[name] != seen.values[name] for name in seen.values.keys() - loose):
        return False
    known = [dict(case) for case in released.cases]
    return len(known) < int(held) or all(dict(case) in known for case in seen.cases)


def _near(released: Jump, seen: Jump, name: str) -> bool:
    held, now = (Decimal(str(one.values[name]).replace(",", "")) for one in (released, seen))
    return abs(now - held) <= abs(held) * DRIFT


def say(code: str, values: Mapping[str, str | int], language: str) -> str:
    """The sentence of a jump in the reader's language."""
    chinese = language.startswith("zh")
    told = dict(values)
    if "what" in told:
        told["what"] = ROWS.get(str(told["what"]), (str(told["what"]),) * 2)[chinese]
    one = not chinese and told.get("count") == 1 and code in OF_ONE
    for name in ("count", "of"):
        if isinstance(told.get(name), int):
            told[name] = f"{told[name]:,}"
    sentence = OF_ONE[code] if one else SENTENCES[code][chinese]
    return sentence.format(**told)
