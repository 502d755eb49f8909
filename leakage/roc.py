"""How well a score tells members from others: true positives at few false alarms, and the area under the curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import optimize, stats

from leakage.arrays import Floats, Integers
from leakage.errors import ConfigurationError
from leakage.interval import Estimate

_SEED = 20211207  # ties are broken at random, but always alike


@dataclass(frozen=True, slots=True, repr=False)
class Scores:
    """One attacker's scores of people in the release and of others, independent people; high means "a member".

    A score that is NaN counts as the lowest: the attacker has nothing to say.
    """

    members: Floats
    others: Floats

    @classmethod
    def of(cls, members: Floats, others: Floats) -> Scores:
        """Take over any arrays of numbers, NaN as the lowest."""
        sides = (np.asarray(side, dtype=np.float64).ravel() for side in (members, others))
        return cls(*(np.where(np.isnan(side), -np.inf, side) for side in sides))

    def half(self, odd: int) -> Scores:
        """Keep every second person on both sides."""
        return Scores(self.members[odd::2], self.others[odd::2])


Measure: TypeAlias = Callable[[Scores, int], Estimate]
"""A figure of one attacker, its lower bounds corrected for the number of attackers it was chosen from."""


def tpr_at(fpr: float) -> Measure:
    """Make the measure `tpr(scores, attackers, fpr)` for one false positive rate."""
    return lambda scores, attackers: tpr(scores, fpr, attackers)


def tpr(scores: Scores, fpr: float, attackers: int = 1) -> Estimate:
    """Measure the true positive rate where no more than a share `fpr` of the others is called a member.

    The figure of Carlini et al. 2022 (arXiv:2112.03570). Its bounds are exact whatever the scores' distribution
    and count both uncertainties, each at half the error rate: the threshold that has this false positive rate
    among all people lies between two order statistics of the others (David & Nagaraja 2003, §7.1), and the members
    above these are binomial (Clopper & Pearson 1934). Equal scores are told apart by lot, so a score with a few
    values only is worth what its claimant gets by guessing among them. No scores give the unknown estimate.

    >>> found = tpr(Scores.of(np.arange(500.0) + 485.5, np.arange(500.0)), 0.01)
    >>> found.value, round(found.lower, 2)
    (0.982, 0.95)
    """
    if not 0 < fpr < 1 or attackers < 1:
        raise ConfigurationError("a false positive rate lies between 0 and 1, and there is at least one attacker")
    if not scores.members.size or not scores.others.size:
        return Estimate.unknown()
    above = _above(scores)
    trials, others = scores.members.size, scores.others.size
    low, lower = (_lower(above, trials, fpr, tail / attackers) for tail in (0.025, 0.05))
    high, upper = (_upper(above, trials, fpr, tail) for tail in (0.025, 0.05))
    return Estimate(float(above[int(fpr * others + 1e-9) + 1]) / trials, low, high, lower, upper)


def _above(scores: Scores) -> Integers:
    """Count the members above the j-th highest of the others, for j = 0 (none) to n + 1 (all)."""
    values = np.concatenate([scores.members, scores.others])
    lot = np.random.default_rng(_SEED).random(values.size)
    place = np.empty(values.size, dtype=np.int64)
    place[np.lexsort((lot, values))] = np.arange(values.size)
    members, others = np.sort(place[: scores.members.size]), np.sort(place[scores.members.size :])[::-1]
    higher = members.size - np.searchsorted(members, others)
    return np.concatenate([[0], higher, [members.size]])


def _upper(above: Integers, trials: int, fpr: float, tail: float) -> float:
    # with probability 1 − tail/2 fewer than j of the others are above the true threshold, so the j-th is below it
    j = int(stats.binom.isf(tail / 2, above.size - 2, fpr)) + 1
    hits = int(above[min(j, above.size - 1)])
    return 1.0 if hits == trials else float(stats.beta.ppf(1 - tail / 2, hits + 1, trials - hits))


def _lower(above: Integers, trials: int, fpr: float, tail: float) -> float:
    hits = int(above[int(stats.binom.ppf(tail / 2, above.size - 2, fpr))])
    return 0.0 if hits == 0 else float(stats.beta.ppf(tail / 2, hits, trials - hits + 1))


def auc(scores: Scores, attackers: int = 1) -> Estimate:
    """Measure the area under the curve: how often a member scores above one of the others, ties counting half.

    Each bound is the wider of two: Newcombe's for independent samples (2006, method 5, doi:10.1002/sim.2324),
    which keeps its width at 0 and 1, and that of the variance of DeLong et al. 1988 (doi:10.2307/2531595), which
    assumes no shape of the scores. No scores give the unknown estimate.

    >>> auc(Scores.of(np.array([2.0, 3.0, 1.0]), np.array([0.0, 2.0]))).value
    0.75
    """
    if attackers < 1:
        raise ConfigurationError("there is at least one attacker")
    if not scores.members.size or not scores.others.size:
        return Estimate.unknown()
    value, spread = _delong(scores)
    sizes = scores.members.size, scores.others.size
    low, lower = (_area(value, spread, sizes, -float(stats.norm.isf(tail / attackers))) for tail in (0.025, 0.05))
    high, upper = (_area(value, spread, sizes, float(stats.norm.isf(tail))) for tail in (0.025, 0.05))
    return Estimate(value, low, high, lower, upper)


def _delong(scores: Scores) -> tuple[float, float]:
    """Give the area and its standard error."""
    members, others = scores.members, scores.others
    together = stats.rankdata(np.concatenate([members, others]))
    beaten = (together[: members.size] - stats.rankdata(members)) / others.size
    beating = 1 - (together[members.size :] - stats.rankdata(others)) / members.size
    parts = [float(part.var(ddof=1)) / part.size for part in (beaten, beating) if part.size > 1]
    return min(1.0, max(0.0, float(beaten.mean()))), float(np.sqrt(sum(parts)))


def _area(value: float, spread: float, sizes: tuple[int, int], z: float) -> float:
    """Bound the area z standard errors away, on the side of z's sign."""
    members, others = sizes
    weight = (members + others) / 2 - 1

    def beyond(area: float) -> float:
        shape = 1 + weight * ((1 - area) / (2 - area) + area / (1 + area))
        return area - value - z * float(np.sqrt(area * (1 - area) * shape / (members * others)))

    end = 1.0 if z > 0 else 0.0
    newcombe = _root(beyond, value, end)
    return min(1.0, max(newcombe, value + z * spread)) if z > 0 else max(0.0, min(newcombe, value + z * spread))


