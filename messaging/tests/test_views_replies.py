"""Replies: the oldest unanswered first, what was done at once, and one button for the rest."""

import pytest

from messaging.models import Attempt, Reply
from messaging.providers.base import InboundText
from messaging.services import planning, replies
from tests import cast
from tests.sendings import sent
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


def wrote(phone: str, words: str) -> Reply:
    key = f"in-{next(cast.numbers)}"
    reply = replies.receive("gateway", InboundText(key, phone, "106900001", words), {})
    assert reply
    return reply


@pytest.fixture
def texted() -> Attempt:
    """A person who was reminded a moment ago."""
    cast.the_house()
    cast.a_loan()
    planning.plan()
    (attempt,) = sent()
    return attempt


def test_the_oldest_unanswered_comes_first_and_opt_outs_are_done_already(texted: Attempt) -> None:
    other = cast.a_borrower().numbers.get().contact_point.phone
    first = wrote(texted.contact_point.phone, "周一发工资先还1000可以吗")
    second = wrote(other, "你们是谁")
    done = wrote(texted.contact_point.phone, "退订")
    client = signed_in()

    page = client.get("/inbox/")

    assert [one.pk for one in page.context["page"]] == [first.pk, second.pk]
    assert [one.pk for one in client.get("/inbox/?show=done").context["page"]] == [done.pk]
    assert "Reminders paused" in page.content.decode()


def test_a_reply_stands_in_its_conversation_with_the_answer_whether_to_text(
    texted: Attempt,
) -> None:
    reply = wrote(texted.contact_point.phone, "周一发工资先还1000可以吗")

    text = body(signed_in(), f"/inbox/{reply.pk}/")

    assert texted.reminder.text
    assert texted.reminder.text in text
    assert "周一发工资先还1000可以吗" in text
    assert "Reminders to them are paused" in text
    assert "Looked at, remind again as usual" in text


def test_one_press_ends_the_pause_and_goes_to_the_next(texted: Attempt) -> None:
    reply = wrote(texted.contact_point.phone, "周一发工资先还1000可以吗")
    after = wrote(cast.a_borrower().numbers.get().contact_point.phone, "你们是谁")
    client = signed_in()

    response = client.post(f"/inbox/{reply.pk}/handled/")

    reply.refresh_from_db()
    assert reply.handled_at is not None
    assert reply.hold
    assert reply.hold.lifted_at is not None
    assert response.headers["Location"] == f"/inbox/{after.pk}/"


def test_a_second_press_does_nothing_and_says_so(texted: Attempt) -> None:
    reply = wrote(texted.contact_point.phone, "周一发工资先还1000可以吗")
    client = signed_in()
    client.post(f"/inbox/{reply.pk}/handled/")

    text = client.post(f"/inbox/{reply.pk}/handled/", follow=True).content.decode()

    assert "looked at this reply already" in text


def test_after_an_opt_out_nothing_offers_to_remind_again(texted: Attempt) -> None:
    reply = wrote(texted.contact_point.phone, "退订")

    text = body(signed_in(), f"/inbox/{reply.pk}/")

    assert "remind again" not in text
    assert "Opted out" in text


def test_a_number_nobody_has_on_file_is_shown_without_a_person() -> None:
    cast.the_house()
    reply = wrote("+8613999990000", "你好")

    text = body(signed_in(), f"/inbox/{reply.pk}/")

    assert "A number nobody has on file" in text
    assert "13999990000" not in text


def test_reading_is_not_answering() -> None:
    cast.the_house()
    reply = wrote("+8613999990000", "你好")

    assert signed_in("auditor").post(f"/inbox/{reply.pk}/handled/").status_code == 403
    assert signed_in("auditor").get(f"/inbox/{reply.pk}/").status_code == 200
    assert signed_in("collector").get(f"/inbox/{reply.pk}/").status_code == 404
    assert signed_in("administrator").get("/inbox/").status_code == 403
