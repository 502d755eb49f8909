"""JSON lines with objects inside: each path is a column ("patient.name", "visits[].note"), each leaf a cell of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from deid.labels import Kind, kind_of
from deid.naming import identifying_names
from deid.scanner import Scanner
from deid.tables.coded import Coded, Codes
from deid.tables.columns import FREE_TEXT, ColumnPlan, guess_column
from deid.tables.table import identifying
from deid.tables.ties import Ties
from deid.tables.whose import Whose
from pipelines.books.book import Released
from pipelines.books.leaves import BrokenLineError, Line, read_line
from pipelines.compression import stem_of, writing
from pipelines.errors import EmptyError, FormatError
from pipelines.tablefile import Table, open_lines, read_text

_MOST_PATHS = 2_000
_MOST_KNOWN = 32  # of a list, so many values are looked for in the texts of the whole record
_MAP = 20  # an object with more different keys than this, over all records, may be a register


@dataclass(frozen=True, slots=True)
class Records:
    """A file of JSON lines: its lines with their numbers, and their leaves laid out as a table.

    A record has as many rows as it has leaves of its most frequent path; the n-th of a path stands in the n-th of them.
    `rows` tells of each row which record it is of, `starts` of each record its first row.
    """

    file: str
    lines: tuple[tuple[int, Line], ...] = field(repr=False)
    table: Table = field(repr=False)
    rows: Codes = field(repr=False)
    starts: Codes = field(repr=False)
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The one table."""
        return (self.table,)

    def check(self, scanner: Scanner) -> None:
        """Raise `FormatError` where a key is an identifier: keys stay as they are."""
        keys: dict[str, dict[str, int]] = {}
        for number, line in self.lines:
            for path, key in line.keys:
                keys.setdefault(path, {}).setdefault(key, number)
        patterns = scanner.without_model()
        for path in sorted(keys, key=len):
            names = list(keys[path])
            found = identifying_names(names, patterns)
            faults = [keys[path][name] for name, one in zip(names, found, strict=True) if one]
            if faults or _is_register(path, names, patterns):
                number = min(faults or keys[path].values())
                where = f"an object under {path!r}" if path else "the object"
                raise FormatError(f"{self.file!r}, line {number}: {where} has keys that identify; make them values")

    def ties(self, plan: Sequence[ColumnPlan], scanner: Scanner, others: Ties) -> Ties:
        """Know in every row what the whole record says of its person; a record is a subject of its own."""
        frame = self.table.frame
        subject = scanner.policy.subject
        said = Coded.of(frame[subject]).cells() if subject in frame.columns else [""] * len(frame)
        whose = [said[first] or f"record {number}" for number, first in enumerate(self.starts.tolist())]
        subjects = pd.DataFrame({"": pd.Series([whose[record] for record in self.rows.tolist()], dtype=object)})
        known = [(label, one) for label, coded in identifying(frame, plan) for one in self._each(coded)]
        return Ties(others.operators, [*others.known, *known], Whose.of(subjects, "", self.table.name))

    def _each(self, coded: Coded) -> Iterator[Coded]:
        """Return the first values of each record, then the second, and so on, in all rows of the record."""
        ends = np.append(self.starts[1:], len(self.rows))
        for number in range(min(_MOST_KNOWN, int((ends - self.starts).max(initial=0)))):
            there = self.starts + number < ends
            codes = np.where(there, coded.codes[np.where(there, self.starts + number, 0)], -1)
            if (codes >= 0).any():
                yield Coded(coded.texts, codes[self.rows])

    def write(self, released: Sequence[Released], target: Path) -> None:
        """Write the lines with other leaves, null for those of a path that was dropped; all else in them as it was."""
        (one,) = released
        places = zip(one.places, range(len(one.places)), strict=True)
        cells = {self.table.frame.columns[old]: one.frame.iloc[:, new].tolist() for old, new in places}
        with writing(target, self.table.encoding) as file:
            for start, (_, line) in zip(self.starts.tolist(), self.lines, strict=True):
                texts = [cells[path][start + n] if path in cells else None for path, n in _numbered(line)]
                file.write(line.with_texts(texts) + self.table.newline)


def is_records(path: Path, encoding: str = "utf-8") -> bool:
    """Whether a .jsonl file is one of records: objects or lists in its lines, and no `text` of a line as a whole."""
    nested = False
    try:
        with open_lines(path, encoding) as lines:
            for line in map(read_line, filter(str.strip, lines)):
                if ("", "text") in line.keys:
                    return False
                nested = nested or line.nested
    except (BrokenLineError, EmptyError):
        return False
    return nested


def read_records(path: Path, encoding: str = "utf-8") -> Records:
    """Read JSON lines of any form. Raises `SourceError`, `EncodingError`, `EmptyError` or `FormatError`."""
    text = read_text(path, encoding)
    lines = tuple((n, _line(path.name, n, line)) for n, line in enumerate(text.split("\n"), 1) if line.strip())
    if not lines:
        raise EmptyError(f"{path.name!r} has no line")
    cells: dict[str, dict[int, str]] = {}
    starts, rows = [], list[int]()
    for record, (number, line) in enumerate(lines):
        starts.append(len(rows))
        most = 1
        for leaf, (path_of, n) in zip(line.leaves, _numbered(line), strict=True):
            cells.setdefault(path_of, {})[len(rows) + n] = leaf.text
            most = max(most, n + 1)
        if len(cells) > _MOST_PATHS:
            raise FormatError(f"{path.name!r}, line {number}: more than {_MOST_PATHS} paths; keys seem to be values")
        rows += [record] * most
    columns = {name: [values.get(row) for row in range(len(rows))] for name, values in cells.items()}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), columns=pd.Index(list(cells)), dtype=object)
    newline = "\r\n" if "\r\n" in text else "\n"
    table = Table(stem_of(path), frame, newline=newline, encoding=encoding)
    return Records(path.name, lines, table, np.array(rows, dtype=np.int64), np.array(starts, dtype=np.int64))


def _line(file: str, number: int, source: str) -> Line:
    try:
        return read_line(source.removesuffix("\r"))
    except BrokenLineError as error:
        raise FormatError(f"{file!r}, line {number}: {error}") from None


def _numbered(line: Line) -> Iterator[tuple[str, int]]:
    """Return the path of each leaf, and how many of that path stand before it."""
    seen: dict[str, int] = {}
    for leaf in line.leaves:
        seen[leaf.path] = seen.get(leaf.path, -1) + 1
        yield leaf.path, seen[leaf.path]


def _is_register(path: str, names: Sequence[str], patterns: Scanner) -> bool:
    """Whether the many keys of an object are a column of identifiers themselves."""
    if len(names) <= _MAP:
        return False
    label = guess_column(path.rpartition(".")[2], names, patterns).label
    return label is not None and label != FREE_TEXT and kind_of(label) is Kind.DIRECT
