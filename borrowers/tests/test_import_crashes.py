"""kill -9 in the middle of writing an import: all of it or nothing, and it can be started again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.db import connection
from pytest_django.fixtures import Settings

from borrowers.models import Borrower, ImportBatch, Instalment, Loan, Repayment
from borrowers.services import import_jobs, import_uploads
from borrowers.tests.uploads import background, checked, the_book
from tests.cast import a_user, at_noon, the_lender


@pytest.mark.parametrize("place", ["read", "written", "recorded", "told"])
def test_a_killed_import_leaves_nothing_and_goes_in_whole_the_next_time(
    own_database: str,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    the_lender()
    at_noon()
    boss = a_user(role="supervisor")
    upload = checked(the_book(), by=boss)
    import_uploads.ask_to_apply(upload, by=boss)

    driver = subprocess.run(
        [sys.executable, "-m", "borrowers.tests.import_driver", str(upload.pk), place],
        cwd=site_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "collections_site.settings"},
        check=False,
    )

    assert driver.returncode == -signal.SIGKILL
    with connection.cursor() as cursor:  # until the server, too, has noticed
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [import_jobs.AT_WORK, upload.pk])
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [import_jobs.AT_WORK, upload.pk])
    tables = (Borrower, Loan, Instalment, Repayment, ImportBatch)
    assert not [table for table in tables if table._default_manager.exists()]

    upload.refresh_from_db()
    assert import_jobs.revive(upload)
    upload.refresh_from_db()
    assert (upload.state, "interrupted" in upload.problem) == ("checked", True)
    import_uploads.ask_to_apply(upload, by=boss)
    background()
    assert (Borrower.objects.count(), Instalment.objects.count()) == (2, 4)
    assert ImportBatch.objects.count() == 1
