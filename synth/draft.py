"""A first schema read straight from the private rows, for a person to correct. Nothing here is private."""

import datetime as dt
import math
from fractions import Fraction

import numpy as np
import pandas as pd

from synth.column import DEFAULT_BINS, FORMATS, Bound, Column, ColumnType, bound, number
from synth.reading import Floats, check_table, is_date, is_integer, is_real, numbers, texts

_MANY = 50
# At epsilon = 1 a bin of fewer rows drowns in noise.
_ROWS_A_BIN = 200
_FEWEST_BINS = 8
_ISO = FORMATS["date"]
_DATES = (_ISO, "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d")
_CLOCKS = (" %H:%M:%S", "T%H:%M:%S", " %H:%M", "T%H:%M", " %H:%M:%S.%f", "T%H:%M:%S.%f")
_TRUTHS = (("false", "true"), ("False", "True"), ("FALSE", "TRUE"), ("no", "yes"), ("No", "Yes"), ("N", "Y"))


def draft_columns(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Describe every column as it is found: type, categories or bounds (rounded outward), bins at quantiles.

    Raises TableInvalidError for what is no table.
    """
    check_table(frame)
    return tuple(_draft(name, _cells(frame[name])) for name in frame.columns)


def _cells(series: pd.Series) -> pd.Series:
    """Give the cells as texts, the times of a column with or without the time of day, but all in one way."""
    if pd.api.types.is_datetime64_any_dtype(series) and not (series.dropna() == series.dropna().dt.normalize()).all():
        written: pd.Series = series.dt.strftime(FORMATS["datetime"]).astype(object).where(series.notna(), "")
        return written
    return texts(series)


def _draft(name: str, cells: pd.Series) -> Column:
    filled = cells[cells != ""]
    nullable = len(filled) < len(cells) or len(cells) == 0
    if filled.empty:
        return Column(name, "text")
    distinct = sorted(set(filled))
    if len(distinct) == len(filled) and len(filled) > _MANY and _named_id(name):
        return Column(name, "identifier")
    truths = next((pair for pair in _TRUTHS if set(distinct) == set(pair)), None)
    if truths is not None:
        return Column(name, "boolean", categories=truths, nullable=nullable)
    measured = _draft_range(name, filled, nullable) if len(distinct) > len(_TRUTHS[0]) else None
    if measured is not None:
        return measured
    if len(distinct) > max(_MANY, math.isqrt(len(filled))):
        return Column(name, "text")
    return Column(name, "category", categories=tuple(distinct), nullable=nullable)


def _draft_range(name: str, filled: pd.Series, nullable: bool) -> Column | None:
    if is_integer(filled).all():
        return _range(name, "integer", filled.to_numpy(dtype=np.float64), nullable)
    if (is_integer(filled) | is_real(filled)).all():
        return _range(name, "real", filled.to_numpy(dtype=np.float64), nullable, decimals=_decimals(filled))
    timed = _time_format(name, filled)
    return None if timed is None else _range(name, timed.type, numbers(filled, timed), nullable, form=timed.format)


def _range(
    name: str,
    kind: ColumnType,
    values: Floats,
    nullable: bool,
    *,
    decimals: int | None = None,
    form: str = "",
) -> Column:
    low, high = _outward(float(values.min()), kind, up=False), _outward(float(values.max()), kind, up=True)
    inner = [edge for edge in _quantile_edges(values, kind) if low < edge <= high]
    return Column(
        name,
        kind,
        min=_shown(kind, low),
        max=_shown(kind, high),
        bins=tuple(_shown(kind, edge) for edge in inner),
        nullable=nullable,
        decimals=decimals,
        format=form,
    )


def _quantile_edges(values: Floats, kind: ColumnType) -> list[float]:
    """Cut at rounded quantiles; a whole number that fills more than one gets a bin of its own."""
    bins = min(DEFAULT_BINS, max(_FEWEST_BINS, values.size // _ROWS_A_BIN))
    cuts = np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1], method="lower")
    heavy, count = np.unique(cuts, return_counts=True)
    rounded = {_rounded(float(cut), kind) for cut in heavy}
    if kind != "integer":
        return sorted(rounded)
    alone = [float(value) for value, times in zip(heavy, count, strict=True) if times > 1]
    return sorted(rounded | set(alone) | {value + 1 for value in alone})


def _outward(value: float, kind: ColumnType, up: bool) -> float:
    """Round away from the other values: dates and times to the year, numbers to two digits."""
    at = bound(value, kind)
    if isinstance(at, dt.datetime):
        return number(dt.datetime(at.year, 12, 31, 23, 59, 59) if up else dt.datetime(at.year, 1, 1))
    if isinstance(at, dt.date):
        return number(dt.date(at.year, 12, 31) if up else dt.date(at.year, 1, 1))
    step = Fraction(10) ** (math.floor(math.log10(abs(value))) - 1) if value else Fraction(1)
    if kind == "integer":
        step = max(step, Fraction(1))
    units = Fraction(value) / step
    return float((math.ceil(units) if up else math.floor(units)) * step)


def _rounded(value: float, kind: ColumnType) -> float:
    at = bound(value, kind)
    if isinstance(at, dt.datetime):
        return number(at.replace(hour=0, minute=0, second=0))
    return number(at.replace(day=1)) if isinstance(at, dt.date) else float(f"{value:.2g}")


def _shown(kind: ColumnType, value: float) -> Bound:
    return float(f"{value:.12g}") if kind == "real" else bound(value, kind)


def _decimals(cells: pd.Series) -> int:
    return int(min(6, cells.str.extract(r"\.(\d+)$", expand=False).str.len().fillna(0).max()))


def _time_format(name: str, cells: pd.Series) -> Column | None:
    """Find a format that reads every cell, and give it as an open column."""
    clocked = cells.str.contains(":", regex=False).all()
    forms = [date + clock for date in _DATES for clock in _CLOCKS] if clocked else _DATES
    for form in forms:
        column = Column(name, "datetime" if clocked else "date", format=form, buy=True)
        if (form != _ISO or is_date(cells).all()) and not np.isnan(numbers(cells, column)).any():
            return column
    return None


def _named_id(name: str) -> bool:
    words = name.lower().replace("-", "_").replace(" ", "_").split("_")
    return any(word in ("id", "uuid", "guid", "key", "number", "no", "nr", "mrn", "ssn") for word in words)
