"""What is done to one shard: rows in, a file and its counts out; no other state, so that it can be done again."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from deid.keys import Key
from deid.policy import Policy
from deid.scanner import Scanner
from deid.surrogates import Scene, Turns
from pipelines.durable import write_durably
from pipelines.errors import SourceError
from pipelines.shards.manifest import Counts, Part, Shard
from pipelines.shards.marks import cue_in, read_shard
from pipelines.shards.recall import Recalling


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a shard: what its file holds, and what was counted."""

    content: bytes = field(repr=False)
    counts: Counts


@dataclass(frozen=True, slots=True)
class Work(ABC):
    """How every shard of a file is redacted, and in which folder they lie."""

    folder: Path
    policy: Policy
    secret: bytes | None = field(repr=False)

    @property
    def key(self) -> Key | None:
        """The key, if there is one."""
        return Key(self.secret) if self.secret is not None else None

    @property
    def task(self) -> str:
        """What is done to it, for the terminal."""
        return "redacting"

    @property
    @abstractmethod
    def title(self) -> str:
        """What the file is called."""

    @abstractmethod
    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None, scene: Scene) -> Made:
        """Redact rows of which the first has the number `first`. No file is read or written.

        `scene` brings what surrogates need. What is scanned, and in which order, is the same for any scene.
        """


class Worker:
    """Redacts shards, one after another, with a scanner of its own."""

    def __init__(self, work: Work, scanner: Scanner | None = None) -> None:
        self._work = work
        self._scanner = scanner
        self._key = work.key

    def __call__(self, shard: Shard) -> Part:
        """Redact a staged shard; its part is there, whole, before this returns. Raises what `redact` raises."""
        folder = self._work.folder
        part, written = self.redact(shard, staged_bytes(folder, shard))
        write_durably(folder / shard.done, written)
        return part

    def redact(self, shard: Shard, content: bytes) -> tuple[Part, bytes]:
        """Return what becomes of a shard with this content; no file is read or written.

        Raises `SourceError` where the content is not what was staged.
        """
        if hashlib.sha256(content).hexdigest() != shard.sha256:
            raise SourceError(f"{shard.place}: what was staged changed; run again")
        table, turns = read_shard(content), Turns(shard.number)
        cue = cue_in(table)
        if cue is None:
            made = self._work.redact(table, shard.first, self._loaded(), self._key, Scene(None, turns))
        else:
            recalling = Recalling.of(self._work.policy, cue.memory)
            made = self._work.redact(table, shard.first, recalling, self._key, Scene(cue.cast, turns))
            recalling.close()
        part = Part(shard.number, shard.sha256, hashlib.sha256(made.content).hexdigest(), made.counts)
        return part, made.content

    def _loaded(self) -> Scanner:
        """Return the scanner; it takes seconds to load, and a shard that was rehearsed needs none."""
        self._scanner = self._scanner or Scanner(self._work.policy)
        return self._scanner


def staged_bytes(folder: Path, shard: Shard) -> bytes:
    """Return what was staged of a shard. Raises `SourceError` where it cannot be read."""
    try:
        return (folder / shard.staged).read_bytes()
    except OSError as error:
        raise SourceError(f"what was staged cannot be read: {error.strerror}; run again") from None
