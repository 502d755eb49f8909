"""A schema bought with a share of the budget, for a table nobody has described.

Names and number of columns count as public. Everything else is paid for, column by column with an equal
share:

1. a noisy histogram over what cells look like (empty, integer, real, date, other) decides the type and
nullability; 2. a number or date: noisy counts on a fixed public grid give the bounds, and on a finer grid
inside them the bins;
   an open set of values: partition selection, which keeps a value if its noisy count passes a threshold that
   a value only one row holds passes with probability at most delta (Korolova et al. 2009, WWW; with discrete
   Gaussian noise as in Swanberg et al. 2023, arXiv 2302.01260).

A column whose bought domain is empty, or would need too many categories, is declared free text: not modelled.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import Column, ColumnType
from synth.entropy import Entropy
from synth.errors import NoiseInvalidError
from synth.grid import Grid, bought_range, coarse
from synth.ledger import Entry, Ledger
from synth.noise import cost, discrete_gaussian, variance
from synth.reading import Floats, check_table, days, is_date, is_integer, is_real, texts
from synth.schema import Schema

Ints = NDArray[np.int64]

MAX_CATEGORIES = 1000
SURE = 5.0

_KINDS = ("empty", "integer", "real", "date", "other")
_STRAYS = 0.05


@dataclass(frozen=True, slots=True)
class Purse:
    """What one column's domain may cost, and who books it."""

    rho: Fraction
    delta: Fraction
    ledger: Ledger
    entropy: Entropy

    def noisy(self, counts: Ints, share: Fraction, step: str, name: str, delta: Fraction = Fraction(0)) -> "Noisy":
        """Book `share` of rho (and `delta`), then add noise to counts of sensitivity 1."""
        sigma2 = variance(self.rho * share)
        entry = Entry(step, "discrete Gaussian", cost(sigma2), delta, (name,), self.entropy.private)
        self.ledger.charge(entry)
        return Noisy(counts + discrete_gaussian(sigma2, counts.size, self.entropy), math.sqrt(sigma2))


@dataclass(frozen=True, slots=True)
class Noisy:
    """Noisy counts and the noise's standard deviation."""

    counts: Ints
    sigma: float


def buy_schema(frame: pd.DataFrame, rho: Fraction, delta: Fraction, ledger: Ledger, entropy: Entropy) -> Schema:
    """Buy the schema of `frame` for at most `rho` of zCDP and `delta`.

    Each spend is booked before its noise is drawn. The ledger must be held. Raises TableInvalidError,
    BudgetExceededError, NoiseInvalidError.
    """
    check_table(frame)
    if rho <= 0 or not 0 < delta < 1:
        raise NoiseInvalidError("a schema cannot be bought for nothing: rho must be positive and delta between 0 and 1")
    purse = Purse(rho / frame.shape[1], delta / frame.shape[1], ledger, entropy)
    return Schema(tuple(_buy(name, texts(frame[name]), purse) for name in frame.columns), origin="bought")


def threshold(sigma: float, delta: Fraction) -> int:
    """Give a noisy count that a value of one single row reaches with probability at most `delta`.

    By P[N >= m] <= P[normal >= m - 1] (Canonne, Kamath and Steinke 2020, Proposition 25), so 1 + N >= m + 1
    is rare enough as soon as the normal's tail beyond m - 1 is below delta.
    """
    low, high = 0.0, 60.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if math.erfc(middle / math.sqrt(2)) / 2 > float(delta) else (low, middle)
    return math.ceil(high * sigma * (1 + 1e-9)) + 2


def _buy(name: str, cells: pd.Series, purse: Purse) -> Column:
    kinds = _kinds(cells)
    tally = np.bincount(kinds, minlength=len(_KINDS)).astype(np.int64)
    noisy = purse.noisy(tally, Fraction(1, 4), "schema: kinds of cells", name)
    kind, nullable = _decide(noisy)
    if kind in ("integer", "real", "date"):
        wanted = (kinds == 1) | (kinds == 2) if kind == "real" else kinds == _KINDS.index(kind)
        return _buy_range(name, kind, cells[wanted], nullable, purse)
    return (
        _buy_categories(name, cells[kinds > 0], nullable, noisy, purse) if kind == "category" else Column(name, "text")
    )


def _kinds(cells: pd.Series) -> Ints:
    dates = is_date(cells)
    dates[dates] = ~np.isnan(days(cells[dates], "%Y-%m-%d"))
    looks = [(cells == "").to_numpy(dtype=bool), is_integer(cells), is_real(cells), dates]
    return np.select(looks, [0, 1, 2, 3], default=4).astype(np.int64)


def _decide(noisy: Noisy) -> tuple[ColumnType, bool]:
    """Read type and nullability off the noisy kinds; what is too rare to be sure of does not count."""
    sure = SURE * noisy.sigma
    empty, integers, reals, dates, others = np.where(noisy.counts > sure, noisy.counts, 0)
    filled = integers + reals + dates + others
    nullable = bool(empty > 0)
    if filled == 0:
        return "text", nullable
    if dates >= (1 - _STRAYS) * filled:
        return "date", nullable
    if integers + reals >= (1 - _STRAYS) * filled:
        return ("real" if reals > 0 else "integer"), nullable
    return "category", nullable


def _buy_range(name: str, kind: ColumnType, cells: pd.Series, nullable: bool, purse: Purse) -> Column:
    values: Floats = days(cells, "%Y-%m-%d") if kind == "date" else cells.to_numpy(dtype=np.float64)
    grid = coarse(kind)
    wide = purse.noisy(grid.count(values), Fraction(3, 8), "schema: bounds", name)
    narrow = grid.between(wide.counts > SURE * wide.sigma)
    if narrow is None:
        return Column(name, "text")
    inside = values[(values >= narrow[0]) & (values < narrow[1])]
    fine = Grid.fine(grid, narrow, kind)
    counts = purse.noisy(fine.count(inside), Fraction(3, 8), "schema: bins", name)
    return bought_range(name, kind, fine, counts.counts, SURE * counts.sigma, nullable=nullable)


def _buy_categories(name: str, cells: pd.Series, nullable: bool, kinds: Noisy, purse: Purse) -> Column:
    codes, values = pd.factorize(cells)
    tally = np.bincount(codes, minlength=len(values)).astype(np.int64)
    noisy = purse.noisy(tally, Fraction(3, 4), "schema: partition selection", name, purse.delta)
    kept = noisy.counts >= threshold(noisy.sigma, purse.delta)
    covered = float(noisy.counts[kept].sum()) / max(float(kinds.counts[1:].sum()), 1.0)
    if not 0 < kept.sum() <= MAX_CATEGORIES or covered < 0.5:
        return Column(name, "text")
    chosen = tuple(sorted(str(value) for value in np.asarray(values, dtype=object)[kept]))
    return Column(name, "category", categories=chosen, nullable=nullable or covered < 1 - _STRAYS)
