"""How many people a day a wording reaches, in how many parts, at what cost, beside the live one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from borrowers.models import Hold
from collections_site import site_clock
from collections_site.lib import clock
from messaging.models import MessageTemplate
from messaging.services import planning, wording_pool, wording_reach
from messaging.services.wording_rows import Words
from tests import cast, sendings

pytestmark = pytest.mark.django_db
LIVE = Words("zh-hans", ["CN"], "【云杉消金】", cast.ZH)
LONGER = replace(
    LIVE, text=cast.ZH + "。如有困难，请联系我们，我们可以一起商量分期安排，帮助你渡过这段时间"
)


def the_template() -> MessageTemplate:
    cast.the_house()
    return MessageTemplate.objects.get(code="T-047")


def due_in(days: int, people: int = 1, **fields: Any) -> None:
    for _ in range(people):
        cast.a_loan(cast.a_borrower(**fields), due_on=cast.TODAY + timedelta(days=days))


def test_without_history_a_day_is_tomorrows_loans() -> None:
    template = the_template()
    due_in(3, 2)
    due_in(4, 5)

    found = wording_reach.reach(template, LIVE)

    assert (found.people_a_day, found.looked_at) == (5, 7)
    assert found.parts == {1: 7}
    assert (found.cost_a_day, found.currency) == (Decimal("0.22"), "CNY")  # 5 × 0.0450
    assert found.before is None


def test_longer_words_cost_more_than_the_live_ones() -> None:
    template = the_template()
    due_in(4, 10)

    found = wording_reach.reach(template, LONGER)

    assert found.before is not None
    assert (found.parts, found.before.parts) == ({2: 10}, {1: 10})
    assert (found.cost_a_day, found.before.cost_a_day) == (Decimal("0.90"), Decimal("0.45"))
    assert found.people_a_day == found.before.people_a_day == 10
    assert found.more_a_day == Decimal("0.45")


def test_only_the_part_that_the_words_would_reach_counts() -> None:
    template = the_template()
    due_in(4, 6)
    due_in(4, 3, language="en")
    held = cast.a_borrower()
    cast.a_loan(held, due_on=cast.TODAY + timedelta(days=4))
    Hold.objects.create(kind="dispute", source="test", from_at=clock.now(), borrower=held)

    assert wording_reach.reach(template, LIVE).people_a_day == 6


def test_with_history_a_day_is_the_mean_of_the_days_since_the_first() -> None:
    template = the_template()
    due_in(3, 6)
    planning.plan()
    sendings.sent()
    site_clock.set_to(cast.NOON + timedelta(days=2))
    due_in(6, 1)

    found = wording_reach.reach(template, LONGER)

    assert found.people_a_day == 3
    assert found.before is not None
    assert found.before.people_a_day == 3


def test_an_empty_house_reaches_nobody() -> None:
    nothing = wording_reach.reach(cast.a_template("T-001"), LIVE)
    empty = wording_reach.reach(the_template(), LIVE)

    assert (nothing.people_a_day, nothing.parts, nothing.currency) == (0, {}, "")
    assert (empty.people_a_day, empty.parts, empty.cost_a_day) == (0, {}, Decimal(0))


def test_people_abroad_are_paid_for_in_the_other_senders_money() -> None:
    template = the_template()
    words = replace(LIVE, jurisdictions=["CN", "GB"])
    number = cast.a_number("+447400123456", country="GB", jurisdictions=("CN", "GB"))
    cast.a_loan(cast.a_borrower(number=number), due_on=cast.TODAY + timedelta(days=4))

    found = wording_reach.reach(template, words)

    assert (found.people_a_day, found.currency, found.elsewhere) == (1, "USD", {})
    assert found.cost_a_day == Decimal("0.01")


def test_one_search_serves_the_people_and_the_reach(django_assert_num_queries: Any) -> None:
    template = the_template()
    due_in(4, 3)
    group = wording_pool.pool(template, LIVE)

    with django_assert_num_queries(3):
        found = wording_reach.reach(template, LIVE, pool=group)

    assert found.people_a_day == 3


def test_a_large_book_is_looked_at_in_part_and_scaled(monkeypatch: pytest.MonkeyPatch) -> None:
    template = the_template()
    due_in(4, 40)
    monkeypatch.setattr(wording_pool, "A_DAY", 20)
    monkeypatch.setattr(wording_pool, "MOST", 10)

    found = wording_reach.reach(template, LIVE)

    assert (found.people_a_day, found.looked_at) == (40, 10)
