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
_LARGEST = 10**300
_ENDS = frozenset("0123456789.")  # what a written number ends in
_EXACT = 15  # significant digits that a double holds without doubt; longer numbers are compared as they are written


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
    """Read the cells as numbers, NaN where they are none, or too large for a float; yes and no are none."""
    cells = column.astype(object)
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        cells = cells.mask(cells.map(lambda cell: isinstance(cell, bool | np.bool_)).astype(bool), None)
    try:
        return np.asarray(pd.to_numeric(cells, errors="coerce"), dtype=np.float64)
    except OverflowError:
        return numbers(cells.map(lambda cell: None if isinstance(cell, int) and abs(cell) > _LARGEST else cell))


def is_numeric(column: Column) -> bool:
    """Whether every cell that is not missing or empty is a number (and there is one)."""
    kept = column[column.notna() & (column.astype(str).str.strip() != "")]
    return bool(len(kept)) and not bool(np.isnan(numbers(kept)).any())


def texts(column: Column) -> list[str]:
    """Read the cells as comparable text, as `forms` does.

    >>> texts(pd.Series(["A ", 1.0, "1", None], dtype=object))
    ['a', '1', '1', '']
    """
    return [str(text) for text in forms(column)]


def forms(column: Column) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Read the cells as comparable text: trimmed and case-folded, numbers in one form, missing ones empty.

    Numbers of more digits than a float holds are kept as written, so that two long identifiers never merge.

    >>> forms(pd.Series([" A", 1, "1.0", 12345678901234567, None], dtype=object)).tolist()
    ['a', '1', '1', '12345678901234567', '']
    """
    written = column.astype(object).map(str).to_numpy(dtype=object)
    written[np.asarray(column.isna(), dtype=np.bool_)] = ""
    codes, found = pd.factorize(written)
    return np.array([_form(text) for text in found], dtype=object)[codes]


def _form(text: str) -> str:
    plain = text.strip().casefold()
    if not plain or sum(map(str.isdigit, plain)) > _EXACT or plain[-1] not in _ENDS:
        return plain
    try:
        number = float(plain)
    except ValueError:
        return plain
    if not abs(number) < 10**_EXACT:
        return plain
    return str(int(number)) if number.is_integer() else repr(number)


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
