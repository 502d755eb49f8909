"""Workbooks that are read sheet by sheet: one at a time is in memory, and none once its last sheet was taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.books.workbook import read_workbook
from pipelines.tablefile import Table


@dataclass(slots=True)
class Shelf:
    """The tables of the workbook that was opened last."""

    _path: Path = Path()
    _tables: Sequence[Table] = field(default=(), repr=False)

    def titles(self, path: Path) -> list[str]:
        """Return what the sheets of a workbook are called. Raises as `read_workbook` does."""
        return [table.name for table in self._opened(path)]

    def take(self, path: Path, number: int) -> Table:
        """Return the table of a sheet, by its number from 0. Raises as `read_workbook` does."""
        tables = self._opened(path)
        if number == len(tables) - 1:
            self._path, self._tables = Path(), ()
        return tables[number]

    def _opened(self, path: Path) -> Sequence[Table]:
        if path != self._path:
            self._path, self._tables = Path(), ()  # before the next one is read
            self._path, self._tables = path, read_workbook(path).tables
        return self._tables
