"""A table of any size of which only sketches of the columns are kept: enough to plan it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from deid.tables.sketch import Sketch
from deid.tables.table import plan_columns, sketch_columns
from pipelines.content import check_unpacking
from pipelines.redaction import headed
from pipelines.shards.pieces import open_pieces
from pipelines.shards.stage import sketch
from pipelines.tablefile import Reading, Table


@dataclass(frozen=True, slots=True)
class SketchedTable:
    """A table without its rows, and the sketches of its columns."""

    head: Table
    sketches: tuple[Sketch, ...] = field(repr=False)

    @classmethod
    def of(cls, path: Path, reading: Reading) -> "SketchedTable":
        """Read a table file to its end. Raises as `read_table` does."""
        check_unpacking(path)
        with open_pieces(path, reading, lambda *_: None) as pieces:
            sketches = sketch(pieces.tables, typed=not pieces.head.textual)
            return cls(pieces.head, sketches or sketch_columns(pieces.head.frame))

    def plan(self, scanner: Scanner) -> tuple[ColumnPlan, ...]:
        """Plan the columns."""
        return plan_head(headed(self.head, scanner, None), self.sketches, scanner)


def plan_head(head: Table, sketches: Sequence[Sketch], scanner: Scanner) -> tuple[ColumnPlan, ...]:
    """Plan the columns of a table by its headings and sketches."""
    return plan_columns([str(name) for name in head.frame.columns], sketches, scanner, head.name)
