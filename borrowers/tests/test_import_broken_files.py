"""Sixty and more broken inputs: each is answered with its own sentence, and nothing is written."""

import codecs
import gzip
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from borrowers.models import Borrower, ImportBatch, Loan, Upload
from borrowers.policies.import_reasons import in_language
from borrowers.services.import_uploads import CannotReceive
from borrowers.tests.portfolio import BOOK, HEADERS
from borrowers.tests.uploads import MAIN, SHEET, brought, checked, sheet, text, the_book, xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
LOANS = HEADERS["loans"]
ROWS = [line.split(",") for line in [LOANS, *BOOK["loans"]]]
BILLION = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    ']><worksheet xmlns="' + MAIN + '"><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c>'
    "</row></sheetData></worksheet>"
)
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'
CORNER = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
)
FORMULA = f'<worksheet xmlns="{MAIN}"><sheetData><row><c><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
PREFIXED = FORMULA.replace("<f>", "<x:f>").replace("</f>", "</x:f>")


def overlapping() -> bytes:
    """Two entries of one archive that are the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/a.xml", "<a/>")
        archive.filelist[1].header_offset = 0
    return out.getvalue()


def lying() -> bytes:
    """A workbook whose sheet says it is small, and is not."""
    whole = xlsx([["x" * 50] for _ in range(2000)])
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    return whole.replace(size, (10).to_bytes(4, "little"))


def damaged() -> bytes:
    """A workbook whose sheet is compressed in a way that nobody can undo."""
    whole = bytearray(xlsx(ROWS))
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        at = archive.getinfo(SHEET).header_offset
    names = (int.from_bytes(whole[at + 26 + n : at + 28 + n], "little") for n in (0, 2))
    whole[at + 30 + sum(names)] = 0xFF
    return bytes(whole)


def with_password() -> bytes:
    out = bytearray(xlsx(ROWS))
    at = out.find(b"PK\x01\x02")
    while at >= 0:
        out[at + 8] |= 1
        at = out.find(b"PK\x01\x02", at + 4)
    return bytes(out)


# name of the file, its bytes, what the answer says
FILES: list[tuple[str, bytes, str]] = [
    ("loans.csv", b"%PDF-1.7 ...", "is not text"),
    ("loans.csv", b"\x89PNG\r\n\x1a\n", "is not text"),
    ("loans.csv", b"\xff\xd8\xff\xe0", "is not text"),
    ("loans.csv", gzip.compress(text("loans")), "is not text"),
    ("loans.csv", b"\x7fELF\x02\x01", "is not text"),
    ("loans.csv", b"MZ\x90\x00", "is not text"),
    ("loans.csv", xlsx(ROWS), "is not text"),
    ("loans.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older workbook"),
    ("loans.csv", LOANS.encode("utf-16-le"), "is not text"),
    ("loans.csv", b"loan_ref\0,borrower_ref\n", "is not text"),
    ("loans.csv", codecs.BOM_UTF16_LE + LOANS.encode("utf-16-le"), "is UTF-16"),
    ("loans.csv", codecs.BOM_UTF16_BE + LOANS.encode("utf-16-be"), "is UTF-16"),
    ("loans.csv", LOANS.encode() + b"\n\xff\xff\xfe,\n", "neither UTF-8 nor GB18030"),
    ("loans.csv", ",".join(f"c{n}" for n in range(10_000)).encode(), "more than 200 columns"),
    ("loans.csv", b"a,b\n" + b"1,2\n" * 300_001, "more than 300,000 rows"),
    ("loans.csv", b"a" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ("loans.exe", text("loans"), "neither CSV nor XLSX"),
    ("loans", text("loans"), "neither CSV nor XLSX"),
    ("loans.ods", text("loans"), "neither CSV nor XLSX"),
    ("loans.html", b"<script>alert(1)</script>", "neither CSV nor XLSX"),
    ("loans.xls", b"\xd0\xcf\x11\xe0", "older workbook"),
    ("loans.xlsm", xlsx(ROWS), "holds macros"),
    ("loans.xlsb", xlsx(ROWS), "older workbook"),
    ("../../etc/passwd", b"root:x:0:0", "neither CSV nor XLSX"),
    ("loans.xlsx", text("loans"), "no such workbook"),
    ("loans.xlsx", b"PK\x03\x04 and nothing more", "no such workbook"),
    ("loans.xlsx", xlsx(ROWS)[:-200], "no such workbook"),
    ("loans.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older workbook or has a password"),
    ("loans.xlsx", with_password(), "has a password"),
    ("loans.xlsx", lying(), "no such workbook"),
    ("loans.xlsx", damaged(), "no such workbook"),
    ("loans.xlsx", overlapping(), "unpacks into far more"),
    ("loans.xlsx", xlsx(ROWS, parts={"xl/vbaProject.bin": b"x"}), "holds macros"),
    ("loans.xlsx", xlsx(ROWS, parts={"xl/inner.zip": b"x"}), "unpacks into far more"),
    ("loans.xlsx", xlsx(ROWS, parts={"xl/zeros.bin": b"\0" * (20 << 20)}), "unpacks into far more"),
    ("loans.xlsx", xlsx(ROWS, parts={f"xl/{n}.xml": b"<a/>" for n in range(250)}), "unpacks into"),
    ("loans.xlsx", xlsx(parts={SHEET: BILLION}), "declares XML entities"),
    ("loans.xlsx", xlsx(parts={SHEET: OUTSIDE}), "declares XML entities"),
    ("loans.xlsx", xlsx(parts={"xl/sharedStrings.xml": BILLION}), "declares XML entities"),
    ("loans.xlsx", xlsx(parts={SHEET: BILLION.encode("utf-16-le")}), "declares XML entities"),
    ("loans.xlsx", xlsx(parts={SHEET: FORMULA}), "holds formulas"),
    ("loans.xlsx", xlsx(parts={SHEET: PREFIXED}), "holds formulas"),
    ("loans.xlsx", xlsx(parts={SHEET: CORNER}), "too much memory"),
    ("loans.xlsx", xlsx(parts={SHEET: "<worksheet><sheetData><row>"}), "no"),
    ("loans.xlsx", xlsx(parts={"xl/workbook.xml": "<workbook/>"}), "no such workbook"),
    ("loans.xlsx", xlsx([]), "first sheet of loans.xlsx is empty"),
    (
        "loans.xlsx",
        xlsx([[n * 7919 % 1_000_003] for n in range(200_002)]),
        "more than 200,000 rows",
    ),
    ("loans.xlsx", xlsx([["a"], [6222020200112345678]]), "more than 15 digits"),
    ("loans.xlsx", xlsx([[f"c{n}" for n in range(300)]]), "more than 200 columns"),
]

# file, its rows (or its first row and rows), column and what the message says of the row
CELLS: list[tuple[str, str, str, str]] = [
    ("borrowers", "B9,=cmd|' /C calc'!A0,+8613800130009,en,CN,,,", "full_name", "like a formula"),
    ("borrowers", "B9,@SUM(1),+8613800130009,en,CN,,,", "full_name", "like a formula"),
    ("borrowers", "B9,#REF!,+8613800130009,en,CN,,,", "full_name", "error of a spreadsheet"),
    ("borrowers", "B9,王\0,+8613800130009,en,CN,,,", "full_name", "cannot be seen"),
    ("borrowers", "B9,,+8613800130009,en,CN,,,", "full_name", "is empty"),
    ("borrowers", f"B9,{'王' * 81},+8613800130009,en,CN,,,", "full_name", "longer than 80"),
    ("borrowers", "B9,王,1.38001E+12,en,CN,,,", "phone", "No such phone number"),
    ("borrowers", "B9,王,+86138,en,CN,,,", "phone", "No such phone number"),
    ("borrowers", "B9,王,+8613800130009,mandarin,CN,,,", "language", "is no language"),
    ("borrowers", "B9,王,+8613800130009,en,China,,,", "region", "is no region"),
    ("borrowers", "B9,王,+8613800130009,en,CN,,CET,", "time_zone", "no time zone of a place"),
    ("borrowers", "B9,王,+8613800130009,en,CN,,,yesterday", "consent_at", "is no date-time"),
    ("borrowers", "B9,王,+8613800130009,en,CN,,,2030-01-01", "consent_at", "after the export"),
    ("borrowers", "B9,王", "", "has 2 values"),
    ("borrowers", 'B9,"王,+8613800130009,en,CN,,,', "", "quote is not closed"),
    ("loans", "L9,B1,mortgage,CNY,1.00,2025-01-01,active", "product", "is no product"),
    ("loans", "L9,B1,credit_card,RMB,1.00,2025-01-01,active", "currency", "is no currency"),
    ("loans", "L9,B1,credit_card,CNY,1e9,2025-01-01,active", "principal", "is no amount"),
    ("loans", "L9,B1,credit_card,CNY,-1.00,2025-01-01,active", "principal", "below zero"),
    ("loans", "L9,B1,credit_card,CNY,1.00,46000,active", "opened_on", "is no date"),
    ("loans", "L9,B1,credit_card,CNY,1.00,2025-01-01,late", "status", "is no status"),
    ("loans", "L9,B77,credit_card,CNY,1.00,2025-01-01,active", "borrower_ref", "no borrower B77"),
    ("loans", "L1,B1,credit_card,CNY,1.00,2025-01-01,active", "loan_ref", "row 2 already"),
    ("instalments", "L1,one,2026-01-01,1.00", "number", "no number of an instalment"),
    ("instalments", "L1,9,2026-02-30,1.00", "due_on", "is no date"),
    ("instalments", "L1,9,31.01.2026,1.00", "due_on", "is no date"),
    ("instalments", "L1,9,3026-01-01,1.00", "due_on", "not between 1950 and 2099"),
    ("instalments", "L1,9,2026-01-01,1.005", "amount_due", "is no amount"),
    ("instalments", "L1,9,2026-01-01,￥100", "amount_due", "is no amount"),
    ("instalments", "L77,1,2026-01-01,1.00", "loan_ref", "no loan L77"),
    ("repayments", "R9,L1,2026-01-01,NaN", "amount", "is no amount"),
    ("repayments", "R9,L1,2026-01-01,0.00", "amount", "payment of zero"),
    # every value one column too far to the left, or to the right
    ("borrowers", "王,+8613800130009,en,CN,,,,", "phone", "No such phone number"),
    ("borrowers", ",B9,王,+8613800130009,en,CN,,", "borrower_ref", "is empty"),
    ("loans", "B1,credit_card,CNY,1.00,2025-01-01,active,", "product", "is no product"),
    ("loans", ",L9,B1,credit_card,CNY,1.00,2025-01-01", "loan_ref", "is empty"),
    ("instalments", "9,2026-01-01,1.00,", "number", "no number of an instalment"),
    ("instalments", ",L1,9,2026-01-01", "loan_ref", "is empty"),
    ("repayments", "L1,2026-01-01,1.00,", "paid_on", "is no date"),
    ("repayments", ",R9,L1,2026-01-01", "repayment_ref", "is empty"),
]


def test_the_tables_hold_at_least_sixty() -> None:
    assert len(FILES) + len(CELLS) >= 60


@pytest.mark.parametrize(
    ("name", "content", "says"), FILES, ids=[f"{n}-{f[0]}-{f[2]}" for n, f in enumerate(FILES)]
)
def test_a_file_that_cannot_be_read_leaves_a_sentence_and_nothing_else(
    boss: User, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(CannotReceive) as refused:
        brought({name: content}, by=boss, full=False)
    (sentence,) = refused.value.sentences
    assert says in sentence
    assert in_language(sentence, "zh-hans") != sentence
    assert not Upload.objects.exists()
    assert list((tmp_path / "imports").iterdir()) == []


def test_rows_that_cannot_be_taken_are_named_with_cell_and_reason_and_spoil_nothing_else(
    boss: User,
) -> None:
    broken = {name: [*BOOK[name], *(c[1] for c in CELLS if c[0] == name)] for name in BOOK}
    upload = checked(the_book(**{name: text(name, broken[name]) for name in BOOK}), by=boss)

    found = {(row.file, row.row): row for row in upload.rows.all()}
    wrong = []
    for name, row, column, says in CELLS:
        one = found.pop((f"{name}.csv", broken[name].index(row) + 2))
        if one.column != column or says not in one.reason:
            wrong.append((row, one.column, one.reason))
        assert in_language(one.reason, "zh-hans") != one.reason
    assert not wrong
    assert not found
    assert [upload.found["files"][f"{name}.csv"]["new"] for name in BOOK] == [2, 2, 4, 1]
    assert not any(model._default_manager.exists() for model in (Borrower, Loan, ImportBatch))


@pytest.mark.parametrize("name", ["loans", "instalments", "repayments"])
def test_of_a_file_with_its_columns_shifted_by_one_no_amount_is_read(name: str, boss: User) -> None:
    shifted = [f"{row.split(',', 1)[1]}," for row in BOOK[name]]
    upload = checked(the_book(**{name: text(name, shifted)}), by=boss)
    found = upload.found["files"][f"{name}.csv"]
    assert (found["rejected"], found["new"]) == (len(shifted), 0)
    assert upload.found["sums"][f"{name}.csv"] == {}


def test_every_number_of_a_workbook_is_what_it_showed(boss: User) -> None:
    rows: list[list[object]] = [
        list(ROWS[0]),
        *[[*row[:4], float(row[4]), *row[5:]] for row in ROWS[1:]],
    ]
    files = the_book()
    del files["loans.csv"]
    upload = checked({**files, "loans.xlsx": xlsx(rows)}, by=boss)
    assert upload.found["sums"]["loans.csv"] == {"CNY": "10000.00", "GBP": "900.50"}
    assert sheet(rows).count("<row>") == 3
