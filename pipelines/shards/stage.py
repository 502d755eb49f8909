"""Stage a table: read it once, strictly, and lay it down in shards that are read alike by whoever redacts them."""

import contextlib
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from deid.tables.columns import ColumnPlan
from deid.tables.sketch import Sketch
from deid.tables.table import sketch_columns
from pipelines.compression import ending_of, writing
from pipelines.durable import sync, write_durably
from pipelines.shards.manifest import Shard, Staging
from pipelines.shards.marks import marked
from pipelines.shards.pieces import Pieces, frame_of
from pipelines.tablefile import Table, row_writer

if TYPE_CHECKING:
    from _csv import Writer

_LINES = 5


@dataclass(frozen=True, slots=True)
class Bay:
    """Where shards are laid down: a folder, which member of the source they are of, and the number of the first."""

    folder: Path
    member: int = 0
    first: int = 0

    def aside(self, source: Path) -> Path:
        """Return where rows of a file that are put aside go."""
        return self.folder / f"aside-{self.member:06}{ending_of(source)}"

    def after(self, *members: Staging) -> "Bay":
        """Return the place of the member after these."""
        return Bay(self.folder, self.member + len(members), self.first + sum(len(one.shards) for one in members))


@dataclass(frozen=True, slots=True)
class Staged:
    """A table that was laid down, and sketches of its columns by their headings."""

    staging: Staging
    sketches: Mapping[str, Sketch] = field(repr=False)

    @classmethod
    def of(cls, staging: Staging, sketches: Sequence[Sketch]) -> "Staged":
        """Take sketches in the order of the columns."""
        return cls(staging, {step.column: one for step, one in zip(staging.plan, sketches, strict=True)})


def stage(
    pieces: Pieces, bay: Bay, aside: "PutAside", planner: Callable[[Sequence[Sketch]], tuple[ColumnPlan, ...]]
) -> Staged:
    """Lay a table's pieces down and plan its columns. Raises the readers' errors."""
    shards: list[Shard] = []
    found = sketch(lay_down(pieces.tables, bay, shards), typed=not pieces.head.textual)
    sketches = found or sketch_columns(pieces.head.frame)
    plan = planner(sketches)
    return Staged.of(Staging(tuple(shards), plan, aside.count, tuple(aside.lines)), sketches)


def sketch(tables: Iterator[pa.Table], *, typed: bool) -> tuple[Sketch, ...]:
    """Sketch the columns of a table that comes in pieces; none where there is no piece."""
    sketches: tuple[Sketch, ...] = ()
    for table in tables:
        more = sketch_columns(frame_of(table, typed=typed))
        pairs = zip(sketches, more, strict=True)
        sketches = tuple(one.merged(other) for one, other in pairs) if sketches else more
    return sketches


def lay_down(tables: Iterator[pa.Table], bay: Bay, shards: list[Shard]) -> Iterator[pa.Table]:
    """Write each table into a bay, note it among `shards`, and give it on."""
    first = 0
    for number, table in enumerate(tables, bay.first):
        shards.append(write_shard(table.replace_schema_metadata(marked(bay.member)), bay.folder, number, first))
        first += len(table)
        yield table


def lay_down_all(tables: Iterator[pa.Table], bay: Bay) -> tuple[Shard, ...]:
    """Write all tables into a bay."""
    shards: list[Shard] = []
    for _ in lay_down(tables, bay, shards):
        pass
    return tuple(shards)


def write_shard(table: pa.Table, folder: Path, number: int, first: int) -> Shard:
    """Write a shard with this number, and with that of its first row."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="lz4")
    content = buffer.getvalue()
    shard = Shard(number, first, len(table), hashlib.sha256(content).hexdigest())
    write_durably(folder / shard.staged, content)
    return shard


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
        if self.count:
            sync(self._path)

    def __call__(self, table: Table, line: int, row: list[str]) -> None:
        """Put a row of a table aside."""
        self.count += 1
        self.lines += [line] if len(self.lines) < _LINES else []
        if self._writer is None:
            self._path.touch(mode=0o600, exist_ok=False)
            file = self._open.enter_context(writing(self._path, table.encoding))
            self._writer = row_writer(file, table)
        self._writer.writerow(row)
