"""Fold a text so that spellings of one value meet, and keep the way back to every original offset."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from deid.normal.characters import PUNCTUATION, fold_characters
from deid.normal.confusables import fold_confusables
from deid.normal.glance import take
from deid.normal.mapped import Mapped
from deid.normal.numerals import NUMERALS
from deid.normal.spelling import SPELLING

_INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_APOSTROPHES = "'’‘ʼʹ′`´"
_RUN = r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*"
_WORD = regex.compile(rf"{_RUN}(?:[{_APOSTROPHES}](?!s\b){_RUN})*")
_JOINED = str.maketrans("", "", _APOSTROPHES)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, the offset of the original character behind each of its characters, the original's length."""

    text: str = field(repr=False)
    offsets: Sequence[int] = field(repr=False)
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of the folded span `start:end` (not empty), with its invisible tail."""
        after = self.offsets[end] if end < len(self.offsets) else self.length
        return self.offsets[start], max(self.offsets[end - 1] + 1, after)

    def words(self) -> list[tuple[str, int, int]]:
        """Return the words as (folded word, start, end), offsets in the original text.

        An apostrophe inside a word is left out ("O'Hara" is "ohara"), a possessive one ends it ("Ann's" is "ann").
        """
        return [(m.group().translate(_JOINED), *self.span(m.start(), m.end())) for m in _WORD.finditer(self.text)]


def fold(text: str) -> Folded:
    """Fold case, accents, compatibility forms and digits of any script; drop what no reader sees.

    Works a character at a time, so that every folded character has one origin.

    >>> folded = fold("Zoë O’Hara")
    >>> folded.text, folded.span(0, 3)
    ('zoe o’hara', (0, 3))
    """
    if text.isascii():
        return Folded(text.lower(), range(len(text)), len(text))
    pieces: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        piece = char.lower() if char.isascii() else _fold_char(char)
        pieces.append(piece)
        offsets.extend([index] * len(piece))
    return Folded("".join(pieces), tuple(offsets), len(text))


_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}


def _fold_char(char: str) -> str:
    if _INVISIBLE.match(char):
        return ""
    if char in _APOSTROPHES:
        return char
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
    return "".join(_plain(c) for c in folded if not unicodedata.combining(c) and not _INVISIBLE.match(c))


def _plain(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return _PLAIN.get(char, char)


# Dropped without a trace that any pattern sees: not beside a letter or a digit, or a byte-order mark.
_HARMLESS = regex.compile(r"^\ufeff|(?<![\p{L}\p{N}])\p{Default_Ignorable_Code_Point}+(?![\p{L}\p{N}])")
_ROUNDS = 8

_STEPS = (*SPELLING, *NUMERALS)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as a reader takes it, however it is encoded, and the way back to the original.

    `changed` tells whether it differs from the original at all; `deep` whether by more than quotation marks, spaces and
    dashes of another kind.
    """

    mapped: Mapped = field(repr=False)
    changed: bool
    deep: bool

    @property
    def text(self) -> str:
        """The text."""
        return self.mapped.text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of `start:end` (not empty), with what was dropped inside and behind it."""
        return self.mapped.span(start, end)


def normalise(text: str) -> Normalised:
    """Undo what hides personal data from patterns; doing it twice changes nothing more.

    Resolves HTML entities, compatibility forms, invisible characters, digits of all scripts, look-alike letters,
    spelled-out and spaced-out signs, broken and set-apart numbers, letters that pose as digits.

    >>> found = normalise("mail ann (at) example [dot] com")
    >>> found.text, found.span(5, 20)
    ('mail ann@example.com', (5, 31))
    """
    mapped = _settle(Mapped.of(text))
    changed = mapped.text != text
    return Normalised(mapped, changed, changed and mapped.text != _HARMLESS.sub("", text).translate(PUNCTUATION))


def _settle(original: Mapped) -> Mapped:
    """Take all steps until nothing changes; a text that never settles only has its characters folded."""
    mapped = original
    for _ in range(_ROUNDS):
        before = mapped.text
        mapped = take(_STEPS, fold_confusables(fold_characters(mapped)))
        if mapped.text == before:
            return mapped
    return fold_characters(original)
