"""The import from the command line: what it says, what it cancels, how it refuses."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from borrowers.models import Instalment, Loan, Upload
from borrowers.tests.portfolio import BOOK, a_folder
from messaging.states import ReminderState
from tests.cast import a_reminder, at_noon, the_lender

pytestmark = pytest.mark.django_db
FIRST, NEXT = "2026-11-23T06:00", "2026-11-24T06:00"


def run(folder: Path, *words: str) -> str:
    out = io.StringIO()
    call_command("import_portfolio", str(folder), *words, stdout=out)
    return out.getvalue()


def as_json(folder: Path, *words: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(run(folder, "--json", *words))
    return said


def test_a_reminder_of_an_instalment_that_is_now_paid_is_cancelled(tmp_path: Path) -> None:
    the_lender()
    at_noon()
    run(a_folder(tmp_path), "--as-of", FIRST)
    loan = Loan.objects.get(loan_ref="L1")
    reminder = a_reminder(
        loan,
        instalment=Instalment.objects.get(loan=loan, number=2),
        instalment_due_on=date(2026, 11, 20),
    )
    a_folder(tmp_path, repayments=[*BOOK["repayments"], "R2,L1,2026-11-24,100.00"])
    said = as_json(tmp_path, "--as-of", NEXT, "--accept-unusual")
    reminder.refresh_from_db()
    assert (said["cancelled_reminders"], said["changed_loans"]) == (1, 1)
    assert reminder.state == ReminderState.CANCELLED


def test_what_was_taken_is_told_in_words_and_as_one_object(tmp_path: Path) -> None:
    the_lender()
    bad = [*BOOK["loans"], "L3,B1,credit_card,RMB,1.00,2025-12-01,active"]
    folder = a_folder(tmp_path, loans=bad)
    checked = as_json(folder, "--as-of", FIRST, "--check")
    assert (checked["batch"], checked["checked"], checked["rejected"]) == (None, True, 1)
    errors = tmp_path / "errors.csv"
    said = run(folder, "--as-of", FIRST, "--errors", str(errors))
    assert "loans.csv: 3 rows: 2 new, 0 changed, 0 unchanged, 0 absent, 1 rejected" in said
    assert "loans.csv row 4, currency:" in said
    rows = list(csv.DictReader(errors.open(encoding="utf-8-sig")))
    assert [(row["file"], row["row"], row["column"]) for row in rows] == [
        ("loans.csv", "4", "currency")
    ]
    assert "Nothing changed" in run(folder, "--as-of", FIRST)


def test_what_is_unusual_is_not_written_and_the_page_is_named(
    tmp_path: Path, settings: Settings
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    the_lender()
    at_noon()
    folder = a_folder(tmp_path / "files")
    run(folder, "--as-of", FIRST)
    a_folder(folder, instalments=["L1,1,2026-10-20,150.00", *BOOK["instalments"][1:]])
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"nothing was written.*/imports/\d+/$") as refused:
        call_command("import_portfolio", str(folder), "--as-of", NEXT, "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert refused.value.returncode == 3
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(said["page"])
    assert (said["batch"], said["checked"]) == (None, True)
    (jump,) = said["unusual"]
    assert jump["sentence"] == ("The total overdue in CNY would go from 100.00 to 150.00 (+50 %).")
    assert jump["cases"][0]["ref"] == "L1"
    assert Loan.objects.get(loan_ref="L1").overdue_amount == 100
    held = Upload.objects.get()
    assert (held.state, held.by, said["held"]) == ("checked", None, held.pk)


def test_a_check_tells_what_is_unusual_and_keeps_nothing(tmp_path: Path) -> None:
    the_lender()
    at_noon()
    folder = a_folder(tmp_path)
    totals = tmp_path / "totals.csv"
    totals.write_text("file,what,value\nloans.csv,rows,3\nloans.csv,CNY,10000\n")
    said = run(folder, "--as-of", FIRST, "--check", "--totals", str(totals))
    assert "unusual: loans.csv: the sender gives 3 for rows" in said
    assert "for CNY" not in said
    assert not Upload.objects.exists()
    told = as_json(folder, "--as-of", FIRST, "--check", "--totals", str(totals))
    assert [one["agrees"] for one in told["totals"]] == [False, True]
    totals.write_text('file,what,value\nloans.csv,CNY,"1,000"\n')
    with pytest.raises(CommandError, match=r"Row 2 of totals\.csv: .*1,0.* is no figure"):
        run(folder, "--as-of", FIRST, "--totals", str(totals))
    with pytest.raises(CommandError, match=r"No columns are remembered for the source core2"):
        run(folder, "--as-of", FIRST, "--source", "core2")
    assert not Loan.objects.exists()


def test_a_batch_that_cannot_be_taken_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder") as refused:
        run(tmp_path / "nowhere")
    assert "\n" not in str(refused.value)
    with pytest.raises(CommandError, match="no date-time"):
        run(a_folder(tmp_path), "--as-of", "yesterday")
    with pytest.raises(CommandError, match="cannot be written"):
        run(a_folder(tmp_path), "--errors", str(tmp_path / "no" / "file"))
