"""The leaves of a line of JSON: where in the line each string and number stands, and under which path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_PIECE = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+)')
_ITEM = "[]"
_LONGEST = 1_000  # characters of a path; a file may repeat one as often as it likes


class BrokenLineError(ValueError):
    """A line is no JSON object that could be worked on. The message says why, without anything of the line."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string, or a number as it is written, with its path ("patient.name", "visits[].note") and its place."""

    path: str
    start: int
    end: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is, its leaves in order, and the keys of its objects by the objects' paths."""

    source: str = field(repr=False)
    leaves: tuple[Leaf, ...] = field(repr=False)
    keys: tuple[tuple[str, str], ...] = field(repr=False)
    nested: bool

    def with_texts(self, texts: Sequence[str | None], encoding: str = "utf-8") -> str:
        """Return the line with other texts for leaves (null for None); what is equal stays as it was written.

        A text with a character that the encoding does not have is written in ASCII.
        """
        pieces: list[str] = []
        position = 0
        for leaf, text in zip(self.leaves, texts, strict=True):
            if text != leaf.text:
                pieces += [self.source[position : leaf.start], _quoted(text, encoding)]
                position = leaf.end
        return "".join([*pieces, self.source[position:]])


def read_line(source: str) -> Line:
    """Read a line.

    Raises `BrokenLineError` for what is no JSON object, has a key twice in one object, half a character, no number
    (NaN), or a path that is too long.

    >>> [(leaf.path, leaf.text) for leaf in read_line('{"a": {"b": ["x", 1.50, null]}}').leaves]
    [('a.b[]', 'x'), ('a.b[]', '1.50')]
    """
    try:
        record = json.loads(source, object_pairs_hook=_pairs, parse_constant=_refuse, parse_int=str, parse_float=str)
    except RecursionError:
        raise BrokenLineError("too deep") from None
    except BrokenLineError:
        raise
    except ValueError:
        raise BrokenLineError("no JSON") from None
    if not isinstance(record, dict):
        raise BrokenLineError("no JSON object")
    walk = _Walk(source)
    leaves = tuple(walk.leaves())
    if any(_is_torn(text) for text in (*(leaf.text for leaf in leaves), *(key for _, key in walk.keys))):
        raise BrokenLineError("half of a surrogate pair, which is no character")
    return Line(source, leaves, tuple(walk.keys), any(isinstance(value, dict | list) for value in record.values()))


def _quoted(text: str | None, encoding: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    try:
        written.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(text)
    return written


def _is_torn(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise BrokenLineError("a key stands twice in one object")
    return dict(pairs)


def _refuse(_: str) -> object:
    raise BrokenLineError("NaN and Infinity are no JSON")


def _path(above: str, key: str) -> str:
    if len(above) + len(key) > _LONGEST:
        raise BrokenLineError(f"a path of more than {_LONGEST} characters; keys seem to be values")
    return f"{above}.{key}" if above else key


class _Walk:
    """One pass over the tokens of a line that is known to be JSON. `keys` fills as it goes."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.keys: list[tuple[str, str]] = []

    def leaves(self) -> Iterator[Leaf]:
        around: list[tuple[str, bool]] = []  # the paths of the containers, and whether they are objects
        path, key_next = "", False
        for match in _PIECE.finditer(self._source):
            piece = match[1]
            if piece in {"{", "["}:
                path += "" if piece == "{" else _ITEM
                key_next = piece == "{"
                around.append((path, key_next))
            elif piece in {"}", "]"}:
                around.pop()
            elif piece == ",":
                path, key_next = around[-1]
            elif key_next and piece != ":":
                key, key_next = json.loads(piece), False
                self.keys.append((around[-1][0], key))
                path = _path(around[-1][0], key)
            elif piece.startswith('"'):
                yield Leaf(path, match.start(1), match.end(1), json.loads(piece))
            elif piece not in {":", "true", "false", "null"}:
                yield Leaf(path, match.start(1), match.end(1), piece)
