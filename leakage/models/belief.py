"""What attackers believe of a secret, one belief a person and candidate, and how good the strongest one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from leakage.arrays import Booleans, Floats, Integers
from leakage.interval import ONE_SIDED, Estimate, wilson
from leakage.models.macro import draws, macro_auc

Beliefs: TypeAlias = Mapping[str, Floats]
"""The weight of each candidate for each person, by attacker."""


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """People of one side: the class of each (−1: none considered) and what attackers believe."""

    truth: Integers
    without: Beliefs
    within: Beliefs

    def right(self, beliefs: Beliefs, chosen_on: Side | None = None) -> Booleans:
        """Whether each is guessed by the attacker that was the strongest on the other half (of another side)."""
        hits = {name: belief.argmax(axis=1) == self.truth for name, belief in beliefs.items()}
        source = hits if chosen_on is None else chosen_on._hits(beliefs)
        even = np.arange(self.truth.size) % 2 == 0
        picks = [max(source, key=lambda name: float(source[name][half::2].sum())) for half in (1, 0)]
        return np.asarray(np.where(even, hits[picks[0]], hits[picks[1]]), dtype=np.bool_)

    def _hits(self, names: Beliefs) -> dict[str, Booleans]:
        return {name: self.within[name].argmax(axis=1) == self.truth for name in names}

    def accuracies(self) -> dict[str, float]:
        """How often each attacker guesses right."""
        return {f"accuracy {name}": rate(hits).value for name, hits in self._hits(self.within).items()}

    def areas(self, beliefs: Beliefs, weights: Floats) -> Floats:
        """Area under the curve by bootstrap sample, halves averaged, each by the strongest on the other half."""
        found = []
        for half in (0, 1):
            chosen = max(beliefs, key=lambda name: self._area(beliefs[name], 1 - half))
            people = slice(half, None, 2)
            found.append(macro_auc(_shares(beliefs[chosen])[people], self.truth[people], weights[:, people]))
        return np.asarray(np.mean(found, axis=0), dtype=np.float64)

    def _area(self, belief: Floats, half: int) -> float:
        truth = self.truth[half::2]
        return float(np.nan_to_num(macro_auc(_shares(belief)[half::2], truth, np.ones((1, truth.size)))[0]))


@dataclass(frozen=True, slots=True, repr=False)
class Areas:
    """The areas under the curve with and without the model, their difference, its upper bound and standard error."""

    within: float
    without: float
    gain: float
    upper: float
    spread: float


def gained(side: Side) -> Areas:
    """Take the strongest's gain; its bound is the largest of any attacker, so it holds for the truly strongest."""
    weights = draws(side.truth.size)
    without = side.areas(side.without, weights)
    floor = max(0.5, float(without[0]))  # who knows nothing names people at random
    within = side.areas(side.within, weights)
    added = {name: belief for name, belief in side.within.items() if name not in side.without}
    each = [within, *(macro_auc(_shares(belief), side.truth, weights) for belief in added.values())]
    uppers = [_bound(float(area[0]) - floor, _spread(area - without)) for area in each]
    reached = max(0.5, float(within[0]))
    return Areas(reached, floor, reached - floor, max(uppers), _spread(within - without))


def _spread(resampled: Floats) -> float:
    return float(np.std(resampled[1:], ddof=1))


def _bound(gain: float, spread: float) -> float:
    # 1 where unknown, so that a decision on it fails closed
    return 1.0 if np.isnan(gain + spread) else min(1.0, gain + ONE_SIDED * spread)


def rate(right: Booleans) -> Estimate:
    """Give the share of right guesses."""
    return wilson(int(right.sum()), right.size)


def _shares(belief: Floats) -> Floats:
    return np.asarray(belief / np.maximum(belief.sum(axis=1, keepdims=True), 1e-300), dtype=np.float64)
