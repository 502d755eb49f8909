"""Fixed public grids on which the bounds and bins of a number are bought."""

import datetime as dt
import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synth.column import DEFAULT_BINS, FORMATS, Column, ColumnType, bound, number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TOP = 49
_BOTTOM = -10
_FIRST_YEAR, _LAST_YEAR = 1800, 2200


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells between rising `edges`; the first and last take whatever lies beyond.

    >>> Grid((0.0, 1.0, 2.0)).count(np.array([0.5, 1.5, 9.0])).tolist()
    [1, 2]
    """

    edges: tuple[float, ...]

    def count(self, values: Floats) -> Ints:
        """Count the values in every cell; one value changes one cell by one."""
        cells = np.searchsorted(np.array(self.edges[1:-1]), values, side="right")
        return np.bincount(cells, minlength=len(self.edges) - 1).astype(np.int64)

    def between(self, filled: NDArray[np.bool_]) -> tuple[float, float] | None:
        """Give the span from the first filled cell to the last; None if none is filled."""
        places = np.flatnonzero(filled)
        return (self.edges[places[0]], self.edges[places[-1] + 1]) if places.size else None

    @classmethod
    def fine(cls, wide: "Grid", span: tuple[float, float], kind: ColumnType) -> "Grid":
        """Cut every cell of `wide` inside `span` into equal parts: about 64 in all, and at least 8 a cell."""
        kept = [edge for edge in wide.edges if span[0] <= edge <= span[1]]
        parts = max(8, 2 * DEFAULT_BINS // (len(kept) - 1))
        cuts = {low + (high - low) * i / parts for low, high in itertools.pairwise(kept) for i in range(parts)}
        if kind != "real":
            cuts = {float(math.ceil(cut)) for cut in cuts}
        return cls((*sorted(cuts - {span[1]}), span[1]))


def coarse(kind: ColumnType) -> Grid:
    """Give the public grid: signed powers of two, or for dates and times every fifth year from 1800 to 2200."""
    if kind in FORMATS:
        years = [dt.datetime(year, 1, 1) for year in range(_FIRST_YEAR, _LAST_YEAR + 1, 5)]
        return Grid(tuple(number(year if kind == "datetime" else year.date()) for year in years))
    powers = [2.0**power for power in range(0 if kind == "integer" else _BOTTOM, _TOP)]
    below = [1.0 - power for power in powers] if kind == "integer" else [-power for power in powers]
    return Grid((*reversed(below), *powers))


def binned(column: Column, grid: Grid, counts: Ints, sure: float) -> Column:
    """Fill in what an open column leaves out by noisy counts on a fine grid: bounds, and bins that are well filled.

    Declared bounds stay. Cells are merged until each bin holds `sure` or a fair share.
    """
    filled = np.maximum(counts, 0)
    enough = max(sure, float(filled.sum()) / DEFAULT_BINS)
    edges: list[float] = []
    held = 0.0
    for low_edge, edge, amount in zip(grid.edges[:-1], grid.edges[1:], filled.tolist(), strict=True):
        if amount >= enough and held > 0:  # a cell that fills a bin gets one of its own
            edges.append(low_edge)
            held = 0.0
        held += amount
        if held >= enough and edge < grid.edges[-1]:
            edges.append(edge)
            held = 0.0
    kind, low, high = column.type, grid.edges[0], grid.edges[-1] - (0 if column.type == "real" else 1)
    least, most = (column.min, column.max) if column.min is not None else (bound(low, kind), bound(high, kind))
    decimals = _decimals(low, high) if kind == "real" and column.decimals is None else column.decimals
    bins = tuple(bound(edge, kind) for edge in edges) or (bound(low, kind),)
    return replace(column, min=least, max=most, bins=bins, decimals=decimals, buy=False)


def _decimals(low: float, high: float) -> int:
    return min(12, max(2, 3 - math.floor(math.log10(high - low)))) if high > low else 2
