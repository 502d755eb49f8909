"""A rehearsal in shards: each is gone through once for who is in it, all are cast together, each is told its parts."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from deid.keys import Key
from deid.scanner import Scanner
from deid.surrogates import Notes, Rehearsal, Scene
from pipelines.errors import InternalError
from pipelines.progress import timed
from pipelines.shards.large import Run
from pipelines.shards.manifest import Counts, Shard, Staging
from pipelines.shards.marks import Cue, with_cue
from pipelines.shards.playbill import Playbill, opened_playbill
from pipelines.shards.recall import Memory, Noting
from pipelines.shards.roles import read_roles, seal_roles
from pipelines.shards.stage import write_shard
from pipelines.shards.work import Made, Work, staged_bytes

_PLAYBILL = "playbill"


@dataclass(frozen=True, slots=True)
class RehearsalWork(Work):
    """How every shard of some work, which has no key, is gone through: noted is who is in it, and what was found."""

    work: Work

    @classmethod
    def of(cls, work: Work) -> "RehearsalWork":
        """Rehearse some work."""
        return cls(work.folder, work.policy, work.secret, replace(work, folder=Path(), secret=None))

    @property
    def task(self) -> str:
        """What is done to it, for the terminal."""
        return "scanning"

    @property
    def title(self) -> str:
        """What the file is called."""
        return self.work.title

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None, scene: Scene) -> Made:
        """Note what it takes to redact a shard; nothing of it is redacted yet."""
        rehearsal, noting = Rehearsal(), Noting(scanner, [])
        self.work.redact(table, first, noting, key, replace(scene, stage=rehearsal))
        told = {"notes": rehearsal.notes().to_dict(), "memory": asdict(noting.memory)}
        return Made(json.dumps(told).encode(), Counts(0, {}, 0, {}, {}))


def cast_shards(work: Work, staging: Staging, run: Run) -> Staging:
    """Give out the parts in all shards that were rehearsed, and tell each its own; return the staging of these."""
    if work.key is None:
        raise InternalError("surrogates in shards need a key; nothing was written")
    shards = staging.every()
    with timed(f"drawing surrogates for {work.title}"), opened_playbill(work.folder / _PLAYBILL) as playbill:
        if run.earlier is not None:
            playbill.begin(read_roles(run.earlier))
        for shard in shards:
            playbill.note(_notes(work.folder, shard))
        playbill.cast(work.key)
        if run.keeps:
            seal_roles(playbill.roles(), run.roles, work.key)
        return staging.recast([_told(work.folder, shard, playbill) for shard in shards])


def _told(folder: Path, shard: Shard, playbill: Playbill) -> Shard:
    told = _rehearsed(folder, shard)
    memory = Memory(tuple(told["memory"]["detectors"]), tuple(map(tuple, told["memory"]["answers"])))
    cue = Cue(playbill.told(Notes.from_dict(told["notes"])), memory)
    return write_shard(with_cue(staged_bytes(folder, shard), cue), folder, shard.number, shard.first)


def _notes(folder: Path, shard: Shard) -> Notes:
    return Notes.from_dict(_rehearsed(folder, shard)["notes"])


def _rehearsed(folder: Path, shard: Shard) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads((folder / shard.done).read_bytes())
    return told
