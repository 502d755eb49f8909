"""JSON lines with objects inside, of any number: read piece by piece, and what all of them have in common."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd

from deid.keys import Key
from deid.scanner import Scanner
from deid.tables.coded import as_texts
from deid.tables.columns import ColumnPlan
from deid.tables.sketch import Sketch
from deid.tables.table import sketch_columns
from pipelines.books.records import Head, Keys, Records, check_keys, check_number, parse_line
from pipelines.compression import stem_of
from pipelines.content import check_unpacking
from pipelines.errors import EmptyError
from pipelines.redaction import headed
from pipelines.rows import ended
from pipelines.shards.pieces import in_pieces
from pipelines.shards.sketched import CellsInPieces, plan_head
from pipelines.tablefile import Table, open_ended

CHARACTERS = 1 << 23
"""So many characters of lines are laid out at once: as a table they take many times their length."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The paths of all leaves in the order in which they come, sketches of what stands there, and all keys."""

    path: Path
    encoding: str
    names: tuple[str, ...] = ()
    sketches: tuple[Sketch, ...] = field(default=(), repr=False)
    keys: Keys = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, path: Path, encoding: str) -> "Outline":
        """Read a file to its end. Raises as `read_records` does."""
        pieces = RecordPieces(path, encoding)
        for _ in pieces:
            pass
        return pieces.outline

    def with_more(self, records: Records) -> "Outline":
        """Return the outline of the next records too, whose columns begin with these. Raises `FormatError`."""
        more = sketch_columns(records.table.frame)
        merged = [one.merged(other) for one, other in zip(self.sketches, more, strict=False)]
        found = records.keys()
        keys = {path: {**found.get(path, {}), **self.keys.get(path, {})} for path in {**self.keys, **found}}
        check_number(self.path.name, keys)
        names = tuple(map(str, records.table.frame.columns))
        return Outline(self.path, self.encoding, names, (*merged, *more[len(merged) :]), keys)

    def plan(self, scanner: Scanner, key: Key | None = None, alias: str = "") -> tuple[ColumnPlan, ...]:
        """Plan the columns; `alias` is what policies call the table.

        Raises `FormatError` where a key of an object identifies, and `PlanError`.
        """
        check_keys(self.path.name, self.keys, scanner)
        head = empty_table(self.path, Head(), self.names, alias)
        return plan_head(headed(head, scanner, key), self.sketches, scanner)

    def columns(self) -> list[CellsInPieces]:
        """Return the cells of each column, which are read from the file again where they are searched."""
        return [CellsInPieces(one, partial(self._read, place)) for place, one in enumerate(self.sketches)]

    def _read(self, place: int) -> Iterator[list[str]]:
        for records in RecordPieces(self.path, self.encoding):
            if place < records.table.frame.shape[1]:
                yield as_texts(records.table.frame.iloc[:, place])


class RecordPieces(Iterable[Records]):
    """The records of a file in pieces, each with the columns of those before and then its own.

    `outline` is that of those given so far, `newline` is how their lines end. Raises as `read_records` does.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        self._path, self._encoding = path, encoding
        self.outline, self.newline = Outline(path, encoding), "\n"

    def __iter__(self) -> Iterator[Records]:
        check_unpacking(self._path)
        first = 0
        with open_ended(self._path, self._encoding) as lines:
            numbered = enumerate(ended(self._watched(lines)), 1)
            told = ((number, line.removesuffix("\r")) for number, line in numbered if line.strip())
            for piece in in_pieces(told, lambda one: len(one[1]), CHARACTERS):
                parsed = [(number, parse_line(self._path.name, number, line)) for number, line in piece]
                records = Records.laid_out(self._path, parsed, Head(encoding=self._encoding), self.outline.names, first)
                self.outline, first = self.outline.with_more(records), first + len(parsed)
                yield records
        if not first:
            raise EmptyError(f"{self._path.name!r} has no line")

    def _watched(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            if line.endswith("\r\n"):
                self.newline = "\r\n"
            yield line


def empty_table(path: Path, head: Head, names: Sequence[str], alias: str = "") -> Table:
    """Return the table that records are laid out as, without rows."""
    frame = pd.DataFrame(columns=pd.Index(list(names), dtype=object), dtype=object)
    return Table(stem_of(path), frame, newline=head.newline, encoding=head.encoding, alias=alias)
