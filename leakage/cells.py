"""Cells of a table in the forms that attacks compare: text, number, class."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from leakage.arrays import Floats
from leakage.errors import EmptyInputError, OverlapError, UnknownColumnError

Column: TypeAlias = "pd.Series[Any]"

_BANDS = 10


def require_columns(frame: pd.DataFrame, names: Collection[str], which: str) -> None:
    """Raise UnknownColumnError naming the declared columns that the frame lacks, or has more than once."""
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise UnknownColumnError(f"the {which} table has no column {', '.join(missing)}")
    repeated = [name for name in names if list(frame.columns).count(name) > 1]
    if repeated:
        raise UnknownColumnError(f"the {which} table has more than one column {', '.join(repeated)}")


def require_rows(frame: pd.DataFrame, which: str) -> None:
    """Raise EmptyInputError when the frame has no row."""
    if not len(frame):
        raise EmptyInputError(f"the {which} table has no row: there is nothing to attack")


def require_disjoint(original: pd.DataFrame, control: pd.DataFrame) -> None:
    """Raise OverlapError when the very same frame is given as original and as control."""
    if control is original:
        raise OverlapError("the control is the original itself")


def numbers(column: Column) -> Floats:
    """Read the cells as numbers, NaN where they are none."""
    return np.asarray(pd.to_numeric(column.astype(object), errors="coerce"), dtype=np.float64)


def is_numeric(column: Column) -> bool:
    """Whether every cell that is not missing or empty is a number (and there is one)."""
    kept = column[column.notna() & (column.astype(str).str.strip() != "")]
    return bool(len(kept)) and not bool(np.isnan(numbers(kept)).any())


def texts(column: Column) -> list[str]:
    """Read the cells as comparable text: trimmed and case-folded, numbers in one form, missing ones empty.

    >>> texts(pd.Series(["A ", 1.0, "1", None], dtype=object))
    ['a', '1', '1', '']
    """
    parsed = numbers(column)
    return [
        "" if missing else f"{number:.12g}" if not np.isnan(number) else str(cell).strip().casefold()
        for cell, number, missing in zip(column, parsed, column.isna(), strict=True)
    ]


def classes(columns: Sequence[Column]) -> list[list[str | None]]:
    """Read the cells of one column in several tables as classes; the first table decides how.

    A numeric column with more than 20 values becomes ten bands with equal numbers of the first table's cells;
    any other keeps its values. Missing cells, and cells that are no number where numbers are banded, are None.
    """
    first = columns[0]
    if not (is_numeric(first) and first.nunique() > 2 * _BANDS):
        return [[text or None for text in texts(column)] for column in columns]
    known = numbers(first)
    edges = np.unique(np.nanquantile(known, np.arange(1, _BANDS) / _BANDS))
    return [[None if np.isnan(n) else str(np.searchsorted(edges, n)) for n in numbers(c)] for c in columns]
