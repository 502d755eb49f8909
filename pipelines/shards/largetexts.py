"""Texts of any number: each is redacted by itself, names of files and ids by all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.redacted import Report
from deid.scanner import Scanner
from pipelines.engines.seam import Engine
from pipelines.intake import notes_of
from pipelines.outcome import left_out_notes
from pipelines.progress import timed
from pipelines.report.record import redaction_record, summarise, suppress
from pipelines.shards.course import Course
from pipelines.shards.gathering import Gathered
from pipelines.shards.items import Items
from pipelines.shards.large import Sharded, check_unchanged, secret_of
from pipelines.shards.manifest import Part, Staging
from pipelines.shards.stage import lay_down_all
from pipelines.shards.texts import TextWork, cut_texts


@dataclass(frozen=True, slots=True)
class LargeTexts:
    """A file of JSON lines of texts, or a folder of such files and of texts, and what it is redacted with."""

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
            return

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:
        """Write the redacted texts."""
        work = TextWork(folder, self.policy, secret_of(self.key), self.source.name)
        course = Course.run(folder, run, lambda: self._stage(folder), lambda _: work, engine)
        gathered, report = Gathered.of(folder, course.parts), course.report(self.policy, self.key)
        if not self.source.is_dir():
            gathered.write_lines(Path(self.source.name), target)
            return Sharded(redaction_record({}, texts=summarise(report)), report)
        record, notes = self._in_folder(course, gathered, gathered.paths(scanner, self.key), target)
        return Sharded(record, report, notes)

    def _in_folder(
        self, course: Course, gathered: Gathered, paths: Mapping[Path, Path], target: Path
    ) -> tuple[dict[str, object], tuple[str, ...]]:
        """Write the files of a folder; return the record of all, and what is to be said."""

        def report_of(parts: Sequence[Part]) -> Report:
            return replace(course, parts=tuple(parts)).report(self.policy, self.key)

        for path in gathered.lines:
            gathered.write_lines(path, target / paths[path])
        documents = gathered.write_files(self.items, paths, target)
        if documents:  # they were read once more
            check_unchanged(self.source, self.sha256)
        counted = {paths[path].as_posix(): {k: n for k, n in counts.items() if n} for path, counts in documents.items()}
        left_out = {name: counts for name, counts in counted.items() if counts}
        listed, texts = self.items.listed, report_of(gathered.texts)
        record = redaction_record(
            {},
            texts=summarise(texts) if gathered.texts else None,
            lines={paths[path].as_posix(): summarise(report_of(parts)) for path, parts in gathered.lines.items()},
            not_looked_into={name: suppress(counts) for name, counts in left_out.items()},
            withheld=(withheld := len(listed.texts) - texts.items),
            left_out=listed.left_out,
        )
        return record, (*notes_of(listed.left_out, withheld), *left_out_notes(left_out))

    def _stage(self, folder: Path) -> Staging:
        with timed(f"reading {self.source.name}"):
            shards = lay_down_all(cut_texts(self.items.groups()), folder)
            check_unchanged(self.source, self.sha256)
        return Staging(shards)
