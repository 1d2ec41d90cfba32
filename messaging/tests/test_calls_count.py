"""Calls that staff made use up the limits of places that count calls, and no other limit."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from borrowers.models import Borrower
from messaging.policies import reasons
from messaging.policies.candidate import ContactFact
from messaging.services import verdicts
from messaging.tests.candidate import FINE, HOUR, NOON, codes
from tests import cast

BOSTON: dict[str, Any] = {
    "zones": ("America/New_York",),
    "jurisdictions": ("US", "US-MA"),
    "country": "US",
}


def call(hours_ago: int, *, person: bool = True) -> ContactFact:
    return ContactFact(NOON - hours_ago * HOUR, None, person, True, call=True)


def test_two_calls_in_a_week_leave_no_room_for_a_text_in_massachusetts() -> None:
    there = replace(FINE, **BOSTON, sender="twilio")
    evening = NOON + 2 * HOUR  # 09:00 in Boston is 22:00 in Shanghai
    one, two = (call(30),), (call(30), call(50))
    assert "cap_week" not in codes(replace(there, contacts=one), evening)
    assert "cap_week" in codes(replace(there, contacts=two), evening)


def test_calls_use_up_no_limit_of_the_house() -> None:
    assert codes(replace(FINE, contacts=(call(1), call(2), call(3), call(4)))) == []


def test_a_call_to_somebody_else_at_the_number_is_not_about_this_persons_debt() -> None:
    there = replace(FINE, **BOSTON, contacts=(call(30, person=False), call(50, person=False)))
    assert "cap_week" not in codes(there)


@pytest.mark.django_db
def test_the_wall_and_the_page_count_calls_too() -> None:
    cast.the_house()
    cast.at_noon()
    person, caller = in_boston(), cast.a_user()
    for hours in (30, 50):
        cast.a_call(person, at=cast.NOON - timedelta(hours=hours), by=caller)

    verdict = verdicts.verdict(person)

    reason = next(one for one in verdict.decision.reasons if one.code == "cap_week")
    english, chinese = (reasons.sentence("cap_week", reason.values, code) for code in ("en", "zh"))
    assert english == "Reminded 2 times in 7 days (limit 2), calls included"
    assert chinese == "7 天内已提醒 2 次（最多 2 次），含通话"
    assert wall(person) == "cap_week"


@pytest.mark.django_db
def test_neither_counts_calls_where_the_law_counts_texts_alone() -> None:
    cast.the_house()
    cast.at_noon()
    person, caller = cast.a_loan().borrower, cast.a_user()
    for hours in (1, 2, 3):
        cast.a_call(person, at=cast.NOON - timedelta(hours=hours), by=caller)

    assert verdicts.verdict(person).decision.answer == "now"
    assert wall(person) is None


def wall(person: Borrower) -> str | None:
    """What the database says about the limits of a person at the site's present instant."""
    point, loan = person.numbers.get().contact_point, person.loans.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cap_reached(%s, %s, %s, %s, %s, site_now())",
            [person.pk, point.pk, loan.pk, point.zones, point.jurisdictions],
        )
        found: str | None = cursor.fetchone()[0]
    return found


def in_boston() -> Borrower:
    number = cast.a_number("+16175550123", **BOSTON)
    person = cast.a_borrower(number=number, region="US-MA", language="en")
    cast.a_loan(person, currency="USD")
    return person
