"""What staff record about a person keeps a reminder back at once, by the policy and by nothing else."""

import pytest

from messaging.models import Attempt, Reminder
from messaging.services import planning, verdicts
from tests import cast
from tests.sendings import sent
from tests.visits import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("promise", {"amount": "100", "due_on": "2026-11-27"}),
        ("plan", {"until": "2026-12-24"}),
        ("pause", {"until": "2026-11-24"}),
        ("paid", {}),
        ("complaint", {"text": "rude"}),
        ("hardship", {}),
        ("hold", {"kind": "opt_out"}),
    ],
)
def test_what_is_recorded_keeps_a_planned_reminder_back_at_once(
    name: str, said: dict[str, str]
) -> None:
    cast.the_house()
    loan = cast.a_loan()
    planning.plan()
    reminder = Reminder.objects.get()
    assert verdicts.verdict(loan.borrower).decision.answer == "now"

    address = f"/borrowers/{loan.borrower.borrower_ref}/{name}/"
    assert signed_in().post(address, said).status_code == 302

    assert Reminder.objects.get().state == "scheduled"  # nothing is cancelled by hand
    assert verdicts.verdict(loan.borrower).decision.answer != "now"
    assert sent() == []
    assert not Attempt.objects.exists()
    reminder.refresh_from_db()
    assert reminder.state in {"scheduled", "withheld", "expired"}
    assert reminder.reasons
