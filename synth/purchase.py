"""What a schema leaves out, bought with a share of the budget; all of it, for a table nobody has described.

Names and number of columns count as public. Everything else is paid for, column by column with an equal
share:

1. of a column whose type is not declared, a noisy histogram over what cells look like (empty, integer, real, date,
   time, other) decides type and nullability;
2. of a number, date or time, noisy counts on a fixed public grid give the bounds unless they are declared, and on a
   finer grid inside them the bins;
   of an open set of values, partition selection keeps a value if its noisy count passes a threshold that a value only
   one person holds passes with probability at most delta (Korolova et al. 2009, WWW; with discrete Gaussian noise as
   in Swanberg et al. 2023, arXiv 2302.01260).

A column whose bought domain is empty, or would need too many categories, is declared free text: not modelled.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import FORMATS, Column, ColumnType
from synth.currency import Currency, Zcdp
from synth.entropy import Entropy
from synth.errors import NoiseInvalidError
from synth.grid import Grid, binned, coarse
from synth.ledger import Entry, Ledger
from synth.reading import check_table, is_date, is_integer, is_real, is_time, is_time_t, numbers, seconds, texts
from synth.schema import Schema

Ints = NDArray[np.int64]

MAX_CATEGORIES = 1000
SURE = 5.0

_KINDS = ("empty", "integer", "real", "date", "datetime", "datetime T", "other")
_TIMES = {"datetime": FORMATS["datetime"], "datetime T": FORMATS["datetime"].replace(" ", "T")}
_OPEN_SETS = ("category", "any")
_STRAYS = 0.05


@dataclass(frozen=True, slots=True)
class Purse:
    """What one column's domain may cost, in its currency, and who books it.

    `most` is the number of rows by which a neighbouring table differs.
    """

    amount: Fraction
    delta: Fraction
    ledger: Ledger
    entropy: Entropy
    currency: Currency = field(default_factory=Zcdp)
    most: int = 1

    def noisy(self, counts: Ints, share: Fraction, step: str, name: str, delta: Fraction = Fraction(0)) -> "Noisy":
        """Book `share` of the amount (and `delta`), then add noise to counts that one row changes by one."""
        noise = self.currency.noise(self.amount * share, self.most)
        private = self.entropy.private
        entry = Entry(step, noise.mechanism, noise.rho, delta, (name,), private, noise.epsilon)
        self.ledger.charge(entry)
        return Noisy(counts + noise.draw(counts.size, self.entropy), math.sqrt(noise.sigma2))


@dataclass(frozen=True, slots=True)
class Noisy:
    """Noisy counts and the noise's standard deviation."""

    counts: Ints
    sigma: float


def buy_schema(frame: pd.DataFrame, purse: Purse, schema: Schema | None = None) -> Schema:
    """Buy what `schema` leaves out of the description of `frame`; without one, all of it.

    `purse` is what it may cost altogether; each spend is booked before its noise is drawn. The ledger must be held.
    Raises TableInvalidError, SchemaMismatchError, BudgetExceededError, and NoiseInvalidError for an empty purse.
    """
    check_table(frame)
    if purse.amount <= 0 or (needs_delta(schema) and not 0 < purse.delta < 1):
        raise NoiseInvalidError("a schema cannot be bought for nothing: it needs a budget, and for categories a delta")
    stated = schema or Schema(tuple(Column(name, "any", buy=True) for name in frame.columns))
    stated.check(tuple(frame.columns))
    sets = sum(column.type in _OPEN_SETS for column in stated.open)
    own = replace(purse, amount=purse.amount / len(stated.columns), delta=purse.delta / max(1, sets))
    columns = (_fill(c, frame[c.name], own) if c in stated.open else c for c in stated.columns)
    return replace(stated, columns=tuple(columns), origin="bought")


def needs_delta(schema: Schema | None) -> bool:
    """Tell whether categories have to be found out, which no budget without a delta can."""
    return schema is None or any(column.type in _OPEN_SETS for column in schema.open)


def threshold(sigma: float, delta: Fraction, most: int = 1) -> int:
    """Give a noisy count that the values of one single person reach with probability at most `delta`.

    A person has `most` rows at most: so many values of a row each, or fewer of more rows.

    By P[N >= m] <= P[normal >= m - 1] (Canonne, Kamath and Steinke 2020, Proposition 25), so 1 + N >= m + 1
    is rare enough as soon as the normal's tail beyond m - 1 is below delta.
    """
    each = float(delta) / most
    low, high = 0.0, 60.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if math.erfc(middle / math.sqrt(2)) / 2 > each else (low, middle)
    return math.ceil(high * sigma * (1 + 1e-9)) + 1 + most


