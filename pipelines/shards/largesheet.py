"""A sheet of a workbook, which is in memory while its sheets are laid down."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from deid.scanner import Scanner
from pipelines.books.shelf import Shelf
from pipelines.progress import timed
from pipelines.redaction import headed
from pipelines.shards.cells import cut_frame
from pipelines.shards.large import secret_of
from pipelines.shards.largerows import LargeRows
from pipelines.shards.manifest import Staging
from pipelines.shards.sheetwork import SheetWork
from pipelines.shards.sketched import SketchedSheet
from pipelines.shards.stage import Bay, Staged, lay_down_all
from pipelines.tablefile import Table


@dataclass(frozen=True, slots=True)
class LargeSheet(LargeRows):
    """A sheet by its title; the shelf is that of all workbooks beside."""

    title: str
    shelf: Shelf = field(repr=False)

    def check(self) -> None:
        """Accept it: whoever knows its title has read it."""

    def stage(self, scanner: Scanner, bay: Bay) -> Staged:
        """Lay it down and plan its columns."""
        with timed(f"reading {self.title}"):
            frame = self._table().frame
            sheet = SketchedSheet.of(self._table)
            shards = lay_down_all(cut_frame(frame), bay)
        plan = sheet.plan(scanner, self.key)
        sketches = {step.column: one for step, one in zip(plan, sheet.sketches, strict=True)}
        return Staged(Staging(shards, plan, names=tuple(map(str, frame.columns))), sketches)

    def work_of(self, staging: Staging, scanner: Scanner, folder: Path, kind: str) -> SheetWork:  # noqa: ARG002
        """Return how its shards are redacted."""
        frame = pd.DataFrame(columns=pd.Index(list(staging.names), dtype=object), dtype=object)
        table = headed(Table(self.title, frame), scanner, self.key)
        return SheetWork(folder, self.policy, secret_of(self.key), table, staging.plan)

    def _table(self) -> Table:
        return self.shelf.look(self.source, self.title)
