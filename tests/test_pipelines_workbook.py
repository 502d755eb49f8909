"""Workbooks: values and their types, and nothing of what stands behind the cells."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from pipelines.books.book import Released
from pipelines.books.workbook import read_workbook
from pipelines.errors import EmptyError, FormatError, SizeError
from tests.documents import unpacked

SECRET = "Zebrowski"
ROWS = [
    ["full name", "n", "share", "seen", "ok"],
    ["Ann Lee", 7, 0.5, datetime(2020, 1, 31, 10), True],
    [None, 1e300, -1, None, False],
]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def rows(path: Path, sheet: str) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


def as_it_is(path: Path) -> Path:
    """Write a workbook again with nothing changed."""
    book = read_workbook(path)
    target = path.with_name("out.xlsx")
    book.write([Released(t.frame, t.name, tuple(range(t.frame.shape[1]))) for t in book.tables], target)
    return target


def test_untouched_values_keep_value_type_and_look(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"one": ROWS, "two": [["a", "b"], ["=1+1", "x"]]})
    edited = openpyxl.load_workbook(path)
    edited["one"]["C2"].number_format = "0.0%"
    edited["two"]["A2"].data_type = "s"
    edited.save(path)
    out = as_it_is(path)
    assert rows(out, "one") == rows(path, "one")
    assert [type(v) for row in rows(out, "one") for v in row] == [type(v) for row in rows(path, "one") for v in row]
    back = openpyxl.load_workbook(out)
    assert back["one"]["C2"].number_format == "0.0%"
    assert back["two"]["B2"].value == "x"


def test_a_sheet_with_a_gap_stays_where_it_was(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", {"one": [[], [], [None, "a", None, "b"], [None, 1, None, "x"], [], [None, None, None, 3]]}
    )
    (table,) = read_workbook(path).tables
    assert (table.headed, list(table.frame)) == (True, ["a", "b"])
    assert rows(as_it_is(path), "one") == rows(path, "one")


HEADERS = {
    "a title above": ([["Patients of 2021"], ["full name", "n"], ["Ann Lee", 1]], False),
    "numbers": ([[1, 2], [3, 4]], False),
    "twice": ([["a", "a"], ["x", "y"]], False),
    "one without a name": ([["a", None, "c"], ["x", "y", "z"]], True),
    "one column": ([["a"], ["x"]], True),
    "a header alone": ([["a", "b"]], True),
}


@pytest.mark.parametrize("kind", HEADERS)
def test_the_first_row_is_a_header_if_it_names_the_columns(tmp_path, kind):
    cells, headed = HEADERS[kind]
    (table,) = read_workbook(workbook(tmp_path / "a.xlsx", {"one": cells})).tables
    assert table.headed == headed
    assert len(table.frame) == len(cells) - headed
    assert rows(as_it_is(tmp_path / "a.xlsx"), "one") == [
        row + [None] * (max(map(len, cells)) - len(row)) for row in cells
    ]


def test_what_stands_behind_the_cells_stays_behind(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"one": [["name", "n"], ["x", f'="{SECRET}"'], ["y", 2]], "empty": []})
    book = openpyxl.load_workbook(path)
    sheet = book["one"]
    sheet["A2"].comment = Comment(SECRET, SECRET)
    sheet["A2"].hyperlink = f"mailto:{SECRET}@example.com"
    sheet["B3"].number_format = f'0" {SECRET}"'
    sheet.oddHeader.center.text = SECRET
    sheet.auto_filter.ref = "A1:B3"
    rule = openpyxl.worksheet.datavalidation.DataValidation("list", f'"{SECRET},x"')
    rule.add("A3")
    sheet.add_data_validation(rule)
    book.properties.creator = book.properties.lastModifiedBy = book.properties.title = SECRET
    book.defined_names[SECRET] = DefinedName(SECRET, attr_text="one!$A$1")
    book.custom_doc_props.append(openpyxl.packaging.custom.StringProperty(name="x", value=SECRET))
    book.save(path)
    read = read_workbook(path)
    assert read.left_out == {"comments": 1, "formulas": 1}
    assert SECRET not in repr(read)
    out = as_it_is(path)
    assert SECRET not in "".join(unpacked(out).values())
    assert rows(out, "one")[1] == ["x", "[WITHHELD]"]
    assert "openpyxl" not in unpacked(out)["docProps/core.xml"]


def test_a_text_that_looks_like_a_formula_is_written_as_text(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"one": [["a"], ["x"]]})
    book = read_workbook(path)
    frame = book.tables[0].frame.assign(a=["=cmd()"])
    book.write([Released(frame, "one/[x]", (0,))], tmp_path / "out.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "out.xlsx")["onex"]["A2"]
    assert (cell.value, cell.data_type) == ("=cmd()", "s")


def test_a_workbook_that_cannot_be_read_is_refused(tmp_path, monkeypatch):
    bad = tmp_path / "bad.xlsx"
    for data in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 locked"):
        bad.write_bytes(data)
        with pytest.raises(FormatError, match=r"bad\.xlsx"):
            read_workbook(bad)
    with pytest.raises(EmptyError):
        read_workbook(workbook(bad, {"one": []}))
    workbook(bad, {"one": [["a"], ["x" * 40]]})
    monkeypatch.setattr("pipelines.books.workbook.CELL_LIMIT", 20)
    with pytest.raises(SizeError, match="cell A2"):
        read_workbook(bad)
