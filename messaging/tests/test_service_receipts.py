"""Delivery reports and replies, told in any order, twice, or of texts that are not ours."""

from itertools import permutations
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import translation

from borrowers.models import Hold
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from messaging.models import Attempt, Reminder, Reply, Sender, WebhookEvent
from messaging.providers.base import DeliveryReport, InboundText
from messaging.services import receipts, replies
from messaging.services.compose import Outgoing
from messaging.services.queue import attempt, submit
from tests import cast

pytestmark = pytest.mark.django_db
WORDS = {
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "undelivered",
}


def an_attempt(reminder: Reminder | None = None) -> Attempt:
    """A text handed over, of which nothing is known yet."""
    if reminder is None:
        cast.the_house()
        reminder = cast.a_reminder()
    wording = reminder.template.wordings.get(live=True)
    assert reminder.borrower is not None
    assert reminder.loan is not None
    number = reminder.borrower.numbers.get().contact_point
    values = {
        "salutation": "王芳您好",
        "amount": "860.00元",
        "due_date": "11月27日",
        "contact": "95000",
    }
    text = "【云杉消金】王芳您好，本期860.00元将于11月27日到期。已还请忽略。客服95000，拒收请回复R"
    sender = Sender.objects.get(provider_id="gateway")
    outgoing = Outgoing(
        uuid4(), reminder.pk, reminder.kind, reminder.borrower_id, reminder.loan_id, number.pk, number.phone,
        sender.pk, "gateway", wording.pk, values, text, reminder.loan.next_due_amount, 1, 1, sender.price, 900,
    )  # fmt: skip
    submit([outgoing])
    attempt([outgoing])
    return Attempt.objects.get(pk=outgoing.attempt_id)


def report(said: str, provider_id: str = "G1", code: str = "") -> DeliveryReport:
    return DeliveryReport(provider_id, None, WORDS[said], said, code, None)  # type: ignore[arg-type]


def tell(row: Attempt, said: str, provider_id: str = "G1") -> None:
    receipts.receive("gateway", row.pk, report(said, provider_id), {"said": said})


def test_reports_in_every_order_leave_the_same_state() -> None:
    """Each of the 24 orders ends delivered, whichever came first, and none is lost."""
    row = an_attempt()
    for order in permutations(["queued", "sending", "sent", "delivered"]):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
        for said in order:
            tell(row, said)
        row.refresh_from_db()
        assert (row.state, row.delivery) == ("accepted", "delivered")
        assert WebhookEvent.objects.count() == 4
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO before")


def test_the_first_final_report_stands_and_repeats_change_nothing() -> None:
    row = an_attempt()
    for said in ("delivered", "undelivered", "delivered", "sent"):
        tell(row, said)

    row.refresh_from_db()
    assert row.delivery == "delivered"
    assert list(WebhookEvent.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "applied",
        "no_news",
        "no_news",
    ]


def test_a_report_settles_what_nobody_knew() -> None:
    row = an_attempt()
    Attempt.objects.update(state="unknown", ask_at=clock.now())

    tell(row, "sent")

    row.refresh_from_db()
    assert (row.state, row.provider_id, row.delivery, row.ask_at) == (
        "accepted",
        "G1",
        "sent",
        None,
    )


def test_a_report_of_another_text_or_of_none_is_kept_and_changes_nothing() -> None:
    row = an_attempt()
    tell(row, "sent", "G1")
    tell(row, "delivered", "G2")
    receipts.receive("gateway", uuid4(), report("delivered", "G3"), {})

    row.refresh_from_db()
    assert row.delivery == "sent"
    assert set(WebhookEvent.objects.values_list("outcome", flat=True)) == {
        "applied",
        "another_text",
        "no_such_attempt",
    }


def said(text: str, phone: str, key: str = "R1") -> InboundText:
    return InboundText(key, phone, "95000", text, None)


@pytest.mark.parametrize("word", ["STOP", "退订", "R", "Stop.", "ＳＴＯＰ", "拒收", "td"])
def test_an_opt_out_holds_number_and_person_at_once(word: str) -> None:
    row = an_attempt()
    phone = row.contact_point.phone

    replies.receive("gateway", said(word, phone), {})
    replies.receive("gateway", said(word, phone), {})
    replies.receive("gateway", said(word, phone, "R2"), {})

    assert sorted(Hold.objects.values_list("kind", "source")) == [("opt_out", "inbound")] * 2
    assert Hold.objects.filter(contact_point=row.contact_point).count() == 1
    assert Hold.objects.filter(borrower=row.borrower).count() == 1
    assert Reply.objects.count() == 2


def test_an_opt_out_is_acknowledged_once() -> None:
    row = an_attempt()
    cast.an_approved_wording(
        cast.a_template("T-010", "opt_out_acknowledged"), text="已退订。客服((contact))"
    )

    for key in ("R1", "R2", "R3"):
        replies.receive("gateway", said("退订", row.contact_point.phone, key), {})

    assert Reminder.objects.filter(kind="acknowledgement", state="scheduled").count() == 1


def test_a_shared_numbers_opt_out_holds_everybody_on_it() -> None:
    row = an_attempt()
    other = cast.a_borrower(number=row.contact_point)

    replies.receive("gateway", said("STOP", row.contact_point.phone), {})

    held = set(Hold.objects.filter(borrower__isnull=False).values_list("borrower_id", flat=True))
    assert held == {row.borrower_id, other.pk}


def test_any_other_reply_pauses_the_number_until_somebody_has_looked() -> None:
    row = an_attempt()
    replies.receive("gateway", said("周一发工资先还1000可以吗", row.contact_point.phone), {})
    reply = Reply.objects.get()
    assert Hold.objects.get().kind == "pause"
    assert reply.handled_at is None
    who = cast.a_user()

    replies.handle(reply, by=who)

    hold = Hold.objects.get()
    assert (hold.lifted_by, hold.lifted_at is None) == (who, False)
    with translation.override("en"), pytest.raises(NotAllowed, match="already"):
        replies.handle(reply, by=who)


def test_a_second_reply_keeps_the_pause_until_both_are_looked_at() -> None:
    row = an_attempt()
    for key in ("R1", "R2"):
        replies.receive("gateway", said("在吗", row.contact_point.phone, key), {})
    first, second = Reply.objects.order_by("pk")

    replies.handle(first, by=cast.a_user())
    assert Hold.objects.get().lifted_at is None
    replies.handle(second, by=cast.a_user())
    assert Hold.objects.get().lifted_at is not None


def test_an_opt_out_from_a_number_not_on_file_holds_should_it_come() -> None:
    cast.the_house()

    replies.receive("twilio", said("STOP", "+447400000001"), {})

    hold = Hold.objects.get()
    assert (hold.kind, hold.contact_point.phone) == ("opt_out", "+447400000001")  # type: ignore[union-attr]
