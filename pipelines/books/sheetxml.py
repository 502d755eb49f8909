"""The XML inside a workbook, looked through before its reader opens it: that reader trusts it."""

import re
from collections.abc import Mapping
from xml.parsers import expat  # S405 is about trees: here is none, and no entity is ever followed

from pipelines.errors import FormatError, SizeError

_DEEPEST = 256
_MOST_PLACES = 1_000_000
_SPREAD = frozenset({"mergeCell", "hyperlink"})
"""Elements whose range the reader writes out, cell by cell."""

_RANGE = re.compile(r"\$?([A-Z]{1,4})\$?(\d{1,10}):\$?([A-Z]{1,4})\$?(\d{1,10})", re.IGNORECASE)


def check_parts(parts: Mapping[str, bytes], file: str) -> None:
    """Look through all parts that are XML.

    Raises `FormatError` for a document type (which brings entities), what is no XML or nested too deep, and
    `SizeError` for ranges over too many cells.
    """
    for name, data in parts.items():
        if name.lower().endswith((".xml", ".rels", ".vml")):
            _Check(file).feed(data)


class _Check:
    """One pass over a part."""

    def __init__(self, file: str) -> None:
        self._file, self._depth, self._places = file, 0, 0

    def feed(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        try:
            parser.Parse(data, True)
        except expat.ExpatError:
            raise FormatError(f"{self._file!r} is broken inside") from None

    def _refuse(self, *_: object) -> None:
        raise FormatError(f"{self._file!r}: a part declares a document type, which no Office document does")

    def _open(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormatError(f"{self._file!r}: a part is nested more than {_DEEPEST} levels deep")
        if name.rpartition(" ")[2] in _SPREAD:
            self._places += area(attributes.get("ref", ""))
            if self._places > _MOST_PLACES:
                raise SizeError(f"{self._file!r}: merged or linked ranges cover more than {_MOST_PLACES} cells")

    def _close(self, _: str) -> None:
        self._depth -= 1


def area(written: str) -> int:
    """Return how many cells a range covers; 0 for what is none.

    >>> area("A1:C2"), area("$A$1:XFD1048576"), area("A1")
    (6, 17179869184, 0)
    """
    match = _RANGE.fullmatch(written.strip())
    if match is None:
        return 0
    left, top, right, bottom = match.groups()
    return (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
