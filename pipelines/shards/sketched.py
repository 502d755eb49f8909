"""A table of any size of which only sketches of the columns are kept: enough to plan it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd

from deid.keys import Key
from deid.scanner import Scanner
from deid.tables.coded import as_texts
from deid.tables.columns import ColumnPlan
from deid.tables.sketch import Sketch
from deid.tables.table import plan_columns, sketch_columns
from pipelines.content import check_unpacking
from pipelines.redaction import headed, looked_at, textual
from pipelines.shards.pieces import frame_of, open_pieces
from pipelines.shards.stage import sketch
from pipelines.tablefile import Reading, Table


@dataclass(frozen=True, slots=True)
class CellsInPieces:
    """Cells that are read again piece by piece whenever they are searched."""

    sketch: Sketch = field(repr=False)
    read: Callable[[], Iterable[Sequence[str]]] = field(repr=False)

    def lacking(self, values: Collection[str]) -> set[str]:
        """Return those of the values that no cell has."""
        left = set(values)
        for cells in self.read():
            left.difference_update(text.strip() for text in cells)
            if not left:
                break
        return left


@dataclass(frozen=True, slots=True)
class SketchedTable:
    """A table without its rows, and the sketches of its columns."""

    path: Path
    reading: Reading
    head: Table
    sketches: tuple[Sketch, ...] = field(repr=False)

    @classmethod
    def of(cls, path: Path, reading: Reading) -> "SketchedTable":
        """Read a table file to its end. Raises as `read_table` does."""
        check_unpacking(path)
        with open_pieces(path, reading, lambda *_: None) as pieces:
            sketches = sketch(pieces.tables, typed=not pieces.head.textual)
            return cls(path, reading, pieces.head, sketches or sketch_columns(pieces.head.frame))

    def plan(self, scanner: Scanner, key: Key | None = None, alias: str = "") -> tuple[ColumnPlan, ...]:
        """Plan the columns; `alias` is what policies call the table."""
        return plan_head(headed(replace(self.head, alias=alias), scanner, key), self.sketches, scanner)

    def columns(self) -> list[CellsInPieces]:
        """Return the cells of each column, which are read from the file again where they are searched."""
        return [CellsInPieces(one, partial(self._read, place)) for place, one in enumerate(self.sketches)]

    def _read(self, place: int) -> Iterator[list[str]]:
        with open_pieces(self.path, self.reading, lambda *_: None) as pieces:
            for table in pieces.tables:
                yield as_texts(frame_of(table.select([place]), typed=not self.head.textual).iloc[:, 0])


@dataclass(frozen=True, slots=True)
class SketchedSheet:
    """A sheet without its rows, the sketches of its columns, which of them have texts, and what reads it."""

    head: Table
    sketches: tuple[Sketch, ...] = field(repr=False)
    texts: tuple[bool, ...]
    read: Callable[[], Table] = field(repr=False)

    @classmethod
    def of(cls, read: Callable[[], Table]) -> "SketchedSheet":
        """Read a sheet."""
        table = read()
        frame = table.frame
        empty = pd.DataFrame(columns=frame.columns, dtype=object)  # a view would keep all cells
        return cls(replace(table, frame=empty), sketch_columns(frame), tuple(textual(frame)), read)

    def plan(self, scanner: Scanner, key: Key | None = None, alias: str = "") -> tuple[ColumnPlan, ...]:
        """Plan the columns; `alias` is what policies call the table."""
        plan = plan_head(headed(replace(self.head, alias=alias), scanner, key), self.sketches, scanner)
        return plan if self.head.headed else looked_at(plan, self.texts)

    def columns(self) -> list[CellsInPieces]:
        """Return the cells of each column; it is read again where they are searched."""
        return [CellsInPieces(one, partial(self._read, place)) for place, one in enumerate(self.sketches)]

    def _read(self, place: int) -> Iterator[list[str]]:
        yield as_texts(self.read().frame.iloc[:, place])


def plan_head(head: Table, sketches: Sequence[Sketch], scanner: Scanner) -> tuple[ColumnPlan, ...]:
    """Plan the columns of a table by its headings and sketches."""
    return plan_columns([str(name) for name in head.frame.columns], sketches, scanner, head.called)
