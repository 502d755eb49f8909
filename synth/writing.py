"""Numbers and labels back into cells, as texts or in the type the schema states."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import FORMATS, Column, bound

Floats = NDArray[np.float64]
Whole = NDArray[np.signedinteger]
Bools = NDArray[np.bool_]


def write_numbers(values: Floats, missing: Bools, column: Column, text: bool) -> pd.Series:
    """Write numbers within the column's bounds (dates as days, times as seconds); `missing` ones are empty.

    As texts: whole numbers without a point, reals with the column's decimals, dates and times in its format, "" for
    missing.
    """
    if text:
        places, distinct = pd.factorize(values)  # each value is written once
        written = np.array([*(_written(value, column) for value in distinct.tolist()), ""], dtype=object)
        return pd.Series(written[np.where(missing, len(distinct), places)], dtype=object)
    if column.type == "integer":
        return pd.Series(values.astype(np.int64), dtype="Int64").mask(missing)
    if column.type in FORMATS:
        unit = "datetime64[D]" if column.type == "date" else "datetime64[s]"
        return pd.Series(values.astype(unit).astype("datetime64[s]")).mask(missing)
    return pd.Series(values, dtype="float64").mask(missing)


def write_labels(codes: Whole, missing: Bools, column: Column, text: bool) -> pd.Series:
    """Write the categories as the schema spells them; a boolean as such unless `text`."""
    if column.type == "boolean" and not text:
        return pd.Series(pd.array(codes == 1, dtype="boolean")).mask(missing)
    labels = np.array([*column.categories, ""], dtype=object)
    cells = pd.Series(labels[np.where(missing, len(labels) - 1, codes)], dtype=object)
    return cells if text else cells.mask(missing, None)


def fill(column: Column, rows: int, text: bool) -> pd.Series:
    """Fill a column that is not modelled: identifiers are numbered from 1, free text is missing."""
    if column.type == "identifier":
        ids = np.arange(1, rows + 1)
        return pd.Series(ids.astype(str), dtype=object) if text else pd.Series(ids, dtype="Int64")
    return pd.Series(["" if text else None] * rows, dtype=object)


def _written(value: float, column: Column) -> str:
    if column.type in FORMATS:
        at = bound(value, column.type)
        return at.strftime(column.format) if isinstance(at, dt.date) else ""
    return str(int(value)) if column.type == "integer" else f"{value:.{column.digits}f}"
