"""New cells in the type that the column had, as far as they fit it."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import regex
from numpy.typing import NDArray

_OFFSET = regex.compile(r"[+-]\d\d:?\d\d$")


def retype(values: NDArray[np.object_], changed: NDArray[np.bool_], series: pd.Series, alike: bool) -> pd.Series:
    """Return the cells as a series of the type of `series`, or of objects where they do not fit.

    Texts stay texts of their type. Categories are those that are in use, the new ones last, so that neither a value
    without a row nor the order of the old ones shows. Dates stay dates where every new one is `alike`: as long as the
    old, so that a year is not taken for the first of January.

    >>> sizes = pd.Series(["S", "ann@example.com"], dtype="category")
    >>> retype(np.array(["S", "x"], dtype=object), np.array([False, True]), sizes, False).cat.categories.tolist()
    ['S', 'x']
    """
    dtype = series.dtype
    made: pd.Series | None = None
    if isinstance(dtype, pd.CategoricalDtype):
        made = pd.Series(_categories(values, changed, series))
    elif isinstance(dtype, pd.StringDtype) or (isinstance(dtype, pd.ArrowDtype) and dtype.type is str):
        with contextlib.suppress(TypeError, ValueError, pa.ArrowException):
            made = pd.Series(values, dtype=dtype)
    elif alike:
        made = _dates(values, dtype)
    cells = pd.Series(values, dtype=object) if made is None else made
    return pd.Series(cells.array, index=series.index, name=series.name)


def only_used(series: pd.Series) -> pd.Series:
    """Return a series of categories without those that no row has."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return series.cat.remove_unused_categories()
    return series.copy()


def unused_texts(series: pd.Series) -> list[str]:
    """Return the categories that no row has, as texts."""
    if not isinstance(series.dtype, pd.CategoricalDtype):
        return []
    return [str(value) for value in series.cat.categories.difference(only_used(series).cat.categories)]


def compact(series: pd.Series) -> pd.Series:
    """Return a copy; an Arrow dictionary in it holds nothing but the values that rows have."""
    dtype = series.dtype
    if not (isinstance(dtype, pd.ArrowDtype) and pa.types.is_dictionary(dtype.pyarrow_dtype)):
        return series.copy()
    plain = pa.chunked_array(pa.array(series, from_pandas=True).cast(dtype.pyarrow_dtype.value_type))
    cells = plain.combine_chunks().dictionary_encode().cast(dtype.pyarrow_dtype)
    return pd.Series(pd.arrays.ArrowExtensionArray(cells), index=series.index, name=series.name)


def _categories(values: NDArray[np.object_], changed: NDArray[np.bool_], series: pd.Series) -> pd.Categorical:
    used = series[~changed].cat.remove_unused_categories().cat.categories.tolist()
    known = set(used)
    new = sorted({str(value) for value in values[changed]} - known)
    return pd.Categorical(values, categories=pd.Index([*used, *new], dtype=object))


def _dates(values: NDArray[np.object_], dtype: Any) -> pd.Series | None:
    """Return dates of a type, or None where the type is none of dates or a cell is no date."""
    arrow = dtype.pyarrow_dtype if isinstance(dtype, pd.ArrowDtype) else None
    try:
        if arrow is not None and pa.types.is_date(arrow):
            days = [date.fromisoformat(v) if isinstance(v, str) else v for v in values]
            return pd.Series(days, dtype=dtype)
        if not pd.api.types.is_datetime64_any_dtype(dtype):
            return None
        zone = arrow.tz if arrow is not None else getattr(dtype, "tz", None)
        return _instants(values, zone).astype(dtype)
    except (ValueError, TypeError, OverflowError, pa.ArrowException):
        return None


def _instants(values: NDArray[np.object_], zone: object) -> pd.Series:
    """Read times as they stand on the wall: who moves over a change of the clock keeps the hour."""
    bare = [None if pd.isna(value) else _OFFSET.sub("", str(value)) for value in values]
    moments = pd.Series(pd.to_datetime(pd.Series(bare, dtype=object), format="ISO8601"))
    if zone is None:
        return moments
    summer = np.zeros(len(moments), dtype=np.bool_)
    return moments.dt.tz_localize(zone, ambiguous=summer, nonexistent="shift_forward")  # type: ignore[arg-type]
