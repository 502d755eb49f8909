"""Workbooks, each sheet a table: values leave, and how numbers and dates look; formulas are withheld."""

import re
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from deid.finding import WITHHELD_TEXT
from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from deid.tables.ties import Ties
from pipelines.books.book import Released
from pipelines.books.sheetxml import check_parts
from pipelines.compression import EXPANDED_LIMIT
from pipelines.content import read_bytes
from pipelines.documents.archive import unpack, write_archive
from pipelines.errors import EmptyError, FormatError, SizeError
from pipelines.extras import check_extra
from pipelines.tablefile import CELL_LIMIT, Table

_FORMAT = re.compile(r"[0#.,%/ :;()\-?*EeyYmMdDhHsS$€£@_+]*|General")
_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
"""What a workbook says of who made it, and when: nothing."""

_MOST_TEXT = 32_767  # the most characters that a cell may have
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TITLE = re.compile(r"[\[\]:*?/\\]")
_TITLE_LENGTH = 31
_GRID, _EMPTINESS = 1_000_000, 100  # a table of more cells than that is no table if only one in a hundred is used


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its table, the number of its first row, the columns' places, and how cells look.

    The header of the column in place `nameless` is empty.
    """

    table: Table = field(repr=False)
    first_row: int
    places: tuple[int, ...]
    looks: Mapping[tuple[int, int], str] = field(repr=False)
    formulas: frozenset[tuple[int, int]] = field(repr=False)
    widths: Mapping[str, float] = field(repr=False)
    nameless: int | None = None


@dataclass(frozen=True, slots=True)
class Workbook:
    """A .xlsx file."""

    sheets: tuple[Sheet, ...]
    left_out: Mapping[str, int]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of all sheets that have any cell."""
        return tuple(sheet.table for sheet in self.sheets)

    def check(self, scanner: Scanner) -> None:
        """Accept it: whatever identifies can be redacted."""

    def ties(self, plan: Sequence[ColumnPlan], scanner: Scanner, others: Ties) -> Ties:  # noqa: ARG002
        """Know nothing else."""
        return others

    def write(self, released: Sequence[Released], target: Path) -> None:
        """Write a new workbook: nothing of the old one's properties, styles or links is in it."""
        import openpyxl  # noqa: PLC0415 an extra

        book = openpyxl.Workbook()
        book.remove(book.active)
        for sheet, one in zip(self.sheets, released, strict=True):
            _write_sheet(book.create_sheet(sheet_title(one.name)), sheet, one)
        written = BytesIO()
        with _drafts_in(target.parent):
            book.save(written)
        write_archive({**unpack(written.getvalue(), target.name), "docProps/core.xml": _PROPERTIES}, target)


