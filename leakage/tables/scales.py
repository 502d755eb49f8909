"""The scale of a column: its cells as whole numbers that an attacker who has the release can compare with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Floats, Integers
from leakage.cells import Column, is_numeric, numbers, texts

NULL = -1
"""The code of a missing cell. Every other cell that the scale can place has a code of 0 or more."""

_ELSEWHERE = -2  # a class that the release lacks, or a text among numbers
_BEYOND = np.iinfo(np.int64).max
_FEW = 20  # numbers of which there are at most so many are compared exactly
_WINDOW = 0.1  # share of the released cells that a window around a number takes in
_EXPECTED = 10.0  # cells of a class that other people should have before their lack of it says that it is a mask
_RARER = 5.0


@dataclass(frozen=True, slots=True, repr=False)
class Scale:
    """The numbers (sorted) or the classes of a released column.

    The code of the i-th is 2i + 1; a number between the i-th and the one before has code 2i, so that codes are in the
    order of the numbers and tell whether a number is one that was released.
    """

    known: Floats | pd.Index[str]

    @classmethod
    def of(cls, column: Column) -> Scale:
        """Learn a released column: numbers if all its cells are (and there is one), classes otherwise."""
        if is_numeric(column):
            found = numbers(column)
            return cls(np.unique(found[~np.isnan(found)]))
        return cls(pd.Index(sorted(set(_texts(column)) - {""}), dtype=object))

    def codes(self, column: Column) -> Integers:
        """Place the cells of any table's column of that name."""
        if isinstance(self.known, pd.Index):
            cells = _texts(column)
            place = self.known.get_indexer(pd.Index(cells, dtype=object))
            return np.where(cells == "", NULL, np.where(place < 0, _ELSEWHERE, 2 * place + 1)).astype(np.int64)
        figures = numbers(column)
        code = np.searchsorted(self.known, figures, "left") + np.searchsorted(self.known, figures, "right")
        none = np.flatnonzero(np.isnan(figures))
        code[none] = np.where(_texts(column.iloc[none]) == "", NULL, _ELSEWHERE)
        return np.asarray(code, dtype=np.int64)

    def windows(self, codes: Integers) -> tuple[Integers, Integers]:
        """Give what each released cell tells, as codes from low to before high.

        A class, a missing cell and a number of few tell themselves; another number the half-open range of a tenth
        of the released cells around it, without end where it reaches the least or the greatest.
        """
        low, high = codes.copy(), codes + 1
        if isinstance(self.known, pd.Index) or self.known.size <= _FEW:
            return low, high
        placed = codes != NULL
        ranked = np.sort(codes[placed])
        first, last = (np.searchsorted(ranked, codes[placed], side) for side in ("left", "right"))
        beside = np.maximum(int(_WINDOW * ranked.size) - (last - first), 0) // 2
        start, stop = first - beside, last + beside
        below = np.where(start > 0, ranked[np.maximum(start, 0)], 0)
        above = np.where(stop < ranked.size, ranked[np.minimum(stop, ranked.size - 1)], _BEYOND)
        low[placed] = np.where(beside > 0, below, codes[placed])
        high[placed] = np.where(beside > 0, above, codes[placed] + 1)
        return low, high

    def lone(self, codes: Integers) -> Iterator[tuple[int, int, int]]:
        """Find what one released cell alone has: its row, and the codes from low to before high."""
        found, rows, counts = np.unique(codes, return_index=True, return_counts=True)
        for code, row in zip(found[counts == 1].tolist(), rows[counts == 1].tolist(), strict=True):
            yield row, code, code + 1
            if not isinstance(self.known, pd.Index) and code != NULL:
                if code == 1:
                    yield row, 0, code + 1
                if code == 2 * self.known.size - 1:
                    yield row, code, _BEYOND

    @staticmethod
    def masked(codes: Integers, others: Integers) -> Booleans:
        """Tell the released cells that are masks: of no cell of other people, or of far too few of them.

        A column in which other people have nothing in common with the release (tokens, coarser classes) is all
        masks. A class is one if at least ten of the other people should have it, by its share in the release, and less
        than a fifth of those do.
        """
        placed = codes[codes != NULL]
        if placed.size and not np.any((others >= placed.min()) & (others <= placed.max())):
            return np.ones(codes.size, dtype=np.bool_)
        found, place, counts = np.unique(codes, return_inverse=True, return_counts=True)
        expected = counts * (others.size / codes.size)
        ranked = np.sort(others)
        seen = np.searchsorted(ranked, found, "right") - np.searchsorted(ranked, found, "left")
        mask = (expected >= _EXPECTED) & (seen * _RARER < expected)
        return np.asarray(mask[place], dtype=np.bool_)


def _texts(column: Column) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Read the cells as `texts` does, each distinct one once."""
    cells = column.astype(object)
    if cells.map(lambda cell: isinstance(cell, bool | np.bool_)).any():  # as keys, True and 1 are the same
        return np.array(texts(cells), dtype=object)
    try:
        place, found = pd.factorize(cells, use_na_sentinel=True)
    except TypeError:  # lists and other cells that cannot be hashed
        return np.array(texts(cells), dtype=object)
    return np.array([*texts(pd.Series(found, dtype=object)), ""], dtype=object)[place]
