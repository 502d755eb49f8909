"""What is done to a shard of rows, whatever file they are from: planned by all of them and by the tables beside."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from deid.operators import Operator
from deid.policy import DROP
from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from deid.tables.draft import TableDraft
from deid.tables.table import draft_table
from deid.tables.ties import Ties
from pipelines.formula import Formulas
from pipelines.shards.manifest import Part
from pipelines.shards.work import Work
from pipelines.tablefile import Table


@dataclass(frozen=True, slots=True)
class RowWork(Work):
    """How every shard of a file of rows, or of a sheet, is redacted.

    `table` is the table without rows, under the headings that it leaves under. `operators` are those of columns that
    follow a column of another table.
    """

    table: Table
    plan: tuple[ColumnPlan, ...]
    operators: Mapping[str, Operator] = field(default_factory=dict, kw_only=True)

    @property
    def title(self) -> str:
        """What the table is called."""
        return self.table.name

    @property
    def places(self) -> tuple[int, ...]:
        """Where in the table the columns that leave stand."""
        return tuple(place for place, step in enumerate(self.plan) if step.action != DROP)

    def drafted(self, frame: pd.DataFrame, ties: Ties, scanner: Scanner) -> TableDraft:
        """Look through rows under the headings that they leave under."""
        return draft_table(frame, self.plan, scanner, self.table.called, ties=ties)

    @abstractmethod
    def staged(self, table: pa.Table) -> pd.DataFrame:
        """Return the rows of a shard under the headings that they leave under."""

    @abstractmethod
    def before(self, table: pa.Table, column: str) -> Sequence[str]:
        """Return the cells of a column of a shard, missing ones as empty texts."""

    @abstractmethod
    def after(self, content: bytes, column: str) -> Sequence[str]:
        """Return the cells of a column that leaves, in what became of a shard."""


@dataclass(frozen=True, slots=True)
class FileWork(RowWork):
    """How every shard of rows is redacted that are all of a file."""

    @abstractmethod
    def changed(self, table: pa.Table, content: bytes) -> Mapping[str, int]:
        """Count, by column, the cells of a shard that are others in what became of it; columns that go are left out."""

    @abstractmethod
    def join(self, parts: Sequence[Part], scanner: Scanner, target: Path) -> Formulas:
        """Put the parts together, and say how many formulas are in them."""