@contextmanager
def _drafts_in(folder: Path) -> Iterator[None]:
    """Let the library, which writes each sheet to a temporary file first, do so where nobody else looks."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def sheet_title(name: str) -> str:
    """Return a name as a sheet may have it.

    >>> sheet_title("[PERSON]/2021")
    'PERSON2021'
    """
    return _TITLE.sub("", name)[:_TITLE_LENGTH].strip("'") or "sheet"


def read_workbook(path: Path) -> Workbook:
    """Read a .xlsx file.

    The first row of a sheet that has a cell is its header, if it names every column, or all but one, with different
    texts. Otherwise columns are called by their letters, and every text in the sheet is looked at as free text.
    Raises `ExtraError`, `FormatError`, `SizeError`, and `EmptyError` for a workbook without any cell.
    """
    check_extra(path)
    data = read_bytes(path)
    check_parts(unpack(data, path.name), path.name)
    book = _load(data, path.name)
    left_out: Counter[str] = Counter(charts=len(book.chartsheets))
    sheets = [sheet for one in book.worksheets if (sheet := _read_sheet(one, path.name, left_out)) is not None]
    if not sheets:
        raise EmptyError(f"{path.name!r} has no sheet with a cell in it")
    return Workbook(tuple(sheets), {what: count for what, count in left_out.items() if count})


def _load(data: bytes, file: str) -> Any:
    import openpyxl  # noqa: PLC0415 an extra

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is not understood is left out anyway
            return openpyxl.load_workbook(BytesIO(data), keep_links=False)
    except Exception:  # noqa: BLE001 the library raises what it likes, and its messages may carry cells
        raise FormatError(f"{file!r} cannot be read as a workbook") from None


def _read_sheet(sheet: Any, file: str, left_out: Counter[str]) -> Sheet | None:
    left_out["charts"] += len(sheet._charts)
    left_out["images"] += len(sheet._images)
    cells = {p: c for p, c in sorted(sheet._cells.items()) if c.value is not None or c.comment}
    left_out["comments"] += sum(c.comment is not None for c in cells.values())
    formulas = frozenset(place for place, c in cells.items() if c.data_type == "f")
    left_out["formulas"] += len(formulas)
    values = {p: _value(c, sheet.title, file) for p, c in cells.items() if p not in formulas and c.value is not None}
    used = values.keys() | formulas
    if not used:
        return None
    first, last = min(row for row, _ in used), max(row for row, _ in used)
    places = tuple(sorted({column for _, column in used}))
    _check_size(f"{file!r}, sheet {sheet.title!r}", (last - first + 1) * len(places), len(used), values.values())
    header = _header([values.get((first, column)) for column in places], places)
    rows = range(first + (header is not None), last + 1)
    names = header or [_letter(column) for column in places]
    columns = {name: [values.get((r, c)) for r in rows] for name, c in zip(names, places, strict=True)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), columns=pd.Index(names, dtype=object), dtype=object)
    looks = {p: c.number_format for p, c in cells.items() if _FORMAT.fullmatch(str(c.number_format))}
    widths = {letter: d.width for letter, d in sheet.column_dimensions.items() if d.width and not d.hidden}
    table = Table(sheet.title, frame, headed=header is not None)
    nameless = next((column for column in places if header is not None and (first, column) not in values), None)
    return Sheet(table, first, places, looks, formulas, widths, nameless)


def _check_size(where: str, grid: int, used: int, values: Iterable[object]) -> None:
    if grid > _GRID and grid > _EMPTINESS * used:
        raise SizeError(f"{where}: {used} cells lie so far apart that the table has {grid}")
    if sum(len(value) for value in values if isinstance(value, str)) > EXPANDED_LIMIT:
        raise SizeError(f"{where}: its texts are larger than {EXPANDED_LIMIT >> 30} GiB")


def _value(cell: Any, title: str, file: str) -> object:
    value = cell.value
    if isinstance(value, str) and len(value) > CELL_LIMIT:
        raise SizeError(f"{file!r}, sheet {title!r}, cell {cell.coordinate}: more than {CELL_LIMIT} characters")
    if value is None or isinstance(value, str | bool | int | float | datetime | date | time | timedelta):
        return value
    return str(value)


def _header(row: Sequence[object], places: Sequence[int]) -> list[str] | None:
    nameless = [i for i, cell in enumerate(row) if not (isinstance(cell, str) and cell.strip())]
    said = [cell for cell in row if cell is not None]
    if len(nameless) > (len(row) > 2) or len(set(said)) < len(said) or any(row[i] is not None for i in nameless):
        return None
    names = [str(cell) if cell is not None else _letter(places[i]) for i, cell in enumerate(row)]
    return names if len(set(names)) == len(names) else None


def _letter(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _write_sheet(sheet: Any, read: Sheet, released: Released) -> None:
    """Write the columns that are left, each in its old place."""
    for position, place in enumerate(released.places):
        column, first = read.places[place], read.first_row
        if read.table.headed:
            heading = None if column == read.nameless else str(released.frame.columns[position])
            _put(sheet, (first, column), heading, read.looks)
            first += 1
        cells = zip(released.frame.iloc[:, position].tolist(), read.table.frame.iloc[:, place].tolist(), strict=True)
        for row, (new, old) in enumerate(cells, first):
            value = WITHHELD_TEXT if (row, column) in read.formulas else _typed(new, old)
            _put(sheet, (row, column), value, read.looks)
    for letter, width in read.widths.items():
        sheet.column_dimensions[letter].width = width


def _put(sheet: Any, place: tuple[int, int], value: object, looks: Mapping[tuple[int, int], str]) -> None:
    if value is None:
        return
    cell = sheet.cell(*place)
    if isinstance(value, str):
        cell.value = _CONTROL.sub(" ", value)[:_MOST_TEXT]
        cell.data_type = "s"  # never a formula, whatever it begins with
    else:
        cell.value = value
    if place in looks:
        cell.number_format = looks[place]


def _typed(new: object, old: object) -> object:
    """Return a moved date as a date again, where it was one."""
    if isinstance(old, datetime) and isinstance(new, str) and len(new) == len(str(old)):
        try:
            return datetime.fromisoformat(new)
        except ValueError:
            return new
    return new
