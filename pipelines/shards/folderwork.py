"""What is done to a shard of a folder: what is done to those of its file."""

from dataclasses import dataclass

import pyarrow as pa

from deid.keys import Key
from deid.scanner import Scanner
from deid.surrogates import Scene
from pipelines.shards.marks import member_of
from pipelines.shards.work import Made, Work


@dataclass(frozen=True, slots=True)
class FolderWork(Work):
    """How every shard of a folder is redacted; `works` are those of its members, none of which has the key."""

    name: str
    works: tuple[Work, ...]

    @property
    def title(self) -> str:
        """What the folder is called."""
        return self.name

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None, scene: Scene) -> Made:
        """Redact a shard as its member says."""
        return self.works[member_of(table)].redact(table, first, scanner, key, scene)
