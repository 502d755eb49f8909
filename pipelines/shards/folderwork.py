"""What is done to a shard of a folder or of a file: what is done to those of its file, or of its table."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from deid.surrogates import Scene
from pipelines.shards.large import secret_of
from pipelines.shards.marks import member_of
from pipelines.shards.work import Made, Work


@dataclass(frozen=True, slots=True)
class FolderWork(Work):
    """How every shard of a folder, or of a file, is redacted; `works` are those of its members, without the key."""

    name: str
    works: tuple[Work, ...]

    @classmethod
    def of(cls, folder: Path, policy: Policy, key: Key | None, name: str, works: Iterable[Work]) -> "FolderWork":
        """Take the works of all members."""
        keyless = tuple(replace(work, folder=Path(), secret=None) for work in works)
        return cls(folder, policy, secret_of(key), name, keyless)

    @property
    def title(self) -> str:
        """What the folder is called."""
        return self.name

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None, scene: Scene) -> Made:
        """Redact a shard as its member says."""
        return self.works[member_of(table)].redact(table, first, scanner, key, scene)
