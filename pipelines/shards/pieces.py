"""A table file as a stream of Arrow tables, each a piece of it: the same pieces whoever reads it."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.compression import kind_of, stem_of
from pipelines.rows import Rows, fitting
from pipelines.tablefile import Reading, Table, check_share, open_parquet, open_rows, parquet_errors

ItemT = TypeVar("ItemT")

ROWS, TEXTS = 20_000, 4_000
"""So many rows of a table, texts or records are a piece at most: a text takes longer than a row."""

CHARACTERS = 1 << 25

Aside = Callable[[Table, int, list[str]], None]
"""What becomes of a row of the wrong width: the table without its rows, the number of the line, the row."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """`head` is the table without its rows; `tables` are those, in pieces of at most 20,000 rows, read once.

    The cells of a CSV file are texts.
    """

    head: Table
    tables: Iterator[pa.Table] = field(repr=False)


@contextlib.contextmanager
def open_pieces(path: Path, reading: Reading, aside: Aside) -> Iterator[Pieces]:
    """Open a CSV, TSV or Parquet file. Raises as `read_table` does, also while the pieces are read."""
    if kind_of(path) == ".parquet":
        with open_parquet(path) as file:
            schema = file.schema_arrow
            frame = frame_of(schema.empty_table(), typed=True)
            yield Pieces(Table(stem_of(path), frame, schema=schema), _batches(path, file, schema))
        return
    with open_rows(path, reading) as rows:
        frame = pd.DataFrame(columns=pd.Index(rows.header, dtype=object), dtype=object)
        head = Table(stem_of(path), frame, rows.delimiter, rows.newline, rows.encoding)
        yield Pieces(head, _cut(rows, reading.quarantine_limit, partial(aside, head)))


def in_pieces(
    items: Iterable[ItemT], size_of: Callable[[ItemT], int], characters: int = 0, most: int = 0
) -> Iterator[list[ItemT]]:
    """Give texts, or what else comes one by one, in lists of 4,000 (or `most`) and of about as many characters."""
    piece: list[ItemT] = []
    size = 0
    for item in items:
        piece.append(item)
        size += size_of(item)
        if len(piece) == (most or TEXTS) or size >= (characters or CHARACTERS):
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def frame_of(table: pa.Table, *, typed: bool) -> pd.DataFrame:
    """Return an Arrow table as the frame that `read_table` gives: texts, or, of a Parquet file, Arrow's types."""
    if typed:
        frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
        return frame
    columns = {name: table.column(name).to_pylist() for name in table.schema.names}
    return pd.DataFrame(columns, columns=pd.Index(table.schema.names, dtype=object), dtype=object)


def _batches(path: Path, file: pq.ParquetFile, schema: pa.Schema) -> Iterator[pa.Table]:
    batches = file.iter_batches(ROWS)
    while True:
        with parquet_errors(path):
            batch = next(batches, None)
        if batch is None:
            return
        yield pa.Table.from_batches([batch], schema)


def _cut(rows: Rows, limit: float, aside: Callable[[int, list[str]], None]) -> Iterator[pa.Table]:
    good: list[list[str]] = []
    size = total = bad = first = 0

    def put_aside(line: int, row: list[str]) -> None:
        nonlocal bad, first
        bad, first = bad + 1, first or line
        aside(line, row)

    for row in fitting(rows, put_aside):
        good.append(row)
        size += sum(map(len, row))
        if len(good) == ROWS or size >= CHARACTERS:
            yield _arrow(rows, good)
            total, good, size = total + len(good), [], 0
    check_share(rows, bad, total + len(good) + bad, first, limit)
    if good:
        yield _arrow(rows, good)


def _arrow(rows: Rows, good: list[list[str]]) -> pa.Table:
    columns = zip(*good, strict=True)
    return pa.table([pa.array(column, pa.string()) for column in columns], names=rows.header)
