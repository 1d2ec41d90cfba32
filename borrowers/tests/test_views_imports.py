"""The pages of imports: from the files to the book, in either language, by whoever may."""

import csv
import io
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from borrowers.models import Borrower, Upload
from borrowers.services import import_uploads
from borrowers.tests.portfolio import BOOK
from borrowers.tests.uploads import applied, background, checked, text, the_book
from collections_site.lib import clock
from tests.visits import body, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def post_files(client: Client, files: dict[str, bytes], **fields: str) -> Any:
    brought = [SimpleUploadedFile(name, content) for name, content in files.items()]
    said = {"full": "full", "data_as_of": "2026-11-24T06:00", "source": "core", **fields}
    return client.post("/imports/new/", {"brought": brought, **said})


def as_drawn(response: Any) -> dict[str, str]:
    """The fields of the page of columns, as a browser would send them back."""
    form = response.context["form"]
    return {name: str(field.initial or "") for name, field in form.fields.items()} | {
        name: "0"
        for name, field in form.fields.items()
        if name.startswith("col_") and field.initial == "0"
    }


def test_from_the_files_to_the_book(boss: User) -> None:
    client = signed_in(user=boss)
    answer = post_files(client, the_book())
    page = client.get(answer["Location"])
    assert "borrowers.csv" in page.content.decode()
    address = answer["Location"]
    client.post(f"{address}columns/", as_drawn(page))
    assert "Nothing is written" in body(client, address) or "being checked" in body(client, address)
    background()
    assert client.get(f"{address}progress/").status_code == 286
    assert "Apply 9 changes" in body(client, address)
    assert not Borrower.objects.exists()
    client.post(f"{address}apply/")
    assert "being written" in body(client, address)
    background()
    assert "Written into the book" in body(client, address)
    assert Borrower.objects.count() == 2
    assert "2026-11-24 06:00" in body(client, "/imports/")


def test_what_cannot_be_read_is_said_at_the_files_in_the_readers_language(boss: User) -> None:
    client = signed_in(user=boss, language="zh-hans")
    files = the_book(loans=b"%PDF-1.7", repayments=b"")
    answer = post_files(client, files)
    assert answer.status_code == 422
    assert "内容不是文本" in post_files(client, the_book(loans=b"%PDF-1.7")).content.decode()
    assert not Upload.objects.exists()


def test_a_moment_that_has_not_come_is_refused(boss: User) -> None:
    answer = post_files(signed_in(user=boss), the_book(), data_as_of="2026-11-25T06:00")
    assert "has not come yet" in answer.content.decode()


