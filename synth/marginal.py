"""Counts over a few columns, exact or measured with noise."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from synth.encode import Codes, numbered
from synth.entropy import Entropy
from synth.noise import discrete_gaussian

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Marginal:
    """Noisy counts with variance `sigma2`: one axis for each of `axes`, which are places of columns."""

    axes: tuple[int, ...]
    counts: Floats
    sigma2: Fraction

    def pooled(self, other: "Marginal") -> "Marginal":
        """Average two independent measurements of the same columns, weighted by their precision."""
        own, its = 1 / self.sigma2, 1 / other.sigma2
        share = float(own / (own + its))
        return Marginal(self.axes, share * self.counts + (1 - share) * other.counts, 1 / (own + its))


def count(codes: Codes, axes: tuple[int, ...]) -> Ints:
    """Count the rows of every combination of the columns at `axes`: exact, private, not to be released.

    One row changes one cell by one: sensitivity 1 in L1 and L2.
    """
    shape = tuple(codes.sizes[axis] for axis in axes)
    flat = numbered(codes.array, axes, codes.sizes)
    return np.bincount(flat, minlength=math.prod(shape)).astype(np.int64).reshape(shape)


def measure(exact: Sequence[tuple[tuple[int, ...], Ints]], sigma2: Fraction, entropy: Entropy) -> list[Marginal]:
    """Add discrete Gaussian noise of variance `sigma2` to exact counts over these columns.

    Each table costs 1 / (2 sigma2) of rho, which the caller has booked before.
    """
    sizes = [counts.size for _, counts in exact]
    noise = discrete_gaussian(sigma2, sum(sizes), entropy)
    starts = itertools.accumulate(sizes, initial=0)
    return [
        Marginal(axes, (counts + noise[start : start + counts.size].reshape(counts.shape)).astype(np.float64), sigma2)
        for (axes, counts), start in zip(exact, starts, strict=False)
    ]


def total(marginals: Iterable[Marginal]) -> float:
    """Estimate the number of rows, at least 0: the mean of the marginals' sums, weighted by their precision.

    A sum over k cells has variance k · sigma2. Post-processing: it costs nothing.
    """
    weights, sums = [], []
    for marginal in marginals:
        weights.append(1 / (marginal.counts.size * float(marginal.sigma2)))
        sums.append(float(marginal.counts.sum()))
    return max(0.0, float(np.average(sums, weights=weights))) if sums else 0.0
