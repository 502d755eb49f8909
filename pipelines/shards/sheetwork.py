"""What is done to a shard of a sheet: redacted by the plan of the whole sheet, its cells with the types they had."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deid.keys import Key
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.tables.coded import as_texts
from deid.tables.ties import Ties
from pipelines.shards.manifest import Counts, Part, part_name
from pipelines.shards.marks import known_in
from pipelines.shards.rowwork import RowWork
from pipelines.shards.sheetcells import cells_of, frame_of_cells
from pipelines.shards.work import Made


@dataclass(frozen=True, slots=True)
class SheetWork(RowWork):
    """How every shard of a sheet is redacted."""

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None, scene: Scene) -> Made:
        """Redact rows of which the first has the number `first`."""
        frame = self.staged(table)
        done = self.drafted(frame, Ties(self.operators, known_in(table), first=first), scanner).write(key, scene)
        buffer = io.BytesIO()
        pq.write_table(cells_of(done.frame), buffer, compression="lz4")
        return Made(buffer.getvalue(), Counts(len(frame), done.labels, done.withheld, done.unnamed, done.failed))

    def staged(self, table: pa.Table) -> pd.DataFrame:
        """Return the rows of a shard under the headings that they leave under."""
        return frame_of_cells(table).set_axis(self.table.frame.columns, axis=1)

    def before(self, table: pa.Table, column: str) -> list[str]:
        """Return the cells of a column of a shard."""
        place = list(self.table.frame.columns).index(column)
        return as_texts(frame_of_cells(table.select([place])).iloc[:, 0])

    def after(self, content: bytes, column: str) -> list[str]:
        """Return the cells of a column of what became of a shard."""
        place = [self.plan[place].column for place in self.places].index(column)
        return as_texts(_frame(content).iloc[:, place])

    def released(self, parts: Sequence[Part], scanner: Scanner) -> pd.DataFrame:
        """Put the parts together."""
        frames = [_frame((self.folder / part_name(part.number)).read_bytes()) for part in parts]
        if frames:
            return pd.concat(frames, ignore_index=True)
        return self.drafted(self.table.frame, Ties(self.operators), scanner).write(self.key, Scene()).frame


def _frame(content: bytes) -> pd.DataFrame:
    return frame_of_cells(pq.read_table(pa.BufferReader(content)))
