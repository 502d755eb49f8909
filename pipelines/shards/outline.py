"""JSON lines with objects inside, of any number: read piece by piece, and what all of them have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from deid.tables.sketch import Sketch
from deid.tables.table import sketch_columns
from pipelines.books.records import Head, Keys, Records, check_keys, parse_line
from pipelines.compression import stem_of
from pipelines.content import check_unpacking
from pipelines.errors import EmptyError
from pipelines.redaction import headed
from pipelines.shards.pieces import in_pieces
from pipelines.shards.sketched import plan_head
from pipelines.tablefile import Table, open_lines

CHARACTERS = 1 << 23
"""So many characters of lines are laid out at once: as a table they take many times their length."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The paths of all leaves in the order in which they come, sketches of what stands there, and all keys."""

    path: Path
    head: Head
    names: tuple[str, ...] = ()
    sketches: tuple[Sketch, ...] = field(default=(), repr=False)
    keys: Keys = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, path: Path, encoding: str) -> "Outline":
        """Read a file to its end. Raises as `read_records` does."""
        outline = cls(path, Head(encoding=encoding))
        for records in record_pieces(path, encoding):
            outline = outline.with_more(records)
        return outline

    def with_more(self, records: Records) -> "Outline":
        """Return the outline of the next records too, whose columns begin with these."""
        more = sketch_columns(records.table.frame)
        merged = [one.merged(other) for one, other in zip(self.sketches, more, strict=False)]
        found = records.keys()
        keys = {path: {**found.get(path, {}), **self.keys.get(path, {})} for path in {**self.keys, **found}}
        return replace(
            self,
            head=records.head if records.head.newline != "\n" else self.head,
            names=tuple(map(str, records.table.frame.columns)),
            sketches=(*merged, *more[len(merged) :]),
            keys=keys,
        )

    def plan(self, scanner: Scanner) -> tuple[ColumnPlan, ...]:
        """Plan the columns. Raises `FormatError` where a key identifies, and `PlanError`."""
        check_keys(self.path.name, self.keys, scanner)
        return plan_head(headed(empty_table(self.path, self.head, self.names), scanner, None), self.sketches, scanner)


def record_pieces(path: Path, encoding: str) -> Iterator[Records]:
    """Give records in pieces, each with the columns of those before and then its own. Raises as `read_records` does."""
    check_unpacking(path)
    names, first = tuple[str, ...](), 0
    with open_lines(path, encoding) as lines:
        numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        for piece in in_pieces(numbered, lambda one: len(one[1]), CHARACTERS):
            head = Head("\r\n" if any(line.endswith("\r") for _, line in piece) else "\n", encoding)
            parsed = [(number, parse_line(path.name, number, line)) for number, line in piece]
            records = Records.laid_out(path, parsed, head, names, first)
            yield records
            names, first = tuple(map(str, records.table.frame.columns)), first + len(parsed)
    if not first:
        raise EmptyError(f"{path.name!r} has no line")


def empty_table(path: Path, head: Head, names: Sequence[str]) -> Table:
    """Return the table that records are laid out as, without rows."""
    frame = pd.DataFrame(columns=pd.Index(list(names), dtype=object), dtype=object)
    return Table(stem_of(path), frame, newline=head.newline, encoding=head.encoding)
