"""What is done to a shard of a table: redacted by the plan of the whole table, and written as its file will be."""

import io
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deid.keys import Key
from deid.policy import DROP
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.tables.columns import ColumnPlan
from deid.tables.draft import TableResult
from deid.tables.table import draft_table
from deid.tables.ties import Ties
from pipelines.formula import Formulas
from pipelines.shards.manifest import Counts
from pipelines.shards.pieces import frame_of
from pipelines.shards.work import Made, Work
from pipelines.tablefile import Table, to_arrow, write_rows


@dataclass(frozen=True, slots=True)
class TableWork(Work):
    """How every shard of a table is redacted.

    `table` is the table without rows, under the headings that it leaves under, and `headings` are those that it came
    with; `kind` is that of the output. With `excel_safe` all formulas are marked, else those that tamis makes.
    """

    table: Table
    headings: tuple[str, ...]
    plan: tuple[ColumnPlan, ...]
    kind: str
    excel_safe: bool = False

    @property
    def title(self) -> str:
        """What the table is called."""
        return self.table.name

    @property
    def as_parquet(self) -> bool:
        """Whether the output is a Parquet file."""
        return self.kind == ".parquet"

    @property
    def places(self) -> tuple[int, ...]:
        """Where in the table the columns that leave stand."""
        return tuple(place for place, step in enumerate(self.plan) if step.action != DROP)

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None) -> Made:
        """Redact rows of which the first has the number `first`."""
        frame = frame_of(table, typed=not self.table.textual)
        done = redact_piece(frame, first, self, scanner, key)
        formulas = Formulas(self.excel_safe)
        if self.as_parquet:
            written, texts = _parquet(self.table, done.frame)
        else:
            written, texts = _csv(self.table, _marked(done.frame, frame, self, formulas)), ()
        told = len(frame), done.labels, done.withheld, done.unnamed, done.failed
        return Made(written, Counts(*told, texts, formulas.marked, formulas.left))


def redact_piece(frame: pd.DataFrame, first: int, work: TableWork, scanner: Scanner, key: Key | None) -> TableResult:
    """Redact rows of a table of which the first has the number `first`, as they are redacted in the whole."""
    frame.columns = work.table.frame.columns
    draft = draft_table(frame, work.plan, scanner, work.table.name, ties=Ties(first=first))
    return draft.write(key, Scene())


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
