"""Read whatever is to be scanned or redacted: a file or a folder of any kinds that tamis knows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pipelines.books.book import Book, Page
from pipelines.books.records import is_records, read_records
from pipelines.books.workbook import read_workbook
from pipelines.compression import kind_of
from pipelines.corpus import LINES, Corpus, list_folder, read_corpus, read_texts
from pipelines.errors import EmptyError
from pipelines.tablefile import Reading, Table, is_table, read_table

Form = Literal["rows", "texts", "folder", "other"]

WORKBOOK, RECORDS = ".xlsx", ".ndjson"


@dataclass(frozen=True, slots=True)
class Intake:
    """What was read, by path inside the folder (or the name of a source that is a file), in sorted order.

    `texts` are the files that are one text each, `lines` those of many; `withheld` counts files whose text cannot be
    seen, `left_out` files of other kinds.
    """

    books: Mapping[Path, Book] = field(default_factory=dict)
    texts: Corpus | None = None
    lines: Mapping[Path, Corpus] = field(default_factory=dict)
    withheld: int = 0
    left_out: int = 0
    folder: bool = False


def holds_records(source: Path, encoding: str) -> bool:
    """Whether a file is one of records: JSON lines that are not texts. Raises the errors of the readers."""
    return kind_of(source) == RECORDS or (kind_of(source) in LINES and is_records(source, encoding))


def form_of(source: Path, encoding: str) -> Form:
    """Return what a source is: a file with tables in it (a table, a workbook, records), JSON lines of texts, a folder.

    All else is "other". Raises the errors of the readers.
    """
    if source.is_dir():
        return "folder"
    if not source.is_file():
        return "other"
    if is_table(source) or kind_of(source) == WORKBOOK or holds_records(source, encoding):
        return "rows"
    return "texts" if kind_of(source) in LINES else "other"


def read_intake(source: Path, reading: Reading) -> Intake:
    """Read a file or a folder. Raises the errors of the readers."""
    if not source.is_dir():
        return _read_file(source, reading)
    listed = list_folder(source)
    books = {path: read_book(source / path, reading) for path in listed.tables}
    lines: dict[Path, Corpus] = {}
    for path in listed.lines:
        if holds_records(source / path, reading.encoding):
            books[path] = read_records(source / path, reading.encoding)
        else:
            lines[path] = read_corpus(source / path, reading.encoding)
    texts, withheld = read_texts(source, listed.texts, reading.encoding)
    if not books and not lines and not texts.texts:
        raise EmptyError(f"the folder {source.name!r} has no file whose text can be seen")
    read = texts if texts.texts else None
    return Intake(dict(sorted(books.items())), read, lines, withheld, listed.left_out, folder=True)


def read_book(path: Path, reading: Reading) -> Book:
    """Read a file that holds tables. Raises the errors of the readers."""
    return read_workbook(path) if kind_of(path) == WORKBOOK else Page(read_table(path, reading))


def _read_file(source: Path, reading: Reading) -> Intake:
    suffix = kind_of(source)
    if is_table(source) or suffix == WORKBOOK:
        return Intake({Path(source.name): read_book(source, reading)})
    if holds_records(source, reading.encoding):
        return Intake({Path(source.name): read_records(source, reading.encoding)})
    corpus = read_corpus(source, reading.encoding)
    return Intake(lines={Path(source.name): corpus}) if corpus.records else Intake(texts=corpus)


def notes_of(left_out: int, withheld: int) -> Iterator[str]:
    """Say what of a folder does not leave."""
    if left_out:
        yield f"{left_out} files of other kinds were left out"
    if withheld:
        yield f"{withheld} files without any text that can be seen were withheld"


def named_tables(books: Mapping[Path, Book]) -> dict[str, tuple[Path, Table]]:
    """Return all tables, and where they stand, under names that tell them apart."""
    tables = [(path, table) for path, book in books.items() for table in book.tables]
    names = names_apart([(path, table.name) for path, table in tables])
    return {name: (path, replace(table, alias=name)) for name, (path, table) in zip(names, tables, strict=True)}


def names_apart(tables: Sequence[tuple[Path, str]]) -> list[str]:
    """Return a name for each table by its file and its title: the title, with the file where another has the same.

    >>> names_apart([(Path("a.csv"), "a"), (Path("b/a.csv"), "a"), (Path("c.csv"), "c")])
    ['a.csv#a', 'b/a.csv#a', 'c']
    """
    often = Counter(title for _, title in tables)
    return [title if often[title] == 1 and "#" not in title else f"{path.as_posix()}#{title}" for path, title in tables]
