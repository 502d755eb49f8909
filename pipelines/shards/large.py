"""What can be redacted shard by shard: stage it, redact its shards, put the parts together; go on after a kill."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from deid.keys import Key
from deid.redacted import Report
from deid.scanner import Scanner
from deid.vault import Slice
from pipelines.digest import digest
from pipelines.engines.seam import Engine
from pipelines.errors import SourceError
from pipelines.formula import Formulas


@dataclass(frozen=True, slots=True)
class Sharded:
    """What came of a large source: the record of all, the counts, what is to be said, the formulas in it.

    `aside` are the files of rows that were put aside, by the names of those that they were in; `origins` tells of each
    file that leaves which one in the source it was, both empty where it is the source itself.
    """

    record: Mapping[str, object]
    report: Report
    notes: tuple[str, ...] = ()
    formulas: Formulas = field(default_factory=Formulas)
    aside: Mapping[Path, Path] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=lambda: {"": ""})


@dataclass(frozen=True, slots=True)
class Run:
    """Where a run works, and what tells it from others; what has another fingerprint is not gone on with.

    `earlier` are the roles of the runs before (`read_roles`), and with `keeps` those of this one are kept, too.
    """

    folder: Path
    fingerprint: str
    earlier: Slice | None = field(default=None, repr=False)
    keeps: bool = False

    @property
    def roles(self) -> Path:
        """The file with all roles after the run, sealed under the key (`opened_roles`)."""
        return self.folder / "roles"


class Large(Protocol):
    """A file or folder of any size that can be redacted shard by shard."""

    def check(self) -> None:
        """Look at its beginning before anything is loaded. Raises the readers' errors."""
        ...

    def redact(self, scanner: Scanner, engine: Engine, run: Run, target: Path) -> Sharded:
        """Write what it becomes to `target`; what the same run has done is not done again.

        Raises the readers' errors, and `SourceError` where the source is not, or not any more, what it was.
        """
        ...


def check_unchanged(source: Path, sha256: str) -> None:
    """Raise `SourceError` where a source has another hash, as `digest` gives it, than it had."""
    if digest(source) != sha256:
        raise SourceError(f"{source.name!r} changed while it was read; run again")


def secret_of(key: Key | None) -> bytes | None:
    """Return what a key is made of."""
    return key.secret if key is not None else None
