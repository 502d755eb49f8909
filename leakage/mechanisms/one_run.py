"""The one-run audit: many canaries, each in or out by the toss of a coin, and one run of the mechanism."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from leakage.arrays import Booleans, Floats, Integers
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.interval import wilson
from leakage.mechanisms.dp_audit import Claim
from leakage.risk import FEWEST, Risk, judge

_LARGEST = 100.0
_HALVINGS = 40
_UNLIKELY = 1e-6  # how improbable a toss of the coins must be to be called none


@dataclass(frozen=True, slots=True)
class OneRunAudit:
    """A lower bound on a mechanism's epsilon from a single run with many canaries.

    Source: Steinke, Nasr & Jagielski 2023 (arXiv:2305.08846), Theorem 5.2 and Algorithm 1.

    Threat: a mechanism gives less privacy than it claims; found where it is too dear to be run thousands of times.
    Knowledge: `score` of every canary under the run (high for what seems to be in: a likelihood, minus a distance), all
    data, but not which canaries were included. Each canary must have been included with probability ½, by itself. This
    attacks the mechanism rather than a release, so `run` takes the scores and the tosses.

    The attacker calls the canaries with the highest scores "in" and as many with the lowest "out", and says nothing
    of the rest. How many it calls is chosen among `shares`, and alpha divided by their number for it (Bonferroni).
    A mechanism that keeps its claim is called a bug with probability alpha at most. A gate fails, and calls it a bug,
    if and only if "epsilon lower bound" > "epsilon claimed"; the bound is loose, and a lower one proves nothing good.

    The value is the accuracy of the guesses at the first share, baseline ½. There is no held-out side.

    Positive control: the audit of `violated`, scores under a known violation for the same tosses, must exceed the
    claim; without them scores that tell in from out without fail must, which only shows that there are canaries enough.
    INVALID too where a score is no number, and where the canaries were not included by tosses of a coin.

    Details: epsilon lower bound, epsilon claimed, delta, canaries; guesses and right, of the share behind the bound.

    >>> included = np.arange(1000) % 2 == 0
    >>> found = OneRunAudit(Claim(epsilon=1, delta=1e-5)).run(included * 1.0, included)
    >>> round(found.details["epsilon lower bound"], 1), found.state
    (5.5, 'OK')
    """

    claim: Claim
    shares: Sequence[float] = (1.0, 0.5, 0.1)
    alpha: float = 0.05

    def __post_init__(self) -> None:
        """Check the settings."""
        if not self.shares or not all(0 < share <= 1 for share in self.shares) or not 0 < self.alpha < 1:
            raise ConfigurationError(
                "a one-run audit needs shares of canaries above 0 and up to 1, and an alpha in (0, 1)"
            )

    def run(self, scores: Floats, included: Booleans, *, violated: Floats | None = None) -> Risk:
        """Audit. Raises EmptyInputError, ConfigurationError for scores and tosses that are not as many."""
        start = time.perf_counter()
        known, tossed = _checked(scores, included)
        other = tossed.astype(np.float64) if violated is None else _checked(violated, included)[0]
        bound, guesses, right = self._strongest(known, tossed)
        first = _right(known, tossed, self.shares[0])
        return judge(
            "DP audit, one run",
            wilson(int(first.sum()), first.size),
            baseline=0.5,
            attempts=tossed.size,
            planted=self.claim.control(self._strongest(other, tossed)[0]),
            faults=_faults(known, tossed),
            details={
                "epsilon lower bound": bound,
                "epsilon claimed": self.claim.epsilon,
                "delta": self.claim.delta,
                "canaries": tossed.size,
                "guesses": guesses,
                "right": right,
            },
            seconds=time.perf_counter() - start,
        )

    def _strongest(self, scores: Floats, included: Booleans) -> tuple[float, int, int]:
        """Give the best bound, and the guesses and right guesses that it comes from."""
        alpha, found = self.alpha / len(self.shares), []
        for share in self.shares:
            right = _right(scores, included, share)
            hits = int(right.sum())
            found.append((one_run_epsilon(scores.size, right.size, hits, self.claim.delta, alpha), right.size, hits))
        return max(found, key=lambda one: one[0])


def one_run_p_value(canaries: int, guesses: int, right: int, epsilon: float, delta: float) -> float:
    """Give the probability of so many right guesses at most, were the mechanism (epsilon, delta)-private.

    β = P[Bin(r, q) ≥ v] with q = e^ε/(1 + e^ε); α = max(0, max over 1 ≤ i ≤ m of (P[Bin(r, q) ≥ v − i] − β)/i);
    p = min(1, β + 2mδα) (arXiv:2305.08846, Theorem 5.2).

    >>> round(one_run_p_value(100, 100, 60, 0.0, 0.0), 4)
    0.0284
    """
    q = 1 / (1 + math.exp(-epsilon))
    beta = _at_least(np.array([right]), guesses, q)[0]
    if delta <= 0:
        return float(beta)
    fewer = np.arange(1, min(canaries, max(right, 1)) + 1)  # beyond, the probability is 1 and only i grows
    alpha = max(0.0, float(((_at_least(right - fewer, guesses, q) - beta) / fewer).max()))
    return min(1.0, float(beta) + 2 * canaries * delta * alpha)


def _at_least(right: Integers, guesses: int, q: float) -> Floats:
    """Give P[Bin(guesses, q) ≥ right]; scipy.stats says the same ten times slower."""
    return np.where(right <= 0, 1.0, special.bdtrc(np.maximum(right - 1, 0), guesses, q))


def one_run_epsilon(canaries: int, guesses: int, right: int, delta: float, alpha: float = 0.05) -> float:
    """Give the largest epsilon that so many right guesses refute at the level alpha; 0 if none.

    >>> round(one_run_epsilon(1000, 1000, 800, 1e-5), 2)
    1.25
    """
    low, high = 0.0, _LARGEST
    if one_run_p_value(canaries, guesses, right, low, delta) >= alpha:
        return 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        refuted = one_run_p_value(canaries, guesses, right, middle, delta) < alpha
        low, high = (middle, high) if refuted else (low, middle)
    return low


def _checked(scores: Floats, included: Booleans) -> tuple[Floats, Booleans]:
    known, tossed = np.asarray(scores, dtype=np.float64), np.asarray(included, dtype=np.bool_)
    if known.ndim != 1 or known.shape != tossed.shape:
        raise ConfigurationError("a one-run audit needs one score and one toss for each canary")
    if not known.size:
        raise EmptyInputError("a one-run audit needs canaries")
    return known, tossed


def _right(scores: Floats, included: Booleans, share: float) -> Booleans:
    """Tell which guesses are right: half of them "in", for the highest scores, half "out"."""
    order = np.argsort(scores, kind="stable")
    each = max(1, round(share * scores.size / 2))
    highest, lowest = order[max(each, scores.size - each) :], order[:each]
    return np.concatenate([included[highest], ~included[lowest]])


def _faults(scores: Floats, included: Booleans) -> list[str]:
    faults = []
    unknown = int(np.isnan(scores).sum())
    if unknown:
        faults.append(f"{unknown} of the scores are not numbers")
    if included.size >= FEWEST and stats.binomtest(int(included.sum()), included.size).pvalue < _UNLIKELY:
        faults.append("the canaries were not included by tosses of a coin")
    return faults
