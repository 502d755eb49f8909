"""Rows of mixed columns in one space: numbers, categories, and cells that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from leakage.arrays import Booleans, Floats, Integers
from leakage.cells import Column, forms, numbers, require_columns, require_disjoint, require_rows
from leakage.errors import UnknownColumnError

Singles: TypeAlias = npt.NDArray[np.float32]
Codes: TypeAlias = npt.NDArray[np.int32]

_NUMBER = 0  # the code of a cell that is a number
_FURTHEST = 1e6
_SEED = 19711201


@dataclass(frozen=True, slots=True, repr=False)
class Points:
    """Rows, of which each cell is a number (code 0) or one of the words of its column (code 1, 2, …; value 0).

    Both arrays have a line a column. Numbers are scaled so that the middle 98 % of their column span 1.
    """

    names: tuple[str, ...]
    values: Singles
    codes: Codes

    def __len__(self) -> int:
        """Count the rows."""
        return int(self.codes.shape[1])

    def take(self, rows: Integers | Booleans | slice) -> Points:
        """Keep some of the rows."""
        return Points(self.names, self.values[:, rows], self.codes[:, rows])

    def join(self, other: Points) -> Points:
        """Put the rows of another table with the same columns below."""
        values = np.hstack([self.values, other.values])
        return Points(self.names, values, np.hstack([self.codes, other.codes]))

    def keyed(self, name: str, keys: Integers) -> Points:
        """Add a column of words, given by their numbers from 0 on."""
        code = (keys[None, :] + 1).astype(np.int32)
        return Points(
            (*self.names, name), np.vstack([self.values, code * np.float32(0)]), np.vstack([self.codes, code])
        )

    def sample(self, most: int) -> Points:
        """Keep at most so many rows, at random but always alike."""
        return self.take(np.sort(np.random.default_rng(_SEED).permutation(len(self))[:most]))


def common(original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None) -> list[str]:
    """Name the columns that rows are compared in: the original's that are released, which the control must have too.

    Raises EmptyInputError for an original or a release without rows, UnknownColumnError where there is no such
    column, a table has it twice or the control lacks it, OverlapError for the original given as its own control.
    """
    require_rows(original, "original")
    require_rows(released, "released")
    names = [name for name in original.columns if name in released.columns]
    if not names:
        raise UnknownColumnError("the released table has none of the original's columns")
    require_columns(original, names, "original")
    require_columns(released, names, "released")
    if control is not None:
        require_disjoint(original, control)
        require_columns(control, names, "control")
    return names


def drawn(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Draw at most so many rows, at random but always alike."""
    return frame.iloc[np.random.default_rng(_SEED).permutation(len(frame))[:most]]


def encode(frames: Sequence[pd.DataFrame]) -> list[Points]:
    """Encode the columns of the first table, which all have, alike in all.

    A column is numeric when at least half of its cells that are not missing are numbers; what is no number in it
    is a word. Words are compared as `leakage.tables.equivalence.forms` reads them; a missing cell is like another.
    """
    ends = np.cumsum([len(frame) for frame in frames])
    names = tuple(frames[0].columns)
    axes = [_axis([frame[name] for frame in frames]) for name in names]
    values = np.array([axis[0] for axis in axes], dtype=np.float32).reshape(len(names), -1)
    codes = np.array([axis[1] for axis in axes], dtype=np.int32).reshape(len(names), -1)
    whole = Points(names, values, codes)
    return [whole.take(slice(start, end)) for start, end in zip([0, *ends], ends, strict=False)]


def _axis(columns: Sequence[Column]) -> tuple[Singles, Codes]:
    figures = np.concatenate([numbers(column) for column in columns])
    missing = np.concatenate([np.asarray(column.isna(), dtype=np.bool_) for column in columns])
    numeric = np.isfinite(figures)
    if 2 * numeric.sum() < (~missing).sum() or not numeric.any():
        numeric = np.zeros_like(numeric)
    codes = np.full(figures.size, _NUMBER, dtype=np.int32)
    if not numeric.all():
        words = np.concatenate([forms(column) for column in columns])[~numeric]
        codes[~numeric] = pd.factorize(words)[0] + 1
    return _scaled(figures, numeric), codes


def _scaled(figures: Floats, numeric: Booleans) -> Singles:
    values = np.zeros(figures.size, dtype=np.float32)
    if numeric.any():
        known = np.clip(figures[numeric], -1e150, 1e150)
        low, middle, high = np.quantile(known, [0.01, 0.5, 0.99])
        width = float(high - low) or float(np.ptp(known)) or 1.0
        values[numeric] = np.clip((known - middle) / width, -_FURTHEST, _FURTHEST)
    return values
