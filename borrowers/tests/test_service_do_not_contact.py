"""Do-not-contact lists: what is read, whom it holds, and that it holds all or none."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from borrowers.models import Borrower, ContactPoint, Hold
from borrowers.policies import do_not_contact as policy
from borrowers.services import do_not_contact, holds
from borrowers.services.do_not_contact import Listing
from borrowers.tests.uploads import xlsx
from collections_site.audit.models import Event
from collections_site.lib.decision import NotAllowed
from tests import cast

pytestmark = pytest.mark.django_db
Read = Callable[..., Listing]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a list and read it."""

    def reading(*lines: str, name: str = "list.csv", **how: Any) -> Listing:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        do_not_contact.convert(path, tmp_path / "text.csv", name)
        return do_not_contact.read(tmp_path / "text.csv", name, **how)

    return reading


@pytest.fixture(autouse=True)
def house() -> None:
    cast.the_house()


def person(ref: str, phone: str) -> Borrower:
    return cast.a_loan(cast.a_borrower(ref, number=cast.a_number(phone))).borrower


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("13800990001", "+8613800990001"),
        ("+86 138-0099-0001", "+8613800990001"),
        ("008613800990001", "+8613800990001"),
        ("8613800990001", "+8613800990001"),
        ("１３８００９９０００１", "+8613800990001"),
        ("447400123456", "+447400123456"),
    ],
)
def test_a_number_is_read_as_people_and_spreadsheets_write_it(written: str, phone: str) -> None:
    assert policy.a_phone(written, "CN")[0] == phone


@pytest.mark.parametrize(
    ("lines", "column", "kind"),
    [
        (["name,手机号", "王,13800990001"], 1, "phone"),
        (["客户号,note", "C-1,x"], 0, "ref"),
        (["a,b", "x,13800990001", "y,13800990002"], 1, "phone"),
        (["13800990001", "13800990002"], 0, "phone"),
        (["whatever", "C-1"], 0, "ref"),
    ],
)
def test_the_column_is_guessed(read: Read, lines: list[str], column: int, kind: str) -> None:
    listing = read(*lines)
    assert (listing.column, listing.kind) == (column, kind)


def test_a_list_without_a_header_loses_no_row(read: Read) -> None:
    assert list(read("13800990001", "13800990002").values.values()) == [1, 2]
    assert list(read("C0000001", "C0000002").values.values()) == [1, 2]
    assert list(read("customer no", "C0000002").values.values()) == [2]


def test_broken_rows_are_told_with_their_number_and_hold_nobody(read: Read) -> None:
    listing = read("phone,note", "13800990001,a", "12,b", ",c", "13800990001,d", "1,2,3")
    assert [row for row, _why in listing.broken] == [3, 4, 6]
    assert "write it with + and the country code" in listing.broken[0][1]
    assert (len(listing.values), listing.repeated) == (1, 1)


def test_numbers_hold_whoever_lives_on_them_and_those_who_will(read: Read) -> None:
    one = person("C-1", "+8613800990001")
    held = person("C-2", "+8613800990002")
    holds.place("opt_out", contact_point=held.numbers.get().contact_point, source="inbound")
    listing = read("phone", "13800990001", "13800990002", "13800990003", "nonsense")

    before = do_not_contact.check(listing)
    assert not Hold.objects.filter(source__startswith="list").exists()
    assert (before.matched, before.held, before.unmatched, before.to_hold) == (1, 1, (4,), 3)

    boss = cast.a_user(role="supervisor")
    do_not_contact.apply(listing, "Regulator 2026-11", by=boss)

    placed = Hold.objects.filter(source="list: Regulator 2026-11", kind="opt_out", placed_by=boss)
    assert set(placed.values_list("borrower", "contact_point__phone")) == {
        (one.pk, None),
        (None, "+8613800990001"),
        (None, "+8613800990003"),
    }
    event = Event.objects.get(verb="do_not_contact.imported")
    assert (event.by, event.after["people"], event.after["numbers"]) == (boss, 1, 2)
    assert "1380099" not in json.dumps(event.after)


def test_the_same_list_again_holds_nobody_twice(read: Read) -> None:
    person("C-1", "+8613800990001")
    listing = read("phone", "13800990001", "13800990003")
    do_not_contact.apply(listing, "A", by=None)
    count = Hold.objects.count()

    done = do_not_contact.apply(listing, "B", by=None)

    assert (done.to_hold, done.held, Hold.objects.count()) == (0, 2, count)


def test_customer_numbers_hold_the_person_and_those_unknown_are_told(read: Read) -> None:
    one = person("C-1", "+8613800990001")
    person("C-3", "+8613800990002")
    listing = read("borrower_ref", "C-1", "C-9")

    done = do_not_contact.apply(listing, "A", by=None)

    assert (done.matched, done.unmatched) == (1, (3,))
    assert Hold.objects.get().borrower == one


def test_nothing_is_half_written(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    person("C-1", "+8613800990001")
    listing = read("phone", "13800990001", "13800990003")

    def breaks(*args: object, **more: object) -> None:
        raise OSError

    monkeypatch.setattr("collections_site.audit.services.record", breaks)
    with pytest.raises(OSError):
        do_not_contact.apply(listing, "A", by=None)
    assert not Hold.objects.exists()
    assert not ContactPoint.objects.filter(phone="+8613800990003").exists()


def test_only_who_imports_may(read: Read) -> None:
    listing = read("phone", "13800990001")
    with pytest.raises(NotAllowed):
        do_not_contact.apply(listing, "A", by=cast.a_user())


def test_the_command_takes_a_workbook_and_says_what_it_held(tmp_path: Path) -> None:
    person("C-1", "+8613800990001")
    path = tmp_path / "list.xlsx"
    path.write_bytes(xlsx([["手机号"], [13800990001], ["+86 138 0099 0003"], ["x"]]))
    out = StringIO()

    call_command("import_do_not_contact", str(path), "--check", "--json", stdout=out)
    assert json.loads(out.getvalue())["holds"] == 3
    assert not Hold.objects.exists()

    out = StringIO()
    call_command("import_do_not_contact", str(path), stdout=out)
    assert "1 of people on file, 1 of nobody on file" in out.getvalue()
    assert "row 4: No such phone number can exist" in out.getvalue()
    assert Hold.objects.filter(source="list: list.xlsx").count() == 3


def test_the_command_refuses_what_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"PK\x03\x04 no")
    for wrong in (path, tmp_path / "none.csv"):
        with pytest.raises(CommandError):
            call_command("import_do_not_contact", str(wrong))
