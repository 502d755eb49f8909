"""Texts in files: a text file, a document, a folder of them, JSON lines; read, redacted, and written back alike."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deid.changes import Change
from pipelines.compression import ending_of, kind_of, refuse_archive, writing
from pipelines.content import check_unpacking
from pipelines.documents.body import Body
from pipelines.documents.pdf import read_pdf
from pipelines.documents.word import read_word
from pipelines.errors import EmptyError, EncodingError, FormatError, ScanError, SourceError
from pipelines.tablefile import is_table, open_lines, read_text

TEXT_SUFFIXES = frozenset({".txt", ".md"})
_READERS: Mapping[str, Callable[[Path], Body]] = {".docx": read_word, ".pdf": read_pdf}
LEDGER = ".ledger.jsonl"
"""How the name of a ledger ends, which lies beside its source."""

LINES = frozenset({".jsonl", ".ndjson"})
"""Kinds of files of which every line is JSON."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text: its id (its file's path inside the folder, or the `id` of a JSON line), and the body it lies in."""

    id: str
    text: str = field(repr=False)
    body: Body | None = field(default=None, repr=False)

    @property
    def ending(self) -> str:
        """How the name of the file ends that it leaves in."""
        return self.body.suffix if self.body else ending_of(Path(self.id))


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts in input order. `records` are the whole JSON lines, one a text; empty where texts were files."""

    texts: tuple[Text, ...]
    records: tuple[Mapping[str, object], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ReleasedText:
    """A text as it leaves: under which id, what it says, and which changes made it (for what lies in a body)."""

    id: str
    text: str = field(repr=False)
    changes: tuple[Change, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds: tables, texts and JSON lines by relative path, sorted, and how many files were left out."""

    tables: tuple[Path, ...]
    texts: tuple[Path, ...]
    lines: tuple[Path, ...]
    left_out: int


def is_text(path: Path) -> bool:
    """Whether the file's name says that it is a text, or a document of one."""
    return kind_of(path) in TEXT_SUFFIXES or kind_of(path) in _READERS


def list_folder(folder: Path) -> Folder:
    """List a folder and all folders in it. Links are not followed; they, ledgers and other kinds of files are left out.

    Raises `SourceError` where a folder may not be read and `EmptyError` where nothing in it can be.
    """
    tables: list[Path] = []
    texts: list[Path] = []
    lines: list[Path] = []
    left_out = 0
    for path in sorted(_walk(folder)):
        kind = tables if is_table(path) or kind_of(path) == ".xlsx" else texts if is_text(path) else lines
        foreign = path.name.endswith(LEDGER) or (kind is lines and kind_of(path) not in LINES)
        if path.is_symlink() or foreign:
            left_out += 1
        else:
            kind.append(path.relative_to(folder))
    if not tables and not texts and not lines:
        raise EmptyError(f"the folder {folder.name!r} has no file that tamis reads")
    return Folder(tuple(tables), tuple(texts), tuple(lines), left_out)


