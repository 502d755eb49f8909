"""Privacy budgets as values in exact rationals, and the conversion between zCDP and (epsilon, delta)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from synth.errors import BudgetInvalidError

Number = int | float | str | Fraction

_GRID = 2**80
_MARGIN = 1e-9
_HALVINGS = 120


def exact(value: Number, name: str) -> Fraction:
    """Give a number as the rational its decimal notation states; `name` is for the message.

    >>> exact(0.1, "epsilon")
    Fraction(1, 10)

    Raises BudgetInvalidError for what is no finite number, or negative.
    """
    try:
        ratio = value if isinstance(value, Fraction) else Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise BudgetInvalidError(f"{name} must be a finite number") from None
    if ratio < 0:
        raise BudgetInvalidError(f"{name} must not be negative")
    return ratio


@dataclass(frozen=True, slots=True)
class Budget:
    """A privacy guarantee: (`epsilon`, `delta`)-DP, where `rho` is positive reached as `rho`-zCDP.

    Exact rationals, never negative. Both statements compose by addition, so budgets can be added, subtracted
    (never below zero) and multiplied by a number. `a <= b` holds if it holds for each of the three.

    >>> Budget.of(1.0, 1e-9).rho < Fraction("0.0149732")
    True
    >>> Budget(epsilon=1) + Budget(epsilon=2, delta="1e-9")
    Budget(epsilon=3, delta=1e-09, rho=0)
    """

    epsilon: Fraction
    delta: Fraction
    rho: Fraction

    def __init__(self, epsilon: Number = 0, delta: Number = 0, rho: Number = 0) -> None:
        for name, value in (("epsilon", epsilon), ("delta", delta), ("rho", rho)):
            object.__setattr__(self, name, exact(value, name))

    @classmethod
    def of(cls, epsilon: Number, delta: Number) -> "Budget":
        """State (epsilon, delta) and the largest rho whose zCDP implies it; rho is rounded down."""
        return cls(epsilon, delta, rho_of(epsilon, delta))

    def __add__(self, other: "Budget") -> "Budget":
        return Budget(self.epsilon + other.epsilon, self.delta + other.delta, self.rho + other.rho)

    def __sub__(self, other: "Budget") -> "Budget":
        return Budget(self.epsilon - other.epsilon, self.delta - other.delta, self.rho - other.rho)

    def __mul__(self, factor: Number) -> "Budget":
        share = exact(factor, "factor")
        return Budget(self.epsilon * share, self.delta * share, self.rho * share)

    __rmul__ = __mul__

    def __le__(self, other: "Budget") -> bool:
        return self.epsilon <= other.epsilon and self.delta <= other.delta and self.rho <= other.rho

    def __repr__(self) -> str:
        epsilon, delta, rho = float(self.epsilon), float(self.delta), float(self.rho)
        return f"Budget(epsilon={epsilon:.6g}, delta={delta:.6g}, rho={rho:.6g})"

    def _repr_html_(self) -> str:
        epsilon, delta, rho = float(self.epsilon), float(self.delta), float(self.rho)
        return f"<code>ε = {epsilon:.6g}, δ = {delta:.3g}, ρ = {rho:.6g}</code>"


def rho_of(epsilon: Number, delta: Number) -> Fraction:
    """Give the largest rho, rounded down, such that rho-zCDP implies (epsilon, delta)-DP.

    Canonne, Kamath and Steinke 2020, Proposition 12 and Corollary 13 (arXiv 2004.00010).

    >>> f"{float(rho_of(1, '1e-9')):.6f}"
    '0.014973'

    Raises BudgetInvalidError unless epsilon > 0 and 0 < delta < 1.
    """
    e, d = _positive(exact(epsilon, "epsilon"), "epsilon"), _probability(exact(delta, "delta"))
    return _rho(e, d)


def epsilon_of(rho: Number, delta: Number) -> Fraction:
    """Give the smallest epsilon, rounded up, such that rho-zCDP implies (epsilon, delta)-DP; 0 for rho = 0.

    The inverse of `rho_of`, from the same proposition. Raises BudgetInvalidError unless 0 < delta < 1.
    """
    r, d = exact(rho, "rho"), _probability(exact(delta, "delta"))
    if r == 0:
        return Fraction(0)
    high = _bisect(lambda e: _log_delta(float(r), e) > math.log(d), 0.0, _epsilon_ceiling(float(r), float(d)))[1]
    return Fraction(math.ceil(Fraction(high * (1 + _MARGIN)) * _GRID), _GRID)


@lru_cache(maxsize=256)
def _rho(epsilon: Fraction, delta: Fraction) -> Fraction:
    # At rho = epsilon + 1 the curve is far above every delta < 1, at 0 it is 0: the crossing lies between.
    log_delta = math.log(delta)
    low = _bisect(lambda rho: _log_delta(rho, float(epsilon)) <= log_delta, 0.0, float(epsilon) + 1)[0]
    return Fraction(math.floor(Fraction(low * (1 - _MARGIN)) * _GRID), _GRID)


def _log_delta(rho: float, epsilon: float) -> float:
    """Bound log delta from above.

    It is the least of (a - 1)(a rho - epsilon) - log(a - 1) + a log(1 - 1/a) over a > 1.
    Every order a > 1 gives a valid bound, so the search for the best one needs no proof of its own.
    """
    if rho == 0:
        return -math.inf

    def slope_is_negative(a: float) -> bool:
        return (2 * a - 1) * rho - epsilon + math.log1p(-1 / a) < 0

    a = _bisect(slope_is_negative, 1.0 + 1e-12, (epsilon + 1) / (2 * rho) + 2)[1]
    return min(0.0, (a - 1) * (a * rho - epsilon) - math.log(a - 1) + a * math.log1p(-1 / a))


def _epsilon_ceiling(rho: float, delta: float) -> float:
    # The textbook bound (Bun and Steinke 2016, Proposition 1.3) is looser, hence a ceiling.
    return rho + 2 * math.sqrt(rho * -math.log(delta)) + 1e-12


def _bisect(holds: Callable[[float], bool], low: float, high: float) -> tuple[float, float]:
    """Narrow [low, high] to where `holds` turns from true (at low) to false (at high)."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low, high


def _positive(value: Fraction, name: str) -> Fraction:
    if value <= 0:
        raise BudgetInvalidError(f"{name} must be positive")
    return value


def _probability(value: Fraction) -> Fraction:
    if not 0 < value < 1:
        raise BudgetInvalidError("delta must lie strictly between 0 and 1")
    return value
