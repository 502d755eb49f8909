"""Workbooks that are read sheet by sheet: one at a time is in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipelines.books.workbook import read_workbook
from pipelines.tablefile import Table


@dataclass(slots=True)
class Shelf:
    """The tables, by title, of the workbook that was opened last."""

    _path: Path = Path()
    _tables: Mapping[str, Table] = field(default_factory=dict, repr=False)

    def look(self, path: Path, title: str) -> Table:
        """Return the table of a sheet, an empty one where no cell of it shows. Raises as `read_workbook` does."""
        if path != self._path:
            self._path, self._tables = Path(), {}  # before the next one is read
            self._path, self._tables = path, {table.name: table for table in read_workbook(path).tables}
        return self._tables.get(title) or Table(title, pd.DataFrame())

    def clear(self) -> None:
        """Hold none."""
        self._path, self._tables = Path(), {}