def _root(function: Callable[[float], float], start: float, end: float) -> float:
    # both ends of the search are moved in a little, as the function touches 0 at 0 and at 1 without crossing there
    first, last = start + (end - start) * 1e-12, end + (start - end) * 1e-12
    if start == end or function(first) * function(last) >= 0:
        return end
    return float(optimize.brentq(function, first, last))


def strongest(attackers: Mapping[str, Scores], measure: Measure) -> Estimate:
    """Measure the strongest of several attackers on the same people without rewarding the choice.

    The value is that of the attacker chosen on one half of the people and scored on the other, both ways. The
    upper bounds are the largest of any attacker, so they hold for whichever is truly the strongest; the lower
    ones are the largest of bounds that hold for all attackers at once.
    """
    if not attackers:
        return Estimate.unknown()
    found = [measure(scores, len(attackers)) for scores in attackers.values()]
    low, high = max(f.low for f in found), max(f.high for f in found)
    value = _crossed(attackers, measure)
    if np.isnan(value):
        return Estimate.unknown()
    lower, upper = max(f.lower for f in found), max(f.upper for f in found)
    return Estimate(min(high, max(low, value)), low, high, lower, upper)


def _crossed(attackers: Mapping[str, Scores], measure: Measure) -> float:
    halves = [{name: measure(s.half(odd), 1).value for name, s in attackers.items()} for odd in (0, 1)]
    chosen = [max(half, key=lambda name: (half[name], name)) for half in halves]
    return (halves[1][chosen[0]] + halves[0][chosen[1]]) / 2
