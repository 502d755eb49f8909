"""A column as the few texts that differ and, for each row, which of them stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deid.tables.retype import compact, retype

Codes = NDArray[np.int64]
_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Coded:
    """Distinct texts, and for each row the place of its text among them; -1 stands for a missing value."""

    texts: tuple[str, ...] = field(repr=False)
    codes: Codes = field(repr=False)

    @classmethod
    def of(cls, series: pd.Series) -> Coded:
        """Code a series: each distinct value becomes a text once, whole numbers without a decimal point.

        >>> Coded.of(pd.Series([62704.0, None, 62704.0])).codes.tolist()
        [0, -1, 0]
        """
        if _tells_apart(series):
            codes, values = pd.factorize(series, use_na_sentinel=True)
            return cls(tuple(_text(value) for value in values), codes.astype(np.int64))
        texts = [None if missing else _text(v) for v, missing in zip(series.array, series.isna(), strict=True)]
        codes, distinct = pd.factorize(np.array(texts, dtype=object), use_na_sentinel=True)
        return cls(tuple(str(text) for text in distinct), codes.astype(np.int64))

    def counts(self) -> Codes:
        """Return how many rows each text has."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts)).astype(np.int64)

    def singly(self) -> tuple[Coded, list[int]]:
        """Return the same with one text a row, and the place that each had: for what answers anew for every cell.

        >>> Coded.of(pd.Series(["a", "b", None, "a"])).singly()[1]
        [0, 1, 0]
        """
        filled = self.codes >= 0
        places = self.codes[filled].tolist()
        codes = np.full(len(self.codes), -1, dtype=np.int64)
        codes[filled] = np.arange(len(places))
        return Coded(tuple(self.texts[place] for place in places), codes), places

    def cells(self) -> list[str]:
        """Return the text of each row, a missing value as an empty one."""
        return np.array([*self.texts, ""], dtype=object)[self.codes].tolist() if self.codes.size else []

    def rebuild(self, series: pd.Series, done: Sequence[str]) -> pd.Series:
        """Return the series with `done` in place of the texts, where they differ; all else stays as it is.

        The type stays where the new texts fit it (see `retype`).
        """
        changed = np.array([old != new for old, new in zip(self.texts, done, strict=True)] + [False], dtype=np.bool_)
        rows = changed[self.codes] if self.codes.size else np.zeros(0, dtype=np.bool_)
        if not rows.any():
            return compact(series)
        values = _objects(series)
        values[rows] = np.array([*done, ""], dtype=object)[self.codes[rows]]
        alike = all(len(old) == len(new) for old, new in zip(self.texts, done, strict=True))
        return retype(values, rows, series, alike)


def as_texts(series: pd.Series) -> list[str]:
    """Return a series as strings, missing values as empty ones, whole numbers without a decimal point.

    >>> as_texts(pd.Series([62704.0, None, 1.5]))
    ['62704', '', '1.5']
    """
    return Coded.of(series).cells()


def _tells_apart(series: pd.Series) -> bool:
    """Whether values that count as equal have one text: not so among objects, where 1, 1.0 and True are equal."""
    if isinstance(series.dtype, pd.ArrowDtype):
        return bool(series.dtype.kind in "iuf") or pd.api.types.is_string_dtype(series.dtype)
    if series.dtype == object:
        return pd.api.types.infer_dtype(series, skipna=True) == "string"
    plain = pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_datetime64_any_dtype(series.dtype)
    return plain or isinstance(series.dtype, pd.StringDtype)


def _text(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]


def _objects(series: pd.Series) -> NDArray[np.object_]:
    """Return the cells themselves in a new array."""
    if series.dtype == object:
        return series.to_numpy(copy=True)
    return pd.Series(list(series.array), dtype=object).to_numpy()
