"""Tables of any size that refer to each other: what one knows of the rows of another, and whether joins still hold."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deid.policy import SCAN
from deid.tables.coded import Coded, as_texts
from deid.tables.relations import Relation
from deid.tables.sketch import Sketch
from deid.tables.table import identifying
from pipelines.shards.manifest import Shard, Staging, part_name
from pipelines.shards.marks import Known, marked
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
        return {
            name: replace(staging, shards=tuple(self._told(name, self._homes(name, relations))))
            for name, staging in self.stagings.items()
        }

    def checked(self, relation: Relation) -> Relation:
        """Say whether the rows that joined still do, and no others: one new value for each old one, all different."""
        ends = (relation.column, relation.key)
        if any(column not in self._leaving(table) for table, column in ends):
            return replace(relation, held=False)
        pairs = chain.from_iterable(self._pairs(*end) for end in ends)
        with (
            opened_register(self.folder / f"{_REGISTER}-there") as there,
            opened_register(self.folder / f"{_REGISTER}-back") as back,
        ):
            return replace(relation, held=all(_one_to_one(some, there, back) for some in pairs))

    def _homes(self, name: str, relations: Sequence[Relation]) -> list[Relation]:
        scans = any(step.action == SCAN for step in self.works[name].plan)
        return [relation for relation in relations if scans and relation.column[0] == name]

    def _told(self, name: str, homes: Sequence[Relation]) -> Iterator[Shard]:
        if not homes:
            yield from self.stagings[name].shards
            return
        with ExitStack() as stack:
            registers = [
                stack.enter_context(opened_register(self.folder / f"{_REGISTER}-{number}"))
                for number in range(len(homes))
            ]
            labels = [self._filled(register, relation.key) for register, relation in zip(registers, homes, strict=True)]
            for shard, rows in self._shards(name):
                frame, known = self.works[name].staged(rows), list[tuple[str, Coded]]()
                for register, relation, named in zip(registers, homes, labels, strict=True):
                    known += _known(as_texts(frame[relation.column[1]]), register, named)
                marks = marked(list(self.works).index(name), known)
                yield write_shard(rows.replace_schema_metadata(marks), self.folder, shard.number, shard.first)

    def _filled(self, register: Register, key: tuple[str, str]) -> list[str]:
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
            yield shard, pq.read_table(pa.BufferReader(staged_bytes(self.folder, shard)))

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
