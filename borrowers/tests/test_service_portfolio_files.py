"""Files as lenders' systems really write them: encodings, quotes, separators, headers."""

import codecs
import os
from collections import deque
from pathlib import Path

import pytest

from borrowers.models import Borrower, ImportBatch, Loan
from borrowers.services import import_reader, portfolio_files
from borrowers.services.import_reader import SERVER
from borrowers.services.imports import CannotImport, import_directory
from borrowers.tests.portfolio import BOOK, FIRST, HEADERS, a_folder, take, told
from borrowers.tests.uploads import MAIN, SHEET, xlsx

pytestmark = pytest.mark.django_db
SHEET_ROWS = 1_048_576  # the format's own limit
SHIFTED = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="B1" t="inlineStr"><is><t>a</t></is></c>'
    '</row><row r="3"><c r="C3"><v>2</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_names_come_through_in_every_encoding_we_take(tmp_path: Path, encoding: str) -> None:
    import_directory(a_folder(tmp_path, encoding=encoding), as_of=FIRST)
    assert Borrower.objects.get(borrower_ref="B1").full_name == "王小明"


def test_windows_line_ends_blank_lines_and_quotes_are_fine(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    text = HEADERS["borrowers"] + "\r\n\r\n" + "\r\n".join(BOOK["borrowers"]) + "\r\n"
    text = text.replace("Ana Silva", '"Silva, ""Ana"""')
    (folder / "borrowers.csv").write_bytes(text.encode())
    summary = import_directory(folder, as_of=FIRST)
    assert told(summary, "borrowers") == (2, 0, 0, 0, 0)
    assert Borrower.objects.get(borrower_ref="B2").full_name == 'Silva, "Ana"'


def test_columns_may_stand_in_any_order_with_others_between(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "loans.csv").write_text(
        "STATUS,branch,loan_ref,borrower_ref,currency,product,opened_on,principal\n"
        "active,Leeds,L1,B1,CNY,credit_card,2025-12-01,7.00\n"
    )
    import_directory(folder, as_of=FIRST)
    assert str(Loan.objects.get().principal) == "7.00"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('B3,"王,+8613800130003,zh-hans,CN,,,', "quote"),
        ("B3,王,+8613800130003,zh-hans,CN,,", "7 values"),
        ("B3,王,+8613800130003,zh-hans,CN,,,,", "9 values"),
        ("B3,王\0,+8613800130003,zh-hans,CN,,,", "cannot be seen"),
    ],
)
def test_a_broken_row_spoils_only_itself(tmp_path: Path, row: str, says: str) -> None:
    first, second = BOOK["borrowers"]
    summary = take(tmp_path, borrowers=[first, row, second])
    assert told(summary, "borrowers") == (2, 0, 0, 0, 1)
    assert (summary.rejected[0].row, says in summary.rejected[0].reason) == (3, True)


def test_one_damaged_row_does_not_turn_the_file_into_another_encoding(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, borrowers=[*BOOK["borrowers"], "B3,李四,+8613800130003,en,CN,,,"])
    path = folder / "borrowers.csv"
    path.write_bytes(path.read_bytes().replace("李四".encode(), b"\xc0\xee\xcb\xc4"))
    summary = import_directory(folder, as_of=FIRST)
    assert [(one.row, "UTF-8" in one.reason) for one in summary.rejected] == [(4, True)]
    assert Borrower.objects.get(borrower_ref="B1").full_name == "王小明"


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("loans.csv", b"", "is empty"),
        ("loans.csv", codecs.BOM_UTF16_LE + "loan_ref".encode("utf-16-le"), "UTF-16"),
        ("loans.csv", HEADERS["loans"].replace(",", "|").encode(), "bars"),
        ("loans.csv", b"loan_ref,borrower_ref\n", "lacks product, currency"),
        ("loans.csv", HEADERS["loans"].encode() + b",status\n", "status twice"),
        ("loans.csv", HEADERS["loans"].encode() + b"\n", "no rows"),
        ("loans.csv", HEADERS["loans"].encode() + b"\n\xff\xff\xfe,\n", "neither UTF-8 nor"),
    ],
)
def test_a_file_that_no_row_can_mend_stops_the_batch(
    tmp_path: Path, file: str, content: bytes, says: str
) -> None:
    folder = a_folder(tmp_path)
    (folder / file).write_bytes(content)
    with pytest.raises(CannotImport, match=says):
        import_directory(folder, as_of=FIRST)
    assert not Borrower.objects.exists()
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_tabs_and_semicolons_separate_as_commas_do(tmp_path: Path, mark: str) -> None:
    folder = a_folder(tmp_path)
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text().replace(",", mark))
    assert told(import_directory(folder, as_of=FIRST), "instalments") == (4, 0, 0, 0, 0)


