"""A sheet of a workbook, which is in memory while its sheets are laid down."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from deid.scanner import Scanner
from pipelines.books.shelf import Shelf
from pipelines.compression import stem_of
from pipelines.progress import timed
from pipelines.shards.large import secret_of
from pipelines.shards.largerows import LargeRows
from pipelines.shards.manifest import Staging
from pipelines.shards.sheetcells import cut_frame
from pipelines.shards.sheetwork import SheetWork
from pipelines.shards.sketched import SketchedSheet
from pipelines.shards.stage import Bay, Staged, lay_down_all
from pipelines.tablefile import Table


@dataclass(frozen=True, slots=True)
class LargeSheet(LargeRows):
    """A sheet by its title and number; the shelf is that of all workbooks beside."""

    title: str = field(repr=False)
    number: int
    shelf: Shelf = field(repr=False)

    def check(self) -> None:
        """Accept it: whoever knows its title has read it."""

    def stage(self, scanner: Scanner, bay: Bay) -> Staged:
        """Lay it down and plan its columns."""
        with timed(f"reading {stem_of(self.source)}"):
            sheet = SketchedSheet.of(self._table)
            shards = lay_down_all(cut_frame(self._table().frame), bay)
        plan = sheet.plan(scanner, self.key, self.alias)
        return Staged.of(Staging(shards, plan), sheet.sketches)

    def work_of(self, staging: Staging, scanner: Scanner, folder: Path, kind: str) -> SheetWork:  # noqa: ARG002
        """Return how its shards are redacted."""
        frame = pd.DataFrame(columns=pd.Index([step.column for step in staging.plan], dtype=object), dtype=object)
        table = Table(self.title, frame, alias=self.alias)
        return SheetWork(folder, self.policy, secret_of(self.key), table, staging.plan)

    def _table(self) -> Table:
        return self.shelf.table(self.source, self.number, self.title)
