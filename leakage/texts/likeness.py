"""Long values written with a letter or two wrong: which stretches of a text come that near to which of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from leakage.arrays import Booleans, Integers
from leakage.texts.edits import LONGEST, Form, allowed, near

Points: TypeAlias = npt.NDArray[np.uint32]
Letters: TypeAlias = npt.NDArray[np.int8]

_PIECE = 3  # letters of a value that must stand unchanged at its start, its end or (two edits) its middle
_TABLE = 1 << 20
_BLOCK = 200_000  # pairs compared at a time
_BINS = 32


@dataclass(frozen=True, slots=True, repr=False)
class Near:
    """Words of segment `segment` that come near to form number `form`."""

    segment: int
    words: Form
    form: int


@dataclass(frozen=True, slots=True, repr=False)
class Likeness:
    """Forms to look for, and where their unchanged pieces lie.

    A value with one edit keeps its first three letters or its last three; with two it keeps these or three about
    its middle, moved by one at most. So only stretches of text that share such a piece and about the length are
    compared at all (the pigeonhole filter of Navarro 2001, doi:10.1145/375360.375365, §8).
    """

    forms: tuple[Form, ...]
    edits: Integers
    lengths: Integers
    letters: Letters

    @classmethod
    def of(cls, forms: Iterable[Form]) -> Likeness:
        """Keep the forms that are long enough."""
        kept = tuple(form for form in forms if allowed(form))
        return cls(
            kept,
            np.array([allowed(form) for form in kept], dtype=np.int64),
            np.array([len("".join(form)) for form in kept], dtype=np.int64),
            _Text.of([["".join(form)] for form in kept]).letters,
        )

    def search(self, segments: Sequence[Sequence[str]]) -> list[Near]:
        """Find the stretches of whole words, spaces between them ignored, that come near to a form.

        The form itself, and stretches whose digits are not the form's, are left out.
        """
        if not self.forms:
            return []
        text = _Text.of(segments)
        found: list[Near] = []
        seen: dict[tuple[Form, int], bool] = {}
        for start, end, form in self._candidates(text):
            words = tuple(text.words[start:end])
            if (words, form) not in seen:
                seen[words, form] = words != self.forms[form] and near(words, self.forms[form])
            if seen[words, form]:
                found.append(Near(int(text.segment[start]), words, form))
        return found

    def _candidates(self, text: _Text) -> Iterator[tuple[int, int, int]]:
        indexes = self._indexes()
        widest = max(len(form) for form in self.forms) + 1
        shortest, longest = int((self.lengths - self.edits).min()), int((self.lengths + self.edits).max())
        letters: Letters = np.zeros((len(text.words), _BINS), dtype=np.int8)
        for width in range(1, widest + 1):
            count = len(text.words) - width + 1
            if count <= 0:
                return
            letters = letters[:count] + text.letters[width - 1 :]
            length = text.offset[width:] - text.offset[:count]
            fits = (text.segment[:count] == text.segment[width - 1 :]) & (length >= shortest) & (length <= longest)
            rows = np.flatnonzero(fits)
            for block in np.array_split(rows, max(1, rows.size // _BLOCK)):
                for row, form in self._pairs(text, indexes, block, length[block], letters[block]):
                    yield row, row + width, form

    def _indexes(self) -> list[_Index]:
        text = _Text.of([["".join(form)] for form in self.forms])
        start = text.offset[:-1]
        every, two = np.arange(len(self.forms)), np.flatnonzero(self.edits == 2)
        middle = start + _middle(self.lengths)
        return [
            _Index.of(text.pieces[start], self.lengths, every),
            _Index.of(text.pieces[start + self.lengths - _PIECE], self.lengths, every),
            _Index.of(text.pieces[middle[two]], self.lengths[two], two),
        ]

    def _pairs(
        self, text: _Text, indexes: Sequence[_Index], rows: Integers, length: Integers, letters: Letters
    ) -> Iterator[tuple[int, int]]:
        """Pairs of a window of the block and a form that share a piece, about the length and most letters."""
        start = text.offset[rows]
        pairs = []
        for shift in (-2, -1, 0, 1, 2):
            size = length + shift  # of the forms looked up
            middle = start + _middle(size)
            places = [(0, start), (1, start + length - _PIECE), *((2, middle + moved) for moved in (-1, 0, 1))]
            for index, place in places:
                found = indexes[index].look(text.pieces[np.clip(place, 0, text.pieces.size - 1)], size)
                pairs.append(self._alike(found, abs(shift), letters))
        window, form = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
        distinct = np.unique(window * len(self.forms) + form)
        yield from zip(rows[distinct // len(self.forms)].tolist(), (distinct % len(self.forms)).tolist(), strict=True)

    def _alike(self, found: tuple[Integers, Integers], shift: int, letters: Letters) -> tuple[Integers, Integers]:
        window, form = found
        near = self.edits[form] >= shift
        window, form = window[near], form[near]
        differing = np.abs(letters[window] - self.letters[form]).sum(axis=1)
        kept = differing <= 2 * self.edits[form]  # an edit takes one letter away and brings one at most
        return window[kept], form[kept]


@dataclass(frozen=True, slots=True, repr=False)
class _Text:
    """Words of all segments, run together: where each begins, in which segment, and the piece at every character."""

    words: list[str]
    segment: Integers
    offset: Integers
    pieces: Integers
    letters: Letters

    @classmethod
    def of(cls, segments: Sequence[Sequence[str]]) -> _Text:
        words = [word for segment in segments for word in segment]
        lengths = np.array([len(word) for word in words], dtype=np.int64)
        offset = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        points: Points = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        word = np.repeat(np.arange(len(words)), lengths)
        letters = np.bincount(word * _BINS + points % _BINS, minlength=len(words) * _BINS).reshape(-1, _BINS)
        owner = np.repeat(np.arange(len(segments)), [len(segment) for segment in segments])
        return cls(words, owner.astype(np.int64), offset, _pieces(points), letters.astype(np.int8))


@dataclass(frozen=True, slots=True, repr=False)
class _Index:
    """Forms by a piece of theirs and their length."""

    keys: Integers  # sorted; most stretches of a text are turned away by `known` already
    forms: Integers
    known: Booleans

    @classmethod
    def of(cls, pieces: Integers, lengths: Integers, forms: Integers) -> _Index:
        keys = _key(pieces, lengths)
        order = np.argsort(keys, kind="stable")
        known = np.zeros(_TABLE, dtype=np.bool_)
        known[keys % _TABLE] = True
        return cls(keys[order], forms[order], known)

    def look(self, pieces: Integers, lengths: Integers) -> tuple[Integers, Integers]:
        """(position in `pieces`, form) for all forms with that piece and that length."""
        keys = _key(pieces, lengths)
        rows = np.flatnonzero(self.known[keys % _TABLE])
        keys = keys[rows]
        first = np.searchsorted(self.keys, keys, side="left")
        counts = np.searchsorted(self.keys, keys, side="right") - first
        ends = np.cumsum(counts)
        within_run = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
        return np.repeat(rows, counts), self.forms[np.repeat(first, counts) + within_run]


def _key(pieces: Integers, lengths: Integers) -> Integers:
    return pieces * (2 * LONGEST) + lengths


def _middle(lengths: Integers) -> Integers:
    return lengths // 2 - 1


def _pieces(points: Points) -> Integers:
    """Hash the three characters from each position on; the last two positions, which begin no piece, run over."""
    code = np.zeros(points.size, dtype=np.uint64)
    for moved in range(_PIECE):
        code = code * np.uint64(0x9E3779B97F4A7C15) + np.roll(points, -moved).astype(np.uint64) + np.uint64(1)
    return (code * np.uint64(0xD6E8FEB86659FD93) >> np.uint64(44)).astype(np.int64)
