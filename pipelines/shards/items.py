"""Texts of any number, one after another: those of a file of JSON lines, or of all that lie in a folder."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.content import check_unpacking
from pipelines.corpus import Folder, open_records, read_item
from pipelines.errors import EmptyError, ScanError


@dataclass(frozen=True, slots=True)
class Item:
    """A text: the file that it is in (inside the folder), its id if that file has others too, how its file leaves.

    `document` says whether there is more to its file than the text.
    """

    file: str
    text: str = field(repr=False)
    id: str | int | None = field(default=None, repr=False)
    ending: str = ""
    document: bool = False

    @property
    def path(self) -> Path:
        """The file that it is in."""
        return Path(self.file)

    @property
    def name(self) -> str:
        """What it is called: its id, or else its file."""
        return self.file if self.id is None else str(self.id)


@dataclass(frozen=True, slots=True)
class Items:
    """A file of JSON lines of texts, or a folder of such files and of texts; is there anything else to read in it."""

    source: Path
    encoding: str
    listed: Folder
    folder: bool = False
    beside: bool = False

    @classmethod
    def of(cls, source: Path, encoding: str) -> "Items":
        """Take the texts of one file of lines."""
        return cls(source, encoding, Folder((), (), (Path(source.name),), 0))

    def place(self, file: Path) -> Path:
        """Return where a file lies."""
        return self.source / file if self.folder else self.source

    def groups(self) -> Iterator[Iterator[Item]]:
        """Give the texts of each file of lines, and then those that are files. A file without text that shows is not.

        Raises `SourceError`, `EncodingError`, `EmptyError` or `FormatError`, also while they are read.
        """
        yield from (self._lines(path) for path in self.listed.lines)
        if self.listed.texts:
            yield self._files()

    def _lines(self, path: Path) -> Iterator[Item]:
        place = self.place(path)
        check_unpacking(place)
        with open_records(place, self.encoding) as records:
            for record in records:
                own = record["id"]
                yield Item(path.as_posix(), str(record["text"]), own if isinstance(own, int) else str(own))

    def _files(self) -> Iterator[Item]:
        seen = self.beside or bool(self.listed.lines)
        for path in self.listed.texts:
            try:
                item = read_item(self.place(path), path.as_posix(), self.encoding)
            except ScanError:
                continue
            seen = True
            yield Item(item.id, item.text, None, item.ending, document=item.body is not None)
        if not seen:
            raise EmptyError(f"the folder {self.source.name!r} has no file whose text can be seen")
