"""How money, numbers, dates, phones, names and states are written, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from borrowers.policies.buckets import buckets
from collections_site.lib import masking
from collections_site.status_tags import UnknownStatus, status_tag
from collections_site.templatetags import courtesy as tags
from messaging.states import AttemptState, Delivery, ReminderState, WordingState
from tests.cast import the_lender


@pytest.mark.parametrize(
    ("amount", "currency", "zh", "en"),
    [
        (Decimal("3260"), "CNY", "¥3,260.00", "CNY\u00a03,260.00"),
        (Decimal("-1234.5"), "CNY", "−¥1,234.50", "−CNY\u00a01,234.50"),
        (Decimal("1234567.8"), "USD", "USD\u00a01,234,567.80", "USD\u00a01,234,567.80"),
        (0, "GBP", "GBP\u00a00.00", "GBP\u00a00.00"),
    ],
)
def test_money_has_two_places_and_says_its_currency(
    amount: Decimal, currency: str, zh: str, en: str
) -> None:
    with translation.override("zh-hans"):
        assert tags.money(amount, currency) == zh
    with translation.override("en"):
        assert tags.money(amount, currency) == en


def test_the_price_of_a_part_keeps_its_places() -> None:
    with translation.override("zh-hans"):
        assert tags.money(Decimal("0.0450"), "CNY", 4) == "¥0.0450"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_counts_are_grouped_by_three_and_unknown_is_neither_zero_nor_blank(language: str) -> None:
    with translation.override(language):
        assert tags.n(1234567) == "1,234,567"
        assert tags.n(0) == "0"
        assert "—" in tags.n(None)
        assert "visually-hidden" in tags.money(None, "CNY")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1161, 1204, "96.4% (1,161 of 1,204)"),
        (1, 10000, "<0.1% (1 of 10,000)"),
        (0, 100, "0.0% (0 of 100)"),
        (3, 12, "too few (3 of 12)"),
    ],
)
def test_a_share_has_its_numbers_beside_it(part: int, whole: int, said: str) -> None:
    with translation.override("en"):
        assert tags.pct(part, whole) == said


def test_an_instant_is_shown_in_the_zone_of_the_house_and_padded() -> None:
    moment = datetime(2026, 3, 4, 23, 5, tzinfo=UTC)  # 07:05 the next day in Shanghai
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert ">2026-03-05 07:05<" in tags.dt(moment)
            assert ">2026-03-05<" in tags.dt(moment, "day")
            assert ">2026-03-04<" in tags.dt(date(2026, 3, 4))
    with translation.override("en"):
        assert ">5 Mar 2026, 07:05<" in tags.dt(moment, "prose")
    with translation.override("zh-hans"):
        assert ">2026年3月5日 07:05<" in tags.dt(moment, "prose")


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613800000421", "138****0421"),
        ("+447700901234", "+44 ****1234"),
        ("+12025550143", "+1 ****0143"),
    ],
)
def test_a_phone_shows_its_last_four(phone: str, masked: str) -> None:
    assert tags.phone(phone) == masked


def test_a_phone_is_shown_whole_only_when_asked() -> None:
    assert tags.phone("+8613800000421", full=True) == "138 0000 0421"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王芳", "王*"),
        ("王小芳", "王*芳"),
        ("欧阳建", "欧阳*"),
        ("欧阳建国", "欧阳*国"),
        ("Ana Souza", "Ana S***"),
        ("Ana Maria Souza", "Ana S***"),
        ("Cher", "C***"),
    ],
)
def test_a_name_is_recognisable_and_not_complete(name: str, masked: str) -> None:
    assert masking.mask_name(name) == masked


@pytest.mark.parametrize(
    ("days", "style", "zh"),
    [
        (-2, "pre", "还有 2 天"),
        (0, "due", "今天到期"),
        (1, "1", "1 天"),
        (7, "1", "7 天"),
        (8, "2", "8 天"),
        (15, "2", "15 天"),
        (16, "3", "16 天"),
        (30, "3", "30 天"),
        (31, "m2", "M2 · 31 天"),
        (60, "m2", "M2 · 60 天"),
        (61, "m3", "M3 · 61 天"),
        (90, "m3", "M3 · 90 天"),
        (91, "m4", "M4 · 91 天"),
        (181, "m4", "M7+ · 181 天"),
    ],
)
def test_a_bucket_always_says_the_days(days: int, style: str, zh: str) -> None:
    with translation.override("zh-hans"):
        assert tags.bucket_of(days, buckets([30, 60, 90, 120, 150, 180])) == (style, zh)


def test_a_bucket_is_named_as_the_lender_divides_lateness() -> None:
    lenders = buckets([5, 10])
    assert [tags.bucket_of(days, lenders) for days in (5, 6, 11, 400)] == [
        ("1", "5 d"),
        ("m2", "M2 · 6 d"),
        ("m3", "M3+ · 11 d"),
        ("m3", "M3+ · 400 d"),
    ]


@pytest.mark.django_db
def test_a_page_asks_for_the_lenders_buckets_once(
    rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    the_lender(bucket_days=[5, 10])
    page = Template("{% for n in days %}{% bucket n %}{% endfor %}")
    with django_assert_num_queries(1):
        text = page.render(RequestContext(rf.get("/"), {"days": [6, 7, 31]}))
    assert "M2 · 6 d" in text
    assert "M3+ · 31 d" in text


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        ("reminder", ReminderState.choices),
        ("attempt", AttemptState.choices),
        ("delivery", Delivery.choices),
        ("wording", WordingState.choices),
    ],
)
def test_every_state_of_the_machine_has_a_look(kind: str, states: list[tuple[str, str]]) -> None:
    for value, label in states:
        assert status_tag(value, kind).word == label


def test_a_state_that_several_tables_know_needs_its_table_named() -> None:
    assert status_tag("delivered").style == "success"
    with pytest.raises(UnknownStatus):
        status_tag("rejected")
    with pytest.raises(UnknownStatus):
        status_tag("mislaid")


def test_a_bubble_shows_the_bytes_and_never_markup_in_them() -> None:
    shown = tags.bubble("<b>您好</b>", "zh-hans")
    assert "&lt;b&gt;您好" in shown
    assert 'lang="zh-Hans"' in shown
