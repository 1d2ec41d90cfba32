"""kill -9 at the three places where a crash could send twice, lose a text from sight, or leave it stuck."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from pytest_django import Settings

from collections_site import site_clock
from collections_site.handset.testing import Handset, listening_site
from messaging.models import Attempt, Reminder
from messaging.services import dispatch, planning, reconcile
from tests import cast, houses

PEOPLE = 8


@pytest.fixture
def carrier(
    own_database: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Handset]:
    with (
        listening_site() as site,
        houses.carrier_for(site.url, tmp_path, settings, monkeypatch) as handset,
    ):
        cast.the_house()
        for _ in range(PEOPLE):
            cast.a_loan()
        planning.plan()
        yield handset


@pytest.mark.parametrize(
    ("place", "left", "settled"),
    [
        ("committed", 0, {"presumed_lost": PEOPLE}),
        ("between", 3, {"accepted": 3, "presumed_lost": PEOPLE - 3}),
        ("answered", PEOPLE, {"accepted": PEOPLE}),
    ],
)
def test_a_killed_worker_sends_nothing_twice_and_leaves_nothing_stuck(
    carrier: Handset, place: str, left: int, settled: dict[str, int]
) -> None:
    """What had left is found by asking the carrier; what may have left is never sent again."""
    driver = subprocess.run(
        [sys.executable, "-m", "tests.crash_driver", place],
        cwd=site_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "collections_site.settings"},
        check=False,
    )
    assert driver.returncode == -signal.SIGKILL
    assert set(Attempt.objects.values_list("state", flat=True)) == {"submitting"}
    assert len(carrier.texts()) == left

    for minutes in (2, 6, 16, 61, 62):
        site_clock.set_to(cast.NOON + timedelta(minutes=minutes))
        dispatch.pump()
        reconcile.run()

    texts = carrier.texts()
    assert len(texts) == len({text["reference"] for text in texts}) == left
    assert Counter(Attempt.objects.values_list("state", flat=True)) == settled
    assert Reminder.objects.filter(state="submitted").count() == PEOPLE
