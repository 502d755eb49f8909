"""Exact integer noise in bulk: discrete Gaussian, discrete Laplace and exponential-mechanism selection.

Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020, arXiv 2004.00010,
Algorithms 1 to 3. Every step works on integers. Arrays are int64 as long as the largest product is shown to
stay below 2**63, and arrays of Python integers beyond that: nothing is clipped and nothing wraps round. The
time of a single draw depends on its size (arXiv 2112.05307), so draws are made in bulk and never timed one by
one.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.entropy import Entropy
from synth.errors import NoiseInvalidError

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_WORD = 2**63
_CHUNK = 1 << 16
_MAX_SIGMA2 = 2**100
_WHOLE = 256


def variance(rho: Fraction, sensitivity: int = 1) -> Fraction:
    """Give the smallest convenient variance at which counts of this L2 sensitivity cost at most rho.

    >>> variance(Fraction(1, 100)), variance(Fraction(1, 3000)), variance(Fraction(1, 100), 2)
    (Fraction(50, 1), Fraction(1500, 1), Fraction(200, 1))
    """
    return _convenient(Fraction(sensitivity**2) / 2, rho)


def scale(epsilon: Fraction, sensitivity: int = 1) -> Fraction:
    """Give the smallest convenient scale at which counts of this L1 sensitivity cost at most epsilon."""
    return _convenient(Fraction(sensitivity), epsilon)


def cost(sigma2: Fraction, sensitivity: int = 1) -> Fraction:
    """Give the rho of discrete Gaussian noise of this variance at this L2 sensitivity (Theorem 4 there)."""
    return sensitivity**2 / (2 * sigma2)


def _convenient(top: Fraction, amount: Fraction) -> Fraction:
    """Round top / amount up to p/q: q is 1 from 256 up, 16 from 1 up, and 256 below.

    A small q keeps the sampler's integers small; less than 0.4 % of the amount is left unused from 16 up.
    """
    if amount <= 0:
        raise NoiseInvalidError("the share of the budget for a measurement is zero")
    target = top / amount
    q = 1 if target >= _WHOLE else 16 if target >= 1 else 256
    return Fraction(math.ceil(target * q), q)


def uniform_below(bound: int, size: int, entropy: Entropy) -> NDArray[Any]:
    """Draw `size` integers uniform on 0 … bound - 1; int64 where they fit, Python integers otherwise."""
    if bound < 1:
        raise NoiseInvalidError("a uniform draw needs at least one possible value")
    if bound > _WORD // 2:
        return np.array([_wide_below(bound, entropy) for _ in range(size)], dtype=object)
    last = _WORD // bound * bound - 1
    kept = _words(size, entropy)
    kept = kept[kept <= last]
    while kept.size < size:
        more = _words(size - kept.size, entropy)
        kept = np.concatenate([kept, more[more <= last]])
    return kept % np.int64(bound)


def bernoulli_exp(a: NDArray[Any], b: int, entropy: Entropy) -> Bools:
    """Draw Bernoulli(exp(-a/b)) for every a >= 0, int64 or Python integers, and b > 0 (Algorithm 1)."""
    whole, rest = a // b, a % b
    won = np.ones(a.shape, dtype=bool)
    alive = np.flatnonzero(whole > 0)
    while alive.size:  # exp(-1) once for every whole unit; the first failure decides
        passed = _bernoulli_exp_one(alive.size, entropy)
        won[alive[~passed]] = False
        whole[alive] -= 1
        alive = alive[passed]
        alive = alive[whole[alive] > 0]
    undecided = np.flatnonzero(won)
    won[undecided] = _bernoulli_exp_fraction(rest[undecided], b, entropy)
    return won


def discrete_laplace(scale: Fraction, size: int, entropy: Entropy) -> Ints:
    """Draw from P(x) ∝ exp(-|x| / scale) on the integers, scale = t/s rational (Algorithm 2).

    With sensitivity 1 this is epsilon-DP for epsilon = 1 / scale, also known as the two-sided geometric
    mechanism.
    """
    if not 0 < scale <= 2**50:
        raise NoiseInvalidError("the scale must be positive and at most 2**50")
    t, s = scale.numerator, scale.denominator
    return _gather(lambda count: _laplace_batch(t, s, count, entropy), size)


def discrete_gaussian(sigma2: Fraction, size: int, entropy: Entropy) -> Ints:
    """Draw from P(x) ∝ exp(-x² / (2 sigma2)) on the integers, sigma2 = p/q rational (Algorithm 3).

    >>> from synth.entropy import SystemEntropy
    >>> discrete_gaussian(Fraction(9, 4), 5, SystemEntropy()).shape
    (5,)
    """
    if not 0 < sigma2 <= _MAX_SIGMA2:
        raise NoiseInvalidError("the variance must be positive and at most 2**100")
    return _gather(lambda count: _gaussian_batch(sigma2, count, entropy), size)


def choose(scores: NDArray[np.int64], rate: Fraction, entropy: Entropy) -> int:
    """Draw an index with probability ∝ exp(rate · score): the exponential mechanism, exactly.

    With scores of sensitivity 1, rate = epsilon / 2 gives epsilon-DP and epsilon²/8-zCDP (Cesar and Rogers
    2021, arXiv 2004.07223). A candidate is proposed uniformly and accepted with probability exp(-rate · (best
    - score)).
    """
    if scores.size == 0 or rate < 0:
        raise NoiseInvalidError("a selection needs a candidate and a rate that is not negative")
    gaps = scores.max().item() - scores.astype(object)
    a, b = gaps * rate.numerator, rate.denominator
    if max(a.max(), b) < _WORD:
        a = a.astype(np.int64)
    while True:
        proposed = uniform_below(scores.size, 2 * scores.size, entropy)
        accepted = np.flatnonzero(bernoulli_exp(a[proposed], b, entropy))
        if accepted.size:
            return int(proposed[accepted[0]])


def _words(size: int, entropy: Entropy) -> Ints:
    return np.frombuffer(entropy.read(8 * size), dtype=np.int64) & np.int64(_WORD - 1)


def _wide_below(bound: int, entropy: Entropy) -> int:
    bits = (bound - 1).bit_length()
    while True:
        value = int.from_bytes(entropy.read((bits + 7) // 8), "big") >> (-bits % 8)
        if value < bound:
            return value


def _bernoulli_exp_fraction(a: NDArray[Any], b: int, entropy: Entropy) -> Bools:
    """Draw Bernoulli(exp(-a/b)) for 0 <= a <= b: the first k at which Bernoulli(a / (b k)) fails is odd.

    Bernoulli(a / (b k)) is drawn as Bernoulli(a / b) and Bernoulli(1 / k), so that no product with k can
    overflow.
    """
    won = np.zeros(a.shape, dtype=bool)
    alive, k = np.arange(a.size), 1
    while alive.size:
        passed = uniform_below(b, alive.size, entropy) < a[alive]
        if k > 1:
            passed &= uniform_below(k, alive.size, entropy) == 0
        won[alive[~passed]] = k % 2 == 1
        alive, k = alive[passed], k + 1
    return won


def _bernoulli_exp_one(size: int, entropy: Entropy) -> Bools:
    """Draw Bernoulli(exp(-1)): the first k at which Bernoulli(1 / k) fails is odd; at k = 1 it never does."""
    won = np.zeros(size, dtype=bool)
    alive, k = np.arange(size), 2
    while alive.size:
        passed = uniform_below(k, alive.size, entropy) == 0
        won[alive[~passed]] = k % 2 == 1
        alive, k = alive[passed], k + 1
    return won


def _laplace_batch(t: int, s: int, size: int, entropy: Entropy) -> NDArray[Any]:
    u = uniform_below(t, size, entropy)
    u = u[_bernoulli_exp_fraction(u, t, entropy)]
    v = _geometric(u.size, entropy)
    if t * (int(v.max(initial=0)) + 1) >= _WORD:
        u, v = u.astype(object), v.astype(object)
    magnitude = (u + t * v) // s
    negative = _words(u.size, entropy) & np.int64(1) == 1
    keep = ~(negative & (magnitude == 0))
    kept: NDArray[Any] = np.where(negative, -magnitude, magnitude)[keep]
    return kept


def _geometric(size: int, entropy: Entropy) -> Ints:
    """Count successes of Bernoulli(exp(-1)) before the first failure."""
    counts = np.zeros(size, dtype=np.int64)
    alive = np.arange(size)
    while alive.size:
        alive = alive[_bernoulli_exp_one(alive.size, entropy)]
        counts[alive] += 1
    return counts


def _gaussian_batch(sigma2: Fraction, size: int, entropy: Entropy) -> NDArray[Any]:
    p, q = sigma2.numerator, sigma2.denominator
    t = math.isqrt(p // q) + 1
    y = _laplace_batch(t, 1, size, entropy)
    magnitude = np.abs(y)
    b = 2 * p * q * t * t
    if max((int(magnitude.max(initial=0)) * q * t + p) ** 2, b) >= _WORD:
        magnitude = magnitude.astype(object)
    accepted: NDArray[Any] = y[bernoulli_exp((magnitude * (q * t) - p) ** 2, b, entropy)]
    return accepted


def _gather(batch: Any, size: int) -> Ints:
    """Call `batch(count)`, which accepts fewer than it tries, until `size` draws are kept, in draw order."""
    drawn: list[Ints] = []
    missing = size
    while missing > 0:
        # From a wider array the conversion raises OverflowError rather than wrap round.
        got = np.asarray(batch(min(_CHUNK, 2 * missing + 16)), dtype=np.int64)[:missing]
        drawn.append(got)
        missing -= got.size
    return np.concatenate(drawn) if drawn else np.zeros(0, dtype=np.int64)
