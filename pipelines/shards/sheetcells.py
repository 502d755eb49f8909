"""The cells of a sheet, each of a type of its own, as the texts of an Arrow table, and back."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pandas as pd
import pyarrow as pa

from pipelines.shards import pieces

_KINDS = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat}


def cells_of(frame: pd.DataFrame) -> pa.Table:
    """Return a frame of texts, numbers, truths, dates and times, some of them missing, as an Arrow table.

    >>> frame = pd.DataFrame({"a": ["1", 1, None], "b": [True, 1.0, date(2020, 3, 1)]}, dtype=object)
    >>> cells_of(frame).to_pydict()
    {'a': ['"1"', '1', None], 'b': ['true', '1.0', '{"date": "2020-03-01"}']}
    >>> frame_of_cells(cells_of(frame)).equals(frame)
    True
    """
    columns = [
        pa.array([_told(cell) for cell in frame.iloc[:, n].tolist()], pa.string()) for n in range(frame.shape[1])
    ]
    return pa.table(columns, names=[str(name) for name in frame.columns])


def frame_of_cells(table: pa.Table) -> pd.DataFrame:
    """Return the frame that `cells_of` was given."""
    columns = {name: list(map(_cell, table.column(name).to_pylist())) for name in table.schema.names}
    index = pd.RangeIndex(len(table))
    return pd.DataFrame(columns, index=index, columns=pd.Index(table.schema.names, dtype=object), dtype=object)


def cut_frame(frame: pd.DataFrame) -> Iterator[pa.Table]:
    """Give the cells of a frame in pieces, as a table is read in pieces."""
    sizes = [0] * len(frame)
    for n in range(frame.shape[1]):
        sizes = [size + len(str(cell)) for size, cell in zip(sizes, frame.iloc[:, n].tolist(), strict=True)]
    for rows in pieces.in_pieces(range(len(frame)), sizes.__getitem__, most=pieces.ROWS):
        yield cells_of(frame.iloc[rows[0] : rows[-1] + 1])


def _told(cell: object) -> str | None:
    return None if cell is None else json.dumps(cell, default=_named)


def _named(cell: object) -> dict[str, object]:
    if isinstance(cell, timedelta):
        return {"timedelta": [cell.days, cell.seconds, cell.microseconds]}
    if isinstance(cell, datetime | date | time):
        kind = next(kind for kind in (datetime, date, time) if isinstance(cell, kind))
        return {kind.__name__: cell.isoformat()}
    raise TypeError(f"a cell of type {type(cell).__name__}")


def _cell(told: str | None) -> object:
    cell = None if told is None else json.loads(told)
    if not isinstance(cell, dict):
        return cell
    ((kind, said),) = cell.items()
    return timedelta(*said) if kind == "timedelta" else _KINDS[kind](said)
