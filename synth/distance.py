"""Total variation distance between the k-way marginals of two tables of codes."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synth.encode import Codes, numbered

Ints = NDArray[np.int64]

_DENSE = 1_000_000
_TRIPLES = 120


def cliques(columns: int, ways: int) -> list[tuple[int, ...]]:
    """List the k-way marginals that are compared: all, or of the triples 120, the same for every table.

    The triples are drawn with numpy's `default_rng(0)`, which makes figures comparable between runs and
    papers.
    """
    every = list(itertools.combinations(range(columns), ways))
    if ways < 3 or len(every) <= _TRIPLES:
        return every
    drawn = np.random.default_rng(0).choice(len(every), size=_TRIPLES, replace=False)
    return [every[place] for place in sorted(drawn)]


def total_variation(left: Codes, right: Codes, axes: Sequence[int]) -> float:
    """Give half the L1 distance between two tables' shares over the columns `axes`, between 0 and 1.

    An empty table counts as one without any share, so the distance to it is 1/2.
    """
    cells = math.prod(left.sizes[axis] for axis in axes)
    flats = [numbered(codes.array, axes, left.sizes) for codes in (left, right)]
    if cells > _DENSE:
        places = np.unique(np.concatenate(flats), return_inverse=True)[1]
        flats, cells = [places[: len(flats[0])], places[len(flats[0]) :]], int(places.max(initial=0)) + 1
    shares = [np.bincount(flat, minlength=cells) / max(len(flat), 1) for flat in flats]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def mean_variation(left: Codes, right: Codes, ways: int) -> float | None:
    """Average the distance over the k-way marginals of `cliques`; None if the tables have fewer columns."""
    compared = cliques(len(left.sizes), ways)
    return float(np.mean([total_variation(left, right, axes) for axes in compared])) if compared else None
