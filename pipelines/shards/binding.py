"""Files with tables in them, put together after their shards were redacted: sheets go back into their workbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deid.keys import Key
from deid.redacted import Report
from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from pipelines.books.book import Released
from pipelines.books.shelf import Shelf
from pipelines.errors import SourceError
from pipelines.formula import Formulas
from pipelines.naming import released_ids
from pipelines.report.record import table_record
from pipelines.shards.course import Course
from pipelines.shards.joined import Joined
from pipelines.shards.manifest import Staging
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
    """What puts files together: what came of the shards of all tables, what scans titles, and the workbooks."""

    course: Course
    joined: Joined
    scanner: Scanner
    key: Key | None = field(repr=False)
    shelf: Shelf = field(repr=False)

    def titles(self, tables: Mapping[str, Spot]) -> dict[str, str]:
        """Return the titles that sheets leave by, without what identifies; equal ones in a file get numbers.

        A table that is a file has none but the file's name.
        """
        titles = dict.fromkeys(tables, "")
        sheets: dict[Path, list[str]] = {}
        for name, spot in tables.items():
            if spot.sheet is not None:
                sheets.setdefault(spot.path, []).append(name)
        for names in sheets.values():
            old = [tables[name].title for name in names]
            titles |= zip(names, released_ids(old, [None] * len(old), self.scanner, self.key), strict=True)
        return titles

    def write(self, source: Path, titles: Mapping[str, str], target: Path) -> Bound:
        """Write a file with these tables, each under the title that it leaves by. Raises the readers' errors.

        A workbook is read once more for what is in it beside cells. Raises `SourceError` where it is not what it was.
        """
        works = [self.joined.works[name] for name in titles]
        stagings = [self.joined.stagings[name] for name in titles]
        parts = [self.course.of(staging).parts for staging in stagings]
        if isinstance(works[0], FileWork):
            return Bound(works[0].join(parts[0], self.scanner, target))
        sheets = [work for work in works if isinstance(work, SheetWork)]
        told = zip(sheets, parts, titles.values(), strict=True)
        released = [Released(work.released(own, self.scanner), title, work.places) for work, own, title in told]
        book = self.shelf.book(source)
        if [_shape(staging) for staging in stagings] != [table.frame.shape for table in book.tables]:
            raise SourceError(f"{source.name!r} changed while it was read; run again")
        book.write(released, target)
        return Bound(Formulas(), book.left_out)

    def records(self, called: Mapping[str, str]) -> dict[str, object]:
        """Return the records of tables, by what each is called in the report."""
        return {
            called[name]: table_record(self._report(staging, self.joined.works[name].plan), staging.aside)
            for name, staging in self.joined.stagings.items()
        }

    def _report(self, staging: Staging, plan: tuple[ColumnPlan, ...]) -> Report:
        return self.course.of(staging).report(self.scanner.policy, self.key, plan)


def _shape(staging: Staging) -> tuple[int, int]:
    return sum(shard.rows for shard in staging.shards), len(staging.plan)
