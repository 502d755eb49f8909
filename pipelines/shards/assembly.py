"""Put the parts of a table together, in the order of its rows."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deid.scanner import Scanner
from pipelines.compression import writing
from pipelines.formula import Formulas
from pipelines.shards.manifest import Part, part_name
from pipelines.shards.tables import TableWork, redact_piece
from pipelines.tablefile import to_arrow, write_rows

_CHUNK = 1 << 20


def assemble(work: TableWork, parts: Sequence[Part], scanner: Scanner, target: Path) -> Formulas:
    """Write a table of the kind that `work` says, with the columns that leave; say how many formulas are in it."""
    empty = redact_piece(work.table.frame.copy(), 0, work, scanner, work.key).frame
    counts = [part.counts for part in parts]
    formulas = Formulas(work.excel_safe, sum(one.marked for one in counts), sum(one.left for one in counts))
    if work.as_parquet:
        _join_parquet(work, parts, empty, target)
    else:
        before = work.table.frame.set_axis(list(work.headings), axis=1)
        _join_csv(work, parts, formulas.mark(empty, before, work.places), target)
    return formulas


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
