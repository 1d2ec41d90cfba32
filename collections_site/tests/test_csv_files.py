"""Cells that a spreadsheet could compute go out guarded, and come back as they were."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_site.lib import csv_files

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]


@pytest.mark.parametrize("start", STARTS, ids=[f"U+{ord(one):04X}" for one in STARTS])
def test_a_cell_that_a_spreadsheet_might_compute_begins_with_an_apostrophe(start: str) -> None:
    assert csv_files.harmless(f"{start}1+1") == f"'{start}1+1"
    assert csv_files.restored(f"'{start}1+1") == f"{start}1+1"


@pytest.mark.parametrize("cell", ["", "13.00", "王小明", "O'Brien", "'t Hooft", "a=b", " -5", "'"])
def test_any_other_cell_goes_out_and_comes_back_untouched(cell: str) -> None:
    assert csv_files.harmless(cell) == cell
    assert csv_files.restored(cell) == cell


@given(st.text(alphabet=["'", "=", "+", "-", "@", "\t", "\0", "＋", "5", "a"]))
def test_what_went_out_comes_back_true_and_cannot_be_computed(cell: str) -> None:
    out = csv_files.harmless(cell)
    assert csv_files.restored(out) == cell
    assert out[:1] not in STARTS


def test_a_file_has_the_mark_of_utf_8_and_guarded_cells_in_quotes_where_needed() -> None:
    made = csv_files.text([["名", "amount"], ["a,b", "-5.00"]])
    assert made.startswith("\ufeff名")
    assert list(csv.reader(StringIO(made[1:]))) == [["名", "amount"], ["a,b", "'-5.00"]]
    assert csv_files.text([["+8613800138000"]], guarded=False) == "\ufeff+8613800138000\r\n"
