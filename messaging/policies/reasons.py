"""The reason codes of the contact policy and what to say about them, in both languages.

Rows in the database carry code and values; sentences are made here, when somebody reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from messaging.policies.reason_texts import ROWS, ReasonText

__all__ = ["HOLD_CODES", "PASSED", "REASONS", "ReasonText", "passed", "sentence", "short"]

REASONS: Mapping[str, ReasonText] = {row.code: row for row in ROWS}

# The reason code of each kind of hold.
HOLD_CODES: Mapping[str, str] = {
    "opt_out": "opt_out",
    "dispute": "dispute",
    "hardship": "hardship",
    "bankruptcy": "bankruptcy",
    "deceased": "deceased",
    "attorney": "attorney",
    "breathing_space": "breathing_space",
    "wrong_number": "wrong_party",
    "complaint": "complaint",
    "promise": "promise_pending",
    "plan": "plan_on_track",
    "paid": "paid_reported",
    "pause": "paused",
    "vulnerable": "vulnerable",
}

# What a check says when it finds nothing against the text: English, Chinese. `hold` stands for all kinds.
PASSED: Mapping[str, tuple[str, str]] = {
    "no_number": ("A phone number is on file", "已有手机号"),
    "not_own_number": ("The number is theirs", "号码属于本人"),
    "no_consent": ("Consent to texts at this number is on file", "该号码有接收短信的同意记录"),
    "hold": ("Nothing on file holds reminders back", "没有停止提醒的登记"),
    "no_zone": ("Time zone known: {zones}", "时区已知：{zones}"),
    "no_rulebook": ("Rules on file for {jurisdictions}", "已有 {jurisdictions} 的规则"),
    "loan_closed": ("The loan is running", "借款存续中"),
    "not_in_latest_file": ("The latest file lists this loan", "最新文件中有这笔借款"),
    "nothing_due": ("There is an amount due", "有应还金额"),
    "balance_stale": (
        "The balance is {hours} hours old (limit {most})",
        "余额为 {hours} 小时前的数据（上限 {most} 小时）",
    ),
    "date_differs": ("The date is the same there and here", "两地日期相同"),
    "step_passed": ("The day of this step has not passed", "这一步的日期未过"),
    "quiet_hours": ("Inside contact hours until {until}", "在可联系时段内，至 {until}"),
    "cap_day": ("{used} of {most} reminders used today", "今天已提醒 {used} 次，最多 {most} 次"),
    "cap_week": (
        "{used} of {most} reminders used in 7 days",
        "7 天内已提醒 {used} 次，最多 {most} 次",
    ),
    "cap": (
        "{used} of {most} reminders used in {hours} hours",
        "{hours} 小时内已提醒 {used} 次，最多 {most} 次",
    ),
    "spacing": (
        "No reminder in the last {hours} hours",
        "过去 {hours} 小时内没有提醒",
    ),
    "open_question": ("No earlier text to this number is unsettled", "该号码没有结果未明的短信"),
    "sending_stopped": ("Sending is running", "发送正常"),
    "other_loan_texted": ("No other loan of theirs goes first today", "今天没有其他借据优先"),
    "no_wording": ("An approved wording fits this person", "有适用的已批准文案"),
    "content_missing": (
        "Everything the text needs is on file",
        "文案所需的资料都有",
    ),
    "provider_terms": ("The provider carries this text", "服务商可承运"),
    "not_registered": (
        "The provider has accepted this wording, or asks for no registration",
        "文案已在服务商报备，或无须报备",
    ),
}

# Values that are words of ours, and how each language says them.
_WORDS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("scope", "all"): ("everything", "全部"),
    ("scope", "provider"): ("this provider", "该服务商"),
    ("scope", "strategy"): ("this strategy", "该策略"),
    ("scope", "run"): ("this run", "该批次"),
    ("name", "name"): ("the name", "姓名"),
    ("name", "salutation"): ("the salutation", "称呼"),
    ("name", "lender"): ("the lender's name", "机构名称"),
    ("name", "contact"): ("the contact line", "联系方式"),
    ("name", "amount"): ("the amount", "金额"),
    ("name", "due_date"): ("the due date", "到期日"),
    ("name", "days_late"): ("the days late", "逾期天数"),
    ("name", "card_tail"): ("the last digits of the card", "卡号末四位"),
    ("name", "instalment"): ("the instalment's number", "期数"),
    ("name", "plan_contact"): ("the contact for plans", "协商联系方式"),
    ("name", "reference"): ("the contract number", "合同号"),
}

# Said of a limit that counts calls along with texts.
_CALLS_TOO = (", calls included", "，含通话")


def sentence(code: str, values: Mapping[str, str | int], language: str) -> str:
    """The reason as a sentence for staff, in Chinese for `zh…` and in English otherwise.

    Where a value the sentence needs is missing, the label says it instead; a code this version does
    not know is given back as it is.
    """
    text = REASONS.get(code)
    if text is None:
        return code
    filled = _filled(text.zh if _chinese(language) else text.en, values, language)
    return short(code, language) if filled is None else filled + _calls(values, language)


def passed(code: str, values: Mapping[str, str | int], language: str) -> str:
    """What a check that found nothing says; the code itself where it is unknown or a value misses."""
    texts = PASSED.get(code)
    filled = texts and _filled(texts[1] if _chinese(language) else texts[0], values, language)
    return filled + _calls(values, language) if filled else code


def short(code: str, language: str) -> str:
    """The label for tables: at most 14 Han or 30 Latin characters."""
    text = REASONS.get(code)
    if text is None:
        return code
    return text.short_zh if _chinese(language) else text.short_en


def _calls(values: Mapping[str, str | int], language: str) -> str:
    return _CALLS_TOO[_chinese(language)] if values.get("counts") == "contacts" else ""


def _chinese(language: str) -> bool:
    return language.lower().startswith("zh")


def _filled(text: str, values: Mapping[str, str | int], language: str) -> str | None:
    """The text with its values in place; None where one is missing or empty. Names only, no lookups."""
    parts = []
    for literal, name, _, _ in Formatter().parse(text):
        parts.append(literal)
        if name is None:
            continue
        value = values.get(name, "")
        if value == "":
            return None
        words = _WORDS.get((name, str(value)))
        parts.append(words[1 if _chinese(language) else 0] if words else str(value))
    return "".join(parts)
