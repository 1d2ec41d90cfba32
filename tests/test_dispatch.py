"""The pump against the simulated carrier: every text once, whatever the carrier does."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from borrowers.models import Hold
from collections_site import site_clock
from collections_site.database.owner import as_owner
from collections_site.handset.testing import Handset, listening_site
from collections_site.lib import clock
from collections_site.lib.decision import Decision
from messaging.models import Attempt, Reminder, SendingStop
from messaging.models import Decision as Decided
from messaging.policies import contact
from messaging.services import dispatch, gate, planning, reconcile, settle
from tests import cast, houses


@pytest.fixture
def carrier(
    own_database: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Handset]:
    """A house ready to send, and the carrier its providers talk to."""
    with (
        listening_site() as site,
        houses.carrier_for(site.url, tmp_path, settings, monkeypatch) as handset,
    ):
        cast.the_house()
        yield handset


def planned(people: int) -> None:
    for _ in range(people):
        cast.a_loan()
    planning.plan()


def states() -> "Counter[str]":
    return Counter(Attempt.objects.values_list("state", flat=True))


def test_a_days_reminders_reach_their_phones_once_with_the_approved_words(carrier: Handset) -> None:
    planned(30)

    counts = dispatch.pump()

    assert counts["accepted"] == 30
    texts = carrier.texts()
    assert len(texts) == len({text["to"] for text in texts}) == 30
    assert (
        texts[0]["text"]
        == "【云杉消金】王芳您好，本期860.00元将于11月27日到期。已还请忽略。客服95000，拒收请回复R"
    )
    assert {text["reference"] for text in texts} == {
        str(pk) for pk in Attempt.objects.values_list("pk", flat=True)
    }
    assert Decided.objects.filter(stage="send", answer="now").count() == 30
    assert not dispatch.pump()["submitted"]


def test_a_number_abroad_goes_out_by_twilio(carrier: Handset) -> None:
    number = cast.a_number("+447400123456", country="GB", jurisdictions=("CN", "GB"))
    for wording_text in (
        "((salutation)), ((amount)) is due ((due_date)). ((contact)). Reply STOP to opt out",
    ):
        cast.an_approved_wording(
            cast.a_template("T-047"),
            text=wording_text,
            language="en",
            jurisdictions=["CN", "GB"],
            signature="Spruce: ",
        )
    cast.a_loan(cast.a_borrower(number=number, full_name="Ana Silva", language="en"))
    planning.plan()

    assert dispatch.pump()["accepted"] == 1
    (text,) = carrier.texts()
    assert (text["wire"], text["text"]) == (
        "twilio",
        "Spruce: Hi Ana, CNY 860.00 is due 27 Nov. 95000. Reply STOP to opt out",
    )


@pytest.mark.parametrize("fault", ["500", "500_lost", "cut", "junk"])
def test_an_answer_that_proves_nothing_is_never_sent_again(carrier: Handset, fault: str) -> None:
    planned(3)
    carrier.fault(fault)
    dispatch.pump()
    carrier.behave()

    dispatch.pump()

    assert states() == {"unknown": 3}
    assert len(carrier.texts()) in (0, 3)
    assert Reminder.objects.filter(state="submitted").count() == 3


def test_a_proof_that_nothing_left_is_tried_again_later_and_arrives_once(carrier: Handset) -> None:
    planned(3)
    carrier.fault("429")
    dispatch.pump()
    assert states() == {"not_sent": 3}
    assert Reminder.objects.filter(state="scheduled", due_at__gt=clock.now()).count() == 3
    carrier.behave()
    site_clock.set_to(clock.now() + timedelta(minutes=10))

    dispatch.pump()

    assert states() == {"not_sent": 3, "accepted": 3}
    assert len(carrier.texts()) == 3


def test_the_carriers_own_opt_out_list_holds_here_too(carrier: Handset) -> None:
    planned(1)
    carrier.fault("reject:102")

    dispatch.pump()

    assert states() == {"rejected": 1}
    assert set(Hold.objects.values_list("kind", "source")) == {("opt_out", "carrier")}
    assert Hold.objects.filter(borrower__isnull=False).count() == 1


def test_what_is_unknown_is_found_in_the_carriers_list_or_presumed_lost(carrier: Handset) -> None:
    planned(2)
    phone = Reminder.objects.first().borrower.numbers.get().contact_point.phone  # type: ignore[union-attr]
    carrier.fault("500", to=phone)
    carrier.fault("500_lost", to="*")
    dispatch.pump()
    carrier.behave()
    assert states() == {"unknown": 2}

    for minutes in (1, 5, 15, 60, 61):
        site_clock.set_to(cast.NOON + timedelta(minutes=minutes + 1))
        reconcile.run()

    assert states() == {"accepted": 1, "presumed_lost": 1}
    assert dispatch.pump()["submitted"] == 0
    assert len(carrier.texts()) == 1


def test_a_stop_keeps_everything_back_and_nothing_is_lost(carrier: Handset) -> None:
    planned(5)
    SendingStop.objects.create(
        scope="all", reason="other", stopped_by=cast.a_user(), stopped_at=clock.now()
    )

    counts = dispatch.pump()

    assert counts["submitted"] == 0
    assert (
        Reminder.objects.filter(state="scheduled", reasons__0__code="sending_stopped").count() == 5
    )
    assert carrier.texts() == []


def test_somebody_with_two_loans_due_gets_one_text(carrier: Handset) -> None:
    borrower = cast.a_borrower()
    cast.a_loan(borrower, amount="100.00")
    larger = cast.a_loan(borrower, amount="900.00")
    planning.plan()

    dispatch.pump()

    assert Attempt.objects.get().loan == larger
    other = Reminder.objects.get(state="withheld")
    assert other.reasons[0]["code"] == "other_loan_texted"
    assert other.reasons[0]["values"] == {"loan_ref": larger.loan_ref}


def test_a_shared_number_gets_one_text_a_day_for_two_people(carrier: Handset) -> None:
    number = cast.a_number()
    for _ in range(2):
        cast.a_loan(cast.a_borrower(number=number))
    planning.plan()

    dispatch.pump()

    assert len(carrier.texts()) == 1
    assert Reminder.objects.exclude(state="submitted").count() == 1


def test_an_opt_out_after_planning_withholds_with_its_reason(carrier: Handset) -> None:
    planned(1)
    number = Reminder.objects.get().borrower.numbers.get().contact_point  # type: ignore[union-attr]
    Hold.objects.create(kind="opt_out", source="inbound", from_at=clock.now(), contact_point=number)

    dispatch.pump()

    reminder = Reminder.objects.get()
    assert (reminder.state, reminder.reasons[0]["code"]) == ("withheld", "opt_out")
    assert carrier.texts() == []


def test_planning_twice_plans_once(carrier: Handset) -> None:
    planned(3)

    assert planning.plan() == []
    assert Reminder.objects.count() == 3


def test_a_wall_that_disagrees_with_the_policy_holds_one_back_and_lets_the_rest_go(
    carrier: Handset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the policy wrong about an opt-out, the wall names the row; the third time it is quarantined."""
    planned(3)
    number = Reminder.objects.order_by("pk")[1].borrower.numbers.get().contact_point  # type: ignore[union-attr]
    Hold.objects.create(kind="opt_out", source="inbound", from_at=clock.now(), contact_point=number)
    monkeypatch.setattr(contact, "decide", lambda facts, book, *, at: Decision("now"))

    counts = dispatch.pump()

    assert (counts["accepted"], counts["refused_by_wall"]) == (2, 1)
    assert number.phone not in {text["to"] for text in carrier.texts()}
    for _ in range(2):
        site_clock.set_to(clock.now() + timedelta(minutes=16))
        dispatch.pump()
    held = Reminder.objects.get(errors=3)
    assert (held.state, held.reasons[0]["code"]) == ("withheld", "quarantined")
    assert len(carrier.texts()) == 2


