"""Book a measurement, then make it: the only way to the private counts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from synth.currency import Currency, Noise
from synth.encode import Codes
from synth.entropy import Entropy, generator
from synth.errors import BudgetExceededError
from synth.inference import Axes, onto_simplex
from synth.ledger import Entry, Ledger
from synth.marginal import Counter, Marginal, count, measure, total
from synth.noise import choose
from synth.select import candidates, rounds, spanning_forest

Ints = NDArray[np.int64]

# A pair must show more than this share of sigma a cell before it is worth measuring. The noise's mean size is 0.8
# sigma, about half of which the fit to a non-negative table takes away again (measured on four tables).
PENALTY = 0.4
_KEPT_CELLS = 30_000_000


@dataclass(frozen=True, slots=True)
class Till:
    """Counts of a table, and the ledger that a spend is booked in before it is made.

    `budget` is what may be spent in all, in its `currency`; `most` the rows by which a neighbouring table differs;
    `zeros` marks combinations that are ruled out in public; `counter` counts the rows, by default in this process.
    """

    codes: Codes
    ledger: Ledger
    entropy: Entropy
    currency: Currency
    budget: Fraction
    most: int = 1
    zeros: Mapping[Axes, NDArray[np.bool_]] = field(default_factory=dict, repr=False)
    counter: Counter | None = field(default=None, repr=False)
    _spends: list[Entry] = field(default_factory=list, repr=False)
    _kept: dict[Axes, Ints] = field(default_factory=dict, repr=False)

    @property
    def spent(self) -> Fraction:
        """Give what was spent."""
        return sum((self._paid(entry) for entry in self._spends), Fraction(0))

    @property
    def left(self) -> Fraction:
        """Give what is left of the budget."""
        return self.budget - self.spent

    def exact(self, axes: Axes) -> Ints:
        """Count the rows of each combination: exact and private, never to leave; counted once where memory allows."""
        known = self._kept.get(axes)
        if known is None:
            known = count(self.codes, axes) if self.counter is None else self.counter(axes)
            if sum(counts.size for counts in self._kept.values()) + known.size <= _KEPT_CELLS:
                self._kept[axes] = known
        return known

    def noise(self, amount: Fraction) -> Noise:
        """Give the noise that a marginal gets for this amount."""
        return self.currency.noise(amount, self.most)

    def sigma(self, amount: Fraction) -> float:
        """Give the standard deviation of that noise."""
        return math.sqrt(self.noise(amount).sigma2)

    def measure(self, cliques: Sequence[Axes], amount: Fraction, step: str) -> list[Marginal]:
        """Measure these marginals for at most `amount` together, shared equally."""
        noise = self.noise(amount / len(cliques))
        self._pay(*(self._spend(axes, noise, step) for axes in cliques))
        return measure([(axes, self.exact(axes)) for axes in cliques], noise, self.entropy)

    def one_ways(self, amount: Fraction) -> list[Marginal]:
        """Measure every column; of a table without modelled columns, just the number of rows."""
        step = "1-way marginal"
        if not self.codes.sizes:
            return self.measure([()], amount, step)
        noises = [self.noise(amount * share) for share in shares(self.codes.sizes)]
        self._pay(*(self._spend((place,), noise, step) for place, noise in enumerate(noises)))
        counts = [self.exact((place,)) for place in range(len(noises))]
        return [
            measure([((place,), own)], noise, self.entropy)[0]
            for place, (own, noise) in enumerate(zip(counts, noises, strict=True))
        ]

    def forest(self, ways: Sequence[Marginal], amount: Fraction, sigma: float) -> list[tuple[int, int]]:
        """Select the pairs of a forest for at most `amount`, given the noise they will be measured with."""
        pairs = candidates(self.codes.sizes)
        times = rounds(pairs, len(self.codes.sizes))
        epsilon = self._pay_selection("pair selection", amount, times)
        rows = max(total(ways), 1.0)
        singles = [onto_simplex(way.counts, rows) for way in ways]
        return spanning_forest(self.exact, singles, epsilon / 2 / self.most, sigma * PENALTY, self.entropy)

    def select(self, scores: Sequence[int], sensitivity: int, amount: Fraction) -> int:
        """Choose the place of a high score for at most `amount`, by the exact exponential mechanism.

        One row more or less changes no score by more than `sensitivity`.
        """
        epsilon = self._pay_selection("marginal selection", amount, 1)
        return choose(np.array(scores, dtype=np.int64), epsilon / 2 / (sensitivity * self.most), self.entropy)

    def draw(self, size: int, count: int) -> Ints:
        """Draw `count` different places below `size`, without looking at the data."""
        return np.sort(generator(self.entropy).choice(size, size=count, replace=False))

    def _pay_selection(self, step: str, amount: Fraction, times: int) -> Fraction:
        epsilon = self.currency.selection(amount, times)
        spend = Entry(step, "exponential", epsilon**2 / 8, private=self.entropy.private, epsilon=epsilon)
        self._pay(*[spend] * times)
        return epsilon

    def _spend(self, axes: Axes, noise: Noise, step: str) -> Entry:
        columns, private = tuple(self.codes.names[axis] for axis in axes), self.entropy.private
        return Entry(step, noise.mechanism, noise.rho, columns=columns, private=private, epsilon=noise.epsilon)

    def _pay(self, *entries: Entry) -> None:
        if sum((self._paid(entry) for entry in entries), Fraction(0)) > self.left:
            raise BudgetExceededError("a measurement would cost more than is left of this fit's budget")
        self.ledger.charge(*entries)
        self._spends.extend(entries)

    def _paid(self, entry: Entry) -> Fraction:
        return self.currency.paid(entry.rho, entry.epsilon)


def shares(sizes: Sequence[int]) -> list[Fraction]:
    """Share a budget out among columns so that their noise, summed over all their cells, is least.

    Noise of variance 1/share in `size` cells adds up to size / sqrt(share): least where shares grow as size^(2/3). No
    column gets more than four times what the middle one does, lest one of thousands of categories leave nothing.
    """
    wanted = [round(1000 * max(1, size - 1) ** (2 / 3)) for size in sizes]
    most = 4 * sorted(wanted)[len(wanted) // 2]
    kept = [min(one, most) for one in wanted]
    return [Fraction(one, sum(kept)) for one in kept]
