"""A filled text in stretches says which characters were put in, and no other text than is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import filling
from messaging.filling import Stretch
from messaging.policies.wording import MissingValue, UnsafeValue

VALUES = {"salutation": "王芳您好", "amount": "860.00元", "card_tail": "3302", "name": ""}


def test_values_are_marked_and_the_rest_is_not() -> None:
    shown = filling.stretches("【云杉】", "((salutation))，本期((amount))", VALUES)

    assert shown == (
        Stretch("【云杉】"),
        Stretch("王芳您好", value=True),
        Stretch("，本期"),
        Stretch("860.00元", value=True),
    )


def test_an_empty_value_leaves_no_stretch() -> None:
    assert filling.stretches("", "((name))到期", VALUES) == (Stretch("到期"),)


@given(
    st.lists(
        st.sampled_from(
            [
                "((salutation))",
                "((amount))",
                "((name))",
                "((card_tail))",
                "((",
                "))",
                "元",
                "a",
                "((A))",
                " ",
            ]
        )
    )
)
def test_joined_they_are_the_text_that_is_sent(pieces: list[str]) -> None:
    text, values = "".join(pieces), {**VALUES, "a": "甲"}  # the pieces may spell ((a))

    shown = filling.stretches("【云杉】", text, values)

    assert filling.joined(shown) == filling.render("【云杉】", text, values)


@pytest.mark.parametrize(
    ("values", "error"), [({}, MissingValue), ({"amount": "a\nb"}, UnsafeValue)]
)
def test_what_cannot_be_filled_is_refused_as_on_sending(
    values: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        filling.stretches("", "本期((amount))", values)
