"""A file of rows of any size that is redacted by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from deid.tables.relations import Relation
from pipelines.compression import kind_of, stem_of
from pipelines.engines.seam import Engine
from pipelines.intake import names_apart
from pipelines.naming import released_paths
from pipelines.outcome import lost_notes
from pipelines.report.record import redaction_record, table_record
from pipelines.shards.course import Course
from pipelines.shards.large import Run, Sharded, check_unchanged
from pipelines.shards.largerows import LargeRows, aside_note
from pipelines.shards.manifest import Staging
from pipelines.shards.related import Related
from pipelines.shards.rowwork import RowWork
from pipelines.shards.stage import Bay


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A file of rows, and the SHA-256 of what is in it, as `digest` gives it."""

    rows: LargeRows = field(repr=False)
    sha256: str

    @property
    def source(self) -> Path:
        """Where it lies."""
        return self.rows.source

    def check(self) -> None:
        """Look at its beginning."""
        self.rows.check()

    def redact(self, scanner: Scanner, engine: Engine, run: Run, target: Path) -> Sharded:
        """Write what it becomes; `scanner` plans the columns, `engine` redacts the shards."""
        folder, bay = run.folder, Bay(run.folder)
        (name,) = names_apart([(Path(self.source.name), stem_of(self.source))])
        related = Related({name: self.rows}, self.rows.policy, kind_of(target))

        def staged() -> Staging:
            staging = related.stage(scanner, bay)
            check_unchanged(self.source, self.sha256)
            return staging

        def work_of(staging: Staging) -> RowWork:
            return related.works(staging, scanner, folder)[name]

        course = Course.run(run, self.rows.policy, staged, work_of, engine)
        joined = related.joined(course, scanner, folder)
        formulas = joined.works[name].join(course.parts, scanner, target)
        check_unchanged(self.source, self.sha256)  # its beginning was read once more
        told = self._told(course, related.checked(course, joined), joined.works[name].plan, scanner)
        (staging,) = course.staging.members
        if not staging.aside:
            return replace(told, formulas=formulas)
        note = aside_note(self.source.name, staging.aside, staging.lines)
        aside = {Path(self.source.name): bay.aside(self.source)}
        return replace(told, notes=(*told.notes, note), formulas=formulas, aside=aside)

    def _told(
        self, course: Course, relations: Sequence[Relation], plan: tuple[ColumnPlan, ...], scanner: Scanner
    ) -> Sharded:
        """Return the record of it, under the name that it leaves by, and what is to be said."""
        path, key = Path(self.source.name), self.rows.key
        title = stem_of(released_paths({path: None}, scanner, key)[path])
        report = course.report(scanner.policy, key, plan)
        renamed = [replace(one, column=(title, one.column[1]), key=(title, one.key[1])) for one in relations]
        tables = {title: table_record(report, course.staging.members[0].aside)}
        record = redaction_record(tables, relations=[one.to_dict() for one in renamed])
        return Sharded(record, report, tuple(lost_notes(renamed)))
