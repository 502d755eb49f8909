"""Equivalence classes: the rows of a table that nobody can tell apart by their quasi-identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from leakage.arrays import Integers
from leakage.cells import forms

Number = TypeVar("Number", np.float64, np.int64)


@dataclass(frozen=True, slots=True, repr=False)
class Classes:
    """The class of every row, and the number of rows of every class (none is empty)."""

    place: Integers
    sizes: Integers

    @property
    def k(self) -> int:
        """The smallest class (Sweeney 2002, doi:10.1142/S0218488502001648)."""
        return int(self.sizes.min())

    @property
    def uniques(self) -> int:
        """How many rows are alone in their class."""
        return int((self.sizes == 1).sum())

    def below(self, k: int) -> float:
        """Share of the rows that stand in classes smaller than k."""
        return float(self.sizes[self.sizes < k].sum() / self.place.size)

    def each(self, amounts: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """Give every row the amount of its class."""
        return amounts[self.place]


def equivalence(frame: pd.DataFrame, quasi: Sequence[str]) -> Classes:
    """Class the rows by the cells of the columns `quasi`; without columns all rows are one class.

    >>> table = pd.DataFrame({"sex": ["f", "f", "m"], "age": ["30-39", "30-39", "*"]})
    >>> equivalence(table, ["sex", "age"]).sizes.tolist()
    [2, 1]
    """
    (place,) = keys([frame], quasi)
    return Classes(place, np.bincount(place).astype(np.int64))


def keys(frames: Sequence[pd.DataFrame], names: Sequence[str]) -> list[Integers]:
    """One number a distinct combination of cells, the same in all tables, counted from 0."""
    sizes = [len(frame) for frame in frames]
    key = np.zeros(sum(sizes), dtype=np.int64)
    for name in names:
        codes, found = pd.factorize(np.concatenate([forms(frame[name]) for frame in frames]), sort=True)
        key = np.unique(key * len(found) + codes, return_inverse=True)[1].astype(np.int64)
    return np.split(key, np.cumsum(sizes)[:-1])