def test_a_copy_of_the_database_on_another_timeline_sends_nothing(carrier: Handset) -> None:
    """After a restore or a promotion the server's identity differs from what was written down."""
    planned(1)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE collections_site_environment SET timeline = timeline + 1")

    assert dispatch.pump() == {"not_our_database": 1}
    batch = gate.open_for(cast.the_senders()["gateway"], 10)
    assert (batch.outgoing, batch.counts["refused_by_wall"]) == ([], 1)
    assert "not_our_database" in str(Reminder.objects.get().reasons)
    assert carrier.texts() == []


@pytest.mark.parametrize(("failures", "settled"), [(2, {"accepted": 2}), (9, {"submitting": 2})])
def test_outcomes_that_cannot_be_written_are_tried_again_and_nothing_is_sent_again(
    carrier: Handset, monkeypatch: pytest.MonkeyPatch, failures: int, settled: dict[str, int]
) -> None:
    planned(2)
    settle_them, failed = settle.settle, iter(range(failures))

    def fail_first(answers: list[settle.Settled]) -> "Counter[str]":
        if next(failed, None) is not None:
            raise OperationalError("deadlock detected")
        return settle_them(answers)

    monkeypatch.setattr(settle, "settle", fail_first)
    dispatch.pump()

    assert states() == settled
    assert len(carrier.texts()) == 2
