"""The nightly import: what is unusual waits on the page of imports, and rejected rows can be mended there."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from borrowers.models import Borrower, ColumnMapping, ImportBatch, Loan, Upload
from borrowers.services import (
    import_columns,
    import_nightly,
    import_repairs,
    import_totals,
    import_uploads,
)
from borrowers.services.import_nightly import Asked, Taken
from borrowers.services.portfolio_files import CannotImport
from borrowers.tests.portfolio import BOOK, FIRST, NEXT, a_folder
from borrowers.tests.uploads import background
from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from tests.cast import a_user, at_noon, the_lender
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db
MORE = ["L1,1,2026-10-20,150.00", *BOOK["instalments"][1:]]  # half as much again is overdue


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"
    the_lender()
    at_noon()  # 24 November 2026


def night(path: Path, rows: dict[str, list[str]] | None = None, **asked: Any) -> Taken:
    """One night's files, as of the second day unless said otherwise."""
    how = Asked(**{"as_of": NEXT, **asked})
    return import_nightly.take_folder(
        a_folder(path, encoding="utf-8", **(rows or {})), how, settle=len
    )


@pytest.fixture
def on_file(tmp_path: Path) -> None:
    assert night(tmp_path / "first", as_of=FIRST).held is None


def owed() -> Decimal:
    return Loan.objects.get(loan_ref="L1").overdue_amount


def test_a_first_import_into_an_empty_book_is_not_unusual(tmp_path: Path) -> None:
    taken = night(tmp_path)
    assert (taken.held, taken.kept, taken.summary.seen["jumps"]) == (None, None, [])
    assert ImportBatch.objects.get().unusual == []
    assert not Upload.objects.exists()


@pytest.mark.usefixtures("on_file")
def test_what_is_unusual_waits_until_somebody_releases_it(tmp_path: Path) -> None:
    taken = night(tmp_path / "second", {"instalments": MORE})
    held = taken.held
    assert held
    assert (held.state, held.by, held.full, owed()) == ("checked", None, True, Decimal("100.00"))
    assert Event.objects.get(verb="upload.held").after == {"jumps": ["overdue"]}
    boss = a_user(role="supervisor")
    with pytest.raises(NotAllowed, match="second person"):
        import_uploads.ask_to_apply(held, by=boss)
    page = body(signed_in("compliance"), f"/imports/{held.pk}/")
    assert "from 100.00 to 150.00" in page
    assert "· command" in page
    import_uploads.release(held, looked={0}, by=a_user(role="compliance"))
    import_uploads.ask_to_apply(held, by=boss)
    background()
    held.refresh_from_db()
    assert (held.state, owed()) == ("applied", Decimal("150.00"))
    assert held.batch
    assert [one["code"] for one in held.batch.unusual] == ["overdue"]
    page = body(signed_in(user=boss), f"/imports/batches/{held.batch.pk}/")
    assert "Looked at" in page
    assert "nobody looked first" not in page


@pytest.mark.usefixtures("on_file")
def test_the_same_files_wait_once_and_with_other_figures_anew(tmp_path: Path) -> None:
    first = night(tmp_path / "second", {"instalments": MORE}).held
    assert night(tmp_path / "second", {"instalments": MORE}).held == first
    other = night(
        tmp_path / "second", {"instalments": MORE}, figures={"loans.csv": {"rows": 9}}
    ).held
    assert other
    assert other != first
    assert list(Upload.objects.values_list("state", flat=True)) == ["checked", "discarded"]
    assert [one["code"] for one in other.found["jumps"]] == ["overdue", "total"]


@pytest.mark.usefixtures("on_file")
def test_what_is_accepted_by_command_is_written_and_told(tmp_path: Path) -> None:
    taken = night(tmp_path / "second", {"instalments": MORE}, accept_unusual=True)
    assert (taken.held, taken.settled, owed()) == (None, 1, Decimal("150.00"))
    batch = taken.summary.batch
    assert batch
    assert [one["code"] for one in batch.unusual] == ["overdue"]
    event = Event.objects.get(verb="import.unusual_accepted")
    assert (event.subject_id, event.by, event.after) == (
        str(batch.pk),
        None,
        {"jumps": ["overdue"]},
    )
    page = body(signed_in("auditor"), f"/imports/batches/{batch.pk}/")
    assert "nobody looked first" in page
    assert "from 100.00 to 150.00" in page


@pytest.mark.usefixtures("on_file")
def test_whoever_changes_how_held_files_are_read_does_not_release_them(tmp_path: Path) -> None:
    held = night(tmp_path / "second", {"instalments": MORE}).held
    assert held
    boss = a_user(role="supervisor")
    import_columns.reopen(held, by=boss)
    held.refresh_from_db()
    told = [{"kind": one["kind"], "columns": one["columns"]} for one in held.files]
    import_columns.confirm(held, told, figures={}, by=boss)
    background()
    held.refresh_from_db()
    assert (held.state, held.by) == ("checked", boss)
    with pytest.raises(NotAllowed, match="someone else"):
        import_uploads.release(held, looked={0}, by=boss)


def test_rejected_rows_of_the_command_are_mended_in_the_browser(tmp_path: Path) -> None:
    rows = {"repayments": [*BOOK["repayments"], "R2,L1,2026-11-20,forty"]}
    kept = night(tmp_path, rows).kept
    assert kept
    assert (kept.state, kept.by, kept.batch) == ("applied", None, ImportBatch.objects.get())
    (row,) = kept.rows.all()
    assert (row.row, row.column, row.cells) == (3, "amount", ["R2", "L1", "2026-11-20", "forty"])
    boss = a_user(role="supervisor")
    page = body(signed_in(user=boss), f"/imports/batches/{kept.batch_id}/")
    assert f'href="/imports/{kept.pk}/repair/"' in page
    made = import_repairs.mend(kept, {row.pk: ["R2", "L1", "2026-11-20", "20.00"]}, by=boss)
    background()
    made.refresh_from_db()
    assert (made.state, made.by, made.rows.count()) == ("checked", boss, 0)
    import_uploads.ask_to_apply(made, by=boss)
    background()
    assert owed() == Decimal("80.00")
    assert Loan.objects.get(loan_ref="L1").data_as_of == NEXT


