"""Roll rates are those of a slow count, loan by loan, day by day."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from borrowers.models import Lender, LoanChange
from borrowers.policies.buckets import Buckets, buckets
from borrowers.services import buckets as service
from borrowers.services.buckets import GONE, PAID_UP, Month
from tests import cast

pytestmark = pytest.mark.django_db

ZONE = "Asia/Shanghai"
HERE = ZoneInfo(ZONE)
NOW = datetime(2028, 3, 15, 4, 0, tzinfo=UTC)
USUAL = buckets([30, 60, 90])


def change(loan: int, version: int, at: datetime, **fields: object) -> LoanChange:
    return LoanChange(
        **{
            "loan_id": loan,
            "version": version,
            "status": "active",
            "overdue_since": None,
            "overdue_amount": Decimal(0),
            "next_due_on": None,
            "next_due_amount": Decimal(0),
            "cause": "import",
            "at": at,
            **fields,
        }
    )


def a_history(dice: random.Random, loan: int) -> list[LoanChange]:
    at = datetime(2028, 1, 1, tzinfo=HERE) + timedelta(hours=dice.randrange(-400, 900))
    rows = []
    for version in range(1, dice.randrange(2, 8)):
        on = at.astimezone(HERE).date()
        since = on - timedelta(days=dice.choice([1, 2, 29, 30, 31, 32, 60, 61, 90, 91, 400]))
        late = dice.random() < 0.6
        coming = on + timedelta(days=dice.randrange(0, 45)) if dice.random() < 0.7 else None
        rows.append(
            change(
                loan,
                version,
                at,
                status=dice.choice(["active"] * 8 + ["settled", "written_off", "sold"]),
                overdue_since=since if late else None,
                next_due_on=coming,
            )
        )
        at += timedelta(hours=dice.choice([1, 24, 200, 700]))
    return rows


def stood(rows: list[LoanChange], moment: datetime, day: date, usual: Buckets) -> int | None:
    """Where a loan stood, the slow way."""
    known = [row for row in rows if row.at < moment]
    if not known:
        return None
    row = max(known, key=lambda one: one.version)
    since = row.overdue_since or row.next_due_on
    if row.status in ("written_off", "sold"):
        return GONE
    if row.status == "settled" or since is None:
        return PAID_UP
    return usual.of(max((day - since).days, 0))


@pytest.mark.parametrize("seed", range(4))
def test_moves_are_those_of_a_slow_count(seed: int) -> None:
    dice = random.Random(seed)
    histories = {loan: a_history(dice, loan) for loan in range(1, 301)}
    LoanChange.objects.bulk_create(row for rows in histories.values() for row in rows)
    for first in (date(2028, 1, 1), date(2028, 2, 1), date(2028, 3, 1)):
        month = service.month(first, now=NOW, zone=ZONE)
        slow: dict[tuple[int | None, int | None], list[int]] = {}
        for loan, rows in histories.items():
            was = stood(rows, month.begins, month.day_before, USUAL)
            came = stood(rows, month.ends, month.last_day, USUAL)
            slow.setdefault((was, came), []).append(loan)
        found = service.moves(month, USUAL)
        expected = {
            move: len(loans) for move, loans in slow.items() if move[0] is not None and move[0] >= 0
        }
        assert found.counts == expected
        assert found.new == sum(
            len(loans) for (was, came), loans in slow.items() if was is None and came is not None
        )
        assert sum(found.total.values()) == sum(expected.values())
        for (was, came), loans in slow.items():
            if was is not None and came is not None and was >= 0:
                assert service.movers(month, USUAL, was, came, most=500) == loans


def test_a_month_runs_from_midnight_to_midnight_of_the_lender() -> None:
    leap = service.month(date(2028, 2, 1), now=NOW, zone=ZONE)
    assert (leap.begins, leap.ends) == (
        datetime(2028, 1, 31, 16, tzinfo=UTC),
        datetime(2028, 2, 29, 16, tzinfo=UTC),
    )
    assert (leap.day_before, leap.last_day, leap.running) == (
        date(2028, 1, 31),
        date(2028, 2, 29),
        False,
    )
    running = service.month(date(2028, 3, 1), now=NOW, zone=ZONE)
    assert running == Month(date(2028, 3, 1), leap.ends, NOW, date(2028, 3, 15), running=True)


def test_months_begin_after_the_first_loan_came() -> None:
    assert service.months(now=NOW, zone=ZONE) == []
    change(1, 1, datetime(2027, 12, 31, 15, 59, tzinfo=UTC)).save()
    months = service.months(now=NOW, zone=ZONE)
    assert months == [date(2028, 3, 1), date(2028, 2, 1), date(2028, 1, 1)]


def test_a_loan_that_the_file_no_longer_names_has_gone_and_is_not_paid_up() -> None:
    february = service.month(date(2028, 2, 1), now=NOW, zone=ZONE)
    late = {"overdue_since": date(2028, 1, 20), "overdue_amount": Decimal(9)}
    before, during = (february.begins + timedelta(days=days) for days in (-5, 5))
    for loan, cause in ((1, "absent"), (2, "repayment")):
        change(loan, 1, before, **late).save()
        change(loan, 2, during, cause=cause).save()
    assert service.moves(february, USUAL).counts == {(1, GONE): 1, (1, PAID_UP): 1}


def test_the_lender_sets_the_buckets() -> None:
    assert service.current() == buckets([30, 60, 90, 120, 150, 180])
    cast.the_lender(bucket_days=[7, 30])
    assert service.current() == buckets([7, 30])
    assert Lender.objects.get().balance_hours is None
