"""Cells of a data frame as canonical text and as numbers, whatever types the frame came with."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import FORMATS, Column
from synth.errors import TableInvalidError

Floats = NDArray[np.float64]

_EPOCH = pd.Timestamp("1970-01-01")
_DAY = 86_400


def check_table(frame: pd.DataFrame) -> None:
    """Check that it is a data frame with columns, uniquely named by texts. Raises TableInvalidError."""
    if not isinstance(frame, pd.DataFrame):
        raise TableInvalidError("the table must be a pandas DataFrame")
    if frame.shape[1] == 0:
        raise TableInvalidError("the table has no column")
    if not all(isinstance(name, str) for name in frame.columns) or not frame.columns.is_unique:
        raise TableInvalidError("column names must be texts, each used once")


def texts(series: pd.Series) -> pd.Series:
    """Give each cell as text, "" for missing: whole floats without a point, times as YYYY-MM-DD or with HH:MM:SS.

    >>> list(texts(pd.Series([1.0, 2.5, None])))
    ['1', '2.5', '']
    """
    if pd.api.types.is_datetime64_any_dtype(series):
        midnight = series == series.dt.normalize()
        written = series.dt.strftime(FORMATS["date"]).where(midnight, series.dt.strftime(FORMATS["datetime"]))
    elif series.dtype == object or isinstance(series.dtype, pd.StringDtype):
        written = series.astype(object)
        kind = pd.api.types.infer_dtype(written, skipna=False)
        if kind == "string":  # and no cell is missing
            return written
        if kind != "empty":
            written = written.map(_text, na_action="ignore")
    else:
        written = series.astype(object).map(_text, na_action="ignore")
    filled: pd.Series = written.astype(object).where(series.notna(), "")
    return filled


def numbers(series: pd.Series, column: Column) -> Floats:
    """Give each cell as the number a column of this type holds, NaN where it is missing or none.

    Dates are days, times whole seconds since 1970-01-01. What cannot be read is NaN, never an error: an error would
    tell of the data.
    """
    if column.type == "date":
        return np.floor(seconds(series, column.format) / _DAY)
    if column.type == "datetime":
        return np.floor(seconds(series, column.format))
    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_complex_dtype(series):
        values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        values = pd.to_numeric(texts(series), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    values = np.where(np.isfinite(values), values, np.nan)
    return np.floor(values) if column.type == "integer" else values


def seconds(series: pd.Series, form: str) -> Floats:
    """Give each date or time as seconds since 1970-01-01, NaN where a cell is none written in this format.

    A time zone is left out: the clock's time counts.
    """
    if pd.api.types.is_datetime64_any_dtype(series):
        dates = series.dt.tz_localize(None) if series.dt.tz is not None else series
    else:
        cells = texts(series)
        dates = pd.to_datetime(cells.mask(cells == ""), format=form, errors="coerce")
        if dates.dtype == object:  # mixed time zones: none of them is a plain date
            return np.full(len(series), np.nan)
        dates = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
    return np.asarray((dates - _EPOCH) / pd.Timedelta(seconds=1), dtype=np.float64)


def matcher(pattern: str) -> Callable[[pd.Series], NDArray[np.bool_]]:
    """Give a function that tells which cells match the whole pattern, trying each distinct value once."""
    compiled = re.compile(pattern, re.ASCII)

    def matches(cells: pd.Series) -> NDArray[np.bool_]:
        codes, distinct = pd.factorize(cells)
        hit = np.array([compiled.fullmatch(value) is not None for value in distinct], dtype=bool)
        return hit[codes] if len(hit) else np.zeros(len(cells), dtype=bool)

    return matches


is_integer = matcher(r"-?(0|[1-9]\d{0,14})")
is_real = matcher(r"-?(0|[1-9]\d{0,14})\.\d{1,15}|-?\d(\.\d{1,15})?[eE][-+]?\d\d?")
is_date = matcher(r"\d{4}-\d\d-\d\d")
is_time = matcher(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
is_time_t = matcher(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def _text(value: object) -> str:
    try:
        if isinstance(value, float | np.floating):
            return str(int(value)) if float(value).is_integer() else repr(float(value))
        return str(value)
    except (ValueError, ArithmeticError):  # what cannot be written is no declared value; an error would tell of it
        return "\ufffd"