class Unread(BytesIO):
    """A body that nobody may touch."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


@pytest.mark.parametrize(
    ("address", "size", "says"),
    [
        ("/imports/new/", 42 << 20, "manage.py import_portfolio"),
        ("/imports/do-not-contact/", 12 << 20, "manage.py import_do_not_contact"),
        ("/imports/1/columns/", 11 << 20, "减少内容，或分次提交"),
        ("/signin/", 11 << 20, "减少内容，或分次提交"),
    ],
)
def test_what_is_too_large_is_turned_away_before_any_of_it_is_read(
    boss: User, address: str, size: int, says: str
) -> None:
    client = Client(enforce_csrf_checks=True)  # the token is looked for in the body
    if address != "/signin/":
        client.cookies = signed_in(user=boss).cookies
    form = "multipart/form-data; boundary=x"
    whole = {"CONTENT_LENGTH": str(size), "wsgi.input": Unread()}
    answer = client.generic("POST", address, b"", form, **whole)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert says in answer.content.decode()


def test_numbers_that_are_none_are_passed_over(boss: User) -> None:
    rows = [*BOOK["repayments"], "R2,L1,2026-11-20,forty"]
    upload = checked(the_book(repayments=text("repayments", rows)), by=boss)
    client, long = signed_in(user=boss), "9" * 5_000
    answer = client.post(f"/imports/{upload.pk}/repair/", {"row": ["²", "٣", long, "-1", "0"]})
    assert answer.status_code == 302
    assert Upload.objects.get().rows.get().cells[3] == "forty"
    background()
    upload.refresh_from_db()
    assert upload.checked_at
    said = {"seen": upload.checked_at.isoformat(), "looked": ["²", long]}
    assert client.post(f"/imports/{upload.pk}/release/", said).status_code == 403


@pytest.mark.parametrize(
    "content",
    [b"a" * (11 << 20), b"a,b\n" + b"1,2\n" * 300_001],
    ids=["11 MB", "300,001 rows"],
)
def test_one_file_too_large_is_answered_with_413_and_the_command_that_takes_it(
    boss: User, content: bytes
) -> None:
    answer = post_files(signed_in(user=boss), {"loans.csv": content}, full="delta")
    assert answer.status_code == 413
    said = answer.content.decode()
    assert "loans.csv" in said
    assert "take it in on the server with manage.py import_portfolio" in said
    assert 'value="core"' in said
    assert not Upload.objects.exists()


def test_a_mapping_not_complete_keeps_what_was_chosen(boss: User) -> None:
    client = signed_in(user=boss)
    address = post_files(client, the_book())["Location"]
    said = as_drawn(client.get(address))
    name = next(name for name in said if name.endswith("_principal"))
    answer = client.post(f"{address}columns/", {**said, name: ""})
    assert answer.status_code == 422
    assert "Which column of loans.csv is principal? Choose it." in answer.content.decode()


def test_another_kind_guesses_the_columns_again(boss: User) -> None:
    client = signed_in(user=boss)
    files = {"x.csv": text("repayments")}
    address = post_files(client, files, full="delta")["Location"]
    said = as_drawn(client.get(address))
    answer = client.post(f"{address}columns/", {**said, "kind_0": "instalments.csv"}, follow=True)
    assert "guessed again" in answer.content.decode()
    assert Upload.objects.get().files[0]["kind"] == "instalments.csv"


def test_figures_of_the_sender_are_read_per_currency(boss: User) -> None:
    client = signed_in(user=boss)
    address = post_files(client, the_book())["Location"]
    said = as_drawn(client.get(address))
    at = next(i for i in range(4) if said[f"kind_{i}"] == "loans.csv")
    client.post(
        f"{address}columns/",
        {**said, f"rows_{at}": "2", f"sums_{at}": "cny 10,000; GBP 1.00"},
    )
    background()
    page = body(client, address)
    assert "the sender gives 1.00 for GBP, the rows that can be taken come to 900.50" in page
    assert "Waiting for another supervisor" in page
    assert f'action="{address}apply/"' not in page


def test_the_second_person_ticks_what_is_shown_now(boss: User) -> None:
    given = {"loans.csv": {"rows": 3}}
    upload = checked(the_book(), by=boss, figures=given)
    address, second = f"/imports/{upload.pk}/", signed_in("compliance")
    assert "I have looked" in body(second, address)
    assert "I have looked" not in body(signed_in(user=boss), address)
    assert "I have looked" not in body(signed_in("auditor"), address)
    assert upload.checked_at
    seen = {"seen": upload.checked_at.isoformat()}
    assert second.post(f"{address}release/", {"looked": "0", "seen": "then"}).status_code == 409
    assert second.post(f"{address}release/", {"looked": "0", **seen}).status_code == 302
    assert f'action="{address}apply/"' in body(signed_in(user=boss), address)


def test_rejected_rows_are_told_in_chinese_and_downloaded_with_their_cells(boss: User) -> None:
    rows = [*BOOK["repayments"], "R2,L1,2026-11-20,-", "R3,L1,20.11.2026,1.00"]
    upload = checked(the_book(repayments=text("repayments", rows)), by=boss)
    client = signed_in(user=boss, language="zh-hans")
    assert "“20.11.2026” 不是日期" in body(client, f"/imports/{upload.pk}/")
    said = client.get(f"/imports/{upload.pk}/rejected/repayments.csv")
    lines = list(csv.DictReader(io.StringIO(said.content.decode("utf-8-sig"))))
    assert [(line["repayment_ref"], line["amount"]) for line in lines] == [
        ("R2", "'-"),
        ("R3", "1.00"),
    ]
    assert "attachment" in said["Content-Disposition"]


def test_a_row_is_mended_at_its_field(boss: User) -> None:
    rows = [*BOOK["repayments"], "R2,L1,2026-11-20,many"]
    upload = applied(checked(the_book(repayments=text("repayments", rows)), by=boss), by=boss)
    client = signed_in(user=boss)
    address = f"/imports/{upload.pk}/repair/"
    row = upload.rows.get()
    assert 'aria-invalid="true"' in body(client, address)
    cells = dict(
        zip(["repayment_ref", "loan_ref", "paid_on", "amount"], row.cells, strict=True), amount="20"
    )
    said = {f"cell_{row.pk}_{name}": value for name, value in cells.items()}
    answer = client.post(address, {"row": str(row.pk), **said})
    background()
    made = Upload.objects.latest("pk")
    assert answer["Location"] == f"/imports/{made.pk}/"
    assert "Apply one change" in body(client, answer["Location"])
    assert "went on as" in body(client, f"/imports/{upload.pk}/")


def test_a_name_on_the_check_page_is_masked(boss: User) -> None:
    applied(checked(the_book(), by=boss), by=boss)
    rows = [BOOK["borrowers"][0].replace("王小明", "王大明"), BOOK["borrowers"][1]]
    later = clock.now() - timedelta(hours=1)
    upload = checked(the_book(borrowers=text("borrowers", rows)), by=boss, data_as_of=later)
    page = body(signed_in(user=boss), f"/imports/{upload.pk}/")
    assert "王*明" in page
    assert "王大明" not in page


def test_what_is_no_longer_named_is_shown_by_a_few_of_each_file_and_the_name_masked(
    boss: User,
) -> None:
    applied(checked(the_book(), by=boss), by=boss)
    first = {name: text(name, rows[:1]) for name, rows in BOOK.items()}
    less = {**first, "repayments": text("repayments", [])}
    later = clock.now() - timedelta(hours=1)
    upload = checked(the_book(**less), by=boss, data_as_of=later)

    assert [(one["file"], one["ref"]) for one in upload.found["samples"]["gone"]] == [
        ("borrowers.csv", "B2"),
        ("loans.csv", "L2"),
        ("instalments.csv", "L1 · 2"),
        ("instalments.csv", "L1 · 3"),
        ("instalments.csv", "L2 · 1"),
        ("repayments.csv", "R1 · L1"),
    ]
    page = body(signed_in(user=boss), f"/imports/{upload.pk}/")
    assert "Ana S***" in page
    assert "Silva" not in page
    assert "no longer named" in page


def test_the_heading_says_whether_it_would_change_or_has(boss: User) -> None:
    upload = checked(the_book(), by=boss)
    client, address = signed_in(user=boss), f"/imports/{upload.pk}/"
    assert "What would change" in body(client, address)
    applied(upload, by=boss)
    page = body(client, address)
    assert "What changed" in page
    assert "What would" not in page
    other = checked({"loans.csv": text("loans")}, by=boss, data_as_of=clock.now())
    import_uploads.discard(other, by=boss)
    assert "What would have changed" in body(client, f"/imports/{other.pk}/")


def test_a_worker_that_died_is_noticed_by_whoever_looks(boss: User) -> None:
    upload = checked(the_book(), by=boss)
    import_uploads.ask_to_apply(upload, by=boss)
    (import_uploads.folder(upload) / "progress.json").write_text('{"stage": "write"}')
    page = body(signed_in(user=boss), f"/imports/{upload.pk}/")
    assert "was interrupted. Nothing was written" in page
    assert "Apply 9 changes" in page
