"""Rows moved a little: how near a row is to the border of its class."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leakage.arrays import Floats
from leakage.cells import Column

_FEW = 20  # distinct integers up to which a column is taken for codes
_EXACT = 2**52  # integers beyond which a float does not hold exactly


def perturbed(
    features: pd.DataFrame, like: pd.DataFrame, amount: float, generator: np.random.Generator
) -> pd.DataFrame:
    """Move numbers by normal noise of `amount` standard deviations, and redraw that share of the other cells.

    Spread and drawn cells are those of the rows `like`.
    """
    moved = {
        place: _moved(features.iloc[:, place], like.iloc[:, place], amount, generator)
        for place in range(features.shape[1])
    }
    return pd.DataFrame(moved, index=features.index).set_axis(features.columns, axis=1)


def _moved(column: Column, like: Column, amount: float, generator: np.random.Generator) -> Column:
    if _is_measure(like) and pd.api.types.is_numeric_dtype(column.dtype):
        return _shaken(column, like, amount, generator)
    drawn = like.iloc[generator.integers(0, len(like), len(column))].set_axis(column.index)
    kept: Column = column.where(generator.random(len(column)) >= amount, drawn.astype(column.dtype))
    return kept


def _is_measure(column: Column) -> bool:
    if pd.api.types.is_float_dtype(column.dtype):
        return bool(np.isfinite(_spread(column)))
    whole = pd.api.types.is_integer_dtype(column.dtype) and column.nunique() > _FEW
    return whole and float(column.abs().max()) < _EXACT


def _spread(column: Column) -> float:
    return float(np.nanstd(_floats(column))) if column.notna().any() else 0.0


def _floats(column: Column) -> Floats:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _shaken(column: Column, like: Column, amount: float, generator: np.random.Generator) -> Column:
    values = _floats(column) + amount * _spread(like) * generator.standard_normal(len(column))
    if not pd.api.types.is_integer_dtype(column.dtype):
        return pd.Series(values, index=column.index).astype(column.dtype)
    whole = pd.Series(np.clip(np.round(values), float(like.min()), float(like.max())), index=column.index)
    return whole.astype("Int64").astype(column.dtype)
