"""A table of any size."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from deid.scanner import Scanner
from pipelines.compression import stem_of
from pipelines.content import check_unpacking
from pipelines.progress import timed
from pipelines.redaction import headed
from pipelines.shards.large import secret_of
from pipelines.shards.largerows import LargeStream
from pipelines.shards.manifest import Staging
from pipelines.shards.pieces import open_pieces
from pipelines.shards.sketched import SketchedTable, plan_head
from pipelines.shards.stage import Bay, PutAside, Staged, stage
from pipelines.shards.tables import TableWork
from pipelines.tablefile import Reading


@dataclass(frozen=True, slots=True)
class LargeTable(LargeStream):
    """A CSV, TSV or Parquet file."""

    reading: Reading
    excel_safe: bool = False

    def check(self) -> None:
        """Look whether it is a table with a header."""
        check_unpacking(self.source)
        with open_pieces(self.source, self.reading, _leave):
            pass

    def stage(self, scanner: Scanner, bay: Bay) -> Staged:
        """Lay it down and plan its columns."""
        with (
            timed(f"reading {stem_of(self.source)}"),
            PutAside(bay.aside(self.source)) as aside,
            open_pieces(self.source, self.reading, aside) as pieces,
        ):
            head = headed(replace(pieces.head, alias=self.alias), scanner, self.key)
            return stage(pieces, bay, aside, lambda sketches: plan_head(head, sketches, scanner))

    @contextmanager
    def opened(self) -> Iterator[Iterator[pa.Table]]:
        """Give its rows as they are laid down."""
        with open_pieces(self.source, self.reading, _leave) as pieces:
            yield pieces.tables

    def planned(self, scanner: Scanner) -> Staging:
        """Plan its columns."""
        return Staging((), SketchedTable.of(self.source, self.reading).plan(scanner, self.key))

    def work_of(self, staging: Staging, scanner: Scanner, folder: Path, kind: str) -> TableWork:
        """Return how its shards are redacted."""
        with open_pieces(self.source, self.reading, _leave) as pieces:
            head = headed(replace(pieces.head, alias=self.alias), scanner, self.key)
            headings = tuple(map(str, pieces.head.frame.columns))
        secret = secret_of(self.key)
        return TableWork(folder, self.policy, secret, head, staging.plan, headings, kind, self.excel_safe)


def _leave(*_: object) -> None:
    """Leave a row of the wrong width where it is."""
