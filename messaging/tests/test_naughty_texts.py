"""No string, as a wording or as a value, is ever expanded, executed or quietly changed."""

import json

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.html import escape

from collections_site.lib.decision import NotAllowed
from messaging.models import Wording
from messaging.policies.checks_desk import refused
from messaging.policies.wording import PLACEHOLDERS, UnsafeValue, render
from messaging.services import wordings
from messaging.services.wording_rows import Words
from messaging.tests.naughty import EVERYTHING, FORMATS, NAUGHTY, TEMPLATES
from tests.cast import a_template, a_user
from tests.visits import signed_in

VALUES = {
    **dict.fromkeys(PLACEHOLDERS, "Ann Lee"),
    "contact": "<contact>",
    "plan_contact": "<plan_contact>",
    "amount": "12.50元",
    "due_date": "1月2日",
    "days_late": "3",
    "card_tail": "3302",
    "instalment": "第3期",
}


def in_the_database(texts: list[str], values: list[dict[str, str]]) -> list[str | None]:
    """Each text rendered by the wall's own function."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT render_wording(text, vals) FROM unnest(%s::text[], %s::jsonb[])"
            " WITH ORDINALITY AS given(text, vals, place) ORDER BY place",
            [texts, [json.dumps(one) for one in values]],
        )
        return [row[0] for row in cursor.fetchall()]


def usable_as_a_value(value: str) -> bool:
    try:
        render("", "((contact))", {"contact": value})
    except UnsafeValue:
        return False
    return True


def usable_as_a_text(text: str) -> bool:
    return not any(refused(text, "【示例】"))


@pytest.mark.parametrize("value", EVERYTHING)
def test_a_value_stands_in_the_text_as_it_is_or_is_refused(value: str) -> None:
    said = {"contact": value, "amount": "1元"}
    if usable_as_a_value(value):
        text = render("【A】", "to ((contact)), not ((amount))", said)
        assert text == f"【A】to {value}, not 1元"
        return
    with pytest.raises(UnsafeValue) as refused:
        render("【A】", "to ((contact)), not ((amount))", said)
    assert value not in refused.value.why, "a refusal never repeats the value"


@pytest.mark.parametrize("text", [one for one in EVERYTHING if usable_as_a_text(one)])
def test_a_wording_stands_as_it_is_but_for_the_placeholders_we_know(text: str) -> None:
    wanted = text
    for name, value in VALUES.items():
        wanted = wanted.replace(f"(({name}))", value)
    assert render("", text, VALUES) == wanted


@pytest.mark.parametrize("value", ["((amount))", "((contact))", "((name)) ((amount))"])
def test_a_value_that_looks_like_a_placeholder_is_never_expanded(value: str) -> None:
    assert render("", "((contact))", {"contact": value, "amount": "1"}) == value


@pytest.mark.django_db
def test_the_database_renders_each_of_them_to_the_same_bytes() -> None:
    texts = [one for one in EVERYTHING if usable_as_a_text(one) and "\x00" not in one]
    assert in_the_database(texts, [VALUES] * len(texts)) == [
        render("", one, VALUES) for one in texts
    ]
    values = [one for one in EVERYTHING if usable_as_a_value(one) and "\x00" not in one]
    assert in_the_database(
        ["a ((contact)) b"] * len(values), [{"contact": one} for one in values]
    ) == [f"a {one} b" for one in values]


def test_the_corpora_try_both_ways_out() -> None:
    """The tests above would pass on nothing at all: some of each corpus is taken, some is refused."""
    assert len(set(TEMPLATES)) >= 106
    assert len(set(FORMATS)) >= 67
    for corpus in (NAUGHTY, FORMATS):
        assert 0 < sum(map(usable_as_a_text, corpus)) < len(corpus)
    assert 0 < sum(map(usable_as_a_value, NAUGHTY)) < len(NAUGHTY)
    assert any(map(usable_as_a_text, TEMPLATES))


@pytest.mark.django_db
def test_an_author_may_try_each_and_the_pages_show_it_as_plain_text() -> None:
    author = a_user()
    client = signed_in(user=author)
    tried = [one for one in [*TEMPLATES, *FORMATS, *NAUGHTY] if len(one) <= 600]
    shown = [one for one in tried if "<" in one or one in TEMPLATES]
    for text in tried:
        try:
            row = wordings.draft(a_template(), Words("en", [], "A: ", text), by=author)
        except NotAllowed:
            assert not Wording.objects.filter(text=text).exists()
            continue
        assert row.text == text
        if text in shown[::6]:
            address = reverse("wording", args=[row.template.code, row.version])
            page = client.get(address).content.decode()
            assert escape(text) in page
            assert "<script>alert" not in page
            assert "<img src=x" not in page
