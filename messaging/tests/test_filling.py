"""What a person's own values may say: a name is left out, anything else unsafe refuses the text."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from collections_site.lib.decision import Reason
from collections_site.lib.masking import mask_name
from messaging import filling
from messaging.policies.values import Said
from messaging.policies.wording import MissingValue, UnsafeValue

SAID = Said(
    "zh-hans", "王芳", "云杉消金", "95000", Decimal(860), "CNY", date(2026, 11, 28), 3, 2, "L1"
)
TEXT = "((salutation))，本期((amount))。((contact))"


def the_text(said: Said, text: str = TEXT) -> str:
    names = ["salutation", "name", "amount", "contact", "reference", "instalment"]
    return filling.render("【云杉消金】", text, filling.fill(said, names))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "法院传票",
        "老赖",
        "【工商银行】",
        "t.cn 王",
        "王芳2",
        "王" * 41,
        "Fa Yuan",
        "王\u200b芳",
    ],
)
def test_a_name_that_must_not_be_said_is_left_out_and_the_person_still_greeted(name: str) -> None:
    assert the_text(replace(SAID, full_name=name)) == "【云杉消金】您好，本期860.00元。95000"
    english = replace(SAID, language="en", full_name=name)
    assert the_text(english, "((salutation)), ((amount))") == "【云杉消金】Hello, CNY 860.00"


@pytest.mark.parametrize(
    "name", ["王芳", "古丽米热·阿卜杜热合曼·买买提依明", "Seán O'Brien-Núñez", "राज कुमार", "李, 娜"]
)
def test_unusual_names_are_said_as_they_are(name: str) -> None:
    assert name in the_text(replace(SAID, full_name=name))


def test_what_may_be_said_is_decided_on_the_true_name_not_on_the_masked_one() -> None:
    assert filling.fill(SAID, ["name"], shown=mask_name) == {"name": "王*"}
    threat = replace(SAID, full_name="法院传票")
    assert filling.fill(threat, ["name"], shown=mask_name) == {"name": ""}


@pytest.mark.parametrize(
    ("change", "text", "code", "name"),
    [
        ({"contact": "不还就起诉"}, TEXT, "variable_unsafe", "contact"),
        ({"contact": "t.cn/x"}, TEXT, "variable_unsafe", "contact"),
        ({"loan_ref": "老赖-1"}, "((reference))", "variable_unsafe", "reference"),
        ({"loan_ref": "T.CN"}, "((reference))", "variable_unsafe", "reference"),
        ({"instalment": 0}, "((instalment))", "content_missing", "instalment"),
    ],
)
def test_the_planner_foresees_what_the_gate_would_refuse(
    change: dict[str, object], text: str, code: str, name: str
) -> None:
    said = replace(SAID, **change)  # type: ignore[arg-type]
    with pytest.raises((MissingValue, UnsafeValue)) as refused:
        the_text(said, text)
    foreseen = filling.lacking(
        [name],
        lender="云杉",
        contact=said.contact,
        loan_ref=said.loan_ref,
        instalment=said.instalment,
    )
    assert isinstance(refused.value, MissingValue | UnsafeValue)
    assert filling.reason(refused.value) == foreseen == Reason(code, {"name": name})


def test_the_planner_objects_to_nothing_that_the_gate_would_send() -> None:
    fine = {"lender": "云杉", "contact": "95000", "loan_ref": "LN-2026-001", "instalment": 2}
    assert filling.lacking(["contact", "reference", "instalment", "lender"], **fine) is None  # type: ignore[arg-type]
    assert filling.lacking(["amount"], **(fine | {"contact": "t.cn"})) is None  # type: ignore[arg-type]
