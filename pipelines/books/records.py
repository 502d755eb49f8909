"""JSON lines with objects inside: each path is a column ("patient.name", "visits[].note"), each leaf a cell of it."""

from __future__ import annotations

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

_MOST_PATHS, _MOST_KEYS = 2_000, 10_000
_MOST_KNOWN = 32  # of a list, so many values are looked for in the texts of the whole record
_MAP = 20  # an object with more different keys than this, over all records, may be a register


Keys = dict[str, dict[str, int]]
"""The keys of objects by the objects' paths, and the number of the first line that has each."""


@dataclass(frozen=True, slots=True)
class Head:
    """How the lines of a file end, and how they are encoded."""

    newline: str = "\n"
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Records:
    """A file of JSON lines: its lines with their numbers, and their leaves laid out as a table.

    A record has as many rows as it has leaves of its most frequent path; the n-th of a path stands in the n-th of them.
    `rows` tells of each row which record it is of, `starts` of each record its first row. They may be a piece
    of a longer file: `first` is the number of the first record.
    """

    file: str
    lines: tuple[tuple[int, Line], ...] = field(repr=False)
    table: Table = field(repr=False)
    rows: Codes = field(repr=False)
    starts: Codes = field(repr=False)
    left_out: Mapping[str, int] = field(default_factory=dict)
    first: int = 0

    @classmethod
    def laid_out(
        cls, path: Path, lines: Sequence[tuple[int, Line]], head: Head, names: Sequence[str] = (), first: int = 0
    ) -> Records:
        """Lay lines out as a table, with columns for the paths `names` and then for what others there are.

        Raises `FormatError` for too many paths.
        """
        cells: dict[str, dict[int, str]] = {name: {} for name in names}
        starts, rows = [], list[int]()
        for record, (number, line) in enumerate(lines):
            starts.append(len(rows))
            most = 1
            for leaf, (path_of, n) in zip(line.leaves, _numbered(line), strict=True):
                cells.setdefault(path_of, {})[len(rows) + n] = leaf.text
                most = max(most, n + 1)
            if len(cells) > _MOST_PATHS:
                raise FormatError(
                    f"{path.name!r}, line {number}: more than {_MOST_PATHS} paths; keys seem to be values"
                )
            rows += [record] * most
        columns = {name: [values.get(row) for row in range(len(rows))] for name, values in cells.items()}
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), columns=pd.Index(list(cells)), dtype=object)
        table = Table(stem_of(path), frame, newline=head.newline, encoding=head.encoding)
        places = np.array(rows, dtype=np.int64), np.array(starts, dtype=np.int64)
        return cls(path.name, tuple(lines), table, *places, first=first)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The one table."""
        return (self.table,)

    def check(self, scanner: Scanner) -> None:
        """Raise `FormatError` where a key is an identifier: keys stay as they are."""
        check_keys(self.file, self.keys(), scanner)

    def keys(self) -> Keys:
        """Return the keys of all objects by the objects' paths, each with the first line that has it."""
        keys: Keys = {}
        for number, line in self.lines:
            for path, key in line.keys:
                keys.setdefault(path, {}).setdefault(key, number)
        return keys

    def ties(self, plan: Sequence[ColumnPlan], scanner: Scanner, others: Ties) -> Ties:
        """Know in every row what the whole record says of its person; a record is a subject of its own."""
        frame = self.table.frame
        subject = scanner.policy.subject
        said = Coded.of(frame[subject]).cells() if subject in frame.columns else [""] * len(frame)
        whose = [said[start] or f"record {number}" for number, start in enumerate(self.starts.tolist(), self.first)]
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
        with writing(target, self.table.encoding) as file:
            for line in self.written(one.frame, one.places):
                file.write(line + self.table.newline)

    def written(self, frame: pd.DataFrame, places: Sequence[int]) -> Iterator[str]:
        """Give the lines with the leaves of another frame, whose columns had these places."""
        cells = {self.table.frame.columns[old]: frame.iloc[:, new].tolist() for new, old in enumerate(places)}
        for start, (_, line) in zip(self.starts.tolist(), self.lines, strict=True):
            texts = [cells[path][start + n] if path in cells else None for path, n in _numbered(line)]
            yield line.with_texts(texts, self.table.encoding)


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
    lines = [
        (n, parse_line(path.name, n, line.removesuffix("\r")))
        for n, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]
    if not lines:
        raise EmptyError(f"{path.name!r} has no line")
    return Records.laid_out(path, lines, Head("\r\n" if "\r\n" in text else "\n", encoding))


def parse_line(file: str, number: int, source: str) -> Line:
    """Read a line of a file, without its end. Raises `FormatError`."""
    try:
        return read_line(source)
    except BrokenLineError as error:
        raise FormatError(f"{file!r}, line {number}: {error}") from None


def check_number(file: str, keys: Keys) -> None:
    """Raise `FormatError` for too many keys, whether or not anything stands under them."""
    if sum(map(len, keys.values())) > _MOST_KEYS:
        raise FormatError(f"{file!r}: more than {_MOST_KEYS} keys; they seem to be values")


def check_keys(file: str, keys: Keys, scanner: Scanner) -> None:
    """Raise `FormatError` where a key of an object is an identifier, for keys stay as they are, and for too many."""
    check_number(file, keys)
    patterns = scanner.without_model()
    for path in sorted(keys, key=len):
        names = list(keys[path])
        found = identifying_names(names, patterns)
        faults = [keys[path][name] for name, one in zip(names, found, strict=True) if one]
        if faults or _is_register(path, names, patterns):
            number = min(faults or keys[path].values())
            where = f"an object under {path!r}" if path else "the object"
            raise FormatError(f"{file!r}, line {number}: {where} has keys that identify; make them values")


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
