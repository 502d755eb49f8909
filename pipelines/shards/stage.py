"""Stage a table: read it once, strictly, and lay it down in shards that are read alike by whoever redacts them."""

import contextlib
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from deid.tables.columns import ColumnPlan
from deid.tables.sketch import Sketch
from deid.tables.table import sketch_columns
from pipelines.compression import writing
from pipelines.durable import write_durably
from pipelines.shards.manifest import Shard, Staging
from pipelines.shards.pieces import Pieces, frame_of
from pipelines.tablefile import Table, row_writer

if TYPE_CHECKING:
    from _csv import Writer

_LINES = 5


def stage(
    pieces: Pieces, folder: Path, aside: "PutAside", planner: Callable[[Sequence[Sketch]], tuple[ColumnPlan, ...]]
) -> Staging:
    """Lay a table's pieces down in `folder` and plan its columns. Raises the readers' errors."""
    shards: list[Shard] = []
    sketches = sketch(lay_down(pieces.tables, folder, shards), typed=not pieces.head.textual)
    return Staging(
        tuple(shards), planner(sketches or sketch_columns(pieces.head.frame)), aside.count, tuple(aside.lines)
    )


def sketch(tables: Iterator[pa.Table], *, typed: bool) -> tuple[Sketch, ...]:
    """Sketch the columns of a table that comes in pieces; none where there is no piece."""
    sketches: tuple[Sketch, ...] = ()
    for table in tables:
        more = sketch_columns(frame_of(table, typed=typed))
        pairs = zip(sketches, more, strict=True)
        sketches = tuple(one.merged(other) for one, other in pairs) if sketches else more
    return sketches


def lay_down(tables: Iterator[pa.Table], folder: Path, shards: list[Shard]) -> Iterator[pa.Table]:
    """Write each table into `folder`, note it among `shards`, and give it on."""
    first = 0
    for number, table in enumerate(tables):
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="lz4")
        content = buffer.getvalue()
        shard = Shard(number, first, len(table), hashlib.sha256(content).hexdigest())
        write_durably(folder / shard.staged, content)
        shards.append(shard)
        first += len(table)
        yield table


def lay_down_all(tables: Iterator[pa.Table], folder: Path) -> tuple[Shard, ...]:
    """Write all tables into `folder`."""
    shards: list[Shard] = []
    for _ in lay_down(tables, folder, shards):
        pass
    return tuple(shards)


class PutAside:
    """Rows of the wrong width: they go to a file of mode 0600 as they stood; how many, and the first ones' lines."""

    def __init__(self, path: Path) -> None:
        self.count, self.lines = 0, list[int]()
        self._path, self._open = path, contextlib.ExitStack()
        self._writer: Writer | None = None

    def __enter__(self) -> "PutAside":
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __call__(self, table: Table, line: int, row: list[str]) -> None:
        """Put a row of a table aside."""
        self.count += 1
        self.lines += [line] if len(self.lines) < _LINES else []
        if self._writer is None:
            self._path.touch(mode=0o600, exist_ok=False)
            file = self._open.enter_context(writing(self._path, table.encoding))
            self._writer = row_writer(file, table)
        self._writer.writerow(row)
