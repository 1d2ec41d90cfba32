"""Why a row, or a whole file, could not be taken, and what to put right; in both languages.

Sentences never repeat a name or a number: rejected rows are shown in lists and kept in files. What is kept
is the code and its values; the sentence is said in the language of whoever reads it.
"""

from collections.abc import Mapping
from typing import Any

from borrowers.policies.import_file_reasons import FILES

SENTENCES: dict[str, tuple[str, str]] = {
    **FILES,
    # whole files
    "no_folder": (
        "{folder} is not a folder: name the folder that holds {files}.",
        "{folder} 不是文件夹：指定存放 {files} 的文件夹。",
    ),
    "no_file": (
        "{file} is not there: export all of {files}.",
        "缺少 {file}：导出 {files} 全部文件。",
    ),
    "unreadable": ("{file} cannot be read: {why}.", "{file} 读不出来：{why}。"),
    "empty_file": (
        "{file} is empty: export it again, with its header row.",
        "{file} 是空文件：重新导出，并带上标题行。",
    ),
    "no_rows": (
        "{file} has a header and no rows: a full batch would withdraw everything; use --delta if nothing changed.",
        "{file} 只有标题行：全量导入会把全部数据撤下；没有变化时用增量导入。",
    ),
    "delimiter": (
        "{file} is separated by {delimiter}: save it separated by commas, tabs or semicolons.",
        "{file} 用{delimiter}分隔：另存为逗号、制表符或分号分隔的文件。",
    ),
    "missing_columns": (
        "{file} lacks {columns}: its header row names {wanted}.",
        "{file} 缺少列 {columns}：标题行应为 {wanted}。",
    ),
    "column_twice": (
        "{file} has the column {column} twice: keep one.",
        "{file} 中 {column} 列出现两次：只留一列。",
    ),
    "encoding": (
        "{file} is neither UTF-8 nor GB18030: save it as UTF-8.",
        "{file} 既不是 UTF-8 也不是 GB18030：另存为 UTF-8。",
    ),
    "utf_16": ("{file} is UTF-16: save it as UTF-8.", "{file} 是 UTF-16 编码：另存为 UTF-8。"),
    "changed_while_read": (
        "{file} changed while it was being read: wait until the export has finished, then import again.",
        "读取时 {file} 发生了变化：等导出完成后再导入。",
    ),
    "too_many": (
        "More than {most} rows of {file} cannot be taken, so nothing was. The first is row {row}, {column}: {reason}",
        "{file} 有超过 {most} 行无法导入，因此没有导入任何数据。第一处在第 {row} 行 {column} 列：{reason}",
    ),
    "older": (
        "These files are as of {as_of}, but {count} of their loans are already known as of {known}: give --as-of if this export is the newer one.",
        "这些文件截至 {as_of}，其中 {count} 笔贷款已有截至 {known} 的数据：如果这次导出更新，用 --as-of 指明时间。",
    ),
    "older_people": (
        "These files are as of {as_of} and would change {count} people of whom more is known, as of {known}: give --as-of if this export is the newer one.",
        "这些文件截至 {as_of}，会改动 {count} 位已有截至 {known} 数据的客户：如果这次导出更新，用 --as-of 指明时间。",
    ),
    "busy": (
        "Another import is running: wait for it to end.",
        "另一次导入正在进行：等它结束后再导入。",
    ),
    # rows
    "width": (
        "The row has {found} values and the header {wanted}: a comma inside a value needs quotes around the value.",
        "这一行有 {found} 个值，标题行有 {wanted} 列：值里有逗号时，用引号括起来。",
    ),
    "quotes": (
        "A quote is not closed: write a quote inside a value twice, and keep every row on one line.",
        "引号没有成对：值里的引号写两次，每行数据占一行。",
    ),
    "bytes": (
        "The row holds bytes that are no text: export the file again as UTF-8.",
        "这一行有无法识别的字节：以 UTF-8 重新导出。",
    ),
    "missing": ("It is empty: fill it in.", "此处为空：补上内容。"),
    "too_long": (
        "It is longer than {most} characters: shorten it.",
        "超过 {most} 个字符：缩短内容。",
    ),
    "invisible": (
        "It holds characters that cannot be seen: type it again.",
        "含有不可见字符：重新输入。",
    ),
    "formula": (
        "It reads like a formula or an error of a spreadsheet: type the text itself.",
        "内容像公式或表格软件的错误值：填写文字本身。",
    ),
    "phone": (
        "No such phone number can exist: write it with + and the country code, like +8613800138000.",
        "不可能有这样的电话号码：写上加号和国家代码，例如 +8613800138000。",
    ),
    "language": (
        "{value} is no language: write a tag like zh-hans or en.",
        "{value} 不是语言代码：写成 zh-hans、en 这样的代码。",
    ),
    "region": (
        "{value} is no region: write ISO 3166, like CN, GB or US-NY.",
        "{value} 不是地区代码：按 ISO 3166 书写，例如 CN、GB、US-NY。",
    ),
    "zone": (
        "{value} is no time zone of a place: write Region/City, like Asia/Shanghai, or leave it empty.",
        "{value} 不是地点时区：写成 Asia/Shanghai 这样的“区域/城市”，或留空。",
    ),
    "no_zone": (
        "No time zone follows from region and number: fill in time_zone.",
        "从地区和号码推不出时区：填写 time_zone。",
    ),
    "moment": (
        "{value} is no date-time: write it like 2026-03-01T10:00:00+08:00, or leave it empty.",
        "{value} 不是日期时间：写成 2026-03-01T10:00:00+08:00，或留空。",
    ),
    "future_consent": (
        "{value} is after the export: a consent counts from when it was given.",
        "{value} 晚于导出时间：同意从实际给出的时刻起算。",
    ),
    "date": (
        "{value} is no date: write it like 2026-03-31.",
        "{value} 不是日期：写成 2026-03-31 这样的形式。",
    ),
    "year": (
        "{value} is not between 1950 and 2099: check the year.",
        "{value} 不在 1950 至 2099 年之间：核对年份。",
    ),
    "amount": (
        "{value} is no amount: write digits, a point and at most two decimals, like 1234.50.",
        "{value} 不是金额：用数字和小数点书写，最多两位小数，例如 1234.50。",
    ),
    "negative": (
        "{value} is below zero: what is lent or falls due is zero or more.",
        "{value} 小于零：本金和应还金额不能为负数。",
    ),
    "zero": (
        "A payment of zero says nothing: leave the row out.",
        "金额为零的还款没有意义：删去这一行。",
    ),
    "number": (
        "{value} is no number of an instalment: write 1, 2, 3 and so on.",
        "{value} 不是期数：写成 1、2、3 这样的整数。",
    ),
    "currency": (
        "{value} is no currency: write ISO 4217, like CNY.",
        "{value} 不是币种代码：按 ISO 4217 书写，例如 CNY。",
    ),
    "product": (
        "{value} is no product: write one of {known}.",
        "{value} 不是产品代码：可写 {known}。",
    ),
    "status": (
        "{value} is no status: write one of {known}.",
        "{value} 不是状态代码：可写 {known}。",
    ),
    # rows against other rows
    "duplicate": (
        "The same {key} stands in row {first} already: keep one of the two.",
        "第 {first} 行已有相同的 {key}：两行只留一行。",
    ),
    "unknown": (
        "There is no {ref} in {file}, nor on file: add its row, or correct this one.",
        "{file} 和已有数据中都没有 {ref}：补上那一行，或更正此处。",
    ),
    "refers_to_rejected": (
        "Row {row} of {file}, which it refers to, was rejected: put that right first.",
        "它所引用的 {file} 第 {row} 行未被接受：先更正那一行。",
    ),
    "older_row": (
        "The row is as of {as_of}, and what is on file is as of {known}: leave it out, or bring it with a newer export.",
        "这一行截至 {as_of}，已有数据截至 {known}：删去这一行，或随更新的导出再导入。",
    ),
    "other_borrower": (
        "The loan is on file for {held}: a contract does not change hands, give the new one its own loan_ref.",
        "这笔贷款登记在 {held} 名下：合同不能换人，新合同用新的 loan_ref。",
    ),
    "other_currency": (
        "The loan is on file in {held}: a contract keeps its currency, give a new one its own loan_ref.",
        "这笔贷款登记的币种是 {held}：合同币种不变，新合同用新的 loan_ref。",
    ),
    "other_amount": (
        "The repayment is on file with {held} and now reads {value}: correct it by a reversal under a ref of its own.",
        "这笔还款登记的金额是 {held}，现在写的是 {value}：用单独编号的冲正记录来更正。",
    ),
    "other_loan": (
        "The repayment is on file for loan {held}: reverse it there, and give this one a ref of its own.",
        "这笔还款登记在贷款 {held} 上：在原贷款冲正，此处用新的编号。",
    ),
}