def _describe(name: str, cells: pd.Series, purse: Purse) -> Column:
    """Buy type and nullability, then the rest."""
    kinds = _kinds(cells)
    tally = np.bincount(kinds, minlength=len(_KINDS)).astype(np.int64)
    noisy = purse.noisy(tally, Fraction(1, 4), "schema: kinds of cells", name)
    open_column = _decide(name, noisy)
    rest = replace(purse, amount=purse.amount * Fraction(3, 4))
    if open_column.type == "category":
        filled = max(float(noisy.counts[1:].sum()), 1.0)
        return _fill_categories(open_column, cells[kinds > 0], rest, filled)
    if not open_column.numeric:
        return open_column
    wanted = [place for place, kind in enumerate(_KINDS) if kind in _READ_AS[open_column.type]]
    return _fill_range(open_column, cells[np.isin(kinds, wanted)], rest)


def _fill(column: Column, cells: pd.Series, purse: Purse) -> Column:
    """Buy what a column leaves out."""
    if column.type == "any":
        return _describe(column.name, texts(cells), purse)
    if column.type == "category":
        written = texts(cells)
        return _fill_categories(column, written[written != ""], purse, None)
    return _fill_range(column, cells, purse)


_READ_AS: Mapping[ColumnType, tuple[str, ...]] = {
    "integer": ("integer",),
    "real": ("integer", "real"),
    "date": ("date",),
    "datetime": ("date", *_TIMES),
}


def _kinds(cells: pd.Series) -> Ints:
    dates = _readable(cells, is_date(cells), FORMATS["date"])
    times = [
        _readable(cells, is_time(cells), _TIMES["datetime"]),
        _readable(cells, is_time_t(cells), _TIMES["datetime T"]),
    ]
    looks = [(cells == "").to_numpy(dtype=bool), is_integer(cells), is_real(cells), dates, *times]
    return np.select(looks, range(len(looks)), default=len(looks)).astype(np.int64)


def _readable(cells: pd.Series, looks: NDArray[np.bool_], form: str) -> NDArray[np.bool_]:
    looks[looks] = ~np.isnan(seconds(cells[looks], form))
    return looks


def _decide(name: str, noisy: Noisy) -> Column:
    """Read type and nullability off the noisy kinds; what is too rare to be sure of does not count."""
    sure = SURE * noisy.sigma
    known = np.where(noisy.counts > sure, noisy.counts, 0)
    empty, integers, reals, dates, spaced, joined, _ = known
    filled, nullable = known[1:].sum(), bool(empty > 0)
    if filled == 0:
        return Column(name, "text", nullable=nullable)
    if dates + spaced + joined >= (1 - _STRAYS) * filled:
        form = _TIMES["datetime T" if joined > spaced else "datetime"]
        timed = spaced + joined > 0
        return Column(name, "datetime" if timed else "date", nullable=nullable, format=form if timed else "", buy=True)
    if integers + reals >= (1 - _STRAYS) * filled:
        return Column(name, "real" if reals > 0 else "integer", nullable=nullable, buy=True)
    return Column(name, "category", nullable=nullable, buy=True)


def _fill_range(column: Column, cells: pd.Series, purse: Purse) -> Column:
    values = numbers(cells, column)
    values, share = values[~np.isnan(values)], Fraction(1)
    if column.min is None:
        grid, share = coarse(column.type), Fraction(1, 2)
        wide = purse.noisy(grid.count(values), share, "schema: bounds", column.name)
        span = grid.between(wide.counts > SURE * wide.sigma)
        if span is None:
            return Column(column.name, "text")
    else:
        edges = replace(column, buy=False).edges
        span = edges[0], edges[-1]
        grid = Grid(span)
        values = np.clip(values, span[0], np.nextafter(span[1], span[0]))
    inside = values[(values >= span[0]) & (values < span[1])]
    fine = Grid.fine(grid, span, column.type)
    counts = purse.noisy(fine.count(inside), share, "schema: bins", column.name)
    return binned(column, fine, counts.counts, SURE * counts.sigma)


def _fill_categories(column: Column, cells: pd.Series, purse: Purse, filled: float | None) -> Column:
    """Find the categories; of `filled` cells, where that is known, they must cover half."""
    codes, values = pd.factorize(cells)
    tally = np.bincount(codes, minlength=len(values)).astype(np.int64)
    noisy = purse.noisy(tally, Fraction(1), "schema: partition selection", column.name, purse.delta)
    kept = noisy.counts >= threshold(noisy.sigma, purse.delta, purse.most)
    covered = 1.0 if filled is None else float(noisy.counts[kept].sum()) / filled
    if not 0 < kept.sum() <= MAX_CATEGORIES or covered < 0.5:
        return Column(column.name, "text")
    chosen = tuple(sorted(str(value) for value in np.asarray(values, dtype=object)[kept]))
    nullable = column.nullable or covered < 1 - _STRAYS
    return replace(column, categories=chosen, nullable=nullable, buy=False)
