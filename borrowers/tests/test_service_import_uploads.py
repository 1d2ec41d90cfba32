"""Files brought by browser: checked, released, applied, mended; all or nothing, by two where it is unusual."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from borrowers.models import Borrower, ColumnMapping, ImportBatch, Loan, Repayment, Upload
from borrowers.services import import_columns, import_repairs, import_uploads
from borrowers.services.import_uploads import CannotReceive
from borrowers.tests.portfolio import BOOK, FIRST, NEXT
from borrowers.tests.uploads import applied, background, brought, checked, text, the_book, xlsx
from collections_site import site_clock
from collections_site.audit.models import Event
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from tests.cast import a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_a_check_writes_nothing_and_applying_writes_everything(boss: User) -> None:
    upload = checked(the_book(), by=boss)
    assert (upload.state, upload.problem) == ("checked", "")
    assert upload.found["files"]["instalments.csv"]["new"] == 4
    assert not Borrower.objects.exists()
    assert not ImportBatch.objects.exists()

    upload = applied(upload, by=boss)

    assert (upload.state, upload.batch) == ("applied", ImportBatch.objects.get())
    assert Loan.objects.get(loan_ref="L1").overdue_amount == Decimal("100.00")
    assert not import_uploads.folder(upload).exists()
    about = Event.objects.exclude(verb__startswith="rulebooks")
    verbs = list(about.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "upload.received",
        "upload.columns_confirmed",
        "upload.apply_asked",
        "import.applied",
        "upload.applied",
    ]


def test_the_bytes_lie_where_only_the_site_reads_them(boss: User, tmp_path: Path) -> None:
    upload = brought(the_book(), by=boss)
    box = tmp_path / "imports" / str(upload.pk)
    assert {path.name for path in box.iterdir()} == {"1.csv", "2.csv", "3.csv", "4.csv"}
    assert box.stat().st_mode & 0o077 == 0


def test_nobody_but_a_supervisor_brings_or_applies(boss: User) -> None:
    for role in ("collector", "compliance", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            brought(the_book(), by=a_user(role=role))
    upload = checked(the_book(), by=boss)
    with pytest.raises(NotAllowed):
        import_uploads.ask_to_apply(upload, by=a_user(role="compliance"))
    assert not Borrower.objects.exists()


def test_the_same_bytes_later_move_only_the_moment(on_file: User) -> None:
    before = list(Loan.objects.order_by("pk").values("version", "overdue_amount", "arrears_on"))
    upload = checked(the_book(), by=on_file, data_as_of=NEXT - timedelta(hours=20))
    assert all(
        (one["new"], one["changed"], one["absent"], one["rejected"]) == (0, 0, 0, 0)
        for one in upload.found["files"].values()
    )
    applied(upload, by=on_file)
    loans = Loan.objects.order_by("pk")
    assert list(loans.values("version", "overdue_amount", "arrears_on")) == before
    assert {loan.data_as_of for loan in loans} == {NEXT - timedelta(hours=20)}


def test_the_very_same_batch_again_says_which_import_it_is(on_file: User) -> None:
    upload = checked(the_book(), by=on_file)
    assert upload.found["repeated"] == ImportBatch.objects.get().pk


def test_a_second_day_shows_just_that_day(on_file: User) -> None:
    paid = [*BOOK["repayments"], "R2,L1,2026-11-24,60.00"]
    upload = checked(
        the_book(repayments=text("repayments", paid)), by=on_file, data_as_of=clock.now()
    )
    told = upload.found["files"]
    assert (told["repayments.csv"]["new"], told["instalments.csv"]["unchanged"]) == (1, 4)
    assert upload.found["samples"]["owed"] == [
        {"ref": "L1", "currency": "CNY", "before": "100.00", "after": "40.00"}
    ]
    assert upload.found["samples"]["paid"] == [
        {"ref": "R2 · L1", "on": "2026-11-24", "amount": "60.00", "currency": "CNY"}
    ]
    assert upload.found["overdue"]["CNY"] == ["100.00", "40.00"]


def test_a_payment_that_comes_back_with_another_amount_is_rejected_with_both(on_file: User) -> None:
    rows = ["R1,L1,2026-10-19,99.00"]
    upload = checked({"repayments.csv": text("repayments", rows)}, by=on_file)
    row = upload.rows.get()
    assert "100.00" in row.reason
    assert "99.00" in row.reason
    assert row.cells == ["R1", "L1", "2026-10-19", "99.00"]


def test_columns_of_any_name_are_guessed_and_remembered_for_their_source(boss: User) -> None:
    other = text(
        "instalments",
        ["20.00\t2026-12-20\t1\tL1"],
        header="应还金额\t应还日期\t期号\tKontrakt",
    )
    upload = brought({"plan.csv": other}, by=boss)
    (one,) = upload.files
    assert (one["kind"], one["delimiter"]) == ("instalments.csv", "\t")
    assert one["columns"] == {"loan_ref": None, "number": 2, "due_on": 1, "amount_due": 0}
    with pytest.raises(CannotReceive, match=r"Which column of plan\.csv is loan_ref"):
        import_columns.confirm(upload, [one], figures={}, by=boss)
    one["columns"]["loan_ref"] = 3
    import_columns.confirm(upload, [one], figures={}, by=boss)
    assert ColumnMapping.objects.get().columns["loan_ref"] == "Kontrakt"
    again = brought({"plan.csv": other}, by=boss)
    assert again.files[0]["columns"]["loan_ref"] == 3


def test_a_workbook_and_another_encoding_come_through(boss: User) -> None:
    rows = [line.split(",") for line in text("loans").decode().splitlines()]
    files = the_book(borrowers=text("borrowers").decode().encode("gb18030"))
    del files["loans.csv"]
    upload = checked({**files, "loans.xlsx": xlsx(rows)}, by=boss)
    encodings = {one["kind"]: one["encoding"] for one in upload.files}
    assert (encodings["borrowers.csv"], encodings["loans.csv"]) == ("gb18030", "xlsx")
    applied(upload, by=boss)
    assert Borrower.objects.get(borrower_ref="B1").full_name == "王小明"
    assert Loan.objects.get(loan_ref="L2").principal == Decimal("900.50")


def test_a_full_batch_is_all_four_files(boss: User) -> None:
    files = the_book()
    del files["repayments.csv"]
    with pytest.raises(CannotReceive, match=r"repayments\.csv is missing"):
        brought(files, by=boss, full=True)
    assert not Upload.objects.exists()


def test_a_row_mended_before_applying_goes_in_with_the_rest(boss: User) -> None:
    rows = [BOOK["borrowers"][0], BOOK["borrowers"][1].replace("+447400123456", "07400")]
    upload = checked(the_book(borrowers=text("borrowers", rows)), by=boss)
    assert sorted(upload.rows.values_list("file", "row", "column")) == [
        ("borrowers.csv", 3, "phone"),
        ("instalments.csv", 5, "loan_ref"),
        ("loans.csv", 3, "borrower_ref"),
    ]
    row = upload.rows.get(file="borrowers.csv")
    cells = [*row.cells[:2], "+447400123456", *row.cells[3:]]
    import_repairs.mend(upload, {row.pk: cells}, by=boss)
    background()
    upload.refresh_from_db()
    assert (upload.state, upload.rows.count()) == ("checked", 0)
    applied(upload, by=boss)
    assert Loan.objects.get(loan_ref="L2").data_as_of == FIRST


def test_rows_mended_after_applying_go_in_alone_under_their_numbers(boss: User) -> None:
    rows = [*BOOK["repayments"], "R2,L1,2026-11-20,forty", "R3,L2,2026-11-20,oops"]
    upload = applied(checked(the_book(repayments=text("repayments", rows)), by=boss), by=boss)
    assert set(Loan.objects.values_list("data_as_of", flat=True)) == {None}
    row = upload.rows.get(row=3)
    made = import_repairs.mend(upload, {row.pk: ["R2", "L1", "2026-11-20", "20.00"]}, by=boss)
    with pytest.raises(OutOfStep):
        import_repairs.mend(upload, {row.pk: ["R2", "L1", "2026-11-20", "41.00"]}, by=boss)
    background()
    made.refresh_from_db()
    assert (made.repairs, made.full) == (upload, False)
    assert list(made.rows.values_list("row", "column")) == [(4, "amount")]
    applied(made, by=boss)
    assert Loan.objects.get(loan_ref="L1").overdue_amount == Decimal("80.00")
    assert Loan.objects.get(loan_ref="L1").data_as_of == FIRST
    assert Loan.objects.get(loan_ref="L2").data_as_of is None  # its other row is still wrong
    assert Repayment.objects.count() == 2


def test_rows_that_are_wrong_only_when_they_are_written_keep_their_cells(on_file: User) -> None:
    rows = ["R2,L1,2026-11-20,20.00", "R3,L3,2026-11-20,5.00"]
    upload = checked(
        {"repayments.csv": text("repayments", rows)}, by=on_file, data_as_of=clock.now()
    )
    assert [row.cells[0] for row in upload.rows.all()] == ["R3"]
    loan = Loan.objects.get(loan_ref="L1")
    Repayment.objects.create(repayment_ref="R2", loan=loan, paid_on="2026-11-20", amount="30.00")
    new = ["L3,B1,credit_card,CNY,100.00,2026-01-01,active"]
    applied(checked({"loans.csv": text("loans", new)}, by=on_file), by=on_file)

    upload = applied(upload, by=on_file)

    assert upload.state == "applied"
    assert list(upload.rows.values_list("row", "column", "cells")) == [
        (2, "amount", ["R2", "L1", "2026-11-20", "20.00"])
    ]
    assert upload.found["files"]["repayments.csv"]["rejected"] == 1
    assert import_repairs.exported(upload, "repayments.csv", by=on_file)
    assert Repayment.objects.filter(repayment_ref="R3").exists()


def test_what_moved_on_shows_the_rows_that_are_wrong_now(on_file: User) -> None:
    files = {
        "instalments.csv": text("instalments", ["L1,3,2026-12-20,120.00"]),
        "repayments.csv": text("repayments", ["R2,L1,2026-11-20,20.00"]),
    }
    upload = checked(files, by=on_file, data_as_of=clock.now())
    assert not upload.rows.exists()
    loan = Loan.objects.get(loan_ref="L1")
    loan.instalments.filter(number=3).update(due_on="2026-12-01")
    Repayment.objects.create(repayment_ref="R2", loan=loan, paid_on="2026-11-20", amount="30.00")

    upload = applied(upload, by=on_file)

    assert (upload.state, "something new is unusual" in upload.problem) == ("checked", True)
    assert "moved" in {one["code"] for one in upload.found["jumps"]}
    assert [row.cells[0] for row in upload.rows.all()] == ["R2"]
    assert upload.found["files"]["repayments.csv"]["rejected"] == 1
    assert import_repairs.may_mend(upload)


def test_rows_are_mended_beside_a_folder_from_before_a_restore(boss: User) -> None:
    rows = [*BOOK["repayments"], "R2,L1,2026-11-20,forty"]
    upload = applied(checked(the_book(repayments=text("repayments", rows)), by=boss), by=boss)
    for later in range(upload.pk + 1, upload.pk + 4):
        left = import_uploads.home() / str(later)
        left.mkdir()
        (left / "1.csv").write_text("of another upload")
    cells = ["R2", "L1", "2026-11-20", "20.00"]
    made = import_repairs.mend(upload, {upload.rows.get().pk: cells}, by=boss)
    assert [path.name for path in import_uploads.folder(made).iterdir()] == ["repayments.csv"]


def test_what_nobody_applies_in_a_day_is_forgotten(boss: User, tmp_path: Path) -> None:
    rows = [*BOOK["repayments"], "R2,L1,2026-11-20,forty"]
    upload = checked(the_book(repayments=text("repayments", rows)), by=boss)
    site_clock.set_to(clock.now() + timedelta(hours=25))
    assert background()["ended"] == 1
    upload.refresh_from_db()
    assert (upload.state, "samples" in upload.found) == ("expired", False)
    assert upload.rows.get().cells == []
    assert not import_uploads.folder(upload).exists()


def test_bytes_that_are_gone_are_said_so(boss: User) -> None:
    upload = checked(the_book(), by=boss)
    import_uploads.ask_to_apply(upload, by=boss)
    import_uploads.forget(upload)
    background()
    upload.refresh_from_db()
    assert (upload.state, "upload the files again" in upload.problem) == ("checked", True)
