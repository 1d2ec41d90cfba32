"""Rejected rows leave as files, are mended elsewhere, and come back true; who saw them is on record."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import override

from borrowers.models import Borrower, ImportBatch, Loan, Repayment, Upload
from borrowers.policies import import_headers
from borrowers.policies.imports import SHEETS
from borrowers.services.import_repairs import cells_of
from borrowers.services.imports import import_directory
from borrowers.tests.portfolio import BOOK, NEXT
from borrowers.tests.uploads import applied, background, checked, text, the_book
from collections_site.audit.models import Event
from tests.visits import body, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PHONE, NAME = "+8613800130777", "欧阳芳菲"
# One person whose region is none, with a loan, an instalment and payments that hang on it; a reversal on a
# day that is none; a payment with a comma for its point.
WRONG = {
    "borrowers": [f"B7,{NAME},{PHONE},zh-hans,China,,Asia/Shanghai,"],
    "loans": ["L7,B7,consumer_loan,CNY,500.00,2026-01-01,active"],
    "instalments": ["L7,1,2027-01-10,100.00"],
    "repayments": ["R7,L1,20.11.2026,-5.00", "R8,L1,2026-11-20,1,00"],
}
Row = dict[str, str]


def with_wrong_rows(boss: User) -> Upload:
    files = {name: text(name, [*BOOK[name], *WRONG[name]]) for name in BOOK}
    return checked(the_book(**files), by=boss)


def downloaded(client: Client, upload: Upload) -> dict[str, list[Row]]:
    """Each file that the page offers, row by row."""
    page = client.get(f"/imports/{upload.pk}/")
    found = {}
    for name, _word, _count in page.context["exports"]:
        answer = client.get(f"/imports/{upload.pk}/rejected/{name}.csv")
        assert answer["Content-Disposition"] == (
            f'attachment; filename="upload-{upload.pk}-{name}.csv"'
        )
        found[name] = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    return found


def as_saved(rows: list[Row]) -> bytes:
    """The file as a spreadsheet saves it again."""
    out = StringIO()
    sheet = csv.DictWriter(out, list(rows[0]))
    sheet.writeheader()
    sheet.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def mended(found: dict[str, list[Row]]) -> dict[str, bytes]:
    found["borrowers"][0]["region"] = "CN"
    found["repayments"][0]["paid_on"] = "2026-11-20"
    found["repayments"][1]["amount"] = "1.00"
    return {f"upload-1-{name}.csv": as_saved(rows) for name, rows in found.items()}


def in_the_book() -> tuple[Any, ...]:
    loan = Loan.objects.get(loan_ref="L7")
    reversal = Repayment.objects.get(repayment_ref="R7")
    other = Repayment.objects.get(repayment_ref="R8")
    person = Borrower.objects.get(borrower_ref="B7")
    phone = person.numbers.get().contact_point.phone
    return (
        person.full_name,
        phone,
        str(loan.next_due_amount),
        str(reversal.amount),
        str(other.amount),
    )


BOOKED = (NAME, PHONE, "100.00", "-5.00", "1.00")


def test_rejected_rows_of_every_file_come_back_mended_by_browser(boss: User) -> None:
    client = signed_in(user=boss)
    upload = applied(with_wrong_rows(boss), by=boss)
    assert Borrower.objects.count() == 2

    found = downloaded(client, upload)
    assert {name: len(rows) for name, rows in found.items()} == {
        "borrowers": 1,
        "loans": 1,
        "instalments": 1,
        "repayments": 2,
    }
    assert found["borrowers"][0]["phone"] == f"'{PHONE}"
    assert found["repayments"][0]["amount"] == "'-5.00"
    assert found["repayments"][0]["row"] == "3"
    assert found["repayments"][0]["message"].startswith("paid_on: “20.11.2026” is no date")

    again = checked(mended(found), by=boss, full=False, data_as_of=NEXT)
    assert not again.rows.exists()
    assert applied(again, by=boss).state == "applied"
    assert in_the_book() == BOOKED


def test_rejected_rows_of_every_file_come_back_mended_by_command(
    boss: User, tmp_path: Path
) -> None:
    found = downloaded(
        signed_in(user=boss, language="zh-hans"), applied(with_wrong_rows(boss), by=boss)
    )
    for name, content in mended(found).items():
        (tmp_path / name.removeprefix("upload-1-")).write_bytes(content)
    assert not import_directory(tmp_path, as_of=NEXT, delta=True).rejected
    assert in_the_book() == BOOKED


def test_a_row_that_was_not_mended_is_never_taken_for_something_else(boss: User) -> None:
    """What stands beyond the header, or was no text, does not vanish between download and import."""
    damaged = text("borrowers", BOOK["borrowers"]) + b"B8,\xd5\xc5,+8613800130778,en,CN,,,\n"
    wrong = [*BOOK["repayments"], *WRONG["repayments"]]
    upload = checked(the_book(borrowers=damaged, repayments=text("repayments", wrong)), by=boss)
    found = downloaded(signed_in(user=boss), applied(upload, by=boss))

    files = {f"{name}.csv": as_saved(rows) for name, rows in found.items()}
    again = checked(files, by=boss, full=False, data_as_of=NEXT)

    assert [(row.file, row.column) for row in again.rows.all()] == [
        ("borrowers.csv", "full_name"),
        ("repayments.csv", "paid_on"),
        ("repayments.csv", "amount"),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_columns_of_row_and_message_are_never_taken_for_ours(language: str) -> None:
    from django.utils.translation import gettext as _

    with override(language):
        head = [_("row"), _("message")]
    for sheet in SHEETS:
        assert import_headers.kind("x.csv", [*head, *sheet.columns]) is sheet
        guessed = import_headers.guess(sheet, [*head, *sheet.columns])
        assert list(guessed.values()) == list(range(2, len(sheet.columns) + 2))


def test_what_is_no_longer_kept_is_said_to_be_gone(boss: User) -> None:
    upload = with_wrong_rows(boss)
    upload.rows.update(cells=[])
    client = signed_in(user=boss)
    address = f"/imports/{upload.pk}/rejected/loans.csv"
    assert "upload the files again" in body(client, address, 409)
    assert "/rejected/" not in body(client, f"/imports/{upload.pk}/")
    assert not Event.objects.filter(verb="upload.rows_exported").exists()


def test_each_download_and_each_look_is_an_event_without_what_was_seen(boss: User) -> None:
    upload = with_wrong_rows(boss)
    client = signed_in(user=boss)
    client.get(f"/imports/{upload.pk}/rejected/repayments.csv")
    client.get(f"/imports/{upload.pk}/repair/")

    exported = Event.objects.get(verb="upload.rows_exported")
    shown = Event.objects.get(verb="upload.rows_shown")
    assert (exported.by, exported.subject_id) == (boss, str(upload.pk))
    assert exported.after == {"file": "repayments.csv", "count": 2}
    assert shown.by == boss
    assert shown.after == {"count": 5, "rows": list(upload.rows.values_list("pk", flat=True))}


def test_the_list_of_an_import_is_logged_too_and_holds_no_cell(boss: User) -> None:
    applied(with_wrong_rows(boss), by=boss)
    pk = ImportBatch.objects.get().pk
    said = signed_in("auditor").get(f"/imports/batches/{pk}/rejected.csv").content.decode()
    assert NAME not in said
    assert PHONE not in said
    assert Event.objects.get(verb="import.rows_exported").after == {"count": 5}


def typed(upload: Upload, page: Any, **changes: str) -> dict[str, str]:
    """The fields of the first row as a browser would send them back, some typed over."""
    row = page.context["rows"][0]
    said = {cell.column: cell.text for cell, _wrong in row["cells"]} | changes
    fields = {f"cell_{row['row'].pk}_{name}": value for name, value in said.items()}
    return {"row": str(row["row"].pk), **fields}


def test_while_mending_names_and_numbers_are_masked_and_stay_what_they_are(boss: User) -> None:
    upload = with_wrong_rows(boss)
    client, address = signed_in(user=boss), f"/imports/{upload.pk}/repair/"
    page = client.get(address)
    said = page.content.decode()
    assert "欧阳*菲" in said
    assert "138****0777" in said
    assert NAME not in said
    assert PHONE not in said

    client.post(address, typed(upload, page, region="CN"))
    background()

    applied(Upload.objects.get(pk=upload.pk), by=boss)
    person = Borrower.objects.get(borrower_ref="B7")
    assert (person.full_name, person.numbers.get().contact_point.phone) == (NAME, PHONE)


def test_a_masked_name_that_is_typed_over_is_the_new_name(boss: User) -> None:
    upload = with_wrong_rows(boss)
    client, address = signed_in(user=boss), f"/imports/{upload.pk}/repair/"
    client.post(address, typed(upload, client.get(address), region="CN", full_name="欧阳菲"))
    background()
    applied(Upload.objects.get(pk=upload.pk), by=boss)
    assert Borrower.objects.get(borrower_ref="B7").full_name == "欧阳菲"


@pytest.mark.parametrize(
    ("row", "masked"),
    [
        (f"B7,{NAME},13800990002,en,CN,,,", {"full_name"}),
        (f"B7,=cmd,{PHONE},en,CN,,,", {"phone"}),
        (f"B7,{NAME},{PHONE},en,China,,,", {"full_name", "phone"}),
        (f"B7,{NAME},{PHONE}", set()),
    ],
    ids=["the number is wrong", "the name is wrong", "neither is", "no cell is known for itself"],
)
def test_only_what_must_be_seen_to_be_mended_is_shown(
    boss: User, row: str, masked: set[str]
) -> None:
    rows = [*BOOK["borrowers"], row]
    upload = checked(the_book(borrowers=text("borrowers", rows)), by=boss)
    assert {cell.column for cell in cells_of(upload.rows.get()) if cell.masked} == masked
