"""Tables in files: a strict reader that touches no value, and a writer that gives the same kind back.

Values stay text as they stand ("007", "NA", "1e5"); each row must be as wide as the header. Rows that are not are
quarantined, by number, up to a stated share: lenient readers shift them by a column, and that is a leak.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.compression import kind_of, stem_of, writing
from pipelines.content import read_bytes, read_content
from pipelines.errors import EmptyError, EncodingError, FormatError, ShapeError, SizeError, UsageError

if TYPE_CHECKING:
    from _csv import Writer

CELL_LIMIT = 1 << 20
COLUMN_LIMIT = 16_384
QUARANTINE_LIMIT = 0.01
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32; name it: --encoding utf-32",
    codecs.BOM_UTF32_BE: "UTF-32; name it: --encoding utf-32",
    codecs.BOM_UTF16_LE: "UTF-16; name it: --encoding utf-16",
    codecs.BOM_UTF16_BE: "UTF-16; name it: --encoding utf-16",
    b"\x1f\x8b": "a gzip file; let its name end in .gz",
    b"PK\x03\x04": "a ZIP archive or an Office document; unpack it, or let its name say its kind",
}
_FIRST_ROW = re.compile(r'(?:[^"\r\n]++|"[^"]*+")*+(\r\n?|\n)?')
_SUFFIXES = {".csv": ",", ".tsv": "\t"}
SEPARATED = frozenset(_SUFFIXES)
"""Kinds of files in which every cell is text between delimiters."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read tables: encoding, delimiter (None: by suffix), largest cell, largest share of quarantined rows.

    Raises `UsageError` for an encoding that nobody knows, a delimiter that is none, or a limit out of range.
    """

    encoding: str = "utf-8"
    delimiter: str | None = None
    cell_limit: int = CELL_LIMIT
    quarantine_limit: float = QUARANTINE_LIMIT

    def __post_init__(self) -> None:
        try:
            "".encode(self.encoding)
        except (LookupError, ValueError):
            raise UsageError(f"no text encoding is called {self.encoding!r}") from None
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n\0'):
            raise UsageError('the delimiter is one character, or "tab"; no quote and no line end')
        if self.cell_limit < 1 or not 0 <= self.quarantine_limit <= 1:
            raise UsageError("the cell limit is at least 1, the quarantine limit a share from 0 to 1")

    @property
    def is_utf8(self) -> bool:
        """Whether the encoding is UTF-8, with or without a byte-order mark."""
        return codecs.lookup(self.encoding).name in {"utf-8", "utf-8-sig"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read: its name, a frame (text cells for CSV), the delimiter, line end, and rows put aside.

    One that is not `headed` has columns whose names say nothing.
    """

    name: str
    frame: pd.DataFrame = field(repr=False)
    delimiter: str = ","
    newline: str = "\n"
    encoding: str = "utf-8"
    quarantined: tuple[tuple[int, tuple[str, ...]], ...] = field(default=(), repr=False)
    schema: "pa.Schema | None" = field(default=None, repr=False)
    headed: bool = True

    @property
    def textual(self) -> bool:
        """Whether its cells are texts, as those of every file but Parquet are."""
        return self.schema is None

    @property
    def quarantined_rows(self) -> tuple[int, ...]:
        """The numbers of the lines at which quarantined rows start, the header being line 1."""
        return tuple(line for line, _ in self.quarantined)


def is_table(path: Path) -> bool:
    """Whether the file's name says that it is a table."""
    return kind_of(path) in {*_SUFFIXES, ".parquet"}


