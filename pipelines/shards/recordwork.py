"""What is done to a shard of JSON lines with objects inside: laid out as a table, redacted by the plan of the whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from deid.keys import Key
from deid.policy import DROP
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.tables.columns import ColumnPlan
from deid.tables.table import draft_table
from deid.tables.ties import Ties
from pipelines.books.records import Head, Records, parse_line
from pipelines.compression import writing
from pipelines.shards.manifest import Counts, Part, part_name
from pipelines.shards.work import Made, Work
from pipelines.tablefile import Table

_STAGED = pa.schema([("number", pa.int64()), ("line", pa.large_string())])


@dataclass(frozen=True, slots=True)
class RecordWork(Work):
    """How every shard of a file of records is redacted.

    `table` is what they are laid out as, without rows and under the headings that it leaves under; `names` are the
    paths in the records.
    """

    file: str
    table: Table
    names: tuple[str, ...]
    plan: tuple[ColumnPlan, ...]

    @property
    def title(self) -> str:
        """What the file is called."""
        return self.table.name

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None) -> Made:
        """Redact records of which the first has the number `first`."""
        pairs = zip(table.column("number").to_pylist(), table.column("line").to_pylist(), strict=True)
        lines = [(number, parse_line(self.file, number, line)) for number, line in pairs]
        records = Records.laid_out(Path(self.file), lines, Head(encoding=self.table.encoding), self.names, first)
        ties = records.ties(self.plan, scanner, Ties())
        frame = records.table.frame.set_axis(self.table.frame.columns, axis=1)
        done = draft_table(frame, self.plan, scanner, self.table.name, ties=ties).write(key, Scene())
        places = [place for place, step in enumerate(self.plan) if step.action != DROP]
        text = "".join(f"{line}\n" for line in records.written(done.frame, places))
        counts = Counts(len(frame), done.labels, done.withheld, done.unnamed, done.failed)
        return Made(text.encode("utf-8", "surrogatepass"), counts)


def staged_records(pieces: Iterable[Records]) -> Iterator[pa.Table]:
    """Give the lines of records as they are staged."""
    for records in pieces:
        numbers, lines = zip(*((number, line.source) for number, line in records.lines), strict=True)
        yield pa.table([pa.array(numbers), pa.array(lines)], schema=_STAGED)


def join_records(work: RecordWork, parts: Sequence[Part], target: Path) -> None:
    """Write the lines of all parts, ended and encoded as those of the file were."""
    with writing(target, work.table.encoding) as file:
        for part in parts:
            path = work.folder / part_name(part.number)
            with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as text:
                file.writelines(line.removesuffix("\n") + work.table.newline for line in text)
