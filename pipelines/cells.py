"""Tables of counts, sums and means that are released as they are, and the rows that they were made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from leakage.cells import numbers
from leakage.tables.aggregate import Aggregate, aggregates
from pipelines.errors import FormatError, RecipeError
from pipelines.recipe import AggregateSource
from pipelines.tablefile import Reading, Table, read_table


@dataclass(frozen=True, slots=True)
class CellTable:
    """A table of cells, what its columns mean, the rows behind it, and tables of the same rows released before."""

    source: AggregateSource
    table: Table
    rows: pd.DataFrame = field(repr=False)
    earlier: tuple[Aggregate, ...] = field(default=(), repr=False)

    @property
    def counts(self) -> list[Aggregate]:
        """Its counts, by the columns that they are over."""
        return aggregates(self.table.frame, self.source.keys, self.source.count)


def read_cells(
    sources: Sequence[AggregateSource], tables: Mapping[str, Table], folder: Path, reading: Reading
) -> dict[str, CellTable]:
    """Read tables of cells, and what they were made from (one of `tables`, or a file), by name.

    Raises `RecipeError` for columns that are not there or whose meaning is not told, `FormatError` for a cell that has
    to be a number and is none, and the reader's own errors.
    """
    found = {}
    for source in sources:
        named = tables.get(source.table)
        rows = (named or read_table(folder / source.table, reading)).frame
        table = read_table(folder / source.path, reading)
        _check(source, table, rows)
        earlier = [count for path in source.earlier for count in _earlier(source, folder / path, reading)]
        found[table.name] = CellTable(source, table, rows, tuple(earlier))
    return found


def _check(source: AggregateSource, table: Table, rows: pd.DataFrame) -> None:
    own = [*source.keys, source.count, *source.values]
    _require(source.path, table.frame, own)
    _require(source.table, rows, [*source.keys, *source.values.values(), *filter(None, [source.person])])
    unknown = [name for name in table.frame.columns if name not in own]
    if unknown:
        raise RecipeError(
            f"aggregate: column {unknown[0]!r} of {source.path!r} is no key, count or value; say what it is"
        )
    if table.quarantined:
        line = table.quarantined_rows[0]
        raise FormatError(
            f"{Path(source.path).name!r}, line {line}: not as wide as the header; cells are not put aside"
        )
    for name in (source.count, *source.values):
        column = table.frame[name]
        empty = column.isna() | (column.astype(str).str.strip() == "")
        wrong = np.flatnonzero(~np.isfinite(numbers(column)) & ~empty.to_numpy(dtype=np.bool_))
        if wrong.size:
            place = f"{Path(source.path).name!r}, row {wrong[0] + 1}, column {name!r}"
            raise FormatError(f"{place}: neither a number nor empty; leave out what is suppressed")


def _require(path: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise RecipeError(f"aggregate: {path!r} has no column {missing[0]!r}")


def _earlier(source: AggregateSource, path: Path, reading: Reading) -> list[Aggregate]:
    frame = read_table(path, reading).frame
    _require(path.name, frame, [source.count])
    return aggregates(frame, source.keys, source.count)
