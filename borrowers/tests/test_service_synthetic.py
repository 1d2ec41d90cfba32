"""The synthetic book: the same people every day, payments by the model, rows bad on purpose."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from borrowers.models import Borrower, ContactPoint, Loan
from borrowers.policies.arrears import Line, Payment, arrears, days_late
from borrowers.services import synthetic, synthetic_files
from borrowers.services.imports import import_directory
from borrowers.tests.portfolio import NEXT
from tests.cast import at_noon, the_lender

DAY = date(2026, 11, 24)
SMALL = 300


def bucket(days: int) -> int:
    return 0 if not days else min((days - 1) // 30 + 1, 4)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_day_later_there_are_only_that_days_payments_more(tmp_path: Path) -> None:
    for n in (0, 1):
        on = DAY + timedelta(days=n)
        synthetic_files.write(tmp_path / str(n), borrowers=SMALL, as_of=on, seed=1)
    for name in ("borrowers", "loans", "instalments"):
        assert rows(tmp_path / "0", name) == rows(tmp_path / "1", name)
    before, after = (
        {row["repayment_ref"]: row for row in rows(tmp_path / n, "repayments")} for n in ("0", "1")
    )
    assert before.items() <= after.items()
    added = [row for ref, row in after.items() if ref not in before]
    assert added
    assert {row["paid_on"] for row in added} == {str(DAY + timedelta(days=1))}


def test_a_larger_book_begins_with_the_people_of_a_smaller_one() -> None:
    small, large = (list(synthetic.people(count, 1)) for count in (50, 80))
    assert large[:50] == small
    assert list(synthetic.people(50, 2)) != small


def test_buckets_roll_as_the_model_says() -> None:
    moves: Counter[tuple[int, int]] = Counter()
    for person in synthetic.people(2000, 7):
        for contract in synthetic.contracts(person, 7, DAY):
            moves.update(zip((0, *contract.buckets), contract.buckets, strict=False))
    for before, rates in enumerate(synthetic.ROLL_RATES):
        total = sum(moves[before, after] for after in range(5))
        assert total > 300, before
        for after, rate in enumerate(rates):
            assert abs(moves[before, after] / total - rate) < 0.05, (before, after)


def test_the_payments_lead_to_the_buckets_of_the_model() -> None:
    wrong = seen = 0
    for person in synthetic.people(400, 3):
        for contract in synthetic.contracts(person, 3, DAY):
            lines = [Line(n, *due) for n, due in enumerate(contract.due, 1)]
            paid = [Payment(on, amount) for _, on, amount in contract.payments]
            for (due_on, _), expected in zip(contract.due, contract.buckets, strict=True):
                on = due_on + timedelta(days=synthetic.OBSERVED)
                late = days_late(arrears(lines, paid, on).overdue_since, on)
                seen, wrong = seen + 1, wrong + (bucket(late) != expected)
    assert seen > 4000
    assert wrong == 0


def test_contracts_have_as_many_instalments_as_asked_for(tmp_path: Path) -> None:
    counts = synthetic_files.write(tmp_path, borrowers=SMALL, as_of=DAY, seed=1, instalments=6)
    lines = Counter(row["loan_ref"] for row in rows(tmp_path, "instalments"))
    bad = {row[0].format(last="") for row in synthetic_files.BAD_ROWS["instalments.csv"]}
    whole = [count for ref, count in lines.items() if ref not in bad]
    assert set(whole[:-1]) == {6}  # the last one holds rows that are bad on purpose
    assert counts["loans.csv"] > 2 * SMALL  # one running and the one before, in its six months


@pytest.mark.parametrize("day", [DAY, date(2026, 11, 27), date(2027, 2, 26), date(2028, 2, 29)])
def test_every_day_has_work_for_every_step(day: date) -> None:
    steps: Counter[int] = Counter()
    for person in synthetic.people(2000, 1):
        for contract in synthetic.contracts(person, 1, day):
            if contract.status(day) != "active":
                continue
            owing = arrears(
                [Line(n, *due) for n, due in enumerate(contract.due, 1)],
                [Payment(on, amount) for _, on, amount in contract.payments if on <= day],
                day,
            )
            if owing.overdue_since:
                steps[(day - owing.overdue_since).days] += 1
            elif owing.next_due_on:
                steps[(day - owing.next_due_on).days] += 1
    assert all(steps[touch] for touch in (-3, 0, 3, 7))
    assert sum(steps[touch] for touch in (-3, 0, 3, 7)) >= 60


@pytest.mark.django_db
def test_the_book_loads_but_for_twenty_rows_each_refused_for_its_own_reason(tmp_path: Path) -> None:
    the_lender()
    at_noon()
    synthetic_files.write(tmp_path, borrowers=SMALL, as_of=date(2026, 11, 23), seed=1)
    summary = import_directory(tmp_path, as_of=NEXT)
    assert len(summary.rejected) == 20
    assert len({(one.column, one.reason) for one in summary.rejected}) == 20
    assert Borrower.objects.count() == SMALL
    assert Loan.objects.filter(data_as_of=None).count() == 1  # its rows could not all be read
    abroad = ContactPoint.objects.exclude(country="CN").filter(zones=["Asia/Shanghai"])
    assert 0.04 < abroad.count() / SMALL < 0.12
    assert Borrower.objects.filter(time_zone="").exists()
    assert Borrower.objects.filter(consents=None).exists()
    assert Borrower.objects.filter(numbers__relation="shared").exists()


@pytest.mark.django_db
def test_the_arrears_of_a_whole_book_are_those_counted_contract_by_contract(tmp_path: Path) -> None:
    """From the files to the columns that texts speak of, with nothing shared but the files."""
    the_lender()
    at_noon()
    synthetic_files.write(tmp_path, borrowers=SMALL, as_of=date(2026, 11, 23), seed=1)
    import_directory(tmp_path, as_of=NEXT)
    plans: defaultdict[str, list[Line]] = defaultdict(list)
    for row in rows(tmp_path, "instalments")[: -len(synthetic_files.BAD_ROWS["instalments.csv"])]:
        due = (date.fromisoformat(row["due_on"]), Decimal(row["amount_due"]))
        plans[row["loan_ref"]].append(Line(int(row["number"]), *due))
    paid: defaultdict[str, list[Payment]] = defaultdict(list)
    for row in rows(tmp_path, "repayments")[: -len(synthetic_files.BAD_ROWS["repayments.csv"])]:
        one = Payment(date.fromisoformat(row["paid_on"]), Decimal(row["amount"]))
        paid[row["loan_ref"]].append(one)
    loans = list(Loan.objects.exclude(data_as_of=None))
    assert len(loans) > SMALL
    assert sum(loan.overdue_amount > 0 for loan in loans) > SMALL // 20
    for loan in loans:
        assert loan.arrears_on is not None
        expected = arrears(plans[loan.loan_ref], paid[loan.loan_ref], loan.arrears_on)
        found = (
            loan.overdue_since,
            loan.overdue_amount,
            loan.next_due_on,
            loan.next_due_amount,
        )
        wanted = (
            expected.overdue_since,
            expected.overdue_amount,
            expected.next_due_on,
            expected.next_due_amount,
        )
        assert found == wanted, loan.loan_ref


def test_the_command_says_what_it_wrote_and_refuses_in_one_line(tmp_path: Path) -> None:
    out = StringIO()
    call_command("make_portfolio", str(tmp_path), borrowers=3, as_of=str(DAY), stdout=out)
    assert "'borrowers.csv': 10" in out.getvalue()
    for wrong in (
        {"borrowers": 0},
        {"as_of": "2019-01-01"},
        {"as_of": "20x6"},
        {"instalments": 5},
        {"instalments": 61},
    ):
        with pytest.raises(CommandError):
            call_command("make_portfolio", str(tmp_path), **{"as_of": str(DAY), **wrong})
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("make_portfolio", str(tmp_path / "file"), borrowers=1, as_of=str(DAY))
