"""Scan files and folders, and show what was found: never the text itself."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from deid.dial import DIALS
from deid.finding import Finding
from deid.policy import LANGUAGES, Policy
from deid.tables.columns import ColumnPlan
from deid.tables.relations import find_relations, tie
from pipelines.corpus import Text, read_stdin
from pipelines.engine import Engine
from pipelines.errors import UsageError
from pipelines.intake import Intake, form_of, named_tables, notes_of, read_intake
from pipelines.progress import say, timed
from pipelines.redaction import headed, plot_of
from pipelines.shards.items import Items
from pipelines.shards.listing import Listing
from pipelines.shards.outline import Outline
from pipelines.shards.pieces import in_pieces
from pipelines.shards.sketched import SketchedSheet, SketchedTable
from pipelines.shards.spots import Spot, Spots
from pipelines.tablefile import Reading


@dataclass(frozen=True, slots=True)
class Request:
    """How to scan and how to read."""

    policy: Policy
    reading: Reading

    @classmethod
    def of(cls, policy: str, language: str | None, dial: str | None, reading: Reading) -> "Request":
        """Build a request from options, which go before the policy.

        Raises `UsageError` for a language that tamis does not know and for a dial that has no such position.
        """
        if language is not None and language not in LANGUAGES:
            raise UsageError(f"--language {language}: this version knows {', '.join(LANGUAGES)}")
        if dial is not None and dial not in DIALS:
            raise UsageError(f"--dial {dial}: the positions are {', '.join(DIALS)}")
        loaded = Policy.load(policy)
        turned = dataclasses.replace(loaded.dial, position=dial or loaded.dial.position)
        return cls(dataclasses.replace(loaded, language=language or loaded.language, dial=turned), reading)


def reading_of(encoding: str, delimiter: str | None, cell_limit: int, quarantine_limit: float) -> Reading:
    """Build a reading from options. Raises `UsageError` for one that does not fit."""
    return Reading(encoding, "\t" if delimiter == "tab" else delimiter, cell_limit, quarantine_limit)


@dataclass(frozen=True, slots=True)
class Result:
    """What one input holds, or a piece of it: a table's columns, or texts with their findings; `path` as it was given.

    `record` is the number of the first of the texts, from 1, where they are lines of one file; `input` that of the
    input, from 0.
    """

    name: str
    columns: tuple[ColumnPlan, ...] = ()
    texts: tuple[Text, ...] = ()
    findings: tuple[tuple[Finding, ...], ...] = ()
    path: Path | None = None
    record: int | None = None
    input: int = 0

    @property
    def found(self) -> bool:
        """Whether there is any personal data."""
        return any(step.pii for step in self.columns) or any(self.findings)

    def records(self) -> Iterator[Mapping[str, object]]:
        """Return one record a column, or one a text, in input order."""
        for step in self.columns:
            yield step.to_dict()
        for item, found in zip(self.texts, self.findings, strict=True):
            yield {"id": item.id, "spans": [span_record(finding) for finding in found]}


def span_record(finding: Finding) -> dict[str, object]:
    """Return a finding as a record of offsets, label, score and detector."""
    return {
        "start": finding.start,
        "end": finding.end,
        "label": finding.label,
        "score": round(finding.score, 4),
        "detector": finding.detector,
    }


@dataclass(frozen=True, slots=True)
class CountedTexts:
    """Texts that were read to their end once, and none of which is held."""

    items: Items
    lines: int
    files: int

    @classmethod
    def of(cls, items: Items) -> "CountedTexts":
        """Read them all. Raises the readers' errors."""
        counts = Counter(item.id is None for group in items.groups() for item in group)
        return cls(items, counts[False], counts[True])

    @property
    def left_out(self) -> int:
        """How many files of other kinds there are."""
        return self.items.listed.left_out

    @property
    def withheld(self) -> int:
        """How many files there are whose text cannot be seen."""
        return len(self.items.listed.texts) - self.files

    def results(self, engine: Engine) -> Iterator[Result]:
        """Scan them, piece by piece."""
        source, done, total = self.items.source, 0, self.lines + self.files
        for group in self.items.groups():
            record = 1
            for piece in in_pieces(group, lambda item: len(item.text)):
                texts = tuple(Text(item.name, item.text) for item in piece)
                title = source.name if len(texts) == total else f"{source.name} from text {done + 1}"
                found = _found(texts, engine, title)
                if piece[0].id is None:
                    yield Result(source.name, (), texts, found, source)
                else:
                    yield Result(source.name, (), texts, found, self.items.place(piece[0].path), record)
                record, done = record + len(texts), done + len(texts)


Sketched: TypeAlias = SketchedTable | SketchedSheet | Outline


