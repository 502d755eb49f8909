"""The seam of all files that hold tables, one or several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pandas as pd

from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from deid.tables.ties import Ties
from pipelines.compression import kind_of
from pipelines.formula import Formulas
from pipelines.tablefile import SEPARATED, Table, write_table


@dataclass(frozen=True, slots=True)
class Released:
    """A table as it leaves: its frame, its name, the places that its columns had, and what marks its formulas."""

    frame: pd.DataFrame = field(repr=False)
    name: str
    places: tuple[int, ...]
    formulas: Formulas = field(default_factory=Formulas)


class Book(Protocol):
    """A file of tables. `left_out` counts what was not looked into and does not leave."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in the order of the file."""
        ...

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many things of each kind were not looked into."""
        ...

    def check(self, scanner: Scanner) -> None:
        """Raise `FormatError` where something identifies that cannot be redacted."""
        ...

    def ties(self, plan: Sequence[ColumnPlan], scanner: Scanner, others: Ties) -> Ties:
        """Return what is known of the rows of a table, beside what `others` tell of them."""
        ...

    def write(self, released: Sequence[Released], target: Path) -> None:
        """Write a file of the same kind with other tables."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A file that is one table: CSV, TSV, Parquet."""

    table: Table = field(repr=False)
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The one table."""
        return (self.table,)

    def check(self, scanner: Scanner) -> None:
        """Accept it: whatever identifies can be redacted."""

    def ties(self, plan: Sequence[ColumnPlan], scanner: Scanner, others: Ties) -> Ties:  # noqa: ARG002
        """Know nothing else."""
        return others

    def write(self, released: Sequence[Released], target: Path) -> None:
        """Write the table; CSV without formulas that were not in it before."""
        (one,) = released
        frame = one.frame
        if kind_of(target) in SEPARATED:
            frame = one.formulas.mark(frame, self.table.frame, one.places)
        write_table(self.table, frame, target)