class Sentence(str):
    """A reason as it is said, which still knows its code and values; a value may be a sentence itself."""

    code: str
    values: dict[str, object]

    def __new__(
        cls, text: str, code: str = "", values: Mapping[str, object] | None = None
    ) -> "Sentence":
        made = super().__new__(cls, text)
        made.code, made.values = code, dict(values or {})
        return made


def say(code: str, language: str = "en", /, **values: object) -> Sentence:
    """The sentence of a reason in English, or in Chinese for `zh…`."""
    told = {
        name: in_language(value, language) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return Sentence(SENTENCES[code][language.startswith("zh")].format(**told), code, values)


def in_language(sentence: str, language: str) -> str:
    """A sentence of this module in the reader's language; any other text comes back as it is."""
    if isinstance(sentence, Sentence):
        return say(sentence.code, language, **sentence.values)
    return sentence


def plain(sentence: str) -> dict[str, Any]:
    """A sentence as JSON: code and values; of any other text what it says; nothing for none."""
    if not isinstance(sentence, Sentence):
        return {"said": sentence} if sentence else {}
    return {
        "code": sentence.code,
        "values": {name: _plain(value) for name, value in sentence.values.items()},
    }


def _plain(value: object) -> object:
    if isinstance(value, Sentence):
        return plain(value)
    return value if isinstance(value, int) else str(value)


def read(kept: Mapping[str, Any]) -> str:
    """What `plain` made, as a sentence again, in English. A code nobody knows any longer says itself."""
    code = kept.get("code", "")
    if code not in SENTENCES:
        return str(kept.get("said", code))
    values = {
        name: read(value) if isinstance(value, Mapping) else value
        for name, value in kept["values"].items()
    }
    return say(code, **values)