def test_a_workbook_stands_in_for_a_file(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, loans=None)
    rows = [line.split(",") for line in [HEADERS["loans"], *BOOK["loans"]]]
    (folder / "loans.xlsx").write_bytes(xlsx(rows))
    assert told(import_directory(folder, as_of=FIRST), "loans") == (2, 0, 0, 0, 0)
    assert str(Loan.objects.get(loan_ref="L2").principal) == "900.50"
    assert import_directory(folder, as_of=FIRST).repeated


def test_a_command_reads_as_many_rows_as_a_worksheet_can_hold(tmp_path: Path) -> None:
    """1,048,575 rows under the header, which unpack into more than a browser may bring."""
    path, into = tmp_path / "loans.xlsx", tmp_path / "loans.csv"
    cells = (f'<c t="inlineStr"><is><t>{n:0>64}</t></is></c>' for n in range(SHEET_ROWS))
    rows = "".join(f"<row>{cell}</row>" for cell in cells)
    path.write_bytes(
        xlsx(parts={SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'})
    )
    with pytest.raises(CannotImport, match="unpacks into far more"):
        import_reader.read(path, into, "loans.xlsx")
    assert import_reader.read(path, into, "loans.xlsx", SERVER)["rows"] == SHEET_ROWS - 1
    with into.open() as file:
        assert deque(file, maxlen=1) == deque([f"{SHEET_ROWS - 1:0>64}\n"])


def test_rows_and_columns_left_empty_before_the_header_keep_their_places(tmp_path: Path) -> None:
    path, into = tmp_path / "loans.xlsx", tmp_path / "loans.csv"
    path.write_bytes(xlsx(parts={SHEET: SHIFTED}))
    import_reader.read(path, into, "loans.xlsx", SERVER)
    assert into.read_text() == ",a\n\n,,2\n"


def test_a_folder_or_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="not a folder"):
        import_directory(tmp_path / "nowhere")
    with pytest.raises(CannotImport, match=r"repayments\.csv is not there"):
        take(tmp_path, repayments=None)


def test_no_payments_yet_is_no_mistake(tmp_path: Path) -> None:
    assert told(take(tmp_path, repayments=[]), "repayments") == (0, 0, 0, 0, 0)


def test_a_file_still_being_written_is_not_taken(tmp_path: Path) -> None:
    source = portfolio_files.survey(a_folder(tmp_path))[0]
    with source.path.open("a") as file:
        file.write("more\n")
    with pytest.raises(CannotImport, match="wait until the export"):
        source.insist_unchanged()


def test_without_a_moment_the_newest_file_tells_when(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    for n, name in enumerate(sorted(HEADERS)):
        os.utime(folder / f"{name}.csv", (1_780_000_000 + n, 1_780_000_000 + n))
    assert import_directory(folder).data_as_of.timestamp() == 1_780_000_003


def test_too_many_wrong_rows_are_a_wrong_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("borrowers.services.import_staging.MOST_REJECTED", 5)
    wrong = [f"L1,{n},soon,1.00" for n in range(6)]
    with pytest.raises(CannotImport, match="row 2, due_on"):
        take(tmp_path, instalments=wrong)
    assert not Loan.objects.exists()
