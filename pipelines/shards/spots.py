"""Where tables are in a file or a folder, and what each is called."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.books.shelf import Shelf
from pipelines.compression import kind_of, stem_of
from pipelines.corpus import LINES
from pipelines.intake import WORKBOOK, names_apart


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a table is: the path of its file inside the source, its title, and its number if it is a sheet."""

    path: Path
    title: str = field(repr=False)
    sheet: int | None = None


@dataclass(frozen=True, slots=True)
class Spots:
    """The tables of a source under names that tell them apart, the files that they are in, those of records.

    The sheets of workbooks come from `shelf`.
    """

    source: Path
    tables: Mapping[str, Spot] = field(repr=False)
    files: Mapping[Path, Sequence[str]] = field(repr=False)
    records: frozenset[Path]
    shelf: Shelf = field(repr=False)

    @classmethod
    def of(cls, source: Path, paths: Sequence[Path], records: Collection[Path]) -> "Spots":
        """Find the tables in files of a folder, or in the file that the source is. Raises the readers' errors."""
        shelf, folder = Shelf(), source.is_dir()
        spots = [spot for path in paths for spot in _inside(source / path if folder else source, path, shelf)]
        tables = dict(zip(names_apart([(spot.path, spot.title) for spot in spots]), spots, strict=True))
        files: dict[Path, list[str]] = {}
        for name, spot in tables.items():
            files.setdefault(spot.path, []).append(name)
        return cls(source, tables, files, frozenset(records), shelf)

    @classmethod
    def of_file(cls, source: Path) -> "Spots":
        """Find the tables in one file. Raises the readers' errors."""
        path = Path(source.name)
        return cls.of(source, [path], [path] if kind_of(path) in LINES else [])

    def place(self, path: Path) -> Path:
        """Return where a file lies."""
        return self.source / path if self.source.is_dir() else self.source


def _inside(place: Path, path: Path, shelf: Shelf) -> Iterator[Spot]:
    if kind_of(path) == WORKBOOK:
        yield from (Spot(path, table.name, number) for number, table in enumerate(shelf.book(place).tables))
    else:
        yield Spot(path, stem_of(path))
