"""A do-not-contact list by browser, and the example files."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from borrowers.models import Hold
from borrowers.services import import_uploads, imports
from collections_site.lib import clock
from tests import cast
from tests.visits import body, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path: Path, settings: Settings) -> None:
    settings.VAR_DIR = tmp_path
    cast.the_house()


def bring(client: Client, text: str, name: str = "list.csv") -> str:
    """The address of the page on which a list waits."""
    file = SimpleUploadedFile(name, text.encode())
    answer = client.post("/imports/do-not-contact/", {"brought": file, "source": "Regulator"})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_nothing_is_written_before_somebody_has_looked() -> None:
    cast.a_loan(cast.a_borrower("C-1", number=cast.a_number("+8613800990001")))
    client = signed_in("supervisor")

    address = bring(client, "phone\n13800990001\n13800990003\nnonsense\n")

    text = body(client, address)
    for said in ("Place 3 holds", "Regulator", "No such phone number can exist"):
        assert said in text
    assert "13800990001" not in text + address
    assert not Hold.objects.exists()

    answer = client.post(f"{address}apply/", {"column": "0", "kind": "phone"}, follow=True)
    assert "One person and 2 numbers are held now" in answer.content.decode()
    assert set(Hold.objects.values_list("kind", "source")) == {("opt_out", "list: Regulator")}


def test_the_text_is_forgotten_once_it_is_applied(
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = signed_in("supervisor")
    address = bring(client, "phone\n13800990003\n")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{address}apply/")
    assert not list(import_uploads.home().iterdir())
    assert client.get(address).status_code == 409
    assert client.post(f"{address}apply/").status_code == 409


def test_a_list_put_aside_holds_nobody_and_is_gone() -> None:
    client = signed_in("supervisor")
    address = bring(client, "phone\n13800990003\n")
    client.post(f"{address}discard/")
    assert not list(import_uploads.home().iterdir())
    assert not Hold.objects.exists()


def test_a_colleagues_list_is_not_there() -> None:
    address = bring(signed_in("supervisor"), "phone\n13800990003\n")
    assert signed_in("supervisor").get(address).status_code == 409


def test_column_and_kind_can_be_chosen() -> None:
    cast.a_loan(cast.a_borrower("77"))
    client = signed_in("supervisor")
    address = bring(client, "phone,other\n13800990003,77\n")
    for none in ("²", "9" * 5_000):
        assert client.get(f"{address}?column={none}").status_code == 200
    text = body(client, f"{address}?column=1&kind=ref")
    assert "Place one hold" in text
    client.post(f"{address}apply/", {"column": "1", "kind": "ref"})
    assert Hold.objects.filter(borrower__borrower_ref="77").count() == 1


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("list.pdf", b"%PDF-1.4", 422, "neither CSV nor XLSX"),
        ("list.csv", b"PK\x03\x04", 422, "is not text"),
        ("list.xlsx", b"PK\x03\x04 no", 422, "no such workbook"),
        ("list.csv", b"phone\n" + b"1\n" * 10_001, 413, "more than 10,000 rows"),
        ("list.csv", b"1" * (10 << 20) + b"1", 413, "manage.py import_do_not_contact"),
    ],
    ids=["ending", "zip", "broken", "rows", "bytes"],
)
def test_what_is_no_list_is_refused_with_a_sentence(
    name: str, content: bytes, status: int, said: str
) -> None:
    answer = signed_in("supervisor").post(
        "/imports/do-not-contact/",
        {"brought": SimpleUploadedFile(name, content), "source": "Regulator"},
    )
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not list(import_uploads.home().iterdir())


def test_the_four_examples_are_a_book_that_can_be_imported(tmp_path: Path) -> None:
    client = signed_in("supervisor")
    page = body(client, "/imports/new/")
    folder = tmp_path / "book"
    folder.mkdir()
    for name in ("borrowers", "loans", "instalments", "repayments"):
        address = f"/imports/examples/{name}.csv"
        assert address in page
        content = client.get(address).content
        assert len(list(csv.reader(StringIO(content.decode("utf-8-sig"))))) == 3
        (folder / f"{name}.csv").write_bytes(content)

    summary = imports.import_directory(folder, as_of=clock.now(), check=True)

    assert summary.rejected == ()
    assert summary.files["loans.csv"].new == 2


def test_the_example_of_a_list_is_one() -> None:
    client = signed_in("supervisor")
    text = client.get("/imports/examples/do-not-contact.csv").content.decode("utf-8-sig")
    assert "Place 2 holds" in body(client, bring(client, text))
