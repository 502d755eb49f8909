"""Workbooks that are read more than once: the last ones stay in memory as far as they are small."""

from dataclasses import dataclass, field
from pathlib import Path

from pipelines.books.workbook import Workbook, read_workbook
from pipelines.errors import SourceError
from pipelines.tablefile import Table

_CELLS = 500_000
"""So many cells stay; a workbook with more does until another one is opened."""


@dataclass(slots=True)
class Shelf:
    """The workbooks that were opened last, by their paths."""

    _books: dict[Path, Workbook] = field(default_factory=dict, repr=False)

    def book(self, path: Path) -> Workbook:
        """Return a workbook. Raises as `read_workbook` does."""
        held = self._books.pop(path, None)
        while held is None and sum(map(_size, self._books.values())) > _CELLS:
            self._books.pop(next(iter(self._books)))
        self._books[path] = held or read_workbook(path)
        return self._books[path]

    def table(self, path: Path, number: int, title: str) -> Table:
        """Return the table of a sheet by its number, from 0. Raises `SourceError` where it has another title by now."""
        tables = self.book(path).tables
        if [table.name for table in tables[number : number + 1]] != [title]:
            raise SourceError(f"{path.name!r} changed while it was read; run again")
        return tables[number]

    def clear(self) -> None:
        """Hold none."""
        self._books.clear()


def _size(book: Workbook) -> int:
    return sum(table.frame.size for table in book.tables)
