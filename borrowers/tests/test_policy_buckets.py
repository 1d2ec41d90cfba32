"""Buckets cover every number of days exactly once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borrowers.policies.buckets import LATEST, MOST, NoBuckets, buckets

lasts = st.lists(st.integers(1, LATEST), min_size=1, max_size=MOST, unique=True).map(sorted)


@given(lasts, st.integers(0, LATEST + 100))
def test_every_number_of_days_is_in_the_one_bucket_that_names_it(
    days_of: list[int], days: int
) -> None:
    found = buckets(days_of)
    holding = [
        place
        for place, one in enumerate(found.all)
        if one.first <= days and (one.last is None or days <= one.last)
    ]
    assert holding == [found.of(days)]


def test_the_usual_buckets_are_months() -> None:
    found = buckets([30, 60, 90])
    assert [(one.label, one.first, one.last) for one in found.all] == [
        ("M0", 0, 0),
        ("M1", 1, 30),
        ("M2", 31, 60),
        ("M3", 61, 90),
        ("M4+", 91, None),
    ]
    assert [found.of(days) for days in (-5, 0, 1, 30, 31, 90, 91)] == [0, 0, 1, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "wrong", [[], [0], [30, 30], [60, 30], [-1], [LATEST + 1], [*range(1, 14)]]
)
def test_days_that_make_no_buckets_are_refused(wrong: list[int]) -> None:
    with pytest.raises(NoBuckets):
        buckets(wrong)