def test_a_source_is_read_by_the_columns_confirmed_for_it(tmp_path: Path) -> None:
    names = {"repayment_ref": "No.", "loan_ref": "Kontrakt", "paid_on": "Tag", "amount": "Betrag"}
    ColumnMapping.objects.create(source="core", file="repayments.csv", columns=names)
    folder = a_folder(tmp_path)
    sheet = folder / "repayments.csv"
    sheet.write_text("Betrag,Tag,Filiale,Kontrakt,No.\n40.00,2026-11-20,7,L1,R1\n")
    asked = Asked(as_of=NEXT, source="core")
    with pytest.raises(CannotImport, match=r"repayments\.csv lacks repayment_ref"):
        import_nightly.take_folder(folder, Asked(as_of=NEXT), settle=len)
    assert import_nightly.take_folder(folder, asked, settle=len).held is None
    assert owed() == Decimal("160.00")
    sheet.write_text("Summe,Tag,Kontrakt,No.\n40.00,2026-11-20,L1,R1\n")
    with pytest.raises(CannotImport, match=r"repayments\.csv lacks Betrag, which the source core"):
        import_nightly.take_folder(folder, asked, settle=len)
    sheet.write_text("Betrag,Betrag,Tag,Kontrakt,No.\n1,40.00,2026-11-20,L1,R1\n")
    with pytest.raises(CannotImport, match="Betrag twice"):
        import_nightly.take_folder(folder, asked, settle=len)


@pytest.mark.usefixtures("on_file")
def test_held_files_of_a_source_keep_their_columns(tmp_path: Path) -> None:
    names = {name: name.upper() for name in ("loan_ref", "number", "due_on", "amount_due")}
    ColumnMapping.objects.create(source="core", file="instalments.csv", columns=names)
    folder = a_folder(tmp_path / "second", instalments=MORE)
    lines = (folder / "instalments.csv").read_text().splitlines()
    turned = [",".join(reversed(line.split(","))) for line in [lines[0].upper(), *lines[1:]]]
    (folder / "instalments.csv").write_text("\n".join(turned) + "\n")
    held = import_nightly.take_folder(folder, Asked(as_of=NEXT, source="core"), settle=len).held
    assert held
    assert held.source == "core"
    import_uploads.release(held, looked={0}, by=a_user(role="compliance"))
    import_uploads.ask_to_apply(held, by=a_user(role="supervisor"))
    background()
    assert owed() == Decimal("150.00")


@pytest.mark.usefixtures("on_file")
@pytest.mark.parametrize("damage", [b"\xff", b"\0"])
def test_a_damaged_name_of_a_column_we_do_not_read_stops_nothing(
    tmp_path: Path, damage: bytes
) -> None:
    folder = a_folder(tmp_path / "second", encoding="utf-8", instalments=MORE)
    sheet = folder / "borrowers.csv"
    head, *rows = sheet.read_bytes().splitlines()
    lines = [head + b", Zweig" + damage + b"stelle", *(row + b",7" for row in rows)]
    sheet.write_bytes(b"\n".join(lines) + b"\n")
    held = import_nightly.take_folder(folder, Asked(as_of=NEXT), settle=len).held
    assert held
    assert held.files[0]["header"][-1] == "Zweig�stelle"
    page = body(signed_in("compliance"), f"/imports/{held.pk}/")
    assert "from 100.00 to 150.00" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Row 1 .* is not file,what,value"),
        ("file,rows\nloans.csv,3\n", "Row 1 .* is not file,what,value"),
        ("file,what,value\nloans.csv,rows\n", "Row 2 .* has 2 values and the header 3"),
        ("file,what,value\n\nloan.csv,rows,3\n", "Row 3 .*“loan.csv” is no file of a batch"),
        ("file,what,value\nloans.csv,RMB,3\n", "Row 2 .*“RMB” is neither rows nor a currency"),
        ("file,what,value\nborrowers.csv,CNY,3\n", r"Row 2 .*borrowers\.csv holds no amounts"),
        ("file,what,value\nloans.csv,rows,3.5\n", "Row 2 .*“3.5” is no figure"),
        ("file,what,value\nloans.csv,CNY,1e3\n", "Row 2 .*“1e3” is no figure"),
        ("file,what,value\nloans.csv,rows,3\nloans.csv,Rows,4\n", "Row 3 .*in row 2 already"),
    ],
)
def test_totals_that_cannot_be_read_name_their_row(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "totals.csv"
    path.write_text(text)
    with pytest.raises(CannotImport, match=said):
        import_totals.read(path)


def test_totals_are_read_as_the_pages_take_them(tmp_path: Path) -> None:
    path = tmp_path / "totals.csv"
    path.write_text(
        "\ufefffile;what;value\nloans.csv;rows;3\nloans.csv;cny;10000\nloans.csv;GBP;-0.5\n"
    )
    sums = {"CNY": "10000.00", "GBP": "-0.50"}
    assert import_totals.read(path) == {"loans.csv": {"rows": 3, "sums": sums}}
    with pytest.raises(CannotImport, match="cannot be read as totals: No such file"):
        import_totals.read(tmp_path / "none.csv")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CannotImport, match="it is not UTF-8"):
        import_totals.read(path)
    assert not Borrower.objects.exists()
