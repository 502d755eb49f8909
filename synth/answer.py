"""Counts that a model gives over some columns, and how far off each may be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.marginal import Marginal

Floats = NDArray[np.float64]

_NORMAL = 1.959963984540054  # the 97.5 % quantile


@dataclass(frozen=True, slots=True)
class Answer:
    """Expected counts over `columns`, one axis a column, and the half-width of a 95 % interval around each.

    The interval holds what the table has (the exact count), each cell's for itself; it comes from the noise of the
    measurements that hold these columns. Where none does, `error` is NaN: nothing is known of how far off the model is.
    """

    columns: tuple[str, ...]
    counts: Floats
    error: Floats


def error_of(counts: Floats, axes: Sequence[int], marginals: Sequence[Marginal]) -> Floats:
    """Give the half-width of a 95 % interval around each of a model's counts, from the noise that was added.

    The noisy counts that hold the columns, summed over the others and averaged by their precision, are unbiased with a
    known variance; the model's count may lie elsewhere, so the interval around it reaches to the far end of theirs.
    """
    weights, sums = 0.0, np.zeros(counts.shape)
    for marginal in marginals:
        if set(axes) <= set(marginal.axes):
            gone = tuple(place for place, axis in enumerate(marginal.axes) if axis not in axes)
            left = [axis for axis in marginal.axes if axis in axes]
            summed = marginal.counts.sum(axis=gone).transpose([left.index(axis) for axis in axes])
            precision = counts.size / (marginal.counts.size * float(marginal.sigma2))
            weights += precision
            sums = sums + precision * summed
    if not weights:
        return np.full(counts.shape, np.nan)
    error: Floats = np.abs(counts - sums / weights) + _NORMAL / math.sqrt(weights)
    return error
