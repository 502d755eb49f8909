"""Numbers and labels back into cells, as texts or in the type the schema states."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import Column

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_EPOCH = dt.date(1970, 1, 1)


def write_numbers(values: Floats, missing: Bools, column: Column, text: bool) -> pd.Series:
    """Write numbers within the column's bounds (dates as days since 1970-01-01); `missing` ones are empty.

    As texts: whole numbers without a point, reals with the column's decimals, dates in its format, "" for
    missing.
    """
    if text:
        cells = [_written(value, column) for value in values.tolist()]
        return pd.Series(cells, dtype=object).mask(missing, "")
    if column.type == "integer":
        return pd.Series(values.astype(np.int64), dtype="Int64").mask(missing)
    if column.type == "date":
        return pd.Series(values.astype("datetime64[D]").astype("datetime64[s]")).mask(missing)
    return pd.Series(values, dtype="float64").mask(missing)


def write_labels(codes: Ints, missing: Bools, column: Column, text: bool) -> pd.Series:
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
    if column.type == "date":
        return (_EPOCH + dt.timedelta(days=int(value))).strftime(column.format)
    return str(int(value)) if column.type == "integer" else f"{value:.{column.digits}f}"
