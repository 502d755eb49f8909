"""A column's distinct values in little memory, whatever its length and however it is cut into pieces."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

_KEPT = 2_048
_RANGE = 2.0**64
_NOTHING = frozenset("- -- – — ? . n/a na nan null none nil unknown missing not available #n/a tbd".split())


@dataclass(frozen=True, slots=True)
class Sketch:
    """The distinct values of the smallest hashes, up to 2,048, and how many cells say anything.

    Hashes fall evenly, so what is kept is an even sample of the distinct values, and the largest hash kept tells how
    many there are in all: exactly up to 2,048, beyond that to about 2 % (Bar-Yossef et al. 2002,
    doi:10.1007/3-540-45726-7_1). The sketch of a column is the same in whichever order and pieces it is read.

    >>> one, two = Sketch.of(["Ann", "Bo", "n/a"]), Sketch.of(["Bo", " Ann "])
    >>> both = one.merged(two)
    >>> sorted(both.values), both.cells, both.distinct
    (['Ann', 'Bo'], 4, 2)
    """

    cells: int
    hashes: tuple[int, ...] = field(repr=False)
    values: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, values: Sequence[str], times: Iterable[int] | None = None) -> Sketch:
        """Sketch values; `times` says how many cells stand behind each, one where nothing is said."""
        cells = sum(n for v, n in zip(values, times or [1] * len(values), strict=True) if not says_nothing(v))
        bare = list({v.strip() for v in values if not says_nothing(v)})
        if not bare:
            return cls(cells, (), ())
        raw = np.array([value.encode("utf-8", "surrogatepass") for value in bare], dtype=object)
        hashes = pd.util.hash_array(raw, categorize=False)
        kept = np.argsort(hashes)[:_KEPT].tolist()
        return cls(cells, tuple(hashes[kept].tolist()), tuple(bare[place] for place in kept))

    def merged(self, other: Sketch) -> Sketch:
        """Return the sketch of both pieces of a column."""
        pairs = [*zip(self.hashes, self.values, strict=True), *zip(other.hashes, other.values, strict=True)]
        kept = heapq.nsmallest(_KEPT, set(pairs))
        return Sketch(self.cells + other.cells, tuple(one for one, _ in kept), tuple(value for _, value in kept))

    @property
    def distinct(self) -> int:
        """How many distinct values there are, estimated where they are many."""
        if len(self.hashes) < _KEPT:
            return len(self.hashes)
        return max(_KEPT, min(self.cells, round((_KEPT - 1) * _RANGE / max(1, self.hashes[-1]))))


def says_nothing(value: str) -> bool:
    """Whether a cell is empty, or holds a word for it.

    >>> says_nothing(" "), says_nothing("N/A"), says_nothing("0")
    (True, True, False)
    """
    bare = value.strip()
    return not bare or bare.lower() in _NOTHING
