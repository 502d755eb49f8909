"""Book a measurement, then make it: the only way to the private counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from synth.encode import Codes
from synth.entropy import Entropy, generator
from synth.inference import Axes, onto_simplex
from synth.ledger import Entry, Ledger
from synth.marginal import Marginal, count, measure, total
from synth.noise import choose, cost, variance
from synth.select import candidates, round_epsilon, rounds, spanning_forest

Ints = NDArray[np.int64]

# A pair must show more than this share of sigma a cell before it is worth measuring. The noise's mean size is 0.8
# sigma, about half of which the fit to a non-negative table takes away again (measured on four tables).
PENALTY = 0.4
_KEPT_CELLS = 30_000_000


@dataclass(frozen=True, slots=True)
class Till:
    """Counts of a table, and the ledger that a spend is booked in before it is made.

    `spent` is what it has booked of rho, `zeros` marks combinations that are ruled out in public.
    """

    codes: Codes
    ledger: Ledger
    entropy: Entropy
    start: Fraction = Fraction(0)
    zeros: Mapping[Axes, NDArray[np.bool_]] = field(default_factory=dict, repr=False)
    _kept: dict[Axes, Ints] = field(default_factory=dict, repr=False)

    @property
    def spent(self) -> Fraction:
        """Give the rho booked since `start`."""
        return self.ledger.rho - self.start

    def exact(self, axes: Axes) -> Ints:
        """Count the rows of each combination: exact and private, never to leave; counted once where memory allows."""
        known = self._kept.get(axes)
        if known is None:
            known = count(self.codes, axes)
            if sum(counts.size for counts in self._kept.values()) + known.size <= _KEPT_CELLS:
                self._kept[axes] = known
        return known

    def measure(self, cliques: Sequence[Axes], rho: Fraction, step: str) -> list[Marginal]:
        """Measure these marginals for at most `rho` together, shared equally."""
        sigma2, entries = variance(rho / len(cliques)), []
        for axes in cliques:
            columns = tuple(self.codes.names[axis] for axis in axes)
            entries.append(
                Entry(step, "discrete Gaussian", cost(sigma2), columns=columns, private=self.entropy.private)
            )
        self.ledger.charge(*entries)
        return measure([(axes, self.exact(axes)) for axes in cliques], sigma2, self.entropy)

    def one_ways(self, rho: Fraction) -> list[Marginal]:
        """Measure every column; of a table without modelled columns, just the number of rows."""
        cliques: list[Axes] = [(place,) for place in range(len(self.codes.sizes))]
        return self.measure(cliques or [()], rho, "1-way marginal")

    def forest(self, ways: Sequence[Marginal], rho: Fraction, sigma: float) -> list[tuple[int, int]]:
        """Select the pairs of a forest for at most `rho`, given the noise they will be measured with."""
        pairs = candidates(self.codes.sizes)
        times = rounds(pairs, len(self.codes.sizes))
        epsilon = round_epsilon(rho, times)
        self._book_selection("pair selection", epsilon, times)
        rows = max(total(ways), 1.0)
        singles = [onto_simplex(way.counts, rows) for way in ways]
        return spanning_forest(self.codes, singles, epsilon, sigma * PENALTY, self.entropy)

    def select(self, scores: Sequence[int], sensitivity: int, rho: Fraction) -> int:
        """Choose the place of a high score for at most `rho`, by the exact exponential mechanism.

        One row more or less changes no score by more than `sensitivity`.
        """
        epsilon = round_epsilon(rho, 1)
        self._book_selection("marginal selection", epsilon, 1)
        return choose(np.array(scores, dtype=np.int64), epsilon / 2 / sensitivity, self.entropy)

    def draw(self, size: int, count: int) -> Ints:
        """Draw `count` different places below `size`, without looking at the data."""
        return np.sort(generator(self.entropy).choice(size, size=count, replace=False))

    def _book_selection(self, step: str, epsilon: Fraction, times: int) -> None:
        spend = Entry(step, "exponential", epsilon**2 / 8, private=self.entropy.private)
        self.ledger.charge(*[spend] * times)
