"""Only what is written as values of its kind are stands in a text, and nothing that a phone makes a link of."""

from __future__ import annotations

import pytest

from messaging.policies.checks_links import SHORTENERS
from messaging.policies.shapes import UnsafeValue, unsafe
from messaging.policies.wording import render


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("name", "Ana\nSilva", "line break"),
        ("name", "Ana\r", "line break"),
        ("name", "Ana\x00", "invisible"),
        ("name", "Ana\u202egnp.exe", "invisible"),
        ("name", "A\u200bna", "invisible"),
        ("name", "A\u00adna", "invisible"),
        ("name", "Ana\ufe0f", "invisible"),
        ("name", "Ana\u2028", "line break"),
        ("name", "A" * 41, "too long"),
        ("name", "Ana 2", "digits"),
        ("salutation", "call ９５５９５", "digits"),
        ("name", "http://x", "link"),
        ("name", "WWW.Example", "link"),
        ("contact", "bank.example.com", "link"),
        ("contact", "ｂａｎｋ．ｃｏｍ", "link"),
        ("contact", "bank。cn/pay", "link"),
        ("reference", "t.me/x and xx.top", "link"),
        ("contact", "pay.com.pw/x", "link"),
        ("contact", "10.0.0.1/pay", "link"),
        ("contact", "help@bank.com", "link"),
        ("contact", "打开t.cn支付", "link"),
        ("contact", "Bank.Com", "link"),
        ("contact", "支付。中国", "link"),
        ("lender", "银行】【公安", "written"),
        ("name", "【工商银行】王芳", "written"),
        ("name", "王芳_", "written"),
        ("amount", "律师函", "written"),
        ("amount", "100元律师函", "written"),
        ("amount", "١٠٠", "written"),
        ("amount", "1,00.00", "written"),
        ("due_date", "明天", "written"),
        ("due_date", "28 起诉", "written"),
        ("days_late", "老赖", "written"),
        ("days_late", "12345", "too long"),
        ("card_tail", "起诉", "written"),
        ("instalment", "最后", "written"),
        ("reference", "【x】", "written"),
        ("amount", "1" * 25, "too long"),
        ("sum", "1", "too long"),
    ],
)
def test_an_unsafe_value_is_refused_without_being_repeated(name: str, value: str, why: str) -> None:
    assert why in (unsafe(name, value) or "")
    with pytest.raises(UnsafeValue, match=why) as raised:
        render("", f"(({name}))", {name: value})
    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "李娜"),
        ("name", "Mary-Jane O'Neill"),
        ("name", "J.R. Smith"),
        ("name", "St.John Doe"),
        ("name", "J.P.Morgan"),
        ("name", "古丽米热·阿卜杜热合曼·买买提依明"),
        ("name", "राज कुमार"),
        ("name", "Nguyễn Văn An"),
        ("name", "王*芳"),
        ("lender", "7-Eleven (H&M) Finance"),
        ("card_tail", ""),
        ("instalment", "第36期"),
        ("reference", "借字[2026]第1号".replace("[", "〔").replace("]", "〕")),
        ("salutation", "李娜您好"),
        ("amount", "12,860.00元"),
        ("contact", "400-820-8888"),
        ("reference", "L-2026.001"),
        ("due_date", "28 Nov"),
    ],
)
def test_ordinary_values_are_safe(name: str, value: str) -> None:
    assert unsafe(name, value) is None


@pytest.mark.parametrize("name", ["amount", "due_date", "days_late"])
def test_what_a_text_turns_on_is_never_an_empty_value(name: str) -> None:
    with pytest.raises(UnsafeValue):
        render("", f"(({name}))", {name: ""})


@pytest.mark.parametrize("host", sorted(SHORTENERS))
@pytest.mark.parametrize("name", ["name", "contact", "reference", "lender"])
def test_no_shortener_we_know_stands_in_a_value(name: str, host: str) -> None:
    for value in (host, f"见{host}支付", f"{host}/x", host.upper(), host.title()):
        assert unsafe(name, value) == "holds a link", value