@dataclass(frozen=True, slots=True)
class SketchedTables:
    """The tables of a source that were read to their ends once, by the names that relations know them by."""

    spots: Spots
    tables: Mapping[str, Sketched]

    @classmethod
    def of(cls, spots: Spots, reading: Reading) -> "SketchedTables":
        """Read them. Raises the readers' errors."""
        tables = {name: _sketched(spots, spot, reading) for name, spot in spots.tables.items()}
        spots.shelf.clear()
        return cls(spots, tables)

    def results(self, engine: Engine) -> Iterator[Result]:
        """Plan them all, the columns of a relation alike."""
        with timed(f"planning {self.spots.source.name}"):
            plans = {name: table.plan(engine, None, name) for name, table in self.tables.items()}
            columns = {
                name: dict(zip([step.column for step in plan], self.tables[name].columns(), strict=True))
                for name, plan in plans.items()
            }
            tied = tie(plans, find_relations(columns, engine.policy), engine.policy)[0]
        self.spots.shelf.clear()
        for name, spot in self.spots.tables.items():
            yield Result(spot.title, tuple(tied[name]), path=self.spots.place(spot.path))


def _sketched(spots: Spots, spot: Spot, reading: Reading) -> Sketched:
    place = spots.place(spot.path)
    if spot.sheet is not None:
        return SketchedSheet.of(partial(spots.shelf.table, place, spot.sheet, spot.title))
    return Outline.of(place, reading.encoding) if spot.path in spots.records else SketchedTable.of(place, reading)


@dataclass(frozen=True, slots=True)
class SketchedFolder:
    """A folder that was read to its end once: its tables, and its texts."""

    tables: SketchedTables
    texts: CountedTexts

    @classmethod
    def of(cls, source: Path, reading: Reading) -> "SketchedFolder":
        """Read it. Raises the readers' errors."""
        listing = Listing.of(source, reading.encoding)
        return cls(SketchedTables.of(listing.spots, reading), CountedTexts.of(listing.items))


Read: TypeAlias = Intake | SketchedTables | CountedTexts | SketchedFolder
"""What was read of an input, or how it is going to be read piece by piece."""


def scan_paths(paths: Sequence[Path], request: Request, jobs: int = 1) -> Iterator[Result]:
    """Scan files, folders and standard input (`-`), in the order given. Raises the readers' errors.

    All is read once, and all tables are planned, before anything is given, so that bad input is found in time.
    """
    inputs = [(path, _read(path, request)) for path in paths]  # bad input stops before the model is loaded
    with timed("loading the language model"):
        engine = Engine(request.policy)
    with engine.pool(jobs):
        planned = [list(_planned(path, read, engine)) for path, read in inputs]
        for number, (path, read) in enumerate(inputs):
            for result in chain(planned[number], _scanned(path, read, engine)):
                yield dataclasses.replace(result, input=number)


def _read(path: Path, request: Request) -> Read:
    if str(path) == "-":
        return Intake(texts=read_stdin())
    read = _read_file(path, request.reading)
    told = read.texts if isinstance(read, SketchedFolder) else read
    if isinstance(told, Intake | CountedTexts):
        for note in notes_of(told.left_out, told.withheld):
            say(note)
    return read


def _read_file(path: Path, reading: Reading) -> Read:
    """Read a file or folder."""
    form = form_of(path, reading.encoding)
    with timed(f"reading {path.name}"):
        match form:
            case "rows":
                return SketchedTables.of(Spots.of_file(path), reading)
            case "texts":
                return CountedTexts.of(Items.of(path, reading.encoding))
            case "folder":
                return SketchedFolder.of(path, reading)
            case "other":
                return read_intake(path, reading)


def _planned(path: Path, read: Read, engine: Engine) -> Iterator[Result]:
    """Plan the tables of an input."""
    if isinstance(read, SketchedTables):
        yield from read.results(engine)
    if isinstance(read, SketchedFolder):
        yield from read.tables.results(engine)
    if isinstance(read, Intake):
        for book in read.books.values():
            book.check(engine)
        named = named_tables(read.books)
        tables = {name: headed(table, engine, None) for name, (_, table) in named.items()}
        for name, plan in plot_of(tables, engine).plans.items():
            yield Result(tables[name].name, plan, path=path / named[name][0] if read.folder else path)


def _scanned(path: Path, read: Read, engine: Engine) -> Iterator[Result]:
    """Scan the texts of an input."""
    if isinstance(read, CountedTexts):
        yield from read.results(engine)
    if isinstance(read, SketchedFolder):
        yield from read.texts.results(engine)
    if isinstance(read, Intake):
        for file, corpus in read.lines.items():
            place = path / file if read.folder else path
            yield Result(path.name, (), corpus.texts, _found(corpus.texts, engine, path.name), place, 1)
        if read.texts:
            texts = read.texts.texts
            yield Result(path.name, (), texts, _found(texts, engine, path.name), path)


def _found(texts: Sequence[Text], engine: Engine, title: str) -> tuple[tuple[Finding, ...], ...]:
    with timed(f"scanning {title}", len(texts)) as moving, engine.reporting(moving.advance):
        return tuple(engine.scan([item.text for item in texts]))
