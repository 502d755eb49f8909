"""The strict reader of CSV: rows as a stream, no value touched, and of every fault the line and the column."""

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines.errors import EmptyError, EncodingError, ShapeError, SizeError

_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32; name it: --encoding utf-32",
    codecs.BOM_UTF32_BE: "UTF-32; name it: --encoding utf-32",
    codecs.BOM_UTF16_LE: "UTF-16; name it: --encoding utf-16",
    codecs.BOM_UTF16_BE: "UTF-16; name it: --encoding utf-16",
    b"\x1f\x8b": "a gzip file; let its name end in .gz",
    b"PK\x03\x04": "a ZIP archive or an Office document; unpack it, or let its name say its kind",
}
_CHUNK = 1 << 20
_LONGEST = 1 << 16
_AT_ONCE = 1_000


class Lines(Iterator[str]):
    """The lines of a text file, their ends untouched, decoded as `read` brings bytes; `encoding` is what they are in.

    A byte-order mark of UTF-8 is dropped. Raises `EmptyError`, and `EncodingError` with the line and, where there is
    one, the byte.
    """

    def __init__(self, name: str, read: Callable[[int], bytes], encoding: str) -> None:
        head = read(_CHUNK)
        if not head:
            raise EmptyError(f"{name!r} is empty")
        utf8 = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}
        other = next((kind for mark, kind in _MARKS.items() if head.startswith(mark)), None) if utf8 else None
        if other is not None:
            raise EncodingError(f"{name!r} looks like {other}")
        self.encoding = ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8") if utf8 else encoding
        self._name, self._named = name, encoding
        self._lines = self._split(self._decoded(read, head))
        self.last = ""

    def __next__(self) -> str:
        self.last = next(self._lines)
        return self.last

    def _decoded(self, read: Callable[[int], bytes], chunk: bytes) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        before, line = 0, 1
        while True:
            try:
                text = decoder.decode(chunk, final=not chunk)
                text.encode()  # some encodings know halves of characters
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                place = before + len(chunk) - len(error.object) + error.start
                raise EncodingError(f"{self._name!r}, line {line}: byte {place} is not {self._named} text") from None
            except UnicodeError:
                raise EncodingError(f"{self._name!r} is not {self._named} text") from None
            if "\0" in text:
                line += text.count("\n", 0, text.index("\0"))
                raise EncodingError(f"{self._name!r}, line {line}: a NUL character; this is no text file")
            yield text
            if not chunk:
                return
            before, line = before + len(chunk), line + text.count("\n")
            chunk = read(_CHUNK)

    @staticmethod
    def _split(pieces: Iterator[str]) -> Iterator[str]:
        begun: list[str] = []
        for piece in pieces:
            begun.append(piece)
            if "\n" in piece or "\r" in piece or piece == "":
                *whole, rest = [*io.StringIO("".join(begun), newline=""), ""]
                if whole and whole[-1][-1:] != "\n":  # cut off within a line, or between the two signs of its end
                    rest = whole.pop()
                yield from whole
                begun = [rest]
        if begun[-1]:
            yield begun[-1]


def ended(lines: Iterator[str]) -> Iterator[str]:
    r"""Give lines that end with a line feed and nothing else, without it, whatever else was taken for an end.

    >>> list(ended(iter(["a\r", "b\n", "c"])))
    ['a\rb', 'c']
    """
    begun: list[str] = []
    for line in lines:
        begun.append(line)
        if line.endswith("\n"):
            yield "".join(begun)[:-1]
            begun = []
    if begun:
        yield "".join(begun)


@contextmanager
def cells_up_to(characters: int) -> Iterator[None]:
    """Let Python's reader of CSV take cells of so many characters; its own limit is one of the process."""
    before = csv.field_size_limit(characters)
    try:
        yield
    finally:
        csv.field_size_limit(before)


class Rows(Iterator[tuple[int, list[str]]]):
    """The rows after the header, each with the number of the line that it starts at, the header being line 1.

    Raises `EmptyError` and `ShapeError` for a header that is none, `SizeError` for one of more than `width` columns and
    for a cell of more than `limit` characters.
    """

    def __init__(self, name: str, lines: Lines, delimiter: str, limit: int, width: int) -> None:
        self.name, self.delimiter, self.encoding = name, delimiter, lines.encoding
        self._limit, self._line = limit, 1
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)
        self.header = self._header(width, next(iter(self._fetch(1)), (1, []))[1])
        end = lines.last[len(lines.last.rstrip("\r\n")) :]
        self.newline = end or "\n"
        self._stream = self._rows()

    def __next__(self) -> tuple[int, list[str]]:
        return next(self._stream)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        while rows := self._fetch(_AT_ONCE):
            yield from rows

    def _fetch(self, count: int) -> list[tuple[int, list[str]]]:
        rows: list[tuple[int, list[str]]] = []
        try:
            with cells_up_to(max(4 * self._limit, _LONGEST)):  # our limit, below, knows the column
                for row in itertools.islice(self._reader, count):
                    rows.append((self._line, row))
                    if max(map(len, row), default=0) > self._limit:
                        raise self._too_long(row)
                    self._line = self._reader.line_num + 1
        except csv.Error as error:
            raise self._fault(error) from None
        return rows

    def _too_long(self, row: list[str]) -> SizeError:
        column = next(place for place, cell in enumerate(row, 1) if len(cell) > self._limit)
        return SizeError(
            f"{self.name!r}, line {self._line}, column {column}: a cell of more than {self._limit} characters"
        )

    def _fault(self, error: csv.Error) -> ShapeError | SizeError:
        where = f"{self.name!r}, the row that starts at line {self._line}"
        if "field limit" in str(error):
            return SizeError(f"{where}: a cell of more than {self._limit} characters; is a quote not closed?")
        if "end of data" in str(error):
            return ShapeError(f"{where}: a quote is not closed")
        return ShapeError(f"{where}: a quote stands inside a cell or is not followed by a delimiter")

    def _header(self, most: int, header: list[str]) -> list[str]:
        if not any(cell.strip() for cell in header):
            raise EmptyError(f"{self.name!r} has no header")
        if len(header) > most:
            raise SizeError(f"{self.name!r} has {len(header)} columns; at most {most} are read")
        nameless = [i for i, cell in enumerate(header, 1) if not cell.strip()]
        if len(nameless) > 1:
            raise ShapeError(f"{self.name!r}: columns {nameless[0]} and {nameless[1]} of the header have no name")
        twice = _first_twice(header)
        if twice:
            raise ShapeError(f"{self.name!r}: column {twice} of the header has the name of an earlier one")
        if len(header) == 1 and self.delimiter == "," and (";" in header[0] or "\t" in header[0]):
            raise ShapeError(
                f"{self.name!r}: the header is one cell with semicolons or tabs in it; name the --delimiter"
            )
        return header


def _first_twice(header: list[str]) -> int:
    """Return the place, from 1, of the first cell that stood before; 0 where none did."""
    seen: set[str] = set()
    for place, cell in enumerate(header, 1):
        if cell in seen:
            return place
        seen.add(cell)
    return 0


def fitting(rows: Rows, aside: Callable[[int, list[str]], None]) -> Iterator[list[str]]:
    """Give the rows that are as wide as the header; the others go to `aside`, and lines without anything are no rows.

    In a table of one column they are: empty cells.
    """
    width = len(rows.header)
    for line, row in rows:
        if len(row) == width:
            yield row
        elif row:
            aside(line, row)
        elif width == 1:
            yield [""]
