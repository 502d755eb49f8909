"""A column's distinct values in little memory, whatever its length and however it is cut into pieces."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from deid.tables.coded import Coded

_KEPT = 2_048
_RANGE = 2.0**64
_NOTHING = frozenset("- -- – — ? . n/a na nan null none nil unknown missing not available #n/a tbd".split())


@dataclass(frozen=True, slots=True)
class Sketch:
    """The distinct values of the smallest hashes, up to 2,048, and how many cells say anything.

    Hashes fall evenly, so what is kept is an even sample of the distinct values, and the largest hash kept tells how
    many there are in all: exactly up to 2,048, beyond that to about 2 % (Bar-Yossef et al. 2002,
    doi:10.1007/3-540-45726-7_1). `times` says in how many cells each value stands, exactly. The sketch of a column is
    the same in whichever order and pieces it is read.

    >>> one, two = Sketch.of(["Ann", "Bo", "n/a"]), Sketch.of(["Bo", " Ann "])
    >>> both = one.merged(two)
    >>> sorted(zip(both.values, both.times)), both.cells, both.distinct
    ([('Ann', 2), ('Bo', 2)], 4, 2)
    """

    cells: int
    hashes: tuple[int, ...] = field(repr=False)
    values: tuple[str, ...] = field(repr=False)
    times: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(cls, values: Sequence[str], times: Iterable[int] | None = None) -> Sketch:
        """Sketch values; `times` says how many cells stand behind each, one where nothing is said."""
        counts: dict[str, int] = {}
        for value, often in zip(values, times or [1] * len(values), strict=True):
            if not says_nothing(value):
                counts[value.strip()] = counts.get(value.strip(), 0) + often
        if not counts:
            return cls(0, (), (), ())
        bare = list(counts)
        raw = np.array([value.encode("utf-8", "surrogatepass") for value in bare], dtype=object)
        hashes = pd.util.hash_array(raw, categorize=False)
        kept = np.argsort(hashes)[:_KEPT].tolist()
        chosen = tuple(bare[place] for place in kept)
        return cls(sum(counts.values()), tuple(hashes[kept].tolist()), chosen, tuple(counts[one] for one in chosen))

    @classmethod
    def of_cells(cls, cells: Coded) -> Sketch:
        """Sketch a column."""
        return cls.of(cells.texts, cells.counts().tolist())

    def merged(self, other: Sketch) -> Sketch:
        """Return the sketch of both pieces of a column."""
        counts: dict[tuple[int, str], int] = {}
        for one in (self, other):
            for number, value, often in zip(one.hashes, one.values, one.times, strict=True):
                counts[number, value] = counts.get((number, value), 0) + often
        kept = heapq.nsmallest(_KEPT, counts)
        hashes, values = tuple(number for number, _ in kept), tuple(value for _, value in kept)
        return Sketch(self.cells + other.cells, hashes, values, tuple(counts[one] for one in kept))

    @property
    def whole(self) -> bool:
        """Whether it has all distinct values."""
        return len(self.hashes) < _KEPT

    @property
    def differs(self) -> bool:
        """Whether no value that it has stands in two cells, and there are several."""
        return len(self.times) > 1 and max(self.times) == 1

    def may_hold(self, other: Sketch) -> bool:
        """Whether the values of another column can all stand in this one, as far as both sketches tell.

        >>> Sketch.of(["Ann", "Bo"]).may_hold(Sketch.of(["Bo", "Bo"])), Sketch.of(["Ann"]).may_hold(Sketch.of(["Cy"]))
        (True, False)
        """
        reach = _RANGE if self.whole else self.hashes[-1]
        pairs = zip(other.hashes, other.values, strict=True)
        return {pair for pair in pairs if pair[0] <= reach} <= set(zip(self.hashes, self.values, strict=True))

    @property
    def distinct(self) -> int:
        """How many distinct values there are, estimated where they are many."""
        if self.whole:
            return len(self.hashes)
        return max(_KEPT, min(self.cells, round((_KEPT - 1) * _RANGE / max(1, self.hashes[-1]))))


def says_nothing(value: str) -> bool:
    """Whether a cell is empty, or holds a word for it.

    >>> says_nothing(" "), says_nothing("N/A"), says_nothing("0")
    (True, True, False)
    """
    bare = value.strip()
    return not bare or bare.lower() in _NOTHING
