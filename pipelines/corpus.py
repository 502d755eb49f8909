"""Texts in files: a text file, a folder of them, JSON lines; read, redacted text by text, and written back alike."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import EmptyError, EncodingError, FormatError, SourceError
from pipelines.tablefile import is_table, read_text

TEXT_SUFFIXES = frozenset({".txt", ".md"})


@dataclass(frozen=True, slots=True)
class Text:
    """One text: its id (the file's path inside its folder, or the `id` of a JSON line) and what it says."""

    id: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts in input order. `records` are the whole JSON lines, one a text; empty where texts were files."""

    texts: tuple[Text, ...]
    records: tuple[Mapping[str, object], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds: tables and texts by relative path, in sorted order, and how many files were left out."""

    tables: tuple[Path, ...]
    texts: tuple[Path, ...]
    left_out: int


def is_text(path: Path) -> bool:
    """Whether the file's name says that it is a text."""
    return path.suffix.lower() in TEXT_SUFFIXES


def list_folder(folder: Path) -> Folder:
    """List a folder and all folders in it. Links are not followed; they and files of other kinds are left out.

    Raises `SourceError` where a folder may not be read and `EmptyError` where nothing in it can be.
    """
    tables: list[Path] = []
    texts: list[Path] = []
    left_out = 0
    for path in sorted(_walk(folder)):
        if path.is_symlink() or path.suffix.lower() == ".jsonl" or not (is_table(path) or is_text(path)):
            left_out += 1
        else:
            (tables if is_table(path) else texts).append(path.relative_to(folder))
    if not tables and not texts:
        raise EmptyError(f"the folder {folder.name!r} has no file that tamis reads")
    return Folder(tuple(tables), tuple(texts), left_out)


def _walk(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise SourceError(f"the folder {folder.name!r} cannot be read: {error.strerror}")

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [f for f in folders if not f.startswith(".")]
        yield from (Path(place) / name for name in names if not name.startswith("."))


def read_corpus(path: Path, encoding: str = "utf-8") -> Corpus:
    """Read a text file, a folder of text files, or JSON lines. An empty text file is an empty text.

    Raises `SourceError`, `EncodingError`, `EmptyError` or `FormatError`.
    """
    if path.is_dir():
        listed = list_folder(path)
        if not listed.texts:
            raise EmptyError(f"the folder {path.name!r} has no text file")
        return Corpus(tuple(Text(p.as_posix(), _text(path / p, encoding)) for p in listed.texts))
    if path.suffix.lower() == ".jsonl":
        return _read_lines(path, encoding)
    if not path.exists() or is_text(path):
        return Corpus((Text(path.name, read_text(path, encoding)),))
    raise FormatError(f"{path.name!r} is of a kind that tamis does not read")


def _text(path: Path, encoding: str) -> str:
    try:
        return read_text(path, encoding)
    except EmptyError:
        return ""


def _read_lines(path: Path, encoding: str) -> Corpus:
    records: list[Mapping[str, object]] = []
    texts: list[Text] = []
    for number, line in enumerate(read_text(path, encoding).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            raise FormatError(f"{path.name!r}, line {number}: no JSON") from None
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise FormatError(f"{path.name!r}, line {number}: no JSON object with a string `text`")
        if not isinstance(record.get("id"), str | int):
            raise FormatError(f"{path.name!r}, line {number}: no `id`")
        if _is_torn(f"{record['id']}{record['text']}"):
            raise FormatError(f"{path.name!r}, line {number}: half of a surrogate pair, which is no character")
        records.append(record)
        texts.append(Text(str(record["id"]), record["text"]))
    if not texts:
        raise EmptyError(f"{path.name!r} has no line")
    return Corpus(tuple(texts), tuple(records))


def _is_torn(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def write_corpus(source: Path, corpus: Corpus, texts: Sequence[str], target: Path) -> None:
    """Write redacted texts in the form that the source has: a file, a folder of the same names, JSON lines.

    Of a JSON line only `id` and `text` are written: other fields were not scanned.
    """
    if corpus.records:
        lines = (
            json.dumps({"id": record["id"], "text": text}, ensure_ascii=False)
            for record, text in zip(corpus.records, texts, strict=True)
        )
        write_text(target, "".join(f"{line}\n" for line in lines))
    elif source.is_dir():
        for item, text in zip(corpus.texts, texts, strict=True):
            write_text(target / item.id, text)
    else:
        write_text(target, texts[0])


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, line ends as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
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
