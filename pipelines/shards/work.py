"""What is done to one shard: a table in, a table and its counts out; no other state, so that it can be done again."""

import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deid.keys import Key
from deid.policy import DROP, Policy
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.tables.columns import ColumnPlan
from deid.tables.draft import TableResult
from deid.tables.table import draft_table
from deid.tables.ties import Ties
from pipelines.durable import write_durably
from pipelines.errors import SourceError
from pipelines.formula import Formulas
from pipelines.shards.manifest import Part, Shard
from pipelines.shards.pieces import frame_of
from pipelines.tablefile import Table, to_arrow, write_rows


@dataclass(frozen=True, slots=True)
class Work:
    """How every shard of a table is redacted.

    `table` is the table without rows, under the headings that it leaves under, and `headings` are those that it came
    with; `kind` is that of the output. With `excel_safe` all formulas are marked, else those that tamis makes.
    """

    folder: Path
    table: Table
    headings: tuple[str, ...]
    plan: tuple[ColumnPlan, ...]
    policy: Policy
    kind: str
    secret: bytes | None = field(repr=False)
    excel_safe: bool = False

    @property
    def as_parquet(self) -> bool:
        """Whether the output is a Parquet file."""
        return self.kind == ".parquet"

    @property
    def places(self) -> tuple[int, ...]:
        """Where in the table the columns that leave stand."""
        return tuple(place for place, step in enumerate(self.plan) if step.action != DROP)

    @property
    def key(self) -> Key | None:
        """The key, if there is one."""
        return Key(self.secret) if self.secret is not None else None


class Worker:
    """Redacts shards, one after another, with a scanner of its own."""

    def __init__(self, work: Work, scanner: Scanner | None = None) -> None:
        self._work = work
        self._scanner = scanner or Scanner(work.policy)
        self._key = work.key

    def __call__(self, shard: Shard) -> Part:
        """Redact a staged shard; its part is there, whole, before this returns. Raises what `redact` raises."""
        folder = self._work.folder
        part, written = self.redact(shard, staged_bytes(folder, shard))
        write_durably(folder / shard.done, written)
        return part

    def redact(self, shard: Shard, content: bytes) -> tuple[Part, bytes]:
        """Return what becomes of a shard with this content; no file is read or written.

        Raises `SourceError` where the content is not what was staged.
        """
        work = self._work
        if hashlib.sha256(content).hexdigest() != shard.sha256:
            raise SourceError(f"{shard.place}: what was staged changed; run again")
        frame = frame_of(pq.read_table(pa.BufferReader(content)), typed=not work.table.textual)
        done = redact_piece(frame, shard.first, work, self._scanner, self._key)
        formulas = Formulas(work.excel_safe)
        if work.as_parquet:
            written, texts = _parquet(work.table, done.frame)
        else:
            written, texts = _csv(work.table, _marked(done.frame, frame, work, formulas)), ()
        part = Part(
            shard.number,
            shard.sha256,
            hashlib.sha256(written).hexdigest(),
            shard.rows,
            done.labels,
            done.withheld,
            done.unnamed,
            done.failed,
            texts,
            formulas.marked,
            formulas.left,
        )
        return part, written


def staged_bytes(folder: Path, shard: Shard) -> bytes:
    """Return what was staged of a shard. Raises `SourceError` where it cannot be read."""
    try:
        return (folder / shard.staged).read_bytes()
    except OSError as error:
        raise SourceError(f"what was staged cannot be read: {error.strerror}; run again") from None


def redact_piece(frame: pd.DataFrame, first: int, work: Work, scanner: Scanner, key: Key | None) -> TableResult:
    """Redact rows of a table of which the first has the number `first`, as they are redacted in the whole."""
    frame.columns = work.table.frame.columns
    draft = draft_table(frame, work.plan, scanner, work.table.name, ties=Ties(first=first))
    return draft.write(key, Scene())


def _marked(frame: pd.DataFrame, before: pd.DataFrame, work: Work, formulas: Formulas) -> pd.DataFrame:
    """Mark formulas in the cells; headings, which all shards share, are marked once, where the parts are joined."""
    return formulas.mark(frame.set_axis(range(frame.shape[1]), axis=1), before, work.places)


def _csv(table: Table, frame: pd.DataFrame) -> bytes:
    text = io.StringIO(newline="")
    write_rows(table, frame, text, header=False)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _parquet(table: Table, frame: pd.DataFrame) -> tuple[bytes, tuple[str, ...]]:
    made, buffer = to_arrow(frame, table.schema), io.BytesIO()
    before = table.schema or pa.schema([])
    pq.write_table(made, buffer)
    changed = (n for n in made.schema.names if n in before.names and made.field(n).type != before.field(n).type)
    return buffer.getvalue(), tuple(changed)
