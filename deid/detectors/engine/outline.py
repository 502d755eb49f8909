"""Outlines of patterns: what a text must at least look like, in ASCII, for a pattern to find anything in it.

An outline matches wherever its pattern does, and more: look-arounds are gone, long repeats have no upper end, and `_`
and `?` in a text stand for anything beyond ASCII (see `plain`). What has no outline is `None`, and must be tried.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

_ANYTHING = r"[\x00-\x7f]*"
_KNOWN_FLAGS = regex.IGNORECASE | regex.MULTILINE | regex.DOTALL | regex.UNICODE
_LONGEST = 200_000
_EXACT = 8  # a repeat of more atoms than this goes on without end, which keeps the automaton small

_FOREIGN_WORD = regex.compile(r"[^\W\x00-\x7f]")
_WORD = regex.compile(r"\w")
_QUANTIFIER = regex.compile(r"([*+?]|\{(\d*)(,?)(\d*)\})[?+]?")
_OPENING = regex.compile(r"\((?:\?(?:(?P<look><?[=!])|(?P<flags>-?i:)|(?::|>|P?<\w+>)))?(?![?*])")
_NAMED_AGAIN = regex.compile(r"\(\?P=\w+\)")
_CLASS = regex.compile(r"\[\^?\]?(?:\\.|[^\[\]\\])*+\]", regex.DOTALL)
_ESCAPE = regex.compile(r"\\(?:[pP]\{\^?[\w=]+\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|[dDsSwWtnr]|[^\w])")
_ITEM = regex.compile(r"\\(?:[pP]\{[^}]*\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|.)|.", regex.DOTALL)
_ASCII = [chr(code) for code in range(128)]
# What stands for the members beyond ASCII of each: of the others, both might.
_STANDS_FOR = {
    r"\d": "_", r"\w": "_", r"\s": "?", r"\p{L}": "_", r"\p{Lu}": "_", r"\p{Ll}": "_", r"\p{M}": "_",
    r"\t": "", r"\n": "", r"\r": "",
}  # fmt: skip
_BOTH = "_?"
# The letters that are a form of one beyond ASCII: the signs of Kelvin, the long s, the Turkish i.
_HAVE_TWINS = frozenset("kKsSiI")


class _NoOutlineError(Exception):
    """A pattern says something that cannot be put more loosely."""


def plain(text: str) -> bytes:
    """Return a text as outlines see it: of the same length, `_` for each word character beyond ASCII, `?` for others.

    >>> plain("José – 5")
    b'Jos_ ? 5'
    """
    return (text if text.isascii() else _FOREIGN_WORD.sub("_", text)).encode("ascii", "replace")


@lru_cache(maxsize=4096)
def outline(pattern: str, flags: int, *, lower: bool) -> str | None:
    r"""Return a pattern for RE2, over bytes, that is found in `plain(text)` wherever `pattern` is found in `text`.

    With `lower` the pattern is found in the text in lower case. None where the pattern has no outline.

    >>> outline(r"(?<!x)ab\b", 0, lower=False)
    '[\\x61][\\x62]\\b'
    """
    if len(pattern) > _LONGEST or flags & ~_KNOWN_FLAGS:
        return None
    reader = _Reader(pattern, flags & ~regex.IGNORECASE if lower else flags, lower)
    try:
        return reader.read()
    except _NoOutlineError:
        return None


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of an outline, and how many atoms it has."""

    text: str
    size: int


_NOTHING = _Part("", 0)


