"""Distances between rows of mixed columns, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from leakage.arrays import Booleans, Floats
from leakage.tables.points import Points, Singles

_BLOCK = 131_072  # distances worked on at a time: they and their differences fit a processor's cache


def gaps(asked: Points, there: Points) -> Iterator[tuple[slice, Singles]]:
    """Yield the distances of a few rows at a time to all rows there (Gower 1971, doi:10.2307/2528823).

    They are summed over the columns: two words, or a word and a number, are 0 or 1 apart, two numbers as far as
    their scaled difference, 1 at most. So equal rows are at distance 0 exactly.
    """
    columns = [column for line in range(len(asked.names)) for column in _compared(asked, there, line)]
    step = max(1, _BLOCK // max(1, len(there)))
    for start in range(0, len(asked), step):
        part = slice(start, min(start + step, len(asked)))
        space = _Space.of(part.stop - part.start, len(there))
        for column in columns:
            column.add(part, space)
        np.add(space.total, space.words, out=space.total, casting="unsafe")
        yield part, space.total


@dataclass(frozen=True, slots=True, repr=False)
class _Space:
    """Working space for some rows: the distance by now, how many words differ, and one column's differences."""

    total: Singles
    words: npt.NDArray[np.uint16]
    differs: Booleans
    gap: Singles

    @classmethod
    def of(cls, rows: int, columns: int) -> _Space:
        shape = (rows, columns)
        zeros = np.zeros(shape, np.float32), np.zeros(shape, np.uint16)
        return cls(*zeros, np.empty(shape, np.bool_), np.empty(shape, np.float32))


@dataclass(frozen=True, slots=True, repr=False)
class _Words:
    """A column without numbers, in both tables."""

    codes: tuple[npt.NDArray[Any], npt.NDArray[Any]]

    def add(self, part: slice, space: _Space) -> None:
        np.not_equal(self.codes[0][part, None], self.codes[1], out=space.differs)
        np.add(space.words, space.differs, out=space.words)


@dataclass(frozen=True, slots=True, repr=False)
class _Numbers:
    """A column of numbers, and of words where `codes` are given."""

    values: tuple[Singles, Singles]
    codes: tuple[npt.NDArray[Any], npt.NDArray[Any]] | None

    def add(self, part: slice, space: _Space) -> None:
        gap = space.gap
        np.subtract(self.values[0][part, None], self.values[1], out=gap)
        np.abs(gap, out=gap)
        np.minimum(gap, np.float32(1), out=gap)
        if self.codes is not None:
            np.not_equal(self.codes[0][part, None], self.codes[1], out=space.differs)
            np.copyto(gap, np.float32(1), where=space.differs)
        np.add(space.total, gap, out=space.total)


def _compared(asked: Points, there: Points, line: int) -> list[_Words | _Numbers]:
    """Prepare a column; one that says nothing, being the same everywhere, is left out."""
    values, codes = (asked.values[line], there.values[line]), (asked.codes[line], there.codes[line])
    narrow = np.int16 if max(side.max(initial=0) for side in codes) < 2**15 else np.int32
    small = (codes[0].astype(narrow), codes[1].astype(narrow)) if _varies(*codes) else None
    if _varies(*values):
        return [_Numbers(values, small)]
    return [] if small is None else [_Words(small)]


def _varies(asked: npt.NDArray[Any], there: npt.NDArray[Any]) -> bool:
    return bool(asked.size and there.size and ((asked != there[0]).any() or (there != there[0]).any()))


def nearest(asked: Points, there: Points, k: int = 1) -> Floats:
    """Distances to the k nearest rows there, or to all if they are fewer, nearest first."""
    found = np.empty((len(asked), min(k, len(there))))
    for part, distances in gaps(asked, there):
        found[part] = lowest(distances, k)
    return found


def lowest(distances: Singles, k: int) -> Singles:
    """Keep the k least of every line, least first."""
    if k == 1 or distances.shape[1] <= 1:
        return np.asarray(distances.min(axis=1, keepdims=True), dtype=np.float32)
    few = min(k, distances.shape[1])
    return np.sort(np.partition(distances, few - 1, axis=1)[:, :few], axis=1)


def remoteness(asked: Points, there: Points, k: int = 5) -> Floats:
    """Mean distance to the k nearest rows there: how exposed a row is (Meeus et al. 2023, arXiv:2306.10308)."""
    return np.asarray(nearest(asked, there, k).mean(axis=1), dtype=np.float64)
