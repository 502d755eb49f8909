"""A folder of any size: each text by itself, tables by what refers to what, names of files by all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.engines.seam import Engine
from pipelines.progress import timed
from pipelines.shards.course import Course
from pipelines.shards.emptied import Emptied
from pipelines.shards.folderwork import FolderWork
from pipelines.shards.items import Items
from pipelines.shards.large import Run, Sharded, check_unchanged
from pipelines.shards.largerows import LargeRows
from pipelines.shards.listing import Listing
from pipelines.shards.manifest import Staging
from pipelines.shards.members import members_of
from pipelines.shards.related import Related
from pipelines.shards.stage import Bay, lay_down_all
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

    def redact(self, scanner: Scanner, engine: Engine, run: Run, target: Path) -> Sharded:
        """Write a folder of the same structure."""
        folder, related = run.folder, Related(self._rows(), self.policy)

        def staged() -> Staging:
            staging = self._stage(related, scanner, folder)
            check_unchanged(self.source, self.sha256)
            return staging

        def work_of(staging: Staging) -> FolderWork:
            rows = related.works(staging, scanner, folder).values()
            texts = TextWork(folder, self.policy, None, self.source.name)
            return FolderWork.of(folder, self.policy, self.key, self.source.name, (*rows, texts))

        course = Course.run(run, self.policy, staged, work_of, engine)
        joined = related.joined(course, scanner, folder)
        emptied = Emptied.of(self.listing, course, joined, scanner, self.key)
        formulas, left_out = emptied.write(target)
        if self.listing.spots.tables or left_out:  # these were read once more
            check_unchanged(self.source, self.sha256)
        return emptied.sharded(related.checked(course, joined), left_out, formulas)

    def _rows(self) -> Mapping[str, LargeRows]:
        return members_of(self.listing.spots, self.policy, self.key, self.reading, excel_safe=self.excel_safe)

    def _stage(self, related: Related, scanner: Scanner, folder: Path) -> Staging:
        rows = related.stage(scanner, Bay(folder))
        with timed(f"reading {self.source.name}"):
            texts = Staging(lay_down_all(cut_texts(self.items.groups()), Bay(folder).after(*rows.members)))
        return replace(rows, members=(*rows.members, texts))
