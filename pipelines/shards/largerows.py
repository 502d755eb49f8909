"""Rows of any number, a file of them or a sheet: laid down in shards, their columns planned by all of them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from pipelines.shards.manifest import Staging
from pipelines.shards.rowwork import FileWork, RowWork
from pipelines.shards.stage import Bay, Staged


@dataclass(frozen=True, slots=True)
class LargeRows(ABC):
    """A file, or a sheet in it, and what it is redacted with; `alias` is what policies and relations call it."""

    source: Path
    policy: Policy
    key: Key | None = field(repr=False)
    alias: str = field(default="", repr=False, kw_only=True)

    @abstractmethod
    def check(self) -> None:
        """Look at its beginning. Raises the readers' errors."""

    @abstractmethod
    def stage(self, scanner: Scanner, bay: Bay) -> Staged:
        """Lay it down and plan its columns. Raises the readers' errors."""

    @abstractmethod
    def work_of(self, staging: Staging, scanner: Scanner, folder: Path, kind: str) -> RowWork:
        """Return how its shards, which lie in `folder`, are redacted; `kind` is that of the output."""


@dataclass(frozen=True, slots=True)
class LargeStream(LargeRows):
    """A file whose rows are read one after another."""

    @abstractmethod
    def work_of(self, staging: Staging, scanner: Scanner, folder: Path, kind: str) -> FileWork:
        """Return how its shards, which lie in `folder`, are redacted; `kind` is that of the output."""

    @abstractmethod
    def opened(self) -> AbstractContextManager[Iterator[pa.Table]]:
        """Give its rows as they are laid down, piece by piece. Raises the readers' errors."""

    @abstractmethod
    def planned(self, scanner: Scanner) -> Staging:
        """Read it to its end and plan its columns; nothing is laid down. Raises the readers' errors."""


def aside_note(name: str, count: int, lines: Sequence[int]) -> str:
    """Say how many rows of a file were put aside, and where the first ones stood."""
    numbers = ", ".join(map(str, lines[:5]))
    return f"{name}: {count} rows of the wrong width put aside, from line {numbers}"
