"""Counts over a few columns, exact or measured with noise."""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import NDArray

from synth.currency import Noise
from synth.encode import Codes, numbered
from synth.entropy import Entropy

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Counter = Callable[[tuple[int, ...]], Ints]
"""Counts the rows of every combination of some columns, exactly: private, and to be asked by a till alone."""

Tabulator = Callable[[Codes], Counter]
"""Takes the codes of a table in and gives who counts them: an engine's verb, so that counts can come from a cluster."""

_CHUNK = 2**15  # rows that are counted at a time: what is worked on stays in the processor's cache


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

    One row changes one cell by one; a person with m rows changes cells by m in all: sensitivity m in L1 and L2.
    """
    shape = tuple(codes.sizes[axis] for axis in axes)
    counts, cells = np.zeros(math.prod(shape), dtype=np.int64), math.prod(shape)
    step = max(_CHUNK, 4 * cells)
    for start in range(0, len(codes.array), step):
        counts += np.bincount(numbered(codes.array[start : start + step], axes, codes.sizes), minlength=cells)
    return counts.reshape(shape)


def tabulate(codes: Codes) -> Counter:
    """Count in this process: the engine that every synthesizer has unless it is given another.

    >>> tabulate(Codes(np.array([[0], [1], [1]]), ("smokes",), (2,)))((0,)).tolist()
    [1, 2]
    """
    return partial(count, codes)


def measure(exact: Sequence[tuple[tuple[int, ...], Ints]], noise: Noise, entropy: Entropy) -> list[Marginal]:
    """Add this noise to exact counts over these columns. Each table costs its price, which the caller has booked."""
    sizes = [counts.size for _, counts in exact]
    drawn, sigma2 = noise.draw(sum(sizes), entropy), noise.sigma2
    starts = itertools.accumulate(sizes, initial=0)
    return [
        Marginal(axes, (counts + drawn[start : start + counts.size].reshape(counts.shape)).astype(np.float64), sigma2)
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
