"""The synthetic book: invented people whose contracts follow a known payment model.

Everything about a person and a contract depends on the seed and their number alone, in calendar time:
the day asked for only decides which contracts stand in the files and which payments exist yet. The model
and its numbers are told in docs/synthetic-book.md.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from borrowers.policies.imports import PRODUCTS

# From the bucket 25 days after one due date (row) to the bucket 25 days after the next (column); the
# buckets: current, 1-30, 31-60, 61-90 and 91 or more days late.
ROLL_RATES = (
    (0.93, 0.07, 0.00, 0.00, 0.00),
    (0.45, 0.25, 0.30, 0.00, 0.00),
    (0.15, 0.10, 0.20, 0.55, 0.00),
    (0.06, 0.04, 0.05, 0.15, 0.70),
    (0.02, 0.01, 0.01, 0.01, 0.95),
)
# When somebody who is up to date pays, in days from the due date: weight, first, last.
PUNCTUALITY = ((15, -8, -4), (25, -3, -1), (30, 0, 0), (18, 1, 3), (8, 4, 7), (4, 8, 24))
OBSERVED = 25  # days after a due date: before the next one in every month
TERM = 12  # instalments of a contract, one a month, where nobody asks for another number
TAIL = 6  # months a contract stays in the files afterwards
FIRST_DAY = date(2025, 1, 1)  # people agreed to be texted before it

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文晨雨欣怡浩然子涵"
FIRST = [
    "Ana",
    "Sam",
    "Priya",
    "Tom",
    "Mei",
    "Omar",
    "Julia",
    "Liam",
    "Nora",
    "Ivan",
    "Lucy",
    "Noah",
]
LAST = [
    "Silva",
    "Okafor",
    "Nair",
    "Reid",
    "Haddad",
    "Novak",
    "Byrne",
    "Costa",
    "Mensah",
    "Weber",
    "Rossi",
    "Lund",
]
# Area codes; 555-0100 to 555-0199 is kept for fiction in each.
US_AREAS = [
    "310",
    "312",
    "313",
    "314",
    "315",
    "316",
    "317",
    "318",
    "319",
    "320",
    "321",
    "323",
    "325",
    "330",
    "331",
    "334",
    "336",
    "337",
    "339",
    "347",
    "351",
    "352",
    "360",
    "361",
    "386",
    "401",
    "402",
    "404",
    "405",
    "406",
    "407",
    "408",
    "409",
    "410",
    "412",
    "413",
    "414",
    "415",
    "417",
    "419",
]
US_HOMES = (
    ("US-NY", "New York City", "America/New_York"),
    ("US-NY", "Albany", "America/New_York"),
    ("US-CA", "", "America/Los_Angeles"),
    ("US-IL", "", "America/Chicago"),
)
CURRENCY = {"CN": "CNY", "GB": "GBP", "US": "USD", "IN": "INR"}
SIZE = {"CNY": 100, "GBP": 12, "USD": 15, "INR": 1200}  # what a step of the amount scale is worth


@dataclass(frozen=True, slots=True)
class Person:
    """A row of borrowers.csv, and how many contracts this person holds at a time."""

    ref: str
    row: tuple[str, ...]
    currency: str
    slots: int


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract: when it opened (the first of a month), its instalments, its payments in full."""

    ref: str
    product: str
    principal: Decimal
    opened_on: date
    due: tuple[tuple[date, Decimal], ...]
    payments: tuple[tuple[str, date, Decimal], ...]
    buckets: tuple[int, ...]

    def status(self, on: date) -> str:
        """As the lender's books say after their last monthly close before ``on``."""
        close = on.replace(day=1)
        if self.due[-1][0] >= close:
            return "active"
        paid = sum((amount for _, day, amount in self.payments if day < close), Decimal(0))
        if paid >= sum(amount for _, amount in self.due):
            return "settled"
        return "written_off" if _month(close) >= _month(self.due[-1][0]) + TAIL - 1 else "active"


def people(count: int, seed: int) -> Iterator[Person]:
    """``count`` invented people; a larger book begins with those of a smaller one."""
    used = {"CN": 0, "GB": 0, "US": 0, "IN": 0}
    last_chinese = ""
    for number in range(1, count + 1):
        dice = Random(f"{seed}:person:{number}")  # noqa: S311  no secret
        home, carrier = _home(dice)
        shares = home == "CN" and carrier == "CN" and bool(last_chinese) and dice.random() < 0.01
        phone = last_chinese if shares else _phone(carrier, used, number)
        if carrier == "CN":
            last_chinese = phone
        yield _person(dice, number, home, phone, chinese=carrier == "CN")


def contracts(person: Person, seed: int, on: date, term: int = TERM) -> Iterator[Contract]:
    """The person's contracts of ``term`` months (6 or more) in the lender's files on a day: running, or
    over for less than six months.
    """
    for slot in "AB"[: person.slots]:
        start = Random(f"{seed}:start:{person.ref}{slot}").randrange(term)  # noqa: S311
        running = (_month(on) - start) // term
        for turn in (running - 1, running):
            opened = start + turn * term
            if _month(on) <= opened + term + TAIL:
                yield _contract(person, slot, opened, seed, term)


