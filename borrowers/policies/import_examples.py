"""Files to copy from: the columns of each, and two invented people.

Their numbers are in a range that no carrier assigns.
"""

from borrowers.policies.imports import BORROWERS, INSTALMENTS, LOANS, REPAYMENTS

EXAMPLES: dict[str, list[list[str]]] = {
    "borrowers": [
        list(BORROWERS.columns),
        [
            "C0000001",
            "王小明",
            "+8615400000001",
            "zh-hans",
            "CN",
            "上海",
            "Asia/Shanghai",
            "2026-03-01T10:00:00+08:00",
        ],
        ["C0000002", "Ana Silva", "+447700900002", "en", "GB", "", "Europe/London", ""],
    ],
    "loans": [
        list(LOANS.columns),
        ["L0000001", "C0000001", "consumer_loan", "CNY", "12000.00", "2026-03-01", "active"],
        ["L0000002", "C0000002", "credit_card", "GBP", "900.00", "2026-04-15", "active"],
    ],
    "instalments": [
        list(INSTALMENTS.columns),
        ["L0000001", "1", "2026-04-01", "1050.00"],
        ["L0000002", "1", "2026-05-15", "75.00"],
    ],
    "repayments": [
        list(REPAYMENTS.columns),
        ["R0000001", "L0000001", "2026-04-01", "1050.00"],
        ["R0000002", "L0000002", "2026-05-14", "40.00"],
    ],
    "do-not-contact": [["phone"], ["+8615400000001"], ["+447700900002"]],
}
