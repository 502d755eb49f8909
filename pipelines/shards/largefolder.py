"""A folder of any size: each text by itself, tables by what refers to what, names of files by all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from deid.tables.relations import Relation, find_relations, tie
from pipelines.compression import kind_of
from pipelines.engines.seam import Engine
from pipelines.progress import timed
from pipelines.shards.course import Course
from pipelines.shards.emptied import Emptied
from pipelines.shards.folderwork import FolderWork
from pipelines.shards.items import Items
from pipelines.shards.joined import Joined
from pipelines.shards.large import Sharded, check_unchanged, secret_of
from pipelines.shards.largerecords import LargeRecords
from pipelines.shards.largerows import LargeRows
from pipelines.shards.largetable import LargeTable
from pipelines.shards.listing import Listing
from pipelines.shards.manifest import Staging
from pipelines.shards.rowwork import RowWork
from pipelines.shards.stage import Bay, Staged, lay_down_all
from pipelines.shards.texts import TextWork, cut_texts
from pipelines.tablefile import Reading


@dataclass(frozen=True, slots=True)
class LargeFolder:
    """A folder, the SHA-256 of what is in it (as `digest` gives it), and what it is redacted with."""

    listing: Listing
    sha256: str
    reading: Reading
    policy: Policy
    key: Key | None = field(repr=False)
    excel_safe: bool = False

    @property
    def source(self) -> Path:
        """Where it lies."""
        return self.listing.source

    @property
    def items(self) -> Items:
        """Its texts."""
        return self.listing.items

    def check(self) -> None:
        """Look at the beginning of each file of rows, and at the first text."""
        for one in self._rows().values():
            one.check()
        for group in self.items.groups():
            next(group, None)
            return

    def redact(self, scanner: Scanner, engine: Engine, folder: Path, run: str, target: Path) -> Sharded:
        """Write a folder of the same structure."""

        def staged() -> Staging:
            staging = self._stage(scanner, folder)
            check_unchanged(self.source, self.sha256)
            return staging

        def work_of(staging: Staging) -> FolderWork:
            rows = self._works(staging, scanner, folder).values()
            texts = TextWork(folder, self.policy, None, self.source.name)
            works = tuple(replace(work, folder=Path(), secret=None) for work in (*rows, texts))
            return FolderWork(folder, self.policy, secret_of(self.key), self.source.name, works)

        course = Course.run(folder, run, staged, work_of, engine)
        works = self._works(course.staging, scanner, folder)
        joined = Joined(folder, works, dict(zip(works, course.staging.members, strict=False)))
        emptied = Emptied.of(self.listing, course, joined, scanner, self.key)
        formulas, left_out = emptied.write(scanner, target)
        if self.listing.names or left_out:  # beginnings of tables, and documents, were read once more
            check_unchanged(self.source, self.sha256)
        relations = joined.checked([Relation(*ends) for ends in course.staging.relations])
        return emptied.sharded(relations, left_out, formulas)

    def _rows(self) -> dict[str, LargeRows]:
        """Return the files of rows under the names that relations know them by."""
        found: dict[str, LargeRows] = {}
        for name, path in self.listing.names.items():
            place = self.source / path
            if path in self.listing.records:
                found[name] = LargeRecords(place, "", self.policy, self.key, self.reading.encoding)
            else:
                found[name] = LargeTable(place, "", self.policy, self.key, self.reading, self.excel_safe)
        return found

    def _stage(self, scanner: Scanner, folder: Path) -> Staging:
        bay, rows = Bay(folder), dict[str, Staged]()
        for name, member in self._rows().items():
            rows[name] = member.stage(scanner, bay)
            bay = bay.after(rows[name].staging)
        with timed(f"reading {self.source.name}"):
            texts = Staging(lay_down_all(cut_texts(self.items.groups()), bay))
        members = (*(one.staging for one in rows.values()), texts)
        works = self._untied(members, scanner, folder)
        joined = Joined(folder, works, {name: one.staging for name, one in rows.items()})
        columns = {
            name: {column: joined.cells(name, column, sketch) for column, sketch in one.sketches.items()}
            for name, one in rows.items()
        }
        relations = find_relations(columns, self.policy)
        told = replace(joined, works=self._tied(works, relations)).told(relations)
        ends = tuple((one.column, one.key) for one in relations)
        return Staging((), members=(*told.values(), texts), relations=ends)

    def _works(self, staging: Staging, scanner: Scanner, folder: Path) -> dict[str, RowWork]:
        """Return how the shards of each file of rows are redacted."""
        works = self._untied(staging.members, scanner, folder)
        return self._tied(works, [Relation(*ends) for ends in staging.relations])

    def _untied(self, members: Sequence[Staging], scanner: Scanner, folder: Path) -> dict[str, RowWork]:
        """Return how they would be, each file by itself."""
        return {
            name: member.work_of(one, scanner, folder, kind_of(member.source))
            for (name, member), one in zip(self._rows().items(), members, strict=False)
        }

    def _tied(self, works: Mapping[str, RowWork], relations: Sequence[Relation]) -> dict[str, RowWork]:
        """Redact the columns of a relation alike."""
        tied, ties = tie({name: work.plan for name, work in works.items()}, relations, self.policy)
        return {
            name: replace(work, plan=tuple(tied[name]), operators=ties[name].operators) for name, work in works.items()
        }
