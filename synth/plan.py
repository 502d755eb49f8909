"""AIM's prices: what a round may cost, and which marginals it may choose among."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from synth.inference import Axes
from synth.select import MAX_CELLS
from synth.till import PENALTY, Till

SELECTION = Fraction(1, 10)
"""The share of a round's budget that choosing takes."""
MOST_PAIRS = 220
"""So many pairs are looked at in a round; of more, as many drawn at random."""

# Settled by trials on four tables at epsilon 0.1 to 10 (`python -m benchmarks synth` shows where they lead).
_ROUNDS_A_COLUMN, _MOST_ROUNDS = 2, 120
_NOISE = 0.04
_FITS = 50
_GROWTH = 0.4
_LEAST = Fraction(1, 4)
_TRIPLE_CELLS = 100_000
_MOST_TRIPLES = 5_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round may cost: `unit` of the budget, by the `price` of the marginal, which grows with its size."""

    weights: Mapping[Axes, int]
    price: Mapping[Axes, Fraction]
    unit: Fraction
    budget: Fraction
    rounds: int

    @classmethod
    def of(cls, till: Till, weights: Mapping[Axes, int], rows: float, budget: Fraction) -> "Plan":
        """Plan two rounds a column, or more where the noise of the middle pair then still is small beside `rows`."""
        cells = {axes: till.codes.cells(axes) for axes in weights}
        middle = float(np.median([count for axes, count in cells.items() if len(axes) == 2] or list(cells.values())))
        prices = {axes: Fraction(round(1000 * (count / middle) ** _GROWTH), 1000) for axes, count in cells.items()}
        price = {axes: max(_LEAST, one) for axes, one in prices.items()}
        few = max(1, _ROUNDS_A_COLUMN * len(till.codes.sizes))
        noise = PENALTY * middle * till.sigma(budget * (1 - SELECTION) / few) / max(rows, 1.0)
        rounds = min(max(few, round(few * (_NOISE / noise) ** 2)), max(few, len(weights)), _MOST_ROUNDS)
        return cls(weights, price, budget / rounds, budget, rounds)

    @property
    def together(self) -> int:
        """Count the rounds between two fits of the model."""
        return math.ceil(self.rounds / _FITS)

    @property
    def least(self) -> Fraction:
        """Give the smallest amount that is worth a round."""
        return self.unit * _LEAST

    def dearer(self) -> "Plan":
        """Give the plan by which a marginal costs double, and carries less noise."""
        return replace(self, unit=self.unit * 2)

    def selection(self, left: Fraction) -> Fraction:
        """Give what choosing the marginal of a round costs."""
        return min(self.unit, left) * SELECTION

    def purse(self, axes: Axes, left: Fraction) -> Fraction:
        """Give what measuring a marginal may cost: its price, or all that is left where the rest would buy nothing."""
        price, rest = self.unit * (1 - SELECTION) * self.price[axes], left - self.selection(left)
        return rest if rest - price < self.least else price

    def offered(self, till: Till) -> list[Axes]:
        """Give the candidates of a round: all, or of very many pairs some, drawn without looking at the data."""
        pairs = [axes for axes in self.weights if len(axes) == 2]
        if len(pairs) <= MOST_PAIRS:
            return list(self.weights)
        drawn = [pairs[place] for place in till.draw(len(pairs), MOST_PAIRS)]
        return [*drawn, *(axes for axes in self.weights if len(axes) > 2)]


def marginals(sizes: Sequence[int]) -> Iterator[Axes]:
    """List the pairs and triples that are small enough to be measured; the schema alone decides."""
    places = [place for place, size in enumerate(sizes) if size > 1]
    for pair in itertools.combinations(places, 2):
        if math.prod(sizes[axis] for axis in pair) <= MAX_CELLS:
            yield pair
    if math.comb(len(places), 3) <= _MOST_TRIPLES:
        for triple in itertools.combinations(places, 3):
            if math.prod(sizes[axis] for axis in triple) <= _TRIPLE_CELLS:
                yield triple
