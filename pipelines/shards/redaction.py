"""Redact a table of any size: stage it, redact its shards, put the parts together; go on where a killed run stopped."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.redacted import Report, summed
from deid.scanner import Scanner
from pipelines.compression import kind_of
from pipelines.content import check_unpacking
from pipelines.digest import digest
from pipelines.durable import sha256_of
from pipelines.engines.seam import Engine
from pipelines.errors import SourceError
from pipelines.formula import Formulas
from pipelines.progress import timed
from pipelines.redaction import headed
from pipelines.shards.assembly import assemble
from pipelines.shards.manifest import Manifest, Part, Shard, Staging
from pipelines.shards.pieces import open_pieces
from pipelines.shards.sketched import plan_head
from pipelines.shards.stage import PutAside, stage
from pipelines.shards.work import Work
from pipelines.tablefile import Reading, Table

MANIFEST, ASIDE = "manifest.jsonl", "aside-"


@dataclass(frozen=True, slots=True)
class Sharded:
    """What came of a large table: the counts, how it was staged, and the formulas in it."""

    report: Report
    staging: Staging
    formulas: Formulas


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
        """Look whether it is a table with a header, before anything is loaded. Raises the readers' errors."""
        check_unpacking(self.source)
        with open_pieces(self.source, self.reading, _leave):
            pass

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:
        """Write the redacted table to `target`; rows put aside, if any, stand in the file `aside(folder)`.

        `scanner` plans the columns, `engine` redacts the shards. What is done is kept in `folder`, and what a run with
        the same fingerprint `run` has done there is not done again. Raises the readers' errors, and `SourceError` where
        the source is not, or not any more, what it was.
        """
        manifest = Manifest.of(folder / MANIFEST, run)
        with open_pieces(self.source, self.reading, _leave) as pieces:
            head, headings = headed(pieces.head, scanner, self.key), tuple(map(str, pieces.head.frame.columns))
        staging = manifest.staging
        left = [] if staging is None else [shard for shard in staging.shards if not manifest.has(shard, folder)]
        if staging is None or any(sha256_of(folder / shard.staged) != shard.sha256 for shard in left):
            staging = self._stage(head, scanner, folder)
            manifest.stage(staging)
            left = list(staging.shards)
        secret = self.key.secret if self.key is not None else None
        kind = kind_of(target)
        work = Work(folder, head, headings, staging.plan, self.policy, kind, secret, self.excel_safe)
        with closing(_redact(work, left, engine)) as done:  # at once, also where this stops on the way
            for part in done:
                manifest.finish(part)
                (folder / staging.shards[part.number].staged).unlink()
        parts = [manifest.parts[shard.number] for shard in staging.shards]
        return Sharded(self._report(staging, parts), staging, assemble(work, parts, scanner, target))

    def _stage(self, head: Table, scanner: Scanner, folder: Path) -> Staging:
        with timed(f"reading {head.name}"), PutAside(self.aside(folder)) as aside:
            with open_pieces(self.source, self.reading, aside) as pieces:
                staging = stage(pieces, folder, aside, lambda sketches: plan_head(head, sketches, scanner))
            if digest(self.source) != self.sha256:
                raise SourceError(f"{self.source.name!r} changed while it was read; run again")
            return staging

    def _report(self, staging: Staging, parts: Sequence[Part]) -> Report:
        return Report(
            sum(part.rows for part in parts),
            summed(part.labels for part in parts),
            sum(part.withheld for part in parts),
            self.policy.name,
            self.key.id if self.key else None,
            staging.plan,
            summed(part.unnamed for part in parts),
            summed(part.failed for part in parts),
            pseudonyms=self.policy.pseudonymises,
        )


def _redact(work: Work, shards: Sequence[Shard], engine: Engine) -> Generator[Part]:
    """Redact shards, with a bar on the terminal."""
    with timed(f"redacting {work.table.name}", sum(shard.rows for shard in shards)) as moving:
        for part in engine.map_shards(work, shards):
            yield part
            moving.advance(part.rows)


def _leave(*_: object) -> None:
    """Leave a row of the wrong width where it is."""
