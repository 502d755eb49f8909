"""What a run pays in: rho of zCDP for Gaussian noise, or epsilon itself for Laplace noise.

Both give integer noise, prices as exact rationals, and a selection by the exponential mechanism; a synthesizer is
written once for both.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from synth.budget import Budget, rho_of
from synth.entropy import Entropy
from synth.errors import BudgetInvalidError
from synth.noise import cost, discrete_gaussian, discrete_laplace, scale, variance

Ints = NDArray[np.int64]

_FINE = 2**20


class Noise(Protocol):
    """Integer noise for counts that a neighbour changes by a known amount, and what it costs.

    `sigma2` is its variance; `rho` what it costs in zCDP, `epsilon` what it costs alone, None where no epsilon covers
    it without a delta.
    """

    mechanism: ClassVar[str]

    @property
    def sigma2(self) -> Fraction: ...  # noqa: D102 described above

    @property
    def rho(self) -> Fraction: ...  # noqa: D102

    @property
    def epsilon(self) -> Fraction | None: ...  # noqa: D102

    def draw(self, size: int, entropy: Entropy) -> Ints:
        """Draw `size` numbers."""
        ...


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Discrete Gaussian noise: rho = sensitivity² / (2 sigma2) (Canonne, Kamath and Steinke 2020, Theorem 4)."""

    sigma2: Fraction
    sensitivity: int = 1
    mechanism: ClassVar[str] = "discrete Gaussian"
    epsilon: ClassVar[None] = None

    @property
    def rho(self) -> Fraction:
        """Give the cost in zCDP, at this L2 sensitivity."""
        return cost(self.sigma2, self.sensitivity)

    def draw(self, size: int, entropy: Entropy) -> Ints:
        """Draw `size` numbers."""
        return discrete_gaussian(self.sigma2, size, entropy)


@dataclass(frozen=True, slots=True)
class Laplace:
    """Discrete Laplace noise: epsilon = sensitivity / scale, which is epsilon²/2-zCDP (Bun and Steinke 2016, 1.4)."""

    scale: Fraction
    sensitivity: int = 1
    mechanism: ClassVar[str] = "discrete Laplace"

    @property
    def sigma2(self) -> Fraction:
        """Give the variance 1 / (cosh(1/scale) - 1), to a millionth: for weighing measurements, not for privacy."""
        exact = 1 / (math.cosh(min(1 / float(self.scale), 500.0)) - 1) if self.scale < 10**6 else 2 * self.scale**2
        return max(Fraction(exact).limit_denominator(10**6), Fraction(1, 10**6))

    @property
    def epsilon(self) -> Fraction:
        """Give the cost, at this L1 sensitivity."""
        return self.sensitivity / self.scale

    @property
    def rho(self) -> Fraction:
        """Give a cost in zCDP that covers it."""
        return self.epsilon**2 / 2

    def draw(self, size: int, entropy: Entropy) -> Ints:
        """Draw `size` numbers."""
        return discrete_laplace(self.scale, size, entropy)


class Currency(Protocol):
    """How amounts of budget turn into noise and selections; an amount is never overdrawn."""

    def whole(self, budget: Budget) -> Fraction:
        """Give the amount that a budget comes to."""
        ...

    def noise(self, amount: Fraction, sensitivity: int) -> Noise:
        """Give the least noise that costs no more than this."""
        ...

    def selection(self, amount: Fraction, times: int) -> Fraction:
        """Give the epsilon of each of so many selections that cost no more than this together."""
        ...

    def paid(self, rho: Fraction, epsilon: Fraction | None) -> Fraction:
        """Give the one of two prices that counts here."""
        ...

    def price(self, amount: Fraction) -> tuple[Fraction, Fraction | None]:
        """Give what spending all of an amount costs: in rho, and in epsilon if that says it."""
        ...


@dataclass(frozen=True, slots=True)
class Zcdp:
    """Amounts of rho; budgets of (epsilon, delta) with a delta above 0."""

    def whole(self, budget: Budget) -> Fraction:
        """Give the largest rho that implies the budget."""
        return rho_of(budget.epsilon, budget.delta)

    def noise(self, amount: Fraction, sensitivity: int) -> Noise:
        """Give discrete Gaussian noise."""
        return Gaussian(variance(amount, sensitivity), sensitivity)

    def selection(self, amount: Fraction, times: int) -> Fraction:
        """Give epsilon by epsilon²/8-zCDP each, rounded down (Cesar and Rogers 2021, arXiv 2004.07223)."""
        return Fraction(math.isqrt(math.floor(8 * amount / times * _FINE**2)), _FINE)

    def paid(self, rho: Fraction, epsilon: Fraction | None) -> Fraction:  # noqa: ARG002 the other currency's
        """Give rho."""
        return rho

    def price(self, amount: Fraction) -> tuple[Fraction, Fraction | None]:
        """Give it as it is; no epsilon says it without a delta."""
        return amount, None


@dataclass(frozen=True, slots=True)
class Pure:
    """Amounts of epsilon, added up; budgets whose delta is 0."""

    def whole(self, budget: Budget) -> Fraction:
        """Give epsilon. Raises BudgetInvalidError for one that is 0."""
        if budget.epsilon <= 0:
            raise BudgetInvalidError("epsilon must be positive")
        return budget.epsilon

    def noise(self, amount: Fraction, sensitivity: int) -> Noise:
        """Give discrete Laplace noise."""
        return Laplace(scale(amount, sensitivity), sensitivity)

    def selection(self, amount: Fraction, times: int) -> Fraction:
        """Give each selection an equal share, rounded down."""
        return Fraction(math.floor(amount / times * _FINE), _FINE)

    def paid(self, rho: Fraction, epsilon: Fraction | None) -> Fraction:  # noqa: ARG002 the other currency's
        """Give epsilon. Raises BudgetInvalidError for a spend that no epsilon covers."""
        if epsilon is None:
            raise BudgetInvalidError("a spend that has no epsilon without a delta")
        return epsilon

    def price(self, amount: Fraction) -> tuple[Fraction, Fraction | None]:
        """Give it as it is, and as the zCDP that it implies."""
        return amount**2 / 2, amount


def currency(budget: Budget) -> Currency:
    """Give what a budget is paid in.

    >>> currency(Budget(1)), currency(Budget(1, "1e-9"))
    (Pure(), Zcdp())
    """
    return Zcdp() if budget.delta else Pure()
