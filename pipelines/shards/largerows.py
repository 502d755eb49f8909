"""A file of rows of any size: its columns are planned by all of it, its rows redacted shard by shard."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.compression import kind_of
from pipelines.engines.seam import Engine
from pipelines.shards.course import Course
from pipelines.shards.large import Sharded, check_unchanged, titled_record
from pipelines.shards.manifest import Staging
from pipelines.shards.rowwork import RowWork
from pipelines.shards.stage import Bay, Staged


@dataclass(frozen=True, slots=True)
class LargeRows(ABC):
    """A file, the SHA-256 of what is in it (as `digest` gives it), and what it is redacted with.

    One in a folder, which is compared as a whole, has no hash of its own.
    """

    source: Path
    sha256: str
    policy: Policy
    key: Key | None = field(repr=False)

    @abstractmethod
    def check(self) -> None:
        """Look at its beginning. Raises the readers' errors."""

    @abstractmethod
    def stage(self, scanner: Scanner, bay: Bay) -> Staged:
        """Lay it down and plan its columns. Raises the readers' errors."""

    @abstractmethod
    def work_of(self, staging: Staging, scanner: Scanner, folder: Path, kind: str) -> RowWork:
        """Return how its shards, which lie in `folder`, are redacted; `kind` is that of the output."""

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:
        """Write what it becomes; `scanner` plans the columns, `engine` redacts the shards."""
        bay, kind = Bay(folder), kind_of(target)

        def staged() -> Staging:
            staging = self.stage(scanner, bay).staging
            check_unchanged(self.source, self.sha256)
            return staging

        course = Course.run(folder, run, staged, lambda staging: self.work_of(staging, scanner, folder, kind), engine)
        staging = course.staging
        formulas = self.work_of(staging, scanner, folder, kind).join(course.parts, scanner, target)
        check_unchanged(self.source, self.sha256)  # its beginning was read once more
        report = course.report(self.policy, self.key, staging.plan)
        record = titled_record(self.source, report, scanner, self.key, staging.aside)
        if not staging.aside:
            return Sharded(record, report, (), formulas)
        note = aside_note(self.source.name, staging.aside, staging.lines)
        return Sharded(record, report, (note,), formulas, {Path(self.source.name): bay.aside(self.source)})


def aside_note(name: str, count: int, lines: Sequence[int]) -> str:
    """Say how many rows of a file were put aside, and where the first ones stood."""
    numbers = ", ".join(map(str, lines[:5]))
    return f"{name}: {count} rows of the wrong width put aside, from line {numbers}"