class _Reader:
    """Reads a pattern from left to right and writes its outline."""

    def __init__(self, pattern: str, flags: int, lower: bool) -> None:
        self._pattern = pattern
        self._flags = flags
        self._lower = lower
        self._at = 0

    def read(self) -> str:
        """Return the outline of the whole pattern."""
        whole = self._alternatives()
        if self._at < len(self._pattern):
            raise _NoOutlineError
        return whole.text

    def _alternatives(self) -> _Part:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        if len(parts) == 1:
            return parts[0]
        return _Part(f"(?:{'|'.join(part.text for part in parts)})", sum(part.size for part in parts))

    def _sequence(self) -> _Part:
        parts = list(self._repeated())
        return _Part("".join(part.text for part in parts), sum(part.size for part in parts))

    def _repeated(self) -> Iterator[_Part]:
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            part = self._atom()
            quantifier = _QUANTIFIER.match(self._pattern, self._at)
            if quantifier:
                self._at = quantifier.end()
                part = _repeat(part, quantifier)
            yield part

    def _take(self, sign: str) -> bool:
        if self._pattern.startswith(sign, self._at):
            self._at += len(sign)
            return True
        return False

    def _atom(self) -> _Part:
        sign = self._pattern[self._at]
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._one_of(_CLASS)
        if sign == "\\":
            return self._escape()
        self._at += 1
        if sign in "^$":
            return _Part(f"(?m:{sign})", 1) if self._flags & regex.MULTILINE else _NOTHING
        if sign in "*+?{":
            raise _NoOutlineError
        return _Part(_members(sign if sign == "." else regex.escape(sign), self._flags, self._lower), 1)

    def _escape(self) -> _Part:
        sign = self._pattern[self._at + 1 : self._at + 2]
        if sign and sign in "bBAZ":
            self._at += 2
            return _Part("\\" + sign, 1) if sign in "bB" else _NOTHING
        if sign in tuple("123456789"):
            self._at += 2
            return _Part(_ANYTHING, 1)
        return self._one_of(_ESCAPE)

    def _one_of(self, kind: "regex.Pattern[str]") -> _Part:
        token = kind.match(self._pattern, self._at)
        if token is None:
            raise _NoOutlineError
        self._at = token.end()
        return _Part(_members(token.group(), self._flags, self._lower), 1)

    def _group(self) -> _Part:
        if again := _NAMED_AGAIN.match(self._pattern, self._at):
            self._at = again.end()
            return _Part(_ANYTHING, 1)
        opening = _OPENING.match(self._pattern, self._at)
        if opening is None:
            raise _NoOutlineError
        self._at = opening.end()
        outside = self._flags
        if turn := opening["flags"]:
            self._flags = outside & ~regex.IGNORECASE if turn[0] == "-" else outside | regex.IGNORECASE
        inside = self._alternatives()
        self._flags = outside
        if not self._take(")"):
            raise _NoOutlineError
        return _NOTHING if opening["look"] else _Part(f"(?:{inside.text})", inside.size)


def _repeat(part: _Part, quantifier: "regex.Match[str]") -> _Part:
    sign, low, comma, high = quantifier.groups()
    if not part.size:
        return _NOTHING
    if sign in ("*", "+", "?"):
        return _Part(f"(?:{part.text}){sign}", part.size)
    if not low and not high:
        raise _NoOutlineError
    most = max(1, _EXACT // part.size)
    least, end = int(low or 0), int(high or low) if high or not comma else None
    if end is not None and end <= most:
        return _Part(f"(?:{part.text}){{{least},{end}}}", part.size * max(1, end))
    return _Part(f"(?:{part.text}){{{min(least, most)},}}", part.size * max(1, min(least, most)))


@lru_cache(maxsize=4096)
def _members(token: str, flags: int, lower: bool) -> str:
    """Return the ASCII characters that a class, an escape or a character matches, as a class for RE2."""
    compiled = regex.compile(token, flags)
    found = {char for char in _ASCII if compiled.fullmatch(char)}
    if lower:
        found |= {char.upper() for char in found}
    found.update(_beyond(token))
    if (lower or flags & regex.IGNORECASE) and not found.isdisjoint(_HAVE_TWINS):
        found.add("_")
    return f"[{_ranges(found)}]" if found else r"[^\x00-\x{10ffff}]"


def _beyond(token: str) -> set[str]:
    """Return what stands in a plain text for those members of a class that are beyond ASCII."""
    negated = token.startswith("[^")
    items = _ITEM.findall(token[1:-1]) if token.startswith("[") else [token]
    if negated or items == ["."] or ("-" in items[1:-1] and not token.isascii()):
        return set(_BOTH)
    return {sign for item in items for sign in _stand_in(item)}


def _stand_in(item: str) -> str:
    if item.isascii():
        return _STANDS_FOR.get(item, "" if len(item) == 1 or not item[1].isalnum() else _BOTH)
    return "_" if _WORD.match(item[-1]) else "?"


def _ranges(chars: set[str]) -> str:
    codes = sorted(ord(char) for char in chars)
    first = [code for code in codes if code - 1 not in codes]
    last = [code for code in codes if code + 1 not in codes]
    return "".join(f"\\x{a:02x}" if a == b else f"\\x{a:02x}-\\x{b:02x}" for a, b in zip(first, last, strict=True))
