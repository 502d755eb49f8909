"""Redact a file of any size: stage it, redact its shards, put the parts together; go on where a killed run stopped."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from deid.keys import Key
from deid.policy import Policy
from deid.redacted import Report
from deid.scanner import Scanner
from pipelines.compression import kind_of, stem_of
from pipelines.content import check_unpacking
from pipelines.corpus import open_records
from pipelines.digest import digest
from pipelines.engines.seam import Engine
from pipelines.errors import SourceError
from pipelines.formula import Formulas
from pipelines.progress import timed
from pipelines.redaction import headed
from pipelines.shards.assembly import assemble
from pipelines.shards.course import Course
from pipelines.shards.lines import LineWork, cut_lines, join_lines
from pipelines.shards.manifest import Shard, Staging
from pipelines.shards.pieces import open_pieces
from pipelines.shards.sketched import plan_head
from pipelines.shards.stage import PutAside, lay_down, stage
from pipelines.shards.tables import TableWork
from pipelines.tablefile import Reading, Table

ASIDE = "aside-"


@dataclass(frozen=True, slots=True)
class Sharded:
    """What came of a large file: the counts, how it was staged, and the formulas in it."""

    report: Report
    staging: Staging
    formulas: Formulas


class Large(Protocol):
    """A file of any size that can be redacted shard by shard."""

    def check(self) -> None:
        """Look at its beginning before anything is loaded. Raises the readers' errors."""
        ...

    def aside(self, folder: Path) -> Path:
        """Return where in the working folder the rows go that do not fit."""
        ...

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:
        """Write what it becomes to `target`, working in `folder`; what the same `run` has done is not done again.

        Raises the readers' errors, and `SourceError` where the source is not, or not any more, what it was.
        """
        ...


@dataclass(frozen=True, slots=True)
class LargeTable:
    """A table file, the SHA-256 of what is in it (as `digest` gives it), and what it is redacted with."""

    source: Path
    sha256: str
    reading: Reading
    policy: Policy
    key: Key | None = field(repr=False)
    excel_safe: bool = False

    def aside(self, folder: Path) -> Path:
        """Return where in the working folder the rows of the wrong width go."""
        return folder / f"{ASIDE}{self.source.name}"

    def check(self) -> None:
        """Look whether it is a table with a header."""
        check_unpacking(self.source)
        with open_pieces(self.source, self.reading, _leave):
            pass

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:
        """Write the redacted table; rows put aside, if any, stand in the file `aside(folder)`.

        `scanner` plans the columns, `engine` redacts the shards.
        """
        with open_pieces(self.source, self.reading, _leave) as pieces:
            head, headings = headed(pieces.head, scanner, self.key), tuple(map(str, pieces.head.frame.columns))

        def work_of(staging: Staging) -> TableWork:
            secret, kind = _secret(self.key), kind_of(target)
            return TableWork(folder, self.policy, secret, head, headings, staging.plan, kind, self.excel_safe)

        course = Course.run(folder, run, lambda: self._stage(head, scanner, folder), work_of, engine)
        formulas = assemble(work_of(course.staging), course.parts, scanner, target)
        return Sharded(course.report(self.policy, self.key, course.staging.plan), course.staging, formulas)

    def _stage(self, head: Table, scanner: Scanner, folder: Path) -> Staging:
        with timed(f"reading {head.name}"), PutAside(self.aside(folder)) as aside:
            with open_pieces(self.source, self.reading, aside) as pieces:
                staging = stage(pieces, folder, aside, lambda sketches: plan_head(head, sketches, scanner))
            _check_unchanged(self.source, self.sha256)
            return staging


@dataclass(frozen=True, slots=True)
class LargeLines:
    """A file of JSON lines of texts, the SHA-256 of what is in it, and what it is redacted with."""

    source: Path
    sha256: str
    encoding: str
    policy: Policy
    key: Key | None = field(repr=False)

    def aside(self, folder: Path) -> Path:
        """Return a file that is never there: a line that does not fit is an error."""
        return folder / f"{ASIDE}{self.source.name}"

    def check(self) -> None:
        """Look at the first line."""
        check_unpacking(self.source)
        with open_records(self.source, self.encoding) as records:
            next(records)

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:  # noqa: ARG002
        """Write the redacted texts."""
        work = LineWork(folder, self.policy, _secret(self.key), stem_of(self.source))
        course = Course.run(folder, run, lambda: self._stage(folder), lambda _: work, engine)
        join_lines(folder, course.parts, target)
        return Sharded(course.report(self.policy, self.key), course.staging, Formulas())

    def _stage(self, folder: Path) -> Staging:
        shards: list[Shard] = []
        with timed(f"reading {stem_of(self.source)}"), open_records(self.source, self.encoding) as records:
            for _ in lay_down(cut_lines(records), folder, shards):
                pass
            _check_unchanged(self.source, self.sha256)
        return Staging(tuple(shards), (), 0, ())


def _check_unchanged(source: Path, sha256: str) -> None:
    if digest(source) != sha256:
        raise SourceError(f"{source.name!r} changed while it was read; run again")


def _secret(key: Key | None) -> bytes | None:
    return key.secret if key is not None else None


def _leave(*_: object) -> None:
    """Leave a row of the wrong width where it is."""
