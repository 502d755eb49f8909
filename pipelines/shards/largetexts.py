"""Texts of any number in one file: each is redacted by itself, ids by all."""

from dataclasses import dataclass, field
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.engines.seam import Engine
from pipelines.progress import timed
from pipelines.report.record import redaction_record, summarise
from pipelines.shards.course import Course
from pipelines.shards.gathering import Gathered
from pipelines.shards.items import Items
from pipelines.shards.large import Run, Sharded, check_unchanged, secret_of
from pipelines.shards.manifest import Staging
from pipelines.shards.stage import Bay, lay_down_all
from pipelines.shards.texts import TextWork, cut_texts


@dataclass(frozen=True, slots=True)
class LargeTexts:
    """A file of JSON lines of texts, the SHA-256 of what is in it, and what it is redacted with."""

    items: Items
    sha256: str
    policy: Policy
    key: Key | None = field(repr=False)

    @property
    def source(self) -> Path:
        """Where it lies."""
        return self.items.source

    def check(self) -> None:
        """Look at the first text."""
        for group in self.items.groups():
            next(group, None)

    def redact(self, scanner: Scanner, engine: Engine, run: Run, target: Path) -> Sharded:  # noqa: ARG002
        """Write the redacted texts."""
        folder = run.folder
        work = TextWork(folder, self.policy, secret_of(self.key), self.source.name)
        course = Course.run(run, self.policy, lambda: self._stage(folder), lambda _: work, engine)
        report = course.report(self.policy, self.key)
        Gathered.of(folder, course.parts).write_lines(Path(self.source.name), target)
        return Sharded(redaction_record({}, texts=summarise(report)), report)

    def _stage(self, folder: Path) -> Staging:
        with timed(f"reading {self.source.name}"):
            shards = lay_down_all(cut_texts(self.items.groups()), Bay(folder))
            check_unchanged(self.source, self.sha256)
        return Staging(shards)
