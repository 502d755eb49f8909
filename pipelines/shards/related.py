"""Files of rows that belong together: laid down one after the other, and their columns tied by what refers to what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.policy import Policy
from deid.scanner import Scanner
from deid.tables.relations import Relation, find_relations, tie
from pipelines.compression import kind_of
from pipelines.shards.course import Course
from pipelines.shards.joined import Joined
from pipelines.shards.largerows import LargeRows
from pipelines.shards.manifest import Staging
from pipelines.shards.rowwork import RowWork
from pipelines.shards.stage import Bay, Staged


@dataclass(frozen=True, slots=True)
class Related:
    """Files of rows under the names that relations know them by; `kind` is that of the output where it is one file."""

    rows: Mapping[str, LargeRows] = field(repr=False)
    policy: Policy
    kind: str | None = None

    def stage(self, scanner: Scanner, bay: Bay) -> Staging:
        """Lay all down, each a member, plan their columns, and tell each what the rows it refers to know."""
        rows = dict[str, Staged]()
        for name, one in self.rows.items():
            rows[name] = one.stage(scanner, bay)
            bay = bay.after(rows[name].staging)
        works = self._untied([one.staging for one in rows.values()], scanner, bay.folder)
        joined = Joined(bay.folder, works, {name: one.staging for name, one in rows.items()})
        columns = {
            name: {column: joined.cells(name, column, sketch) for column, sketch in one.sketches.items()}
            for name, one in rows.items()
        }
        relations = find_relations(columns, self.policy)
        told = replace(joined, works=self._tied(works, relations)).told(relations)
        return Staging((), members=tuple(told.values()), relations=tuple((one.column, one.key) for one in relations))

    def works(self, staging: Staging, scanner: Scanner, folder: Path) -> dict[str, RowWork]:
        """Return how the shards of each file are redacted; they are the first members of a staging."""
        return self._tied(self._untied(staging.members, scanner, folder), _relations(staging))

    def joined(self, course: Course, scanner: Scanner, folder: Path) -> Joined:
        """Return the files after their shards were redacted."""
        works = self.works(course.staging, scanner, folder)
        return Joined(folder, works, dict(zip(works, course.staging.members, strict=False)))

    def checked(self, course: Course, joined: Joined) -> list[Relation]:
        """Say of each relation whether the rows that joined still do."""
        return joined.checked(_relations(course.staging))

    def _untied(self, members: Sequence[Staging], scanner: Scanner, folder: Path) -> dict[str, RowWork]:
        """Return how they would be redacted each by itself."""
        return {
            name: one.work_of(staging, scanner, folder, self.kind or kind_of(one.source))
            for (name, one), staging in zip(self.rows.items(), members, strict=False)
        }

    def _tied(self, works: Mapping[str, RowWork], relations: Sequence[Relation]) -> dict[str, RowWork]:
        """Redact the columns of a relation alike."""
        tied, ties = tie({name: work.plan for name, work in works.items()}, relations, self.policy)
        return {
            name: replace(work, plan=tuple(tied[name]), operators=ties[name].operators) for name, work in works.items()
        }


def _relations(staging: Staging) -> list[Relation]:
    return [Relation(*ends) for ends in staging.relations]
