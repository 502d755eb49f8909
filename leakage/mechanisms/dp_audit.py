"""Audits of differential privacy: what a mechanism claims, and bounds on what it really gives."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from leakage.arrays import Floats
from leakage.control import Control
from leakage.errors import ConfigurationError

_LARGEST = 100.0  # epsilons and mus above it are not told apart


@dataclass(frozen=True, slots=True)
class Claim:
    """The (epsilon, delta)-differential privacy that a mechanism is said to have.

    Raises ConfigurationError unless 0 ≤ epsilon ≤ 100 and 0 ≤ delta < 1.
    """

    epsilon: float
    delta: float = 0.0

    def __post_init__(self) -> None:
        """Check the figures."""
        if not (0 <= self.epsilon <= _LARGEST and 0 <= self.delta < 1):
            raise ConfigurationError("a claim has an epsilon from 0 to 100, and a delta from 0 to below 1")

    def control(self, found: float) -> Control:
        """Require an epsilon above the claimed one; as accuracies of randomised response, between ½ and 1."""
        required = min(1.0, float(np.nextafter(_accuracy(self.epsilon), 2.0)))
        return Control(_accuracy(found), required)


def _accuracy(epsilon: float) -> float:
    return 1 / (1 + math.exp(-epsilon))


def epsilon_bound(tpr: Floats, fpr: Floats, delta: float) -> Floats:
    """Give the least epsilon that allows such rates: max of ln((TPR − δ)/FPR) and ln((1 − FPR − δ)/(1 − TPR)), or 0.

    Kairouz, Oh & Viswanath 2015 (arXiv:1311.0776), Theorem 2.1, both directions. From a lower limit of the true
    positive rate and an upper one of the false positive rate it is a lower bound.

    >>> round(float(epsilon_bound(np.array(0.73), np.array(0.27), 0.0)), 2)
    0.99
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        there = np.log(np.maximum(tpr - delta, 0.0)) - np.log(fpr)
        back = np.log(np.maximum(1 - fpr - delta, 0.0)) - np.log(1 - tpr)
    best = np.fmax(np.fmax(there, back), 0.0)
    return np.asarray(np.minimum(best, _LARGEST), dtype=np.float64)


def mu_bound(tpr: Floats, fpr: Floats) -> Floats:
    """Give the mu of Gaussian differential privacy that allows such rates: Φ⁻¹(TPR) − Φ⁻¹(FPR), or 0.

    Dong, Roth & Su 2022 (arXiv:1905.02383); as an audit Nasr et al. 2023 (arXiv:2302.07956).
    """
    with np.errstate(invalid="ignore"):
        found = stats.norm.ppf(tpr) - stats.norm.ppf(fpr)
    return np.asarray(np.clip(np.nan_to_num(found, nan=0.0), 0.0, _LARGEST), dtype=np.float64)


def gaussian_delta(mu: float, epsilon: float) -> float:
    """δ(ε) = Φ(−ε/μ + μ/2) − e^ε Φ(−ε/μ − μ/2) of Gaussian differential privacy (arXiv:1905.02383, Corollary 2.13).

    >>> round(gaussian_delta(1.0, 1.0), 4)
    0.1269
    """
    if mu <= 0:
        return 0.0
    # e^ε as a part of the logarithm: the product is small where the factor overflows
    second = math.exp(epsilon + float(stats.norm.logcdf(-epsilon / mu - mu / 2)))
    return max(0.0, float(stats.norm.cdf(-epsilon / mu + mu / 2)) - second)


def gaussian_epsilon(mu: float, delta: float) -> float:
    """Give the epsilon at which a mu comes to this delta; infinite for a delta of 0, at which no Gaussian has one.

    >>> round(gaussian_epsilon(0.4548, 0.01), 2)
    0.81
    """
    if gaussian_delta(mu, 0.0) <= delta:
        return 0.0
    if delta <= 0:
        return math.inf
    high = 1.0
    while gaussian_delta(mu, high) > delta:
        high *= 2
    return float(optimize.brentq(lambda epsilon: gaussian_delta(mu, epsilon) - delta, 0.0, high))
