"""JSON lines with objects inside, of any number: planned by all of them, redacted shard by shard."""

from dataclasses import dataclass, field
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.books.records import Head
from pipelines.compression import stem_of
from pipelines.engines.seam import Engine
from pipelines.progress import timed
from pipelines.redaction import headed
from pipelines.shards.course import Course
from pipelines.shards.large import Sharded, check_unchanged, secret_of, titled_record
from pipelines.shards.manifest import Staging
from pipelines.shards.outline import RecordPieces, empty_table
from pipelines.shards.recordwork import RecordWork, join_records, staged_records
from pipelines.shards.stage import lay_down_all
from pipelines.tablefile import open_lines


@dataclass(frozen=True, slots=True)
class LargeRecords:
    """A file of records, the SHA-256 of what is in it (as `digest` gives it), and what it is redacted with."""

    source: Path
    sha256: str
    encoding: str
    policy: Policy
    key: Key | None = field(repr=False)

    def check(self) -> None:
        """Look whether it is a text."""
        with open_lines(self.source, self.encoding) as lines:
            next(lines, None)

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:
        """Write the redacted records; `scanner` plans the paths, `engine` redacts the shards."""

        def work_of(staging: Staging) -> RecordWork:
            head = Head(staging.newline, self.encoding)
            table = headed(empty_table(self.source, head, staging.names), scanner, self.key)
            secret = secret_of(self.key)
            return RecordWork(folder, self.policy, secret, self.source.name, table, staging.names, staging.plan)

        course = Course.run(folder, run, lambda: self._stage(scanner, folder), work_of, engine)
        join_records(work_of(course.staging), course.parts, target)
        report = course.report(self.policy, self.key, course.staging.plan)
        return Sharded(titled_record(self.source, report, scanner, self.key), report)

    def _stage(self, scanner: Scanner, folder: Path) -> Staging:
        pieces = RecordPieces(self.source, self.encoding)
        with timed(f"reading {stem_of(self.source)}"):
            shards = lay_down_all(staged_records(pieces), folder)
            check_unchanged(self.source, self.sha256)
        outline = pieces.outline
        return Staging(shards, outline.plan(scanner, self.key), names=outline.names, newline=pieces.newline)
