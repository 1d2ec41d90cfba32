"""What each placeholder is called by people: English, Chinese. In texts it keeps its stored name."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "salutation": ("Salutation", "称呼"),
    "name": ("Full name", "姓名"),
    "amount": ("Amount", "金额"),
    "due_date": ("Due date", "到期日"),
    "days_late": ("Days late", "逾期天数"),
    "instalment": ("Instalment", "期数"),
    "card_tail": ("Last four digits", "尾号"),
    "reference": ("Contract number", "合同号"),
    "lender": ("Our name", "机构名称"),
    "contact": ("Contact line", "客服电话"),
    "plan_contact": ("Plan contact", "协商电话"),
}


def word(name: str, language: str) -> str:
    """The word for a placeholder, in Chinese for ``zh…`` and in English otherwise; of others the name."""
    english, chinese = WORDS.get(name, (name, name))
    return chinese if language.lower().startswith("zh") else english
