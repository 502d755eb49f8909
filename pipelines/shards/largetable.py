"""A table of any size: its columns are planned by all of it, its rows redacted shard by shard."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.compression import kind_of
from pipelines.content import check_unpacking
from pipelines.engines.seam import Engine
from pipelines.progress import timed
from pipelines.redaction import headed
from pipelines.shards.assembly import assemble
from pipelines.shards.course import Course
from pipelines.shards.large import Sharded, check_unchanged, secret_of, titled_record
from pipelines.shards.manifest import Staging
from pipelines.shards.pieces import open_pieces
from pipelines.shards.sketched import plan_head
from pipelines.shards.stage import PutAside, stage
from pipelines.shards.tables import TableWork
from pipelines.tablefile import Reading, Table

ASIDE = "aside-"


@dataclass(frozen=True, slots=True)
class LargeTable:
    """A table file, the SHA-256 of what is in it (as `digest` gives it), and what it is redacted with."""

    source: Path
    sha256: str
    reading: Reading
    policy: Policy
    key: Key | None = field(repr=False)
    excel_safe: bool = False

    def check(self) -> None:
        """Look whether it is a table with a header."""
        check_unpacking(self.source)
        with open_pieces(self.source, self.reading, _leave):
            pass

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:
        """Write the redacted table.

        `scanner` plans the columns, `engine` redacts the shards.
        """
        with open_pieces(self.source, self.reading, _leave) as pieces:
            head, headings = headed(pieces.head, scanner, self.key), tuple(map(str, pieces.head.frame.columns))

        def work_of(staging: Staging) -> TableWork:
            secret, kind = secret_of(self.key), kind_of(target)
            return TableWork(folder, self.policy, secret, head, headings, staging.plan, kind, self.excel_safe)

        course = Course.run(folder, run, lambda: self._stage(head, scanner, folder), work_of, engine)
        formulas = assemble(work_of(course.staging), course.parts, scanner, target)
        report, staging = course.report(self.policy, self.key, course.staging.plan), course.staging
        record = titled_record(self.source, report, scanner, self.key, staging.aside)
        if not staging.aside:
            return Sharded(record, report, (), formulas)
        note = aside_note(self.source.name, staging.aside, staging.lines)
        return Sharded(record, report, (note,), formulas, self._aside(folder))

    def _aside(self, folder: Path) -> Path:
        return folder / f"{ASIDE}{self.source.name}"

    def _stage(self, head: Table, scanner: Scanner, folder: Path) -> Staging:
        with timed(f"reading {head.name}"), PutAside(self._aside(folder)) as aside:
            with open_pieces(self.source, self.reading, aside) as pieces:
                staging = stage(pieces, folder, aside, lambda sketches: plan_head(head, sketches, scanner))
            check_unchanged(self.source, self.sha256)
            return staging


def aside_note(name: str, count: int, lines: Sequence[int]) -> str:
    """Say how many rows of a file were put aside, and where the first ones stood."""
    numbers = ", ".join(map(str, lines[:5]))
    return f"{name}: {count} rows of the wrong width put aside, from line {numbers}"


def _leave(*_: object) -> None:
    """Leave a row of the wrong width where it is."""