def read_table(path: Path, reading: Reading | None = None) -> Table:
    """Read a CSV, TSV or Parquet file.

    Raises `SourceError`, `EncodingError`, `ShapeError`, `SizeError`, `EmptyError` or `FormatError`; each names the file
    and, where there is one, the line and the column.
    """
    if kind_of(path) == ".parquet":
        return _read_parquet(path)
    how = reading or Reading()
    data = read_content(path)
    text = _decode(path.name, data, how)
    delimiter = how.delimiter or _SUFFIXES.get(kind_of(path), ",")
    rows = _rows(path.name, text, delimiter, how.cell_limit)
    header = _header(path.name, next(rows, None), delimiter)
    good: list[list[str]] = []
    bad: list[tuple[int, tuple[str, ...]]] = []
    for line, row in rows:
        if len(row) == len(header):
            good.append(row)
        elif row:
            bad.append((line, tuple(row)))
        elif len(header) == 1:
            good.append([""])
    _check_share(path.name, bad, len(good) + len(bad), len(header), how.quarantine_limit)
    columns = {name: [row[i] for row in good] for i, name in enumerate(header)}
    frame = pd.DataFrame(columns, columns=pd.Index(header, dtype=object), dtype=object)
    first = _FIRST_ROW.match(text)
    newline = (first and first[1]) or "\n"
    encoding = ("utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8") if how.is_utf8 else how.encoding
    return Table(stem_of(path), frame, delimiter, newline, encoding, tuple(bad))


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Read a whole text file, line ends untouched. A byte-order mark of UTF-8 is dropped."""
    return _decode(path.name, read_content(path), Reading(encoding))


def _decode(name: str, data: bytes, how: Reading) -> str:
    if not data:
        raise EmptyError(f"{name!r} is empty")
    other = next((kind for mark, kind in _MARKS.items() if data.startswith(mark)), None) if how.is_utf8 else None
    if other is not None:
        raise EncodingError(f"{name!r} looks like {other}")
    try:
        text = data.decode("utf-8-sig" if how.is_utf8 else how.encoding)
        if not how.is_utf8:
            text.encode()  # some encodings know halves of characters
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EncodingError(f"{name!r}, line {line}: byte {error.start} is not {how.encoding} text") from None
    except UnicodeError:
        raise EncodingError(f"{name!r} is not {how.encoding} text") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise EncodingError(f"{name!r}, line {line}: a NUL character; this is no text file")
    return text


def _rows(name: str, text: str, delimiter: str, cell_limit: int) -> Iterator[tuple[int, list[str]]]:
    before = csv.field_size_limit(len(text) + 1)  # the limit that counts is ours: it knows the column
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        line = 1
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise ShapeError(f"{name!r}, the row that starts at line {line}: {_csv_fault(error)}") from None
            if row is None:
                return
            for column, cell in enumerate(row, 1):
                if len(cell) > cell_limit:
                    raise SizeError(
                        f"{name!r}, line {line}, column {column}: a cell of more than {cell_limit} characters"
                    )
            yield line, row
            line = reader.line_num + 1
    finally:
        csv.field_size_limit(before)


def _csv_fault(error: csv.Error) -> str:
    return (
        "a quote is not closed"
        if "end of data" in str(error)
        else "a quote stands inside a cell or is not followed by a delimiter"
    )


def _header(name: str, first: tuple[int, list[str]] | None, delimiter: str) -> list[str]:
    if first is None or not any(cell.strip() for cell in first[1]):
        raise EmptyError(f"{name!r} has no header")
    header = first[1]
    _check_width(name, len(header))
    nameless = [i for i, cell in enumerate(header, 1) if not cell.strip()]
    if len(nameless) > 1:
        raise ShapeError(f"{name!r}: columns {nameless[0]} and {nameless[1]} of the header have no name")
    seen: set[str] = set()
    for i, cell in enumerate(header, 1):
        if cell in seen:
            raise ShapeError(f"{name!r}: column {i} of the header has the name of an earlier one")
        seen.add(cell)
    if len(header) == 1 and delimiter == "," and (";" in header[0] or "\t" in header[0]):
        raise ShapeError(f"{name!r}: the header is one cell with semicolons or tabs in it; name the --delimiter")
    return header


def _check_width(name: str, width: int) -> None:
    if width > COLUMN_LIMIT:
        raise SizeError(f"{name!r} has {width} columns; at most {COLUMN_LIMIT} are read")


def _check_share(name: str, bad: Sequence[tuple[int, object]], total: int, width: int, limit: float) -> None:
    if bad and len(bad) > limit * total:
        raise ShapeError(
            f"{name!r}: {len(bad)} of {total} rows are not {width} cells wide (the first at line {bad[0][0]}); "
            f"at most {limit:.0%} may be put aside"
        )


def _read_parquet(path: Path) -> Table:
    data = pa.BufferReader(read_bytes(path))
    try:
        table = pq.ParquetFile(data).read()
    except (OSError, pa.ArrowException, UnicodeDecodeError, OverflowError):
        raise FormatError(f"{path.name!r} cannot be read as Parquet") from None
    _check_width(path.name, table.num_columns)
    nested = [f.name for f in table.schema if pa.types.is_nested(f.type) or pa.types.is_binary(f.type)]
    if nested:
        raise FormatError(f"{path.name!r}: column {nested[0]!r} holds lists, structures or bytes")
    twice = [name for name, count in Counter(table.schema.names).items() if count > 1]
    if twice:
        raise ShapeError(f"{path.name!r}: two columns are called {twice[0]!r}")
    return Table(stem_of(path), table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True), schema=table.schema)


def write_table(table: Table, frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as the kind of file that `path` names, with delimiter, line end and encoding as `table` had them.

    Missing values are written as empty cells. A cell that the table had is written as it stood.
    """
    if kind_of(path) == ".parquet":
        pq.write_table(_to_arrow(frame, table.schema), path)
        return
    with writing(path, table.encoding) as file:
        writer = _writer(file, table)
        writer.writerow(frame.columns)
        columns = [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
        for row in zip(*columns, strict=True):
            writer.writerow(row)


def _writer(file: IO[str], table: Table) -> "Writer":
    """Return a writer that quotes every cell with a line end of any kind in it, under every Python.

    Before 3.13, csv quotes only the characters of its own line end: it is told CRLF, and the table's takes its place.
    """

    def write(line: str) -> int:
        return file.write(line.removesuffix("\r\n") + table.newline)

    return csv.writer(SimpleNamespace(write=write), delimiter=table.delimiter, lineterminator="\r\n")


def _cells(series: "pd.Series") -> list[str]:
    return ["" if missing else str(value) for value, missing in zip(series.array, series.isna(), strict=True)]


def _to_arrow(frame: pd.DataFrame, schema: "pa.Schema | None") -> "pa.Table":
    arrays, names = [], [str(c) for c in frame.columns]
    for i, name in enumerate(names):
        kind = schema.field(name).type if schema is not None and name in schema.names else None
        series = frame.iloc[:, i]
        try:
            arrays.append(pa.array(series, type=kind, from_pandas=True))
        except (pa.ArrowException, TypeError, ValueError):
            arrays.append(pa.array([None if m else str(v) for v, m in zip(series.array, series.isna(), strict=True)]))
    return pa.table(arrays, names=names)


def write_quarantine(table: Table, path: Path) -> None:
    """Write the rows that were put aside, as they stood. They are personal data: mode 0600."""
    path.touch(mode=0o600, exist_ok=False)
    with writing(path, table.encoding) as file:
        writer = _writer(file, table)
        writer.writerows(row for _, row in table.quarantined)
