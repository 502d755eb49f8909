"""What is done to a shard of JSON lines with objects inside: laid out as a table, redacted by the plan of the whole."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from deid.keys import Key
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.tables.ties import Ties
from pipelines.books.leaves import Leaf
from pipelines.books.records import Head, Records, parse_line
from pipelines.compression import writing
from pipelines.formula import Formulas
from pipelines.shards.manifest import Counts, Part, part_name
from pipelines.shards.marks import known_in
from pipelines.shards.rowwork import FileWork
from pipelines.shards.work import Made

_STAGED = pa.schema([("number", pa.int64()), ("line", pa.large_string())])


@dataclass(frozen=True, slots=True)
class RecordWork(FileWork):
    """How every shard of a file of records is redacted; `names` are the paths in the records."""

    file: str
    names: tuple[str, ...]

    def redact(self, table: pa.Table, first: int, scanner: Scanner, key: Key | None, scene: Scene) -> Made:
        """Redact records of which the first has the number `first`."""
        records = self._laid_out(_lines(table), first)
        ties = records.ties(self.plan, scanner, Ties(self.operators, known_in(table)))
        frame = self._headed(records)
        done = self.drafted(frame, ties, scanner).write(key, scene)
        text = "".join(f"{line}\n" for line in records.written(done.frame, self.places))
        counts = Counts(len(frame), done.labels, done.withheld, done.unnamed, done.failed)
        return Made(text.encode("utf-8", "surrogatepass"), counts)

    def staged(self, table: pa.Table) -> pd.DataFrame:
        """Return the records of a shard laid out, under the headings that they leave under."""
        return self._headed(self._laid_out(_lines(table)))

    def before(self, table: pa.Table, column: str) -> list[str]:
        """Return the leaves of a column of a shard, record by record."""
        return self._leaves(_lines(table), column)

    def after(self, content: bytes, column: str) -> list[str]:
        """Return the leaves of a column of what became of a shard."""
        return self._leaves(_written(content), column)

    def changed(self, table: pa.Table, content: bytes) -> Counter[str]:
        """Count the leaves of each path that are others afterwards, but for those of paths that go."""
        names = dict(zip(self.names, map(str, self.table.frame.columns), strict=True))
        leaving = {self.names[place] for place in self.places}
        before, after = (
            [leaf for leaves in self._parsed(lines) for leaf in leaves if leaf.path in leaving]
            for lines in (_lines(table), _written(content))
        )
        return Counter(names[old.path] for old, new in zip(before, after, strict=True) if old.text != new.text)

    def join(self, parts: Sequence[Part], scanner: Scanner, target: Path) -> Formulas:  # noqa: ARG002 - a seam
        """Write the lines of all parts, ended and encoded as those of the file were. There are no formulas in JSON."""
        with writing(target, self.table.encoding) as file:
            for part in parts:
                path = self.folder / part_name(part.number)
                with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as text:
                    file.writelines(line.removesuffix("\n") + self.table.newline for line in text)
        return Formulas()

    def _leaves(self, lines: Iterable[tuple[int, str]], column: str) -> list[str]:
        path = self.names[list(self.table.frame.columns).index(column)]
        return [leaf.text for leaves in self._parsed(lines) for leaf in leaves if leaf.path == path]

    def _parsed(self, lines: Iterable[tuple[int, str]]) -> Iterator[Sequence[Leaf]]:
        return (parse_line(self.file, number, line).leaves for number, line in lines)

    def _laid_out(self, lines: Iterable[tuple[int, str]], first: int = 0) -> Records:
        parsed = [(number, parse_line(self.file, number, line)) for number, line in lines]
        return Records.laid_out(Path(self.file), parsed, Head(encoding=self.table.encoding), self.names, first)

    def _headed(self, records: Records) -> pd.DataFrame:
        return records.table.frame.set_axis(self.table.frame.columns, axis=1)


def _written(content: bytes) -> Iterator[tuple[int, str]]:
    return enumerate(content.decode("utf-8", "surrogatepass").split("\n")[:-1], 1)


def _lines(table: pa.Table) -> Iterator[tuple[int, str]]:
    return zip(table.column("number").to_pylist(), table.column("line").to_pylist(), strict=True)


def staged_records(pieces: Iterable[Records]) -> Iterator[pa.Table]:
    """Give the lines of records as they are staged."""
    for records in pieces:
        numbers, lines = zip(*((number, line.source) for number, line in records.lines), strict=True)
        yield pa.table([pa.array(numbers), pa.array(lines)], schema=_STAGED)
