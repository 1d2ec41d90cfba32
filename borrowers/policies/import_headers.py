"""Which of the four files a file is, and which of its columns is which of ours: a first guess."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from borrowers.policies.imports import BORROWERS, INSTALMENTS, LOANS, REPAYMENTS, SHEETS, Sheet

Columns = dict[str, int | None]

# What lenders' exports call our columns; letters and digits only, lower case.
KNOWN_AS: dict[str, str] = {
    "borrower_ref": "borrowerid borrowerno customerref customerid customerno custno clientid 客户号 客户编号 客户id 借款人编号",
    "full_name": "name fullname customername borrowername clientname 姓名 客户姓名 借款人姓名 借款人",
    "phone": "phonenumber mobile mobilephone mobileno tel telephone cell msisdn 手机 手机号 手机号码 电话 联系电话",
    "language": "lang locale 语言",
    "region": "country countrycode province state 地区 省份 国家",
    "locality": "city town 城市 市",
    "time_zone": "timezone tz 时区",
    "consent_at": "consent consentat consentdate consentedat 同意时间 授权时间",
    "loan_ref": "loanid loanno contractno contractref contractid accountno agreementno 合同号 合同编号 贷款编号 借据号",
    "product": "producttype productcode 产品 产品类型",
    "currency": "ccy currencycode 币种",
    "principal": "loanamount amountlent creditlimit limit 本金 贷款金额 授信额度",
    "opened_on": "opened openedat opendate startdate disbursedon 放款日 放款日期 开户日期 起始日期",
    "status": "loanstatus state 状态 贷款状态",
    "number": "instalmentno installmentno instalment installment period seq 期数 期号 期次",
    "due_on": "duedate due dueday 应还日 应还日期 到期日 还款日",
    "amount_due": "amountdue dueamount instalmentamount amount 应还金额 应还款额 期供",
    "repayment_ref": "repaymentid repaymentno paymentid paymentref paymentno transactionid 还款编号 流水号 交易号",
    "paid_on": "paiddate paymentdate paidat datepaid 还款日期 入账日期 实还日期",
    "amount": "paidamount paymentamount amountpaid 还款金额 实还金额 金额",
}
NAMED: dict[Sheet, str] = {
    BORROWERS: "borrower|customer|client|客户|借款人",
    LOANS: "loan|contract|account|贷款|合同|借据",
    INSTALMENTS: "instal|schedule|plan|分期|计划|期供",
    REPAYMENTS: "repay|payment|paid|transaction|实还|流水|还款记录|还款明细",
}


def plain(name: str) -> str:
    """A column's name without case, width, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).lower())


def guess(
    sheet: Sheet, header: Sequence[str], remembered: Mapping[str, str] | None = None
) -> Columns:
    """Where each of the sheet's columns may stand in a file with this header; None where unknown.

    What was confirmed for this source counts first, then our own names, then what others call them.
    """
    names = [plain(name) for name in header]
    taken: set[int] = set()
    found: Columns = dict.fromkeys(sheet.columns)
    ours = {column: [plain(column)] for column in sheet.columns}
    others = {column: KNOWN_AS[column].split() for column in sheet.columns}
    held = {
        column: [plain(name)]
        for column, name in (remembered or {}).items()
        if column in found and name
    }
    for wanted in (held, ours, others):
        for column, words in wanted.items():
            at = next((i for i, name in enumerate(names) if name in words and i not in taken), None)
            if found[column] is None and at is not None:
                found[column] = at
                taken.add(at)
    return found


def by_name(sheet: Sheet, header: Sequence[str], remembered: Mapping[str, str]) -> Columns:
    """Where the columns stand that were confirmed for a source, by their names alone; None where gone."""
    names = [plain(name) for name in header]
    return {
        column: names.index(name)
        if (name := plain(remembered.get(column) or "")) in names and name
        else None
        for column in sheet.columns
    }


def kind(file_name: str, header: Sequence[str]) -> Sheet:
    """Which of the four files this most likely is: its columns speak first, then its name."""

    def score(sheet: Sheet) -> tuple[float, bool]:
        found = sum(at is not None for at in guess(sheet, header).values())
        named = re.search(NAMED[sheet], file_name.lower()) is not None
        return found / len(sheet.columns) + 0.3 * named, named

    return max(SHEETS, key=score)


def missing(sheet: Sheet, columns: Mapping[str, int | None]) -> list[str]:
    """The columns that must be there and are not chosen."""
    return [
        name for name in sheet.columns if columns.get(name) is None and name not in sheet.optional
    ]


def shared(columns: Mapping[str, int | None]) -> list[str]:
    """Columns of ours for which one and the same column of the file is chosen."""
    chosen = [at for at in columns.values() if at is not None]
    return [name for name, at in columns.items() if at is not None and chosen.count(at) > 1]
