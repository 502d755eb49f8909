"""Estimates with their uncertainty: 95 % intervals for rates and for ratios of sums.

Two-sided limits are at 95 %; `lower` and `upper` are one-sided 95 % bounds, the ones a gate decides on. A gate that
decides on several at once asks for bounds of a smaller error: `bounds_at`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from leakage.arrays import Floats
from leakage.errors import ConfigurationError

TWO_SIDED = float(stats.norm.ppf(0.975))
ONE_SIDED = float(stats.norm.ppf(0.95))
_SURE = 0.005


@dataclass(frozen=True, slots=True)
class Estimate:
    """A proportion in [0, 1] with its two-sided 95 % interval and its one-sided 95 % bounds.

    An unknown proportion has value NaN and all of [0, 1] as interval, so that a decision on `upper` fails
    closed. Raises ConfigurationError when the limits are out of order or outside [0, 1].
    """

    value: float
    low: float
    high: float
    lower: float
    upper: float

    def __post_init__(self) -> None:
        """Check the order of the limits."""
        middle = self.low if math.isnan(self.value) else self.value
        if not 0 <= self.low <= middle <= self.high <= 1:
            raise ConfigurationError("the limits of an interval must enclose its value within 0 and 1")
        if not self.low <= self.lower <= self.upper <= self.high:
            raise ConfigurationError("one-sided bounds must lie within the two-sided interval")

    @classmethod
    def unknown(cls) -> Estimate:
        """Nothing was measured."""
        return cls(math.nan, 0.0, 1.0, 0.0, 1.0)

    @property
    def known(self) -> bool:
        """Whether anything was measured."""
        return not math.isnan(self.value)

    def surely_above(self, other: Estimate) -> bool:
        """Whether this is more than another: their bounds, each wrong once in 200 times, do not meet."""
        return self.bounds_at(_SURE)[0] > other.bounds_at(_SURE)[1]

    def bounds_at(self, tail: float) -> tuple[float, float]:
        """One-sided lower and upper bounds, each wrong with probability `tail` at most, which is 5 % or less.

        They continue from the bounds at 5 % and 2.5 % along −ln(1 − bound) over −ln(tail): the line is Clopper and
        Pearson's own where nothing was hit, and elsewhere wider than the bounds of both intervals, or narrower by
        less than 5 % of their distance from the value.

        >>> zero = clopper_pearson(0, 100)
        >>> abs(zero.bounds_at(0.001)[1] - (1 - 0.001 ** (1 / 100))) < 1e-9
        True
        """
        return 1 - further(1 - self.lower, 1 - self.low, tail), further(self.upper, self.high, tail)


def wilson(successes: float, trials: float) -> Estimate:
    """Wilson's score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    `trials` may be an effective sample size. No trials give the unknown estimate.

    >>> round(wilson(8, 10).low, 3), round(wilson(8, 10).high, 3)
    (0.49, 0.943)
    """
    if not 0 <= successes <= trials:
        raise ConfigurationError("successes must lie between 0 and the number of trials")
    if trials == 0:
        return Estimate.unknown()
    share = successes / trials
    low, high = _score_limits(share, trials, TWO_SIDED)
    lower, upper = _score_limits(share, trials, ONE_SIDED)
    return Estimate(share, low, high, max(low, lower), min(high, upper))  # rounding may cross limits near 0 and 1


def _score_limits(share: float, trials: float, z: float) -> tuple[float, float]:
    # (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
    centre = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, min(share, (centre - half) / scale)), min(1.0, max(share, (centre + half) / scale))


def clopper_pearson(successes: int, trials: int) -> Estimate:
    """Give the exact binomial interval (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404).

    >>> round(clopper_pearson(0, 299).upper, 4)
    0.01
    """
    if not 0 <= successes <= trials:
        raise ConfigurationError("successes must lie between 0 and the number of trials")
    if trials == 0:
        return Estimate.unknown()
    low, high = _beta_limits(successes, trials, 0.025)
    lower, upper = _beta_limits(successes, trials, 0.05)
    return Estimate(successes / trials, low, high, lower, upper)


def _beta_limits(successes: int, trials: int, tail: float) -> tuple[float, float]:
    misses = trials - successes
    low = float(stats.beta.ppf(tail, successes, misses + 1)) if successes else 0.0
    high = float(stats.beta.ppf(1 - tail, successes + 1, misses)) if misses else 1.0
    return low, high


def ratio(numerators: Floats, denominators: Floats) -> Estimate:
    """Σ numerators / Σ denominators over independent clusters (one entry a person or a document).

    The variance is the linearised one of a ratio over whole clusters (Cochran 1977, Sampling Techniques, §6.4 and §9A);
    it becomes an effective number of trials p(1−p)/variance, never more than there are (weighted) clusters or trials,
    and Wilson's interval is taken at that number. So the interval keeps its width at 0 and 1, where the variance is
    none. Clusters of one whole trial each give Wilson's interval itself. Where the ratio is 0 or 1 the number of
    clusters with a denominator counts as the number of trials.

    Accuracy: numerators = right answers, denominators = answers. Micro-F: numerators = 2·tp, denominators =
    predicted + gold.
    """
    used = denominators > 0
    top, bottom = numerators[used], denominators[used]
    if bottom.size == 0:
        return Estimate.unknown()
    value = min(1.0, float(top.sum() / bottom.sum()))
    if np.all(bottom == bottom[0]) and np.all((top == 0) | (top == bottom)):
        return wilson(value * bottom.size, bottom.size)
    trials = _effective_trials(value, _variance(top, bottom), bottom)
    return wilson(value * trials, trials)


def by_person(owners: Sequence[str], amounts: Floats) -> Floats:
    """Sum the amounts of each owner, owners in sorted order.

    >>> by_person(["b", "a", "b"], np.array([1.0, 2.0, 4.0])).tolist()
    [2.0, 5.0]
    """
    _, person = np.unique(np.array(owners, dtype=str), return_inverse=True)
    return np.bincount(person, amounts).astype(np.float64)


def _effective_trials(value: float, variance: float, weights: Floats) -> float:
    # Kish's size caps the gain from fractional successes: no one knows more than from one trial a unit weight.
    kish = float(weights.sum() ** 2 / np.square(weights).sum())
    ceiling = max(kish, float(weights.sum()) if weights.min() >= 1 else kish)
    spread = value * (1 - value)
    if variance <= 0 or spread <= 0:
        return kish
    return max(1.0, min(ceiling, spread / variance))


def _variance(top: Floats, bottom: Floats) -> float:
    """Σ(top − R·bottom)² / (Σ bottom)², R being the ratio, times n/(n − 1)."""
    if bottom.size < 2:
        return 0.0
    rest = top - top.sum() / bottom.sum() * bottom
    return float(rest @ rest / bottom.sum() ** 2 * bottom.size / (bottom.size - 1))


def further(at_5: float, at_2_5: float, tail: float) -> float:
    """Continue an upper bound of a proportion from those at 5 % and 2.5 % to a smaller `tail`."""
    if tail >= 0.025 or at_2_5 >= 1:
        return at_5 if tail >= 0.05 else at_2_5
    near, far = -math.log1p(-at_5), -math.log1p(-at_2_5)
    return -math.expm1(-(near + (far - near) * math.log(0.05 / tail) / math.log(2)))


def excess(attack: Estimate, control: Estimate, tail: float = 0.05) -> tuple[float, float]:
    """(attack − control) / (1 − control), and its one-sided upper bound, wrong with probability `tail`.

    The residual risk of Giomi et al. 2023 (doi:10.56553/popets-2023-0055). The bound is MOVER's (Zou & Donner
    2008, doi:10.1002/sim.3095) on log((1 − attack)/(1 − control)); where a limit touches 1 it is 1. NaN and 1
    where either is unknown or the control is 1 already.

    >>> excess(wilson(50, 100), wilson(50, 100))[0]
    0.0
    """
    if not (attack.known and control.known) or control.value >= 1:
        return math.nan, 1.0
    value = (attack.value - control.value) / (1 - control.value)
    upper, lower = attack.bounds_at(tail)[1], control.bounds_at(tail)[0]
    if upper >= 1:
        return value, 1.0
    down = math.log1p(-attack.value) - math.log1p(-upper)
    up = math.log1p(-lower) - math.log1p(-control.value)
    return value, 1 - (1 - value) * math.exp(-math.hypot(down, up))
