"""Files with tables in them, put together after their shards were redacted: sheets go back into their workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deid.keys import Key
from deid.redacted import Report
from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from pipelines.books.book import Released
from pipelines.books.workbook import Workbook, read_workbook
from pipelines.errors import SourceError
from pipelines.formula import Formulas
from pipelines.naming import released_ids
from pipelines.report.record import table_record
from pipelines.shards.course import Course
from pipelines.shards.joined import Joined
from pipelines.shards.manifest import Part, Staging
from pipelines.shards.rowwork import FileWork
from pipelines.shards.sheetwork import SheetWork
from pipelines.shards.spots import Spot


@dataclass(frozen=True, slots=True)
class Bound:
    """What is to be said of a file that was written: the formulas in it, and what in it was not looked into."""

    formulas: Formulas
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Binding:
    """What puts files together: what came of the shards of all tables, and what scans the titles of sheets."""

    course: Course
    joined: Joined
    scanner: Scanner
    key: Key | None = field(repr=False)

    def titles(self, tables: Mapping[str, Spot]) -> dict[str, str]:
        """Return the titles that sheets leave by, without what identifies; equal ones in a file get numbers.

        A table that is a file has none but the file's name.
        """
        titles = dict.fromkeys(tables, "")
        sheets: dict[Path, list[str]] = {}
        for name, spot in tables.items():
            if spot.sheet:
                sheets.setdefault(spot.path, []).append(name)
        for names in sheets.values():
            old = [tables[name].title for name in names]
            titles |= zip(names, released_ids(old, [None] * len(old), self.scanner, self.key), strict=True)
        return titles

    def write(self, source: Path, titles: Mapping[str, str], target: Path) -> Bound:
        """Write a file with these tables, each under the title that it leaves by. Raises the readers' errors.

        A workbook is read once more for what is in it beside cells. Raises `SourceError` where it is not what it was.
        """
        tables = [(self.joined.works[name], self.joined.stagings[name], title) for name, title in titles.items()]
        (first, staging, _), *_ = tables
        if isinstance(first, FileWork):
            return Bound(first.join(self._parts(staging), self.scanner, target))
        book = read_workbook(source)
        seen = [(work, staging, title) for work, staging, title in tables if staging.names]
        if [_outline(staging) for _, staging, _ in seen] != _outlines(book):
            raise SourceError(f"{source.name!r} changed while it was read; run again")
        sheets = [
            Released(work.released(self._parts(staging), self.scanner), title, work.places)
            for work, staging, title in seen
            if isinstance(work, SheetWork)
        ]
        book.write(sheets, target)
        return Bound(Formulas(), book.left_out)

    def records(self, called: Mapping[str, str]) -> dict[str, object]:
        """Return the records of tables, by what each is called in the report."""
        return {
            called[name]: table_record(self._report(staging, self.joined.works[name].plan), staging.aside)
            for name, staging in self.joined.stagings.items()
        }

    def _parts(self, staging: Staging) -> Sequence[Part]:
        return self.course.of(staging).parts

    def _report(self, staging: Staging, plan: tuple[ColumnPlan, ...]) -> Report:
        return self.course.of(staging).report(self.scanner.policy, self.key, plan)


def _outline(staging: Staging) -> tuple[tuple[str, ...], int]:
    """Return the columns of a sheet and the number of its rows."""
    return staging.names, sum(shard.rows for shard in staging.shards)


def _outlines(book: Workbook) -> list[tuple[tuple[str, ...], int]]:
    return [(tuple(map(str, table.frame.columns)), len(table.frame)) for table in book.tables]
