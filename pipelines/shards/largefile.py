"""A file with tables in it, of any size, that is redacted by itself: one table, or the sheets of a workbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.compression import kind_of, stem_of
from pipelines.engines.seam import Engine
from pipelines.naming import released_paths
from pipelines.outcome import left_out_notes, lost_notes, name_of
from pipelines.report.record import redaction_record, suppress
from pipelines.shards.binding import Binding
from pipelines.shards.course import Course
from pipelines.shards.folderwork import FolderWork
from pipelines.shards.large import Run, Sharded, check_unchanged
from pipelines.shards.largerows import LargeRows, aside_note
from pipelines.shards.manifest import Staging
from pipelines.shards.members import members_of
from pipelines.shards.related import Related
from pipelines.shards.spots import Spots
from pipelines.shards.stage import Bay
from pipelines.tablefile import Reading


@dataclass(frozen=True, slots=True)
class LargeFile:
    """The tables of a file, the SHA-256 of what is in it (as `digest` gives it), and what it is redacted with."""

    spots: Spots
    sha256: str
    reading: Reading
    policy: Policy
    key: Key | None = field(repr=False)
    excel_safe: bool = False

    @property
    def source(self) -> Path:
        """Where it lies."""
        return self.spots.source

    def check(self) -> None:
        """Look at its beginning."""
        for one in self._rows().values():
            one.check()

    def redact(self, scanner: Scanner, engine: Engine, run: Run, target: Path) -> Sharded:
        """Write what it becomes; `scanner` plans the columns, `engine` redacts the shards."""
        folder, bay, path = run.folder, Bay(run.folder), Path(self.source.name)
        related = Related(self._rows(), self.policy, kind_of(target))

        def staged() -> Staging:
            staging = related.stage(scanner, bay)
            check_unchanged(self.source, self.sha256)
            return staging

        def work_of(staging: Staging) -> FolderWork:
            works = related.works(staging, scanner, folder).values()
            return FolderWork.of(folder, self.policy, self.key, stem_of(self.source), works)

        course = Course.run(run, self.policy, staged, work_of, engine)
        joined = related.joined(course, scanner, folder)
        binding = Binding(course, joined, scanner, self.key, self.spots.shelf)
        titles = binding.titles(self.spots.tables)
        bound = binding.write(self.source, titles, target)
        check_unchanged(self.source, self.sha256)  # it was read once more
        leaving = released_paths({path: None}, scanner, self.key)[path]
        several = len(titles) > 1
        called = {name: name_of(leaving, title, several=several, folder=False) for name, title in titles.items()}
        behind = {leaving.as_posix(): bound.left_out} if bound.left_out else {}
        relations = [relation.renamed(called) for relation in related.checked(course, joined)]
        record = redaction_record(
            binding.records(called),
            relations=[relation.to_dict() for relation in relations],
            not_looked_into={name: suppress(counts) for name, counts in behind.items()},
        )
        staging = course.staging.members[0]
        notes = [*left_out_notes(behind), *lost_notes(relations)]
        notes += [aside_note(path.name, staging.aside, staging.lines)] if staging.aside else []
        aside = {path: bay.aside(self.source)} if staging.aside else {}
        return Sharded(record, course.report(self.policy, self.key), tuple(notes), bound.formulas, aside)

    def _rows(self) -> Mapping[str, LargeRows]:
        return members_of(self.spots, self.policy, self.key, self.reading, excel_safe=self.excel_safe)
