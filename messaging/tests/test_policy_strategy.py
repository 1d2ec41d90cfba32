"""What makes a ladder sound."""

import pytest

from messaging.policies import strategy

SOUND = [(-3, "before_due"), (0, "due_today"), (3, "early_overdue"), (7, "early_overdue")]


def test_the_starter_ladder_is_sound() -> None:
    assert strategy.faults(SOUND) == []


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([], ["no_steps"]),
        ([(3, "early_overdue"), (3, "early_overdue")], ["same_day"]),
        ([(-31, "before_due")], ["out_of_range"]),
        ([(-30, "before_due")], []),
        ([(60, "early_overdue")], []),
        ([(61, "early_overdue")], ["out_of_range"]),
        ([(1, "before_due")], ["wrong_purpose"]),
        ([(0, "early_overdue")], ["wrong_purpose"]),
        ([(-1, "due_today")], ["wrong_purpose"]),
        ([(1, "opt_out_acknowledged")], ["wrong_purpose"]),
        ([(30, "late_overdue"), (45, "early_overdue")], []),
        ([(29, "late_overdue")], ["wrong_purpose"]),
        ([(day, "early_overdue") for day in range(1, 13)], []),
        ([(day, "early_overdue") for day in range(1, 14)], ["too_many"]),
    ],
)
def test_an_unsound_ladder_is_told_what_is_wrong(
    steps: list[tuple[int, str]], found: list[str]
) -> None:
    assert strategy.faults(steps) == found


def test_nobody_decides_about_their_own_ladder() -> None:
    assert strategy.may_decide(author_id=1, reviewer_id=1) == "wrote_it"
    assert strategy.may_decide(author_id=1, reviewer_id=2) is None


def test_every_refusal_is_said_in_both_languages() -> None:
    for sentences in (strategy.FAULTS, strategy.NOT_ALLOWED):
        assert all(english and chinese for english, chinese in sentences.values())
