"""Tables of any size that refer to each other: what one knows of the rows of another, and whether joins still hold."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import pandas as pd
import pyarrow as pa

from deid.policy import SCAN
from deid.tables.coded import Coded, as_texts
from deid.tables.relations import Place, Relation, groups_of
from deid.tables.sketch import Sketch
from deid.tables.table import identifying
from pipelines.shards.manifest import Shard, Staging, part_name
from pipelines.shards.marks import Known, marked, read_shard
from pipelines.shards.register import Register, opened_register
from pipelines.shards.rowwork import RowWork
from pipelines.shards.sketched import CellsInPieces
from pipelines.shards.stage import write_shard
from pipelines.shards.work import staged_bytes

_REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Joined:
    """Tables that were staged in one folder, by name: how their shards are redacted, and which are theirs."""

    folder: Path
    works: Mapping[str, RowWork]
    stagings: Mapping[str, Staging]

    def cells(self, table: str, column: str, sketch: Sketch) -> CellsInPieces:
        """Return the cells of a column."""
        work = self.works[table]
        return CellsInPieces(sketch, lambda: (work.before(rows, column) for _, rows in self._shards(table)))

    def told(self, relations: Sequence[Relation]) -> dict[str, Staging]:
        """Write into the shards of each table what the rows it refers to say of their persons; return all stagings."""
        homes = {name: self._homes(name, relations) for name in self.stagings}
        keys = sorted({relation.key for several in homes.values() for relation in several})
        with ExitStack() as stack:
            opened = [opened_register(self.folder / f"{_REGISTER}-{number}", len(keys)) for number in range(len(keys))]
            registers = dict(zip(keys, map(stack.enter_context, opened), strict=True))
            labels = {key: self._filled(register, key) for key, register in registers.items()}
            return {
                name: replace(staging, shards=tuple(self._told(name, homes[name], registers, labels)))
                for name, staging in self.stagings.items()
            }

    def checked(self, relations: Sequence[Relation]) -> list[Relation]:
        """Say of each relation whether the rows that joined still do, and no others.

        There is one new value for each old one, all different. Columns that hang together are compared at once, and one
        relation after another only where that does not hold.
        """
        whole = {place for group in groups_of(relations) if self._holds(sorted(group)) for place in group}
        return [replace(one, held=one.key in whole or self._holds(sorted({one.column, one.key}))) for one in relations]

    def _holds(self, places: Sequence[Place]) -> bool:
        if any(column not in self._leaving(table) for table, column in places):
            return False
        with (
            opened_register(self.folder / f"{_REGISTER}-there") as there,
            opened_register(self.folder / f"{_REGISTER}-back") as back,
        ):
            return all(_one_to_one(some, there, back) for place in places for some in self._pairs(*place))

    def _homes(self, name: str, relations: Sequence[Relation]) -> list[Relation]:
        scans = any(step.action == SCAN for step in self.works[name].plan)
        return [relation for relation in relations if scans and relation.column[0] == name]

    def _told(
        self,
        name: str,
        homes: Sequence[Relation],
        registers: Mapping[Place, Register],
        labels: Mapping[Place, Sequence[str]],
    ) -> Iterator[Shard]:
        if not homes:
            yield from self.stagings[name].shards
            return
        member = list(self.works).index(name)
        for shard, rows in self._shards(name):
            frame, known = self.works[name].staged(rows), list[tuple[str, Coded]]()
            for relation in homes:
                keys = as_texts(frame[relation.column[1]])
                known += _known(keys, registers[relation.key], labels[relation.key])
            marks = marked(member, known)
            yield write_shard(rows.replace_schema_metadata(marks), self.folder, shard.number, shard.first)

    def _filled(self, register: Register, key: Place) -> list[str]:
        """Register what each row says of its person, by the column that others refer to; return the labels of that."""
        table, column = key
        labels: list[str] = []
        for _, rows in self._shards(table):
            frame = self.works[table].staged(rows)
            known = identifying(frame, self.works[table].plan)
            labels = [label for label, _ in known]
            said = zip(*(coded.cells() for _, coded in known), strict=True) if known else iter([()] * len(frame))
            keyed = zip(as_texts(frame[column]), said, strict=True)
            register.add({text: told for text, told in reversed([*keyed]) if text})
        return labels

    def _pairs(self, table: str, column: str) -> Iterator[set[tuple[str, str]]]:
        """Give the pairs of an old and a new text of a column, shard by shard."""
        work = self.works[table]
        for shard, rows in self._shards(table):
            content = (self.folder / part_name(shard.number)).read_bytes()
            yield set(zip_longest(work.before(rows, column), work.after(content, column), fillvalue=""))

    def _shards(self, table: str) -> Iterator[tuple[Shard, pa.Table]]:
        for shard in self.stagings[table].shards:
            yield shard, read_shard(staged_bytes(self.folder, shard))

    def _leaving(self, table: str) -> list[str]:
        work = self.works[table]
        return [work.plan[place].column for place in work.places]


def _known(keys: Sequence[str], register: Register, labels: Sequence[str]) -> Known:
    """Return what a register says of each row, by the key that stands in it."""
    told = register.look(list(dict.fromkeys(filter(None, keys))))
    nothing = ("",) * len(labels)
    columns = zip(*(told.get(key, nothing) for key in keys), strict=True)
    return [
        (label, Coded.of(pd.Series([text or None for text in texts], dtype=object)))
        for label, texts in zip(labels, columns, strict=True)
    ]


def _one_to_one(pairs: Collection[tuple[str, str]], there: Register, back: Register) -> bool:
    told = {(old, new) for old, new in pairs if old}
    if any(not new for _, new in told):
        return False
    for register, sides in ((there, told), (back, {(new, old) for old, new in told})):
        register.add({one: (other,) for one, other in sides})
        found = register.look([one for one, _ in sides])
        if any(found[one] != (other,) for one, other in sides):
            return False
    return True
