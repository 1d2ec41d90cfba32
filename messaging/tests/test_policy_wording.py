"""Texts are filled in one pass, identified by what a reviewer saw, and sent only to whom they fit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.policies import wording
from messaging.policies.wording import (
    NOT_ALLOWED,
    PLACEHOLDERS,
    MissingValue,
    choose,
    fingerprint,
    fits,
    placeholders,
    render,
)

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)


def test_the_placeholders_are_these_and_no_others() -> None:
    assert set(PLACEHOLDERS) == {
        *("name", "salutation", "lender", "contact", "amount", "due_date"),
        *("days_late", "card_tail", "instalment", "plan_contact", "reference"),
    }


def test_placeholders_are_listed_once_in_order_of_appearance() -> None:
    assert placeholders("((name)) owes ((amount)), ((name))") == ("name", "amount")
    assert placeholders("(name) ((Name)) (( name )) ((na-me))") == ()


def test_rendering_puts_the_signature_first_and_each_value_in_its_place() -> None:
    text = "((salutation)), ((amount)) is due ((due_date)). ((amount))!"
    values = {"salutation": "Hi Ana", "amount": "$25.00", "due_date": "28 Nov", "name": "unused"}
    assert render("Example: ", text, values) == ("Example: Hi Ana, $25.00 is due 28 Nov. $25.00!")


def test_a_value_is_never_expanded_again() -> None:
    values = {"plan_contact": "((contact))", "contact": r"((plan_contact)) \1 {0} %s ${x}"}
    assert render("", "((plan_contact))|((contact))", values) == (
        r"((contact))|((plan_contact)) \1 {0} %s ${x}"
    )


def test_an_optional_part_may_be_an_empty_value() -> None:
    assert render("", "a((contact))b", {"contact": ""}) == "ab"


def test_a_missing_value_is_named() -> None:
    with pytest.raises(MissingValue, match=r"no value for \(\(amount\)\)") as raised:
        render("", "((amount))", {"name": "Ana"})
    assert raised.value.name == "amount"


texts = st.lists(
    st.sampled_from([*(f"(({name}))" for name in PLACEHOLDERS), "((", "))", "(", "X", " "])
).map("".join)
ordinary = st.text(st.sampled_from("abc中(){}%\\ ,é"), max_size=6)
FREE = ["contact", "plan_contact"]
SAID = {**dict.fromkeys(PLACEHOLDERS, ""), "amount": "1元", "due_date": "1月2日", "days_late": "3"}


@given(texts, st.dictionaries(st.sampled_from(FREE), ordinary))
def test_rendering_agrees_with_cutting_the_text_at_its_placeholders(
    text: str, values: dict[str, str]
) -> None:
    """The pieces between placeholders stay, in order, and values stand between them unchanged."""
    full = SAID | values
    expected, rest = "", text
    while rest:
        name = next((name for name in PLACEHOLDERS if rest.startswith(f"(({name}))")), None)
        expected += full[name] if name else rest[0]
        rest = rest[len(name) + 4 :] if name else rest[1:]
    assert render("S", text, full) == "S" + expected


SEEN: dict[str, object] = {
    "text": 'Hi "((name))", 您好',
    "signature": "【示例】",
    "language": "zh-hans",
    "jurisdictions": ["US", "CN"],
    "channel": "sms",
    "expires_at": datetime(2026, 12, 1, 8, tzinfo=timezone(timedelta(hours=8))),
    "template": "T-001",
}


def test_the_fingerprint_is_sha256_of_this_very_json() -> None:
    canonical = (
        '{"channel":"sms","expiry":"2026-12-01T00:00:00Z","jurisdictions":["CN","US"],'
        '"language":"zh-hans","placeholders":["name"],"signature":"【示例】","template":"T-001",'
        '"text":"Hi \\"((name))\\", 您好","v":1}'
    )
    assert fingerprint(**SEEN) == hashlib.sha256(canonical.encode()).hexdigest()  # type: ignore[arg-type]


def test_the_order_of_jurisdictions_does_not_change_the_fingerprint() -> None:
    other = SEEN | {"jurisdictions": ["CN", "US"]}
    assert fingerprint(**SEEN) == fingerprint(**other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"text": 'Hi "((name))", 您好 '},
        {"signature": "【示例"},
        {"language": "zh-hant"},
        {"jurisdictions": ["CN"]},
        {"channel": "rcs"},
        {"expires_at": None},
        {"expires_at": datetime(2026, 12, 1, 1, tzinfo=UTC)},
        {"template": "T-002"},
    ],
)
def test_every_part_that_a_reviewer_sees_changes_the_fingerprint(
    change: dict[str, object],
) -> None:
    assert fingerprint(**SEEN) != fingerprint(**SEEN | change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (wording.may_edit("draft"), None),
        (wording.may_edit("submitted"), "not_draft"),
        (wording.may_approve(1, 2, "submitted", None, at=AT), None),
        (wording.may_approve(1, 2, "submitted", AT + timedelta(seconds=1), at=AT), None),
        (wording.may_approve(1, 2, "submitted", AT, at=AT), "past_expiry"),
        (wording.may_approve(1, 1, "submitted", None, at=AT), "wrote_it"),
        (wording.may_approve(1, 2, "draft", None, at=AT), "not_waiting"),
        (wording.may_approve(1, 2, "approved", None, at=AT), "not_waiting"),
        (wording.may_reject(1, 2, "submitted"), None),
        (wording.may_reject(1, 1, "submitted"), "wrote_it"),
        (wording.may_reject(1, 2, "rejected"), "not_waiting"),
        (wording.may_withdraw(1, 1, "submitted"), None),
        (wording.may_withdraw(1, 2, "submitted"), "not_author"),
        (wording.may_withdraw(1, 1, "approved"), "not_waiting"),
        (wording.may_make_live(1, 2, "approved", None, at=AT), None),
        (wording.may_make_live(1, 2, "approved", AT + timedelta(seconds=1), at=AT), None),
        (wording.may_make_live(1, 2, "approved", AT, at=AT), "past_expiry"),
        (wording.may_make_live(1, 1, "approved", None, at=AT), "wrote_it"),
        (wording.may_make_live(1, 2, "retired", None, at=AT), "not_approved"),
    ],
)
def test_who_may_do_what_with_a_wording(answer: str | None, expected: str | None) -> None:
    assert answer == expected
    if answer is not None:
        english, chinese = NOT_ALLOWED[answer]
        assert english.isascii()
        assert not chinese.isascii()


@pytest.mark.parametrize(
    ("of_wording", "of_person", "expected"),
    [
        ((), ("CN",), True),
        ((), (), True),
        (("CN",), ("CN",), True),
        (("US",), ("US-NY-NYC",), True),
        (("US",), ("US",), True),
        (("US", "CN"), ("US-CA", "CN"), True),
        (("US",), ("US-CA", "CN"), False),
        (("US-NY",), ("US",), False),
        (("US-NY",), ("US-NYX",), False),
        (("CN",), (), False),
    ],
)
def test_a_wording_must_cover_every_jurisdiction_of_the_person(
    of_wording: tuple[str, ...], of_person: tuple[str, ...], expected: bool
) -> None:
    assert fits(of_wording, "en", of_person, "en") is expected


@pytest.mark.parametrize(
    ("of_wording", "of_person", "expected"),
    [
        ("en", "en", True),
        ("en", "en-GB", True),
        ("EN", "en_gb", True),
        ("zh-hans", "zh-Hans", True),
        ("zh-hans", "zh-CN", True),
        ("zh-hans", "zh", True),
        ("zh-hans", "zh-hant", False),
        ("zh-hans", "zh-TW", False),
        ("zh-hant", "zh-HK", True),
        ("en", "zh-hans", False),
        ("en", "es", False),
    ],
)
def test_a_wording_must_be_in_the_persons_language_and_script(
    of_wording: str, of_person: str, expected: bool
) -> None:
    assert fits((), of_wording, ("CN",), of_person) is expected


@dataclass(frozen=True)
class AWording:
    jurisdictions: tuple[str, ...]
    language: str = "en"
    version: int = 1


def test_the_most_specific_then_the_newest_wording_is_chosen() -> None:
    anywhere, wide, narrow = AWording((), version=9), AWording(("US", "GB")), AWording(("US",))
    person = ("US-CA",)
    assert choose([anywhere, wide, narrow], person, "en") == narrow
    assert choose([anywhere, wide], person, "en") == wide
    assert choose([anywhere, AWording(("GB",))], person, "en") == anywhere
    assert choose([narrow, AWording(("US",), version=2)], person, "en") == AWording(
        ("US",), version=2
    )
    british = AWording(("US",), "en-gb")
    assert choose([narrow, british], person, "en-GB") == british
    assert choose([narrow], person, "fr") is None
