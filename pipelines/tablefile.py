"""Tables in files: a strict reader that touches no value, and a writer that gives the same kind back.

Values stay text as they stand ("007", "NA", "1e5"); each row must be as wide as the header. Rows that are not are
quarantined, by number, up to a stated share: lenient readers shift them by a column, and that is a leak.
"""

import codecs
import contextlib
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.compression import kind_of, stem_of, writing
from pipelines.content import open_content, open_file, read_content
from pipelines.errors import FormatError, ShapeError, SizeError, UsageError
from pipelines.rows import Lines, Rows, ended, fitting

if TYPE_CHECKING:
    from _csv import Writer

CELL_LIMIT = 1 << 20
COLUMN_LIMIT = 16_384
QUARANTINE_LIMIT = 0.01
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

    One that is not `headed` has columns whose names say nothing. `alias` is what tells it from others of its name.
    """

    name: str
    frame: pd.DataFrame = field(repr=False)
    delimiter: str = ","
    newline: str = "\n"
    encoding: str = "utf-8"
    quarantined: tuple[tuple[int, tuple[str, ...]], ...] = field(default=(), repr=False)
    schema: "pa.Schema | None" = field(default=None, repr=False)
    headed: bool = True
    alias: str = field(default="", repr=False)

    @property
    def called(self) -> str:
        """What policies and relations call it."""
        return self.alias or self.name

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
    bad: list[tuple[int, tuple[str, ...]]] = []
    data = read_content(path)
    rows = _rows_of(path, io.BytesIO(data).read, how)
    good = list(fitting(rows, lambda line, row: bad.append((line, tuple(row)))))
    check_share(rows, len(bad), len(good) + len(bad), bad[0][0] if bad else 0, how.quarantine_limit)
    columns = {name: [row[i] for row in good] for i, name in enumerate(rows.header)}
    frame = pd.DataFrame(columns, columns=pd.Index(rows.header, dtype=object), dtype=object)
    return Table(stem_of(path), frame, rows.delimiter, rows.newline, rows.encoding, tuple(bad))


@contextlib.contextmanager
def open_rows(path: Path, reading: Reading) -> Iterator[Rows]:
    """Open a CSV or TSV file of any size. Raises as `read_table` does, also while its rows are read."""
    with open_content(path) as read:
        yield _rows_of(path, read, reading)


@contextlib.contextmanager
def open_lines(path: Path, encoding: str) -> Iterator[Iterator[str]]:
    """Open a text file of any size to read it line by line, without line feeds. Raises as `read_text` does."""
    with open_ended(path, encoding) as lines:
        yield ended(lines)


@contextlib.contextmanager
def open_ended(path: Path, encoding: str) -> Iterator[Iterator[str]]:
    """Open a text file of any size to read it line by line, with whatever ends them. Raises as `read_text` does."""
    with open_content(path) as read:
        yield Lines(path.name, read, encoding)


def _rows_of(path: Path, read: Callable[[int], bytes], reading: Reading) -> Rows:
    delimiter = reading.delimiter or _SUFFIXES.get(kind_of(path), ",")
    return Rows(path.name, Lines(path.name, read, reading.encoding), delimiter, reading.cell_limit, COLUMN_LIMIT)


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Read a whole text file, line ends untouched. A byte-order mark of UTF-8 is dropped."""
    return "".join(Lines(path.name, io.BytesIO(read_content(path)).read, encoding))


def check_share(rows: Rows, bad: int, total: int, first: int, limit: float) -> None:
    """Raise `ShapeError` where too many rows, of which the first is at line `first`, have not the header's width."""
    if bad > limit * total:
        raise ShapeError(
            f"{rows.name!r}: {bad} of {total} rows are not {len(rows.header)} cells wide (the first at line {first}); "
            f"at most {limit:.0%} may be put aside"
        )


def _read_parquet(path: Path) -> Table:
    with open_parquet(path) as file, parquet_errors(path):
        table = file.read()
    return Table(stem_of(path), table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True), schema=table.schema)


@contextlib.contextmanager
def open_parquet(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file. Raises `SourceError`, `FormatError` and `ShapeError`."""
    with open_file(path) as raw:
        with parquet_errors(path):
            file = pq.ParquetFile(raw)
        _check_types(path, file.schema_arrow)
        yield file


@contextlib.contextmanager
def parquet_errors(path: Path) -> Iterator[None]:
    """Turn what is raised while a Parquet file is read into `FormatError`."""
    try:
        yield
    except (OSError, pa.ArrowException, UnicodeDecodeError, OverflowError):
        raise FormatError(f"{path.name!r} cannot be read as Parquet") from None


def _check_types(path: Path, schema: "pa.Schema") -> None:
    if len(schema) > COLUMN_LIMIT:
        raise SizeError(f"{path.name!r} has {len(schema)} columns; at most {COLUMN_LIMIT} are read")
    nested = [f.name for f in schema if pa.types.is_nested(f.type) or pa.types.is_binary(f.type)]
    if nested:
        raise FormatError(f"{path.name!r}: column {nested[0]!r} holds lists, structures or bytes")
    twice = [name for name, count in Counter(schema.names).items() if count > 1]
    if twice:
        raise ShapeError(f"{path.name!r}: two columns are called {twice[0]!r}")


def write_table(table: Table, frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as the kind of file that `path` names, with delimiter, line end and encoding as `table` had them.

    Missing values are written as empty cells. A cell that the table had is written as it stood.
    """
    if kind_of(path) == ".parquet":
        pq.write_table(to_arrow(frame, table.schema), path)
        return
    with writing(path, table.encoding) as file:
        write_rows(table, frame, file, header=True)


def write_rows(table: Table, frame: pd.DataFrame, file: IO[str], *, header: bool) -> None:
    """Write a frame's rows as CSV, as the table had them; with `header` its columns first."""
    writer = row_writer(file, table)
    if header:
        writer.writerow(frame.columns)
    columns = [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    writer.writerows(zip(*columns, strict=True))


def row_writer(file: IO[str], table: Table) -> "Writer":
    """Return a writer that quotes every cell with a line end of any kind in it, under every Python.

    Before 3.13, csv quotes only the characters of its own line end: it is told CRLF, and the table's takes its place.
    """

    def write(line: str) -> int:
        return file.write(line.removesuffix("\r\n") + table.newline)

    return csv.writer(SimpleNamespace(write=write), delimiter=table.delimiter, lineterminator="\r\n")


def _cells(series: "pd.Series") -> list[str]:
    values = series.tolist() if series.dtype == object else series.array
    return ["" if missing else str(value) for value, missing in zip(values, series.isna().tolist(), strict=True)]


def to_arrow(frame: pd.DataFrame, schema: "pa.Schema | None") -> "pa.Table":
    """Return a frame as Arrow, its columns of the types that the schema had where they fit them, else as texts."""
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
        writer = row_writer(file, table)
        writer.writerows(row for _, row in table.quarantined)