def _home(dice: Random) -> tuple[str, str]:
    """Where somebody lives, and whose number they have."""
    draw = dice.random() * 100
    if draw < 85:
        return "CN", "CN"
    if draw < 93:  # lives in China, keeps a number from elsewhere
        return "CN", "GB" if dice.random() < 0.6 else "US"
    home = dice.choices(["GB", "US", "IN"], [3, 2.5, 1.5])[0]
    return home, home


def _phone(carrier: str, used: dict[str, int], number: int) -> str:
    """A number nobody has, as far as the numbering plans allow: 154 and India's 5 were never given out,
    07700 900 and 555-01 are kept for fiction; 07400 9 is used once those are full.
    """
    if carrier == "CN":
        return f"+86154{number * 7919 % 10**8:08d}"
    if carrier == "IN":
        return f"+915{number * 7919 % 10**9:09d}"
    if carrier == "US" and used["US"] < len(US_AREAS) * 100:
        index = used["US"]
        used["US"] += 1
        return f"+1{US_AREAS[index % len(US_AREAS)]}55501{index // len(US_AREAS):02d}"
    index = used["GB"]
    used["GB"] += 1
    return f"+447700900{index:03d}" if index < 1000 else f"+447400{900_000 - index % 900_000:06d}"


def _person(dice: Random, number: int, home: str, phone: str, *, chinese: bool) -> Person:
    if chinese or (home == "CN" and dice.random() < 0.25):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice([1, 2, 2])))
        language = "zh-hans"
    else:
        name, language = f"{dice.choice(FIRST)} {dice.choice(LAST)}", "en"
    place = {"CN": ("CN", "", "Asia/Shanghai"), "GB": ("GB", "", "Europe/London")}
    place |= {"IN": ("IN", "", "Asia/Kolkata"), "US": dice.choice(US_HOMES)}
    region, locality, zone = place[home]
    zone = "" if chinese and dice.random() < 0.03 else zone
    agreed = FIRST_DAY - timedelta(days=dice.randrange(1, 700))
    consent = "" if dice.random() < 0.02 else f"{agreed}T{dice.randrange(8, 21):02d}:00:00+08:00"
    ref = f"C{number:07d}"
    row = (ref, name, phone, language, region, locality, zone, consent)
    return Person(ref, row, CURRENCY[home], slots=2 if dice.random() < 0.12 else 1)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day_in(month: int, day: int) -> date:
    """That day of the month, or its last."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))


def _contract(person: Person, slot: str, opened: int, seed: int, term: int) -> Contract:
    first = _day_in(opened, 1)
    ref = f"K{person.ref[1:]}{slot}-{first:%y%m}"
    dice = Random(f"{seed}:contract:{ref}")  # noqa: S311
    due_day = Random(f"{seed}:day:{person.ref}{slot}").randrange(1, 32)  # noqa: S311
    step = SIZE[person.currency]
    each = Decimal(step * dice.randrange(200, 3000) // 100) + Decimal(dice.randrange(100)) / 100
    days = [_day_in(opened + 1 + n, due_day) for n in range(term)]
    principal = (each * term * Decimal("0.93")).quantize(Decimal(1)) + Decimal("0.00")
    buckets, payments = _history(dice, days, each)
    return Contract(
        ref,
        dice.choice(PRODUCTS),
        principal,
        first,
        tuple((day, each) for day in days),
        tuple((f"P{ref[1:]}-{n:02d}", day, amount) for n, (day, amount) in enumerate(payments, 1)),
        tuple(buckets),
    )


def _history(
    dice: Random, days: list[date], each: Decimal
) -> tuple[list[int], list[tuple[date, Decimal]]]:
    """Walk the chain: the bucket after each due date, and the payments that lead there."""
    unpaid, buckets = 0, []
    payments: list[tuple[date, Decimal]] = []
    tail = [_day_in(_month(days[-1]) + 1 + n, days[-1].day) for n in range(TAIL)]
    for due_on in [*days, *tail]:
        falls_due = due_on in days
        before = min(unpaid, 4)
        after = dice.choices(range(5), ROLL_RATES[before])[0]
        owed = unpaid + falls_due
        left = min(after, owed) if after < 4 else owed
        if falls_due:
            buckets.append(min(left, 4))
        if (covered := owed - left) > 0:
            payments += _payments(dice, due_on, each * covered, punctual=before == 0 and left == 0)
        unpaid = left
    return buckets, payments


def _payments(
    dice: Random, due_on: date, amount: Decimal, *, punctual: bool
) -> list[tuple[date, Decimal]]:
    """One payment; now and then in two parts, or returned by the bank and made again."""
    if punctual:
        _, low, high = dice.choices(PUNCTUALITY, [weight for weight, _, _ in PUNCTUALITY])[0]
        on = due_on + timedelta(days=dice.randint(low, high))
    else:
        on = due_on + timedelta(days=dice.randint(-2, OBSERVED - 1))
    last = max(on, due_on + timedelta(days=OBSERVED - 1))
    draw = dice.random()
    if draw < 0.03:
        part = (amount * Decimal("0.4")).quantize(Decimal("0.01"))
        return [(on, part), (min(on + timedelta(days=4), last), amount - part)]
    if draw < 0.04:
        again = min(on + timedelta(days=2), last)
        return [(on, amount), (min(on + timedelta(days=1), last), -amount), (again, amount)]
    return [(on, amount)]