def _walk(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise SourceError(f"the folder {folder.name!r} cannot be read: {error.strerror}")

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [f for f in folders if not f.startswith(".")]
        yield from (Path(place) / name for name in names if not name.startswith("."))


def read_corpus(path: Path, encoding: str = "utf-8") -> Corpus:
    """Read a text file or document, a folder of them, or JSON lines of texts. An empty text file is an empty text.

    Raises `SourceError`, `EncodingError`, `EmptyError` or `FormatError`.
    """
    if path.is_dir():
        listed = list_folder(path)
        if not listed.texts:
            raise EmptyError(f"the folder {path.name!r} has no text file")
        return Corpus(tuple(read_item(path / p, p.as_posix(), encoding) for p in listed.texts))
    if kind_of(path) == ".jsonl":
        return _read_lines(path, encoding)
    if kind_of(path) in _READERS:
        return Corpus((read_item(path, path.name, encoding),))
    if not path.exists() or is_text(path):
        return Corpus((Text(path.name, read_text(path, encoding)),))
    refuse_archive(path)
    raise FormatError(f"{path.name!r} is of a kind that tamis does not read")


def read_texts(folder: Path, paths: Sequence[Path], encoding: str = "utf-8") -> tuple[Corpus, int]:
    """Read the texts of a folder, and count the files in which there are none to be seen, such as scans.

    Raises `SourceError`, `EncodingError` or `FormatError`.
    """
    texts: list[Text] = []
    for path in paths:
        try:
            texts.append(read_item(folder / path, path.as_posix(), encoding))
        except ScanError:
            continue
    return Corpus(tuple(texts)), len(paths) - len(texts)


def read_item(path: Path, name: str, encoding: str) -> Text:
    """Read a file that is one text, called `name`; an empty one is an empty text.

    Raises `SourceError`, `EncodingError`, `FormatError`, or `ScanError` for a document in which no text shows.
    """
    read = _READERS.get(kind_of(path))
    if read is not None:
        body = read(path)
        return Text(name, body.text, body)
    try:
        return Text(name, read_text(path, encoding))
    except EmptyError:
        return Text(name, "")


def _read_lines(path: Path, encoding: str) -> Corpus:
    check_unpacking(path)
    with open_records(path, encoding) as found:
        records = tuple(found)
    return Corpus(tuple(Text(str(record["id"]), str(record["text"])) for record in records), records)


@contextmanager
def open_records(path: Path, encoding: str) -> Iterator[Iterator[Mapping[str, object]]]:
    """Open JSON lines of texts, of any number: objects with an `id` and a string `text`.

    Raises `SourceError`, `EncodingError`, `EmptyError` or `FormatError`, also while they are read.
    """
    with open_lines(path, encoding) as lines:
        yield _records(path.name, lines)


def _records(name: str, lines: Iterable[str]) -> Iterator[Mapping[str, object]]:
    number = count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        count += 1
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise FormatError(f"{name!r}, line {number}: no JSON") from None
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise FormatError(f"{name!r}, line {number}: no JSON object with a string `text`")
        if not isinstance(record.get("id"), str | int):
            raise FormatError(f"{name!r}, line {number}: no `id`")
        if _is_torn(f"{record['id']}{record['text']}"):
            raise FormatError(f"{name!r}, line {number}: half of a surrogate pair, which is no character")
        yield record
    if not count:
        raise EmptyError(f"{name!r} has no line")


def _is_torn(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def write_corpus(source: Path, corpus: Corpus, released: Sequence[ReleasedText], target: Path) -> None:
    """Write redacted texts in the form that the source has: a file or document, a folder of them, JSON lines.

    Of a JSON line only `id` and `text` are written: other fields were not scanned.
    """
    if corpus.records:
        pairs = zip(corpus.records, released, strict=True)
        write_text(target, "".join(line_of(record["id"], one.id, one.text) for record, one in pairs))
        return
    for item, one in zip(corpus.texts, released, strict=True):
        place = target / one.id if source.is_dir() else target
        if item.body is None:
            write_text(place, one.text)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            item.body.write(one.changes, place)


def line_of(before: object, after: str, text: str) -> str:
    r"""Return the JSON line of a text under the id that it leaves by, a number where it was one and is the same.

    >>> line_of(7, "7", "Hello")
    '{"id": 7, "text": "Hello"}\n'
    """
    kept = before if str(before) == after else after
    return f"{json.dumps({'id': kept, 'text': text}, ensure_ascii=False)}\n"


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, line ends as they are, under gzip where its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path, "utf-8") as file:
        file.write(text)


def read_stdin() -> Corpus:
    """Read one text from standard input. Raises `EmptyError` or `EncodingError`."""
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EncodingError(f"standard input, byte {error.start}: no UTF-8 text") from None
    if not text:
        raise EmptyError("standard input is empty")
    if "\0" in text:
        raise EncodingError("standard input has a NUL character; this is no text")
    return Corpus((Text("-", text),))
