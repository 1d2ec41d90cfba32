"""What became of a wording's texts, counted from what really left and came back."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from borrowers.models import Hold
from collections_site import site_clock
from collections_site.lib import clock
from messaging.models import Attempt, Reply, WebhookEvent, Wording
from messaging.providers.base import NotSent, Rejected
from messaging.services import planning, wording_results
from messaging.services.wording_results import Results
from tests import cast, sendings

pytestmark = pytest.mark.django_db


def texts(people: int) -> list[Attempt]:
    cast.the_house()
    for _ in range(people):
        cast.a_loan()
    planning.plan()
    return sendings.sent()


def the_wording() -> Wording:
    return Wording.objects.get(template__code="T-047")


def a_reply(attempt: Attempt, *, at: datetime) -> Reply:
    event = WebhookEvent.objects.create(
        provider_code="gateway",
        kind="reply",
        key=f"k{Reply.objects.count()}",
        payload={},
        received_at=at,
    )
    return Reply.objects.create(
        event=event,
        provider_code="gateway",
        phone=attempt.contact_point.phone,
        contact_point=attempt.contact_point,
        borrower=attempt.borrower,
        text="好的",
        intent="other",
        at=at,
    )


def test_everything_that_follows_a_text_counts_for_its_wording() -> None:
    sent = texts(4)
    Attempt.objects.filter(pk=sent[0].pk).update(delivery="delivered")
    at = clock.now() + timedelta(hours=1)
    a_reply(sent[0], at=at)
    a_reply(sent[1], at=at)
    number = sent[1].contact_point
    Hold.objects.create(kind="opt_out", source="inbound", from_at=at, contact_point=number)
    Hold.objects.create(kind="opt_out", source="inbound", from_at=at, borrower=sent[1].borrower)
    Hold.objects.create(kind="complaint", source="phone", from_at=at, borrower=sent[2].borrower)
    Hold.objects.create(kind="complaint", source="phone", from_at=at, loan=sent[3].loan)

    found = wording_results.results(Wording.objects.all())

    assert found[the_wording().pk] == Results(
        sent=4,
        delivered=1,
        replies=2,
        opt_outs=1,
        complaints=2,
        cost=Decimal("0.1800"),
        currency="CNY",
    )
    others = Wording.objects.exclude(pk=the_wording().pk)
    assert all(found[one.pk] == Results() for one in others)


def test_what_never_left_does_not_count() -> None:
    cast.the_house()
    for _ in range(3):
        cast.a_loan()
    planning.plan()
    sendings.sent([Rejected("102"), NotSent("429"), None])

    found = wording_results.results([the_wording()])[the_wording().pk]

    assert (found.sent, found.cost) == (1, Decimal("0.0450"))


def test_what_comes_more_than_a_week_later_or_before_belongs_to_no_text() -> None:
    sent = texts(2)
    a_reply(sent[0], at=clock.now() + timedelta(days=8))
    a_reply(sent[1], at=clock.now() - timedelta(hours=1))

    assert wording_results.results([the_wording()])[the_wording().pk].replies == 0


def test_texts_of_before_the_days_asked_for_are_left_out() -> None:
    sent = texts(2)
    a_reply(sent[0], at=clock.now() + timedelta(hours=1))
    site_clock.set_to(cast.NOON + timedelta(days=29))
    within = wording_results.results([the_wording()])[the_wording().pk]
    short = wording_results.results([the_wording()], days=7)[the_wording().pk]
    site_clock.set_to(cast.NOON + timedelta(days=31))

    after = wording_results.results([the_wording()])[the_wording().pk]

    assert (within.sent, within.replies) == (2, 1)
    assert short == after == Results()


def test_however_many_wordings_it_is_the_clock_and_two_queries(
    django_assert_num_queries: Any,
) -> None:
    texts(1)
    wordings = list(Wording.objects.all())

    with django_assert_num_queries(3):
        wording_results.results(wordings)


def test_no_wordings_have_no_results() -> None:
    assert wording_results.results([]) == {}
