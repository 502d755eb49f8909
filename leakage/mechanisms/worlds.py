"""Two worlds, with and without a canary: their scores, and the event that tells them apart best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from scipy import stats

from leakage.arrays import Booleans, Floats, Integers
from leakage.errors import ConfigurationError
from leakage.mechanisms.dp_audit import mu_bound

_TAIL = 0.025  # of each of the two limits that a bound is made of
_CUTS = 1_000  # thresholds that an event is chosen from at most

Gain: TypeAlias = Callable[[Floats, Floats, Floats, Floats], Floats]
"""What an event is chosen by, from TPR and FPR and their limits on the side that favours the mechanism."""


class Mechanism(Protocol):
    """What is audited: one whole run, with fresh randomness, and one number seen of it."""

    def observe(self, included: bool) -> float:
        """Run on the data with or without the canary; give a score, such as the log-likelihood ratio of the output."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Worlds:
    """Scores of runs with and without the canary: run i of one is independent of all others.

    Raises ConfigurationError unless both are as many numbers.
    """

    included: Floats
    excluded: Floats

    def __post_init__(self) -> None:
        """Check that there are as many runs of each."""
        if self.included.ndim != 1 or self.included.shape != self.excluded.shape:
            raise ConfigurationError("an audit needs as many runs with the canary as without it")

    @classmethod
    def observed(cls, mechanism: Mechanism, runs: int) -> Worlds:
        """Run a mechanism so often in each world, by turns."""
        pairs = [(mechanism.observe(True), mechanism.observe(False)) for _ in range(runs)]
        scores = np.array(pairs, dtype=np.float64).reshape(-1, 2)
        return cls(scores[:, 0].copy(), scores[:, 1].copy())

    def part(self, start: int, end: int) -> Worlds:
        """Keep some of the runs."""
        return Worlds(self.included[start:end], self.excluded[start:end])

    def apart(self) -> Worlds:
        """Give scores of as many runs that tell the worlds without fail: the plainest violation there is."""
        return Worlds(np.ones(self.included.size), np.zeros(self.excluded.size))

    @property
    def unknown(self) -> int:
        """Count the scores that are no numbers."""
        return int(np.isnan(self.included).sum() + np.isnan(self.excluded).sum())


@dataclass(frozen=True, slots=True)
class Event:
    """An outcome that speaks for the canary's being there: scores at or above a cut, or at or below it."""

    cut: float
    above: bool

    def holds(self, scores: Floats) -> Booleans:
        """Tell for which runs it holds."""
        return np.asarray(scores >= self.cut if self.above else scores <= self.cut, dtype=np.bool_)


def chosen(worlds: Worlds, gain: Gain) -> Event:
    """Choose the event with the highest gain; of several, one that is right most often.

    So few runs may show no gain at all, and the first event by order would then be one that always holds.
    """
    scores = np.unique(np.concatenate([worlds.included, worlds.excluded]))
    cuts = scores[np.linspace(0, scores.size - 1, min(scores.size, _CUTS)).astype(np.int64)]
    best: list[tuple[float, int, Event]] = []
    for above in (True, False):
        hits, alarms = (_holding(side, cuts, above) for side in (worlds.included, worlds.excluded))
        runs = worlds.included.size
        gains = gain(hits / runs, alarms / runs, *limits(hits, alarms, runs))
        place = int(np.lexsort((hits - alarms, gains))[-1])
        best.append((float(gains[place]), int(hits[place] - alarms[place]), Event(float(cuts[place]), above)))
    return max(best, key=lambda found: found[:2])[2]


def _holding(scores: Floats, cuts: Floats, above: bool) -> Integers:
    ordered = np.sort(scores)
    if above:
        return np.asarray(scores.size - np.searchsorted(ordered, cuts, side="left"), dtype=np.int64)
    return np.asarray(np.searchsorted(ordered, cuts, side="right"), dtype=np.int64)


def limits(hits: Integers, alarms: Integers, runs: int) -> tuple[Floats, Floats]:
    """Give Clopper and Pearson's lower limit of the hits' rate and upper limit of the alarms'."""
    low = np.where(hits > 0, stats.beta.ppf(_TAIL, np.maximum(hits, 1), runs - hits + 1), 0.0)
    high = np.where(alarms < runs, stats.beta.ppf(1 - _TAIL, alarms + 1, np.maximum(runs - alarms, 1)), 1.0)
    return low, high


def by_accuracy(tpr: Floats, fpr: Floats, low: Floats, high: Floats) -> Floats:  # noqa: ARG001 - a Gain
    """Prefer the event that is right most often."""
    return np.asarray((1 + tpr - fpr) / 2, dtype=np.float64)


def by_mu(tpr: Floats, fpr: Floats, low: Floats, high: Floats) -> Floats:  # noqa: ARG001 - a Gain
    """Prefer the event that shows most of Gaussian differential privacy's mu."""
    return mu_bound(low, high)
