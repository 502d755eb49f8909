"""The book of a run in shards: what it is of, what was staged, which parts are done; a line each, added durably."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from deid.tables.columns import ColumnPlan
from deid.tables.relations import Place
from pipelines.durable import append_durably, sha256_of, write_durably
from pipelines.shards.folder import empty

_NAME = "manifest.jsonl"
_FORMAT = 4  # what was written in another is not read


@dataclass(frozen=True, slots=True)
class Shard:
    """A piece of a table on the disk: its number, its first row's, how many, the SHA-256 of its file."""

    number: int
    first: int
    rows: int
    sha256: str

    @property
    def staged(self) -> str:
        """The name of its file."""
        return f"shard-{self.number:06}.parquet"

    @property
    def done(self) -> str:
        """The name of the file with what became of it."""
        return part_name(self.number)

    @property
    def place(self) -> str:
        """In words, which rows of the table it has."""
        return f"rows {self.first + 1} to {self.first + self.rows}"


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted while a shard was redacted, in the words of a report; `rows` are those that a report speaks of.

    `texts` are the columns that are of texts now and were of another type; `marked` and `left` count formulas.
    """

    rows: int
    labels: Mapping[str, int]
    withheld: int
    unnamed: Mapping[str, int]
    failed: Mapping[str, int]
    texts: tuple[str, ...] = ()
    marked: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A shard that was redacted: the hashes of its file and of what became of it, and the counts between them."""

    number: int
    source: str
    sha256: str
    counts: Counts

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Part":
        """Read a part as `asdict` gives it, also after it was JSON."""
        counts = told["counts"]
        return cls(**{**told, "counts": Counts(**{**counts, "texts": tuple(counts["texts"])})})


@dataclass(frozen=True, slots=True)
class Staging:
    """All shards of a table, the plan of its columns, and the lines of the rows that were put aside.

    `names` are the columns as the file calls them, and `newline` is how its lines end, where that is not seen at its
    beginning. A folder has `members`, whose shards are numbered through, and the columns of its tables that refer to
    others (`Relation`). Where there are surrogates, `cast` says whether the shards know who plays whom.
    """

    shards: tuple[Shard, ...]
    plan: tuple[ColumnPlan, ...] = ()
    aside: int = 0
    lines: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    newline: str = "\n"
    members: "tuple[Staging, ...]" = ()
    relations: tuple[tuple[Place, Place], ...] = ()
    cast: bool = False

    def every(self) -> tuple[Shard, ...]:
        """Return the shards of all members too, by number."""
        return (*self.shards, *(shard for member in self.members for shard in member.shards))

    def recast(self, shards: Sequence[Shard]) -> "Staging":
        """Return the staging with all shards as they are once they know who plays whom."""
        own = {shard.number: shard for shard in shards}
        members = tuple(member.recast([own[shard.number] for shard in member.shards]) for member in self.members)
        return replace(self, shards=tuple(own[shard.number] for shard in self.shards), members=members, cast=True)


@dataclass(slots=True)
class Manifest:
    """A file of lines of JSON: the run's fingerprint, then the staging, then a line for each part that is done.

    It names columns and counts, and holds no value of any cell. A line that was cut short does not count.
    """

    path: Path
    staging: Staging | None = None
    parts: dict[int, Part] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, fingerprint: str) -> "Manifest":
        """Go on in a folder with the manifest of a run, by its fingerprint; if it is another's, empty it and begin."""
        path = folder / _NAME
        lines = path.read_bytes().split(b"\n") if path.exists() else []
        whole = lines[:-1]
        head = {"run": fingerprint, "format": _FORMAT}
        if not whole or _loaded(whole[0]) != head:
            empty(folder)
            write_durably(path, _line(head))
            return cls(path)
        if lines[-1]:
            write_durably(path, b"\n".join([*whole, b""]))
        manifest = cls(path)
        for line in whole[1:]:
            manifest._take(_loaded(line))
        return manifest

    def stage(self, staging: Staging) -> None:
        """Note the staging: the parts of an earlier one do not count any more."""
        self.staging, self.parts = staging, {}
        append_durably(self.path, _line({"staging": asdict(staging)}))

    def finish(self, part: Part) -> None:
        """Note a part."""
        self.parts[part.number] = part
        append_durably(self.path, _line({"part": asdict(part)}))

    def has(self, shard: Shard, folder: Path) -> bool:
        """Whether a shard is done, and its part lies in the folder as it was noted."""
        part = self.parts.get(shard.number)
        return part is not None and part.source == shard.sha256 and sha256_of(folder / shard.done) == part.sha256

    def _take(self, record: Mapping[str, Any]) -> None:
        for kind, told in record.items():
            if kind == "staging":
                self.staging, self.parts = _staging(told), {}
            elif kind == "part":
                part = Part.from_dict(told)
                self.parts[part.number] = part


def part_name(number: int) -> str:
    """Return the name of the file with what became of a shard."""
    return f"part-{number:06}"


def _staging(told: Mapping[str, Any]) -> Staging:
    shards = tuple(Shard(**one) for one in told["shards"])
    plan = tuple(ColumnPlan(**{**one, "labels": tuple(one["labels"])}) for one in told["plan"])
    members = tuple(map(_staging, told["members"]))
    relations = tuple((_place(column), _place(key)) for column, key in told["relations"])
    lines, names = tuple(told["lines"]), tuple(told["names"])
    return Staging(shards, plan, told["aside"], lines, names, told["newline"], members, relations, told["cast"])


def _place(told: Sequence[str]) -> Place:
    table, column = told
    return table, column


def _line(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _loaded(line: bytes) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(line)
    return loaded
