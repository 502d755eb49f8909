"""JSON lines with objects inside, of any number."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from deid.scanner import Scanner
from pipelines.books.records import Head
from pipelines.compression import stem_of
from pipelines.progress import timed
from pipelines.redaction import headed
from pipelines.shards.large import secret_of
from pipelines.shards.largerows import LargeStream
from pipelines.shards.manifest import Staging
from pipelines.shards.outline import Outline, RecordPieces, empty_table
from pipelines.shards.recordwork import RecordWork, staged_records
from pipelines.shards.stage import Bay, Staged, lay_down_all
from pipelines.tablefile import open_lines


@dataclass(frozen=True, slots=True)
class LargeRecords(LargeStream):
    """A file of records."""

    encoding: str

    def check(self) -> None:
        """Look whether it is a text."""
        with open_lines(self.source, self.encoding) as lines:
            next(lines, None)

    def stage(self, scanner: Scanner, bay: Bay) -> Staged:
        """Lay it down and plan its paths."""
        pieces = RecordPieces(self.source, self.encoding)
        with timed(f"reading {stem_of(self.source)}"):
            shards = lay_down_all(staged_records(pieces), bay)
        plan = pieces.outline.plan(scanner, self.key, self.alias)
        staging = Staging(shards, plan, names=pieces.outline.names, newline=pieces.newline)
        return Staged.of(staging, pieces.outline.sketches)

    @contextmanager
    def opened(self) -> Iterator[Iterator[pa.Table]]:
        """Give its lines as they are laid down."""
        yield staged_records(RecordPieces(self.source, self.encoding))

    def planned(self, scanner: Scanner) -> Staging:
        """Plan its paths."""
        outline = Outline.of(self.source, self.encoding)
        return Staging((), outline.plan(scanner, self.key), names=outline.names)

    def work_of(self, staging: Staging, scanner: Scanner, folder: Path, kind: str) -> RecordWork:  # noqa: ARG002
        """Return how its shards are redacted."""
        head = Head(staging.newline, self.encoding)
        table = headed(empty_table(self.source, head, staging.names, self.alias), scanner, self.key)
        return RecordWork(
            folder, self.policy, secret_of(self.key), table, staging.plan, self.source.name, staging.names
        )
