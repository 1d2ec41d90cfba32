"""What every reason code means: its answer, whether law or house policy speaks, and its sentences.

A code is never renamed: decisions years old carry it. A row is: code, answer and kind; then for
English and for Chinese the sentence and the label for tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast


@dataclass(frozen=True, slots=True)
class ReasonText:
    """One reason code. `kind` "either" means that the rule behind it says whether it is law."""

    code: str
    answer: Literal["wait", "never"]
    kind: Literal["law", "house", "either"]
    en: str
    zh: str
    short_en: str
    short_zh: str


def _row(facts: str, en: tuple[str, str], zh: tuple[str, str]) -> ReasonText:
    code, answer, kind = facts.split()
    return ReasonText(
        code,
        cast(Literal["wait", "never"], answer),
        cast(Literal["law", "house", "either"], kind),
        en[0],
        zh[0],
        en[1],
        zh[1],
    )


ROWS = (
    # The hour, and how often.
    _row(
        "quiet_hours wait either",
        ("It is {local} in {zone}; reminders go out {window}", "Outside contact hours"),
        ("{zone} 现在是 {local}，可联系时段为 {window}", "不在可联系时段"),
    ),
    _row(
        "holiday wait either",
        ("No reminders go out on this day in {zone}", "A day without reminders"),
        ("{zone} 当天不发送提醒", "当天不提醒"),
    ),
    _row(
        "expiry_window wait either",
        (
            "Contact hours end at {until}; a text might arrive after that",
            "Contact hours nearly over",
        ),
        ("可联系时段到 {until} 结束，短信可能来不及送达", "时段即将结束"),
    ),
    _row(
        "date_differs wait house",
        ("It is {local_on} where they are and {business_on} here", "Dates differ"),
        ("对方当地日期为 {local_on}，业务日期为 {business_on}", "两地日期不同"),
    ),
    _row(
        "cap_day wait either",
        ("Already reminded today (limit {most} a day)", "Already reminded today"),
        ("今天已提醒过（每天最多 {most} 次）", "今天已提醒"),
    ),
    _row(
        "cap_week wait either",
        ("Reminded {used} times in 7 days (limit {most})", "Enough reminders this week"),
        ("7 天内已提醒 {used} 次（最多 {most} 次）", "7 天内次数已满"),
    ),
    _row(
        "cap wait either",
        ("Reminded {used} times in {hours} hours (limit {most})", "Enough reminders for now"),
        ("{hours} 小时内已提醒 {used} 次（最多 {most} 次）", "提醒次数已满"),
    ),
    _row(
        "spacing wait either",
        ("The last reminder was less than {hours} hours ago", "Too soon after the last"),
        ("距上次提醒不足 {hours} 小时", "距上次提醒太近"),
    ),
    # What the person asked for, or lives through.
    _row(
        "opt_out never law",
        ("They asked not to be texted", "Opted out"),
        ("对方已要求不再接收短信", "已退订"),
    ),
    _row(
        "dispute never law",
        ("They dispute this; it is being looked into", "In dispute"),
        ("对方提出异议，正在核实", "异议核实中"),
    ),
    _row(
        "hardship never either",
        ("They told us money is tight; a person follows up", "Hardship: a person follows up"),
        ("对方反映还款困难，由专人跟进", "困难跟进中"),
    ),
    _row(
        "bankruptcy never law",
        ("A bankruptcy or insolvency is on file", "Bankruptcy on file"),
        ("已登记破产或个人债务清理", "破产或债务清理"),
    ),
    _row(
        "deceased never law",
        ("The person is recorded as having died", "Deceased"),
        ("已登记本人去世", "已去世"),
    ),
    _row(
        "attorney never law",
        ("Someone represents them; contact goes to the representative", "Represented"),
        ("对方已委托代理人，改为联系代理人", "已委托代理人"),
    ),
    _row(
        "breathing_space never law",
        ("A breathing space is running", "Breathing space"),
        ("处于法定债务喘息期", "债务喘息期"),
    ),
    _row(
        "wrong_party never law",
        ("This number belongs to someone else", "Someone else's number"),
        ("该号码由他人使用", "号码非本人"),
    ),
    _row(
        "complaint never either",
        ("A complaint is open", "Complaint open"),
        ("有投诉正在处理", "投诉处理中"),
    ),
    _row(
        "vulnerable never either",
        ("Extra care is recorded for this person", "Extra care"),
        ("已登记需要特别关照", "特别关照"),
    ),
    _row(
        "promise_pending never house",
        ("They promised to pay and the day has not passed", "Promise to pay pending"),
        ("对方已承诺还款，尚未到承诺日期", "承诺还款待兑现"),
    ),
    _row(
        "plan_on_track never house",
        ("An agreed plan is on track", "Plan on track"),
        ("协商还款方案履行正常", "还款方案履行中"),
    ),
    _row(
        "paid_reported never house",
        ("They say they have paid; the payment is being checked", "Payment being checked"),
        ("对方表示已还款，正在核对入账", "还款核对中"),
    ),
    _row(
        "paused never house",
        ("Reminders to them are paused", "Paused"),
        ("已暂停提醒", "已暂停提醒"),
    ),
    # Consent and the number.
    _row(
        "no_consent never law",
        ("No consent to texts at this number is on file", "No consent on file"),
        ("该号码没有接收短信的同意记录", "没有同意记录"),
    ),
    _row(
        "consent_withdrawn never law",
        ("Consent to texts at this number was withdrawn", "Consent withdrawn"),
        ("已撤回接收短信的同意", "同意已撤回"),
    ),
    _row(
        "not_own_number never law",
        ("The number is not known to be theirs", "Not known to be theirs"),
        ("尚未确认该号码属于本人", "未确认本人号码"),
    ),
    _row(
        "no_number never house",
        ("No phone number is on file", "No phone number"),
        ("没有手机号", "没有手机号"),
    ),
    _row(
        "no_zone never house",
        ("No usable time zone is on file", "Time zone unknown"),
        ("时区未知", "时区未知"),
    ),
    _row(
        "no_rulebook never house",
        ("No rules are on file for {jurisdiction}", "No rules on file"),
        ("没有 {jurisdiction} 的规则", "没有当地规则"),
    ),
    # The loan and its figures.
    _row(
        "nothing_due never house",
        ("Nothing is due", "Nothing due"),
        ("没有应还金额", "没有应还金额"),
    ),
    _row(
        "loan_closed never house",
        ("The loan is closed", "Loan closed"),
        ("这笔借款已结束", "借款已结束"),
    ),
    _row(
        "balance_stale wait house",
        ("The balance is {hours} hours old (limit {most})", "Balance out of date"),
        ("余额已是 {hours} 小时前的数据（上限 {most} 小时）", "余额待更新"),
    ),
    _row(
        "not_in_latest_file never house",
        ("The latest file does not list this loan", "Not in the latest file"),
        ("最新文件中没有这笔借款", "不在最新文件中"),
    ),
    _row(
        "amount_changed never house",
        ("The amount has changed since the text was prepared", "Amount changed"),
        ("准备文本之后金额有变动", "金额有变动"),
    ),
    _row(
        "other_loan_texted never house",
        ("Their loan {loan_ref} takes today's turn", "Another loan goes first"),
        ("今天由借据 {loan_ref} 先提醒", "另一笔借据优先"),
    ),
    # The step, the text and the way out.
    _row(
        "step_passed never house",
        ("The day of this step, {step_on}, has passed", "The step's day has passed"),
        ("这一步的日期 {step_on} 已过", "步骤日期已过"),
    ),
    _row(
        "expired never house",
        ("The time for this reminder has passed", "Time has passed"),
        ("已过这条提醒的发送时间", "已过发送时间"),
    ),
    _row(
        "hold_out never house",
        ("Left out on purpose, to see what reminders change", "Comparison group"),
        ("列入对照组，用于衡量提醒效果", "对照组"),
    ),
    _row(
        "no_wording never house",
        ("No approved wording fits this person", "No fitting wording"),
        ("没有适用的已批准文案", "没有适用文案"),
    ),
    _row(
        "content_missing never house",
        ("The text needs {name}, which is not on file", "A detail is missing"),
        ("文案需要{name}，资料中没有", "缺少所需资料"),
    ),
    _row(
        "variable_unsafe never house",
        ("What is on file for {name} cannot stand in a text", "A detail cannot be used"),
        ("资料中的{name}不能写入短信", "资料内容不可用"),
    ),
    _row(
        "provider_terms never house",
        ("The provider does not carry this text: {why}", "Provider's terms"),
        ("服务商不承运这类短信：{why}", "服务商条款限制"),
    ),
    _row(
        "not_registered never house",
        ("{provider} has not accepted this wording yet", "Wording not registered"),
        ("{provider} 尚未接受这份文案的报备", "文案未报备"),
    ),
    _row(
        "no_sender never house",
        ("No sender reaches {country}", "No sender for the country"),
        ("没有通往 {country} 的发送通道", "没有发送通道"),
    ),
    _row(
        "sending_stopped wait house",
        ("Sending is stopped ({scope})", "Sending stopped"),
        ("发送已停止（{scope}）", "发送已停止"),
    ),
    _row(
        "open_question wait house",
        ("It is not yet known what became of the last text to this number", "Last text unsettled"),
        ("该号码上一条短信的结果尚未明确", "上一条结果未明"),
    ),
    _row(
        "budget wait house",
        ("The sending budget is used up", "Budget used up"),
        ("发送预算已用完", "预算已用完"),
    ),
    _row(
        "quarantined never house",
        ("Set aside after repeated errors; someone looks into it", "Set aside after errors"),
        ("多次出错，已搁置待查", "已搁置待查"),
    ),
)
