"""What makes a ladder sound, and who may do what with one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

EARLIEST, LATEST = -30, 60  # days from the due date; later than two months is no reminder any more
MOST_STEPS = 12
LATE_FROM = 30  # days after the due date from which a text may be one for the long late

# Why a ladder cannot be submitted: English, Chinese.
FAULTS: Mapping[str, tuple[str, str]] = {
    "no_steps": ("A ladder needs at least one step", "阶梯至少要有一步"),
    "too_many": ("A ladder has at most 12 steps", "阶梯最多 12 步"),
    "same_day": ("Two steps fall on the same day", "有两步落在同一天"),
    "out_of_range": (
        "A step lies between 30 days before and 60 days after the due date",
        "每一步须在到期前 30 天至到期后 60 天之间",
    ),
    "wrong_purpose": (
        "A step uses a template meant for another day: before, on or after the due date",
        "有一步用了不合时点的模板：到期前、到期日、逾期后要分开",
    ),
}
# Why an act on a ladder is not allowed: English, Chinese.
NOT_ALLOWED: Mapping[str, tuple[str, str]] = {
    "wrote_it": (
        "You wrote this version, so someone else must approve it",
        "这一版是你写的，须由他人审批",
    ),
    "not_author": ("Only its author can take it back", "只有作者本人可以撤回"),
    "may_not_write": ("Your role cannot write ladders", "你的角色不能编写阶梯"),
    "may_not_approve": ("Only a compliance reviewer can decide this", "只有合规审批人可以决定"),
}


def faults(steps: Sequence[tuple[int, str]]) -> list[str]:
    """What is wrong with steps of (day offset, purpose of the template), as codes of FAULTS."""
    found = []
    if not steps:
        found.append("no_steps")
    if len(steps) > MOST_STEPS:
        found.append("too_many")
    if any(often > 1 for often in Counter(offset for offset, _ in steps).values()):
        found.append("same_day")
    if any(not EARLIEST <= offset <= LATEST for offset, _ in steps):
        found.append("out_of_range")
    if any(purpose not in purposes_on(offset) for offset, purpose in steps):
        found.append("wrong_purpose")
    return found


def purposes_on(offset: int) -> tuple[str, ...]:
    """What a text may be for so many days after (before, when negative) the due date, the fittest first."""
    if offset <= 0:
        return ("before_due" if offset else "due_today",)
    return ("late_overdue", "early_overdue") if offset >= LATE_FROM else ("early_overdue",)


def may_decide(author_id: int, reviewer_id: int) -> str | None:
    """Why this person may not approve or reject the ladder (a code of NOT_ALLOWED), or None."""
    return "wrote_it" if author_id == reviewer_id else None
