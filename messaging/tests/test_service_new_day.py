"""When a day passes, what is owed is that of the new day: on every page, and without a file having come."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from borrowers.models import Instalment, Loan
from borrowers.services import arrears
from collections_site import site_clock
from messaging.models import Reminder
from messaging.services import planning, verdicts
from messaging.states import ReminderState
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
DUE = [cast.TODAY + timedelta(days=days) for days in (-40, -10, 1, 2, 30)]


@pytest.fixture
def loan() -> Loan:
    """Five instalments of 100, none of them paid; two are late."""
    cast.the_house()
    made = cast.a_loan(due_on=DUE[0], amount="100.00")
    Instalment.objects.bulk_create(
        Instalment(loan=made, number=n, due_on=due, amount_due=Decimal(100))
        for n, due in enumerate(DUE[1:], 2)
    )
    arrears.recompute([made.pk], on=cast.TODAY, cause="import", at=cast.NOON)
    made.refresh_from_db()
    assert (made.overdue_amount, made.arrears_until) == (Decimal(200), DUE[2])
    return made


def after(days: int) -> date:
    """The clock stands so many days later, and the worker has had its minute."""
    site_clock.set_to(cast.NOON + timedelta(days=days))
    planning.plan()
    return cast.TODAY + timedelta(days=days)


def test_pages_say_what_is_owed_today_although_no_file_came(loan: Loan) -> None:
    day = after(4)
    loan.refresh_from_db()
    assert (loan.overdue_amount, loan.holds_on(day)) == (Decimal(400), day)
    person = loan.borrower.borrower_ref
    for page in ("/queue/", f"/borrowers/{person}/"):
        said = body(signed_in("supervisor"), page)
        assert "400.00" in said
        assert "200.00" not in said


def test_a_loan_that_only_falls_due_moves_from_due_soon_to_overdue() -> None:
    cast.the_house()
    soon = cast.a_loan(due_on=cast.TODAY)
    after(1)
    soon.refresh_from_db()
    assert (soon.overdue_since, soon.next_due_on) == (cast.TODAY, None)
    assert f"/borrowers/{soon.borrower.borrower_ref}/" in body(
        signed_in("supervisor"), "/queue/?bucket=M1"
    )


def test_days_that_overtake_nothing_write_nothing_and_leave_the_figures_fresh(loan: Loan) -> None:
    after(3)
    loan.refresh_from_db()
    known = loan.version, loan.arrears_on
    Loan.objects.update(data_as_of=cast.NOON + timedelta(days=20))
    day = after(20)
    loan.refresh_from_db()
    assert (loan.version, loan.arrears_on) == known
    assert loan.holds_on(day) == day
    codes = {reason.code for reason in verdicts.verdict(loan.borrower).decision.reasons}
    assert "balance_stale" not in codes


def test_figures_that_a_day_has_overtaken_are_stale_until_they_are_brought_up(loan: Loan) -> None:
    site_clock.set_to(cast.NOON + timedelta(days=4))
    Loan.objects.update(data_as_of=cast.NOON + timedelta(days=4))
    stale = verdicts.verdict(loan.borrower).decision
    assert "balance_stale" in {reason.code for reason in stale.reasons}
    assert planning.bring_up() == 1
    fresh = verdicts.verdict(loan.borrower).decision
    assert "balance_stale" not in {reason.code for reason in fresh.reasons}


def test_what_waits_for_an_instalment_that_is_settled_by_then_is_cancelled(loan: Loan) -> None:
    waits = Reminder.objects.create(
        kind="one_off",
        state=ReminderState.SCHEDULED,
        template=cast.a_template(),
        borrower=loan.borrower,
        loan=loan,
        instalment=loan.instalments.get(number=1),
        instalment_due_on=DUE[0],
        touch="due+40",
        due_at=cast.NOON,
        expires_at=cast.NOON + timedelta(days=9),
        created_at=cast.NOON,
    )
    loan.repayments.create(repayment_ref="R1", paid_on=DUE[2], amount=Decimal(100))
    arrears.recompute([loan.pk], on=cast.TODAY, cause="import", at=cast.NOON)
    after(1)
    waits.refresh_from_db()
    assert waits.state == ReminderState.CANCELLED
