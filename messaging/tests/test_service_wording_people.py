"""Whoever writes or reviews a wording reads it with people it would really reach."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from borrowers.models import Assignment, Borrower, Hold
from collections_site import site_clock
from collections_site.lib import clock
from messaging.models import MessageTemplate, Step, Strategy
from messaging.policies import samples
from messaging.services import wording_people
from messaging.services.wording_invented import Sample
from messaging.services.wording_rows import Words
from tests import cast

pytestmark = pytest.mark.django_db
WORDS = Words("zh-hans", ["CN"], "【云杉消金】", cast.ZH)
EN = Words(
    "en",
    [],
    "Spruce: ",
    "((salutation)), ((amount)) is due ((due_date)). ((contact)). Reply STOP to opt out",
)


def the_template() -> MessageTemplate:
    cast.the_house()
    return MessageTemplate.objects.get(code="T-047")


def someone(name: str, amount: str = "860.00", **fields: Any) -> Borrower:
    borrower = cast.a_borrower(full_name=name, **fields)
    cast.a_loan(borrower, amount=amount)
    return borrower


def by_case(found: list[Sample]) -> dict[str, Sample]:
    assert [one.case for one in found] == list(wording_people.CASES)
    return {one.case: one for one in found}


def test_the_five_cases_are_five_people_of_the_book() -> None:
    template = the_template()
    shortest, longest = someone("李娜", "86.00"), someone("欧阳建国", "128450.75")
    missing, special = someone(""), someone("阿依古丽·艾合买提")
    rest = {someone("王芳").borrower_ref for _ in range(3)}

    found = by_case(wording_people.people(template, WORDS))

    refs = {case: one.borrower_ref for case, one in found.items()}
    assert refs["missing"] == missing.borrower_ref
    assert refs["longest"] in {longest.borrower_ref, special.borrower_ref}
    assert refs["random"] in rest | {shortest.borrower_ref, longest.borrower_ref}
    assert found["special"].name == "阿*提"
    assert "·" in found["special"].problem
    assert len(set(refs.values())) >= 4
    assert not any(one.invented or one.nobody for one in found.values())


def test_shortest_and_longest_are_so_as_billed() -> None:
    template = the_template()
    short, long = someone("李娜", "86.00"), someone("欧阳建国", "128450.75")
    for _ in range(4):
        someone("王芳芳", "3260.00")

    found = by_case(wording_people.people(template, WORDS))

    assert found["shortest"].borrower_ref == short.borrower_ref
    assert found["longest"].borrower_ref == long.borrower_ref
    assert found["shortest"].characters < found["random"].characters < found["longest"].characters


def test_a_sample_is_the_text_that_the_gate_would_send_with_the_name_masked() -> None:
    template = the_template()
    someone("王小芳")

    one = by_case(wording_people.people(template, WORDS))["longest"]

    said = (
        "【云杉消金】王小芳您好，本期860.00元将于11月27日到期。已还请忽略。客服95000，拒收请回复R"
    )
    assert one.text == said.replace("王小芳", "王*芳")
    assert [piece.text for piece in one.shown if piece.value] == [
        "王*芳您好", "860.00元", "11月27日", "95000",
    ]  # fmt: skip
    assert one.name == "王*芳"
    assert (one.characters, one.parts, str(one.price), one.currency) == (
        len(said), 1, "0.0450", "CNY",
    )  # fmt: skip
    assert (one.bucket, one.on, one.problem) == (-3, cast.TODAY, "")


def test_a_step_of_the_coming_days_is_told_as_of_its_day() -> None:
    the_template()
    borrower = cast.a_borrower()
    cast.a_loan(borrower, due_on=cast.TODAY - timedelta(days=1))  # the step of day 3 is in two days
    words = replace(WORDS, text="((salutation))，((amount))已逾期((days_late))天")

    template = MessageTemplate.objects.get(code="T-053")
    one = by_case(wording_people.people(template, words))["longest"]

    assert (one.bucket, one.on) == (3, cast.TODAY + timedelta(days=2))
    assert "已逾期3天" in one.text


def test_a_missing_value_is_named_and_so_is_one_no_text_can_be_made_with() -> None:
    template = the_template()
    someone("")
    empty = by_case(wording_people.people(template, WORDS))["missing"]
    cast.the_lender(contact_line="www.spruce.cn")

    unsafe = by_case(wording_people.people(template, WORDS))

    assert "No name is on file" in empty.problem
    assert empty.text.startswith("【云杉消金】您好，本期")
    assert "((contact))" in unsafe["missing"].problem
    assert (unsafe["missing"].text, unsafe["missing"].price) == ("", None)
    assert unsafe["longest"].nobody


def test_a_name_that_must_not_be_said_is_told_and_left_out() -> None:
    template = the_template()
    someone("法院传票")

    one = by_case(wording_people.people(template, WORDS))["missing"]

    assert "must not stand in a text" in one.problem
    assert one.text.startswith("【云杉消金】您好，本期")


def test_a_case_that_nobody_fits_says_so() -> None:
    template = the_template()
    someone("王芳")

    found = by_case(wording_people.people(template, WORDS))

    assert not found["longest"].nobody
    for case in ("shortest", "missing", "special", "random"):
        assert found[case].nobody
        assert found[case].problem
        assert (found[case].text, found[case].borrower_ref) == ("", "")


def test_whoever_the_words_would_not_reach_is_no_sample() -> None:
    template = the_template()
    held = someone("王芳")
    Hold.objects.create(kind="dispute", source="test", from_at=clock.now(), borrower=held)
    someone("李娜", consent=False)
    someone("Ana Souza", language="en")
    abroad = cast.a_number("+447400123456", country="GB", jurisdictions=("GB",))
    someone("陈晨", number=abroad)
    not_due = cast.a_borrower(full_name="周敏")
    cast.a_loan(not_due, due_on=cast.TODAY + timedelta(days=20))
    reached = someone("赵六")

    found = wording_people.people(template, WORDS)

    assert {one.borrower_ref for one in found if not one.nobody} == {reached.borrower_ref}


def test_words_for_more_specific_places_keep_their_people() -> None:
    """Where a live wording is for China alone, one for everywhere reaches nobody in China."""
    template = the_template()
    someone("王芳")

    everywhere = wording_people.people(template, replace(WORDS, jurisdictions=[]))

    assert all(one.invented for one in everywhere)


def test_a_product_of_its_own_leaves_other_loans_out() -> None:
    cast.the_house()
    template = MessageTemplate.objects.create(
        code="T-091", purpose="before_due", product="credit_card", name_en="Card", name_zh="卡"
    )
    ladder = Strategy.objects.create(
        code="S-02", version=1, name_en="Cards", name_zh="卡", author=cast.a_user(role="supervisor")
    )
    Step.objects.create(strategy=ladder, offset=-3, template=template)
    ladder.state, ladder.live = "approved", True
    ladder.reviewer, ladder.decided_at = cast.a_user(role="compliance"), clock.now()
    ladder.save()
    someone("王芳")
    card = cast.a_borrower(full_name="李娜")
    cast.a_loan(card, product="credit_card")

    found = wording_people.people(template, WORDS)

    assert {one.borrower_ref for one in found if not one.nobody} == {card.borrower_ref}


def test_the_random_person_is_the_same_all_day_and_another_on_another_day() -> None:
    template = the_template()
    for _ in range(40):
        borrower = cast.a_borrower()
        cast.a_loan(borrower, due_on=cast.TODAY + timedelta(days=5))

    seen = []
    for hours in (0, 5, 24, 48):
        site_clock.set_to(cast.NOON + timedelta(hours=hours))
        seen.append(by_case(wording_people.people(template, WORDS))["random"].borrower_ref)

    assert seen[0] == seen[1]
    assert len(set(seen)) > 1


def test_an_empty_book_is_read_with_invented_people() -> None:
    template = the_template()

    found = by_case(wording_people.people(template, WORDS))

    assert all(one.invented and one.text and not one.borrower_ref for one in found.values())
    assert found["missing"].problem
    assert found["special"].problem
    assert str(found["random"].price) == "0.0450"


def test_invented_people_too_are_told_when_no_text_can_be_made() -> None:
    template = the_template()
    cast.the_lender(contact_line="www.spruce.cn")

    found = by_case(wording_people.people(template, WORDS))

    assert all(one.invented and "((contact))" in one.problem for one in found.values())
    assert not any(one.text or one.parts for one in found.values())


def test_before_the_lender_is_set_up_the_people_are_invented_too() -> None:
    found = by_case(wording_people.people(cast.a_template(), WORDS))

    assert all(one.invented for one in found.values())


@pytest.mark.parametrize("text", ["((nothing))元", "((amount", "", "((salutation))((amount))"])
def test_half_a_text_is_no_error(text: str) -> None:
    template = the_template()
    words = replace(WORDS, text=text)
    invented = wording_people.people(template, words)
    someone("王芳")

    assert len(invented) == len(wording_people.people(template, words)) == 5


def test_a_collector_reads_it_with_their_own_people_only() -> None:
    template = the_template()
    mine, _other = someone("王芳"), someone("李娜")
    collector = cast.a_user()
    Assignment.objects.create(borrower=mine, collector=collector, from_at=clock.now())

    found = wording_people.people(template, WORDS, by=collector)
    all_of_them = wording_people.people(template, WORDS, by=cast.a_user(role="supervisor"))

    assert {one.borrower_ref for one in found if not one.nobody} == {mine.borrower_ref}
    assert len({one.borrower_ref for one in all_of_them if not one.nobody}) == 2


def test_people_of_another_language_are_found_among_many(
    django_assert_max_num_queries: Any,
) -> None:
    template = the_template()
    for _ in range(30):
        someone("王芳")
    ana = someone("Ana Souza", language="en-GB")

    with django_assert_max_num_queries(14):
        found = wording_people.people(template, EN)

    assert found[0].borrower_ref == ana.borrower_ref
    assert found[0].text == "Spruce: Hi Ana, CNY 860.00 is due 27 Nov. 95000. Reply STOP to opt out"


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("王芳", ""),
        ("王小芳", ""),
        ("歐陽建國", ""),
        ("Ana Souza", ""),
        ("阿依古丽·艾合买提", "·"),
        ("𠮷野", "𠮷"),
        ("李㛃", "㛃"),
        ("Seán O'Brien-Núñez", "á'-úñ"),
        ("", ""),
    ],
)
def test_odd_characters_are_those_beyond_everyday_sets(name: str, odd: str) -> None:
    assert samples.odd_characters(name) == odd
