"""Histograms over a few columns at a time: how much commoner a row's cell is in the release than elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from leakage.arrays import Floats, Integers
from leakage.tables.points import Points

Sets = Sequence[tuple[int, ...]]
"""Positions of columns, a tuple a histogram."""

_BANDS = 10
_MOST = 300  # pairs of columns looked at, at most
_PRIOR = 0.5  # rows that every cell is given beforehand (Krichevsky & Trofimov 1981, doi:10.1109/TIT.1981.1056331)
_SEED = 20241007


def pairs(columns: int) -> list[tuple[int, ...]]:
    """All pairs of columns, a sample of 300 where there are more; a column alone if there is but one.

    >>> pairs(3)
    [(0, 1), (0, 2), (1, 2)]
    """
    found: list[tuple[int, ...]] = list(combinations(range(columns), 2)) or [(0,)]
    kept = np.sort(np.random.default_rng(_SEED).permutation(len(found))[:_MOST])
    return [found[place] for place in kept]


def log_ratios(asked: Points, released: Points, reference: Points, sets: Sets) -> Floats:
    """log(p_released / p_reference) at every row's cell, a line a set of columns.

    Shares are counts with half a row added to every cell that occurs anywhere, so that an empty one is no zero.
    Numeric columns with more than 20 released values are cut at the release's tenths.
    """
    sides = (released, reference, asked)
    bins = {line: _bins(sides, line) for line in sorted({line for lines in sets for line in lines})}
    found = np.empty((len(sets), len(asked)))
    for place, lines in enumerate(sets):
        key = np.zeros(sum(map(len, sides)), dtype=np.int64)
        for line in lines:
            key = pd.factorize(key * (int(bins[line].max(initial=0)) + 1) + bins[line])[0]
        found[place] = _ratio(key, len(released), len(reference))
    return found


def _bins(sides: Sequence[Points], line: int) -> Integers:
    values = np.concatenate([side.values[line] for side in sides])
    codes = np.concatenate([side.codes[line] for side in sides]).astype(np.int64)
    known = sides[0].values[line][sides[0].codes[line] == 0]
    edges = np.unique(known)
    if edges.size > 2 * _BANDS:
        edges = np.unique(np.quantile(known, np.arange(1, _BANDS) / _BANDS))
    band = np.searchsorted(edges, values, side="right")
    return np.where(codes == 0, band, edges.size + codes).astype(np.int64)


def _ratio(key: Integers, released: int, reference: int) -> Floats:
    cells = int(key.max(initial=-1)) + 1
    sides = np.split(key, [released, released + reference])
    logs = [np.log(np.bincount(s, minlength=cells) + _PRIOR) - np.log(s.size + _PRIOR * cells) for s in sides[:2]]
    return np.asarray((logs[0] - logs[1])[sides[2]], dtype=np.float64)
