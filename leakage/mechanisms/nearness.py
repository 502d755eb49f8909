"""Nearness: how far a row lies from the nearest released one, for synthesizers that give no probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Floats
from leakage.cells import Column, is_numeric, numbers, require_columns, require_rows, texts
from leakage.errors import UnknownColumnError

_BLOCK = 4_000_000  # distances held in memory at a time
_SAME = 1e-6
_COMPANY = 1e-3


@dataclass(frozen=True, slots=True, repr=False)
class Nearness:
    """A score for `Exposure`: the squared distance of a row to the nearest released row, low for a memorised one.

    Two categories are at distance 1, the ends of a numeric column's range too. Of rows that are equally near, one
    that has more released rows at that distance scores lower.

    >>> score = Nearness(pd.DataFrame({"sex": ["f", "m", "m"], "age": [20, 30, 40]}))
    >>> score(pd.DataFrame({"sex": ["f", "f"], "age": [20, 30]})).round(2).tolist()
    [0.0, 0.25]

    Raises EmptyInputError for a release without rows, UnknownColumnError for rows that lack one of its columns.
    """

    released: pd.DataFrame

    def __post_init__(self) -> None:
        """Check that there is something to be near to."""
        require_rows(self.released, "released")
        if not len(self.released.columns):
            raise UnknownColumnError("the released table has no column")
        require_columns(self.released, list(self.released.columns), "released")

    def __call__(self, rows: pd.DataFrame) -> Floats:
        """Score the rows."""
        require_columns(rows, list(self.released.columns), "canary")
        pairs = [_comparable(self.released[name], rows[name]) for name in self.released.columns]
        step = max(1, _BLOCK // len(self.released))
        parts = [_nearest(pairs, slice(start, start + step)) for start in range(0, len(rows), step)]
        return np.concatenate(parts) if parts else np.zeros(0)


def _comparable(released: Column, asked: Column) -> tuple[Floats, Floats, bool]:
    """Give both columns as numbers: scaled to the release's range, or codes of what is equal."""
    own = numbers(released)
    if is_numeric(released) and np.isfinite(own).any():
        known = own[np.isfinite(own)]
        low, wide = known.min(), float(known.max() / 2 - known.min() / 2) * 2 or 1.0
        return _scaled(own, low, wide), _scaled(numbers(asked), low, wide), True
    codes, _ = pd.factorize(np.array([*texts(released), *texts(asked)], dtype=object))
    both = codes.astype(np.float64)
    return both[: len(released)], both[len(released) :], False


def _scaled(values: Floats, low: float, wide: float) -> Floats:
    finite = np.where(np.isfinite(values), values, np.nan)
    return np.clip(finite / wide - low / wide, -2, 3)


def _nearest(pairs: list[tuple[Floats, Floats, bool]], part: slice) -> Floats:
    total = np.zeros((pairs[0][1][part].size, pairs[0][0].size), dtype=np.float32)
    for own, other, numeric in pairs:
        total += _apart(other[part].astype(np.float32), own.astype(np.float32), numeric)
    least = total.min(axis=1).astype(np.float64)
    near: Booleans = total <= least[:, None] + _SAME
    return np.asarray(least + _COMPANY / (1 + near.sum(axis=1)), dtype=np.float64)


def _apart(asked: Floats, own: Floats, numeric: bool) -> Floats:
    if not numeric:
        return np.asarray(asked[:, None] != own[None, :], dtype=np.float32)
    difference = np.minimum(np.square(asked[:, None] - own[None, :]), np.float32(1))
    if np.isnan(own).any() or np.isnan(asked).any():  # missing is like missing, and unlike any number
        both = np.isnan(asked)[:, None] & np.isnan(own)[None, :]
        difference = np.where(both, np.float32(0), np.nan_to_num(difference, nan=1.0))
    return np.asarray(difference, dtype=np.float32)
