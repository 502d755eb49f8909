"""Rows as keys: one number a row, the same for rows that are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from leakage.arrays import Booleans, Floats
from leakage.cells import Column, is_numeric, numbers, texts

Keys = npt.NDArray[np.uint64]
_SEED = 20231107
_GRID = 0.7548e-4  # of a standard deviation: values as near as this are the same
_WIDER = 2  # columns that may stand beside a stored row, a label or a weight
_NAN = np.int64(-(2**61))


def multipliers(width: int) -> Keys:
    """Draw one odd number a column, always alike; keys are sums of products with them, modulo 2⁶⁴."""
    return np.random.default_rng(_SEED).integers(0, 2**63, max(1, width), dtype=np.uint64)[:width] * np.uint64(2) + 1


def holds_numbers(column: Column) -> bool:
    """Whether every cell that is not missing is a number, by its type where that tells."""
    return pd.api.types.is_numeric_dtype(column.dtype) or is_numeric(column)


def is_sparse(rows: Any) -> bool:
    """Whether it is a sparse matrix, without narrowing its type."""
    return bool(sparse.issparse(rows))


def matrix(rows: Any) -> Any:
    """Read rows as numbers, sparse ones as CSR; None where there is any cell that is neither missing nor a number."""
    if is_sparse(rows):
        return sparse.csr_matrix(rows, dtype=np.float64)
    if isinstance(rows, pd.DataFrame):
        columns = [rows.iloc[:, place] for place in range(rows.shape[1])]
        readable = columns and all(holds_numbers(c) or bool(c.isna().all()) for c in columns)
        return np.column_stack([numbers(c) for c in columns]) if readable else None
    found = np.asarray(rows)
    if found.ndim == 2 and found.dtype.kind in "fiub":
        return found.astype(np.float64, copy=False)
    return matrix(pd.DataFrame(found)) if found.ndim == 2 and found.dtype.kind in "OU" and found.size else None


class Space:
    """Rows in one form, those to look for: as they are given or as a step of the model sees them."""

    __slots__ = ("_factors", "_numbers", "_texts", "rows", "scale", "width")

    def __init__(self, rows: Any) -> None:
        self.rows = rows
        self.width = int(rows.shape[1])
        values = matrix(rows)
        self.scale = _scales(values) if values is not None else np.ones(0)
        self._factors = multipliers(self.width)
        self._numbers = self._keys(values) if values is not None else None
        self._texts: Keys | None = None

    def inside(self, held: Any) -> Booleans | None:
        """Tell which of the rows are among those of an array of the model; None where the two cannot be compared."""
        wider = held.shape[1] - self.width
        if not self.width or not 0 <= wider <= _WIDER:
            return None
        if self._numbers is None:
            return None if wider or is_sparse(held) else self._same_text(held)
        values = matrix(held)
        if values is None:
            return None
        found = np.zeros(self._numbers.size, dtype=np.bool_)
        for shift in range(wider + 1):
            found |= np.isin(self._numbers, self._keys(values[:, shift : shift + self.width]))
        return found

    def _same_text(self, held: Any) -> Booleans:
        if self._texts is None:
            self._texts = _text_keys(self.rows, self._factors)
        return np.isin(self._texts, _text_keys(held, self._factors))

    def _keys(self, values: Any) -> Keys:
        if not is_sparse(values):
            total = np.zeros(len(values), dtype=np.uint64)
            for place in range(self.width):
                total += _steps(values[:, place], self.scale[place]) * self._factors[place]
            return total
        steps: Keys = _steps(values.data, self.scale[values.indices]) * self._factors[values.indices]
        sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(steps, dtype=np.uint64)])
        return np.asarray(sums[values.indptr[1:]] - sums[values.indptr[:-1]], dtype=np.uint64)


def _scales(values: Any) -> Floats:
    with np.errstate(all="ignore"):
        if is_sparse(values):
            mean = np.asarray(values.mean(axis=0)).ravel()
            spread = np.sqrt(np.maximum(0, np.asarray(values.multiply(values).mean(axis=0)).ravel() - mean**2))
        else:
            known = np.ma.masked_invalid(values)
            spread = np.asarray(known.std(axis=0).filled(0.0), dtype=np.float64)
    return np.where(np.isfinite(spread) & (spread > 0), spread, 1.0)


def _steps(values: Floats, scale: Any) -> Keys:
    with np.errstate(all="ignore"):
        steps = np.clip(np.rint(values / (scale * _GRID)), -(2.0**60), 2.0**60)
    whole = np.where(np.isnan(steps), np.float64(_NAN), steps).astype(np.int64)
    return whole.view(np.uint64)


def _text_keys(rows: Any, factors: Keys) -> Keys:
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
    total = np.zeros(len(frame), dtype=np.uint64)
    for place in range(frame.shape[1]):
        cells = pd.Series(texts(frame.iloc[:, place]), dtype=object)
        total += pd.util.hash_array(cells.to_numpy()) * factors[place]
    return total
