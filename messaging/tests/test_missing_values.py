"""A detail that is missing or must not stand in a text: no text goes out, at once and with its own reason."""

from datetime import timedelta

import pytest

from borrowers.models import Hold, Lender
from collections_site.lib import clock
from messaging import filling
from messaging.models import Attempt, Reminder
from messaging.models import Decision as Decided
from messaging.policies import reasons
from messaging.services import planning, verdicts
from tests import cast
from tests.sendings import sent

pytestmark = pytest.mark.django_db


def the_reason(reminder: Reminder) -> tuple[str, str, object, object, int]:
    reminder.refresh_from_db()
    reason = reminder.reasons[0]
    return (
        reminder.state,
        reminder.answer,
        reason["code"],
        reason["values"]["name"],
        reminder.errors,
    )


def test_the_plan_withholds_what_could_not_be_worded() -> None:
    cast.the_house()
    Lender.objects.update(contact_line="不还就起诉")
    loan = cast.a_loan()
    planning.plan()

    wanted = ("withheld", "never", "variable_unsafe", "contact", 0)
    assert the_reason(Reminder.objects.get()) == wanted
    decided = Decided.objects.get(stage="plan")
    assert decided.codes == ["variable_unsafe"]
    assert '"lacking": ["variable_unsafe", "contact"]' in decided.facts or decided.facts[
        "lacking"
    ] == ["variable_unsafe", "contact"]
    said = [one.code for one in verdicts.verdict(loan.borrower).decision.reasons]
    assert said == ["variable_unsafe"]


def test_the_gate_withholds_at_once_what_changed_after_the_plan() -> None:
    cast.the_house()
    cast.a_loan()
    planning.plan()
    Lender.objects.update(contact_line="t.cn/pay")

    assert sent() == []
    wanted = ("withheld", "never", "variable_unsafe", "contact", 0)
    assert the_reason(Reminder.objects.get()) == wanted


def test_what_only_shows_in_the_finished_text_is_withheld_at_once_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast.the_house()
    cast.a_loan()
    planning.plan()
    Lender.objects.update(contact_line="t.cn/pay")
    monkeypatch.setattr(filling, "lacking", lambda names, **known: None)

    assert sent() == []
    wanted = ("withheld", "never", "variable_unsafe", "contact", 0)
    assert the_reason(Reminder.objects.get()) == wanted
    assert Decided.objects.filter(stage="send", answer="never").count() == 1


def test_a_confirmation_that_asks_for_what_is_not_there_is_withheld_at_once() -> None:
    cast.the_house()
    template = cast.a_template("T-010", "opt_out_acknowledged")
    cast.an_approved_wording(template, text="已退订((amount))")
    number = cast.a_borrower().numbers.get().contact_point
    hold = Hold.objects.create(
        kind="opt_out", source="inbound", from_at=clock.now(), contact_point=number
    )
    row = Reminder.objects.create(
        kind="acknowledgement",
        template=template,
        contact_point=number,
        hold=hold,
        due_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=5),
        created_at=clock.now(),
    )

    assert sent() == []
    assert the_reason(row) == ("withheld", "never", "content_missing", "amount", 0)


@pytest.mark.parametrize("name", ["法院传票", "【公安】", "t.cn", "王" * 60])
def test_nobody_is_silenced_for_their_name(name: str) -> None:
    cast.the_house()
    cast.a_loan(cast.a_borrower(full_name=name))
    planning.plan()

    (attempt,) = sent()
    assert (attempt.reminder.text or "").startswith("【云杉消金】您好，本期860.00元")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("code", ["content_missing", "variable_unsafe"])
def test_the_reason_names_the_detail_in_the_readers_language(code: str) -> None:
    values = {"name": "reference"}
    assert "合同号" in reasons.sentence(code, values, "zh-hans")
    assert "the contract number" in reasons.sentence(code, values, "en")
