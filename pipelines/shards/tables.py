"""What is done to a shard of a table: redacted by the plan of the whole table, written as its file will be, joined."""

import csv
import io
import operator
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deid.keys import Key
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.tables.coded import as_texts
from deid.tables.ties import Ties
from pipelines.compression import writing
from pipelines.formula import Formulas
from pipelines.rows import cells_up_to
from pipelines.shards.manifest import Counts, Part, part_name
from pipelines.shards.marks import known_in
from pipelines.shards.pieces import frame_of
from pipelines.shards.rowwork import FileWork
from pipelines.shards.work import Made
from pipelines.tablefile import Table, to_arrow, write_rows

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class TableWork(FileWork):
    """How every shard of a table is redacted.

    `headings` are those that it came with; `kind` is that of the output. With `excel_safe` all formulas are marked,
    else those that tamis makes.
    """

    headings: tuple[str, ...]
    kind: str
    excel_safe: bool = False

    @property
    def as_parquet(self) -> bool:
        """Whether the output is a Parquet file."""
        return self.kind == ".parquet"

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None, scene: Scene) -> Made:
        """Redact rows of which the first has the number `first`."""
        frame = self.staged(table)
        done = self.drafted(frame, Ties(self.operators, known_in(table), first=first), scanner).write(key, scene)
        formulas = Formulas(self.excel_safe)
        if self.as_parquet:
            written, texts = _parquet(self.table, done.frame)
        else:
            written, texts = _csv(self.table, _marked(done.frame, frame, self, formulas)), ()
        told = len(frame), done.labels, done.withheld, done.unnamed, done.failed
        return Made(written, Counts(*told, texts, formulas.marked, formulas.left))

    def staged(self, table: pa.Table) -> pd.DataFrame:
        """Return the rows of a shard under the headings that they leave under."""
        return frame_of(table, typed=not self.table.textual).set_axis(self.table.frame.columns, axis=1)

    def before(self, table: pa.Table, column: str) -> list[str]:
        """Return the cells of a column of a shard."""
        place = list(self.table.frame.columns).index(column)
        return as_texts(frame_of(table.select([place]), typed=not self.table.textual).iloc[:, 0])

    def after(self, content: bytes, column: str) -> list[str]:
        """Return the cells of a column of what became of a shard."""
        place = [self.table.frame.columns[place] for place in self.places].index(column)
        if self.as_parquet:
            return as_texts(frame_of(pq.read_table(pa.BufferReader(content)), typed=True).iloc[:, place])
        return [row[place] for row in self._rows(content)]

    def changed(self, table: pa.Table, content: bytes) -> dict[str, int]:
        """Count the cells of each column that are others afterwards."""
        before, names = self.staged(table), [str(name) for name in self.table.frame.columns]
        if self.as_parquet:
            done = frame_of(pq.read_table(pa.BufferReader(content)), typed=True)
            after: Iterable[Sequence[str]] = (as_texts(done.iloc[:, place]) for place in range(len(self.places)))
        else:
            after = zip(*self._rows(content), strict=True)
        return {
            names[place]: sum(map(operator.ne, as_texts(before.iloc[:, place]), cells))
            for place, cells in zip(self.places, after, strict=False)
        }

    def _rows(self, content: bytes) -> list[list[str]]:
        text = io.StringIO(content.decode("utf-8", "surrogatepass"), newline="")
        with cells_up_to(max(1, len(content))):
            return list(csv.reader(text, delimiter=self.table.delimiter))

    def join(self, parts: Sequence[Part], scanner: Scanner, target: Path) -> Formulas:
        """Write a table of the columns that leave; say how many formulas are in it."""
        empty = self.drafted(self.table.frame, Ties(self.operators), scanner).write(self.key, Scene()).frame
        counts = [part.counts for part in parts]
        formulas = Formulas(self.excel_safe, sum(one.marked for one in counts), sum(one.left for one in counts))
        if self.as_parquet:
            _join_parquet(self, parts, empty, target)
        else:
            before = self.table.frame.set_axis(list(self.headings), axis=1)
            _join_csv(self, parts, formulas.mark(empty, before, self.places), target)
        return formulas


def _marked(frame: pd.DataFrame, before: pd.DataFrame, work: TableWork, formulas: Formulas) -> pd.DataFrame:
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


def _join_csv(work: TableWork, parts: Sequence[Part], empty: pd.DataFrame, target: Path) -> None:
    with writing(target, work.table.encoding) as file:
        write_rows(work.table, empty, file, header=True)
        for part in parts:
            path = work.folder / part_name(part.number)
            with path.open(encoding="utf-8", errors="surrogatepass", newline="") as text:
                shutil.copyfileobj(text, file, _CHUNK)


def _join_parquet(work: TableWork, parts: Sequence[Part], empty: pd.DataFrame, target: Path) -> None:
    """Write a Parquet file; a column of which any part became texts is of texts in all."""
    texts = {name for part in parts for name in part.counts.texts}
    made = to_arrow(empty, work.table.schema).schema
    fields = [
        pa.field(one.name, pa.string() if work.table.textual or one.name in texts else one.type, one.nullable)
        for one in made
    ]
    schema = pa.schema(fields)
    with pq.ParquetWriter(target, schema) as writer:
        for part in parts:
            table = pq.read_table(work.folder / part_name(part.number))
            columns = [_column(table.column(field.name), field.type) for field in fields]
            writer.write_table(pa.table(columns, schema=schema))


def _column(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind or not pa.types.is_string(kind):
        return column.cast(kind)
    series = pd.Series(column, dtype=pd.ArrowDtype(column.type))
    texts = [None if missing else str(value) for value, missing in zip(series.array, series.isna(), strict=True)]
    return pa.chunked_array([pa.array(texts, kind)])
