"""Nearness of rows of mixed columns: the released rows that are nearest to what is known of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from leakage.arrays import Booleans, Integers
from leakage.tables.guessers import read

Singles: TypeAlias = npt.NDArray[np.float32]

MEASURES = ("distance", "weighted")
"""The sum of the columns' squared differences, and the sum in which a column counts by how seldom rows agree in it."""

_SEED = 19690116
_BLOCK = 400_000  # distances held at a time: few enough for a processor's cache
_ALIKE = 0.0025  # squared difference below which two numbers agree: a twentieth of their range


@dataclass(frozen=True, slots=True, repr=False)
class Near:
    """The released rows nearest to the left and to the right part of each person, (people, neighbours) each."""

    left: Integers
    right: Integers

    def linked(self, right: Integers) -> Booleans:
        """Tell whose left part shares a released row with a right part."""
        return np.asarray((self.left[:, :, None] == right[:, None, :]).any(axis=(1, 2)), dtype=np.bool_)


@dataclass(frozen=True, slots=True, repr=False)
class _Part:
    """One column as released and as asked: (scaled, is missing) for numbers, a code for classes."""

    released: Singles
    asked: Singles
    weight: np.float32

    @classmethod
    def of(cls, released: pd.DataFrame, asked: pd.DataFrame) -> _Part:
        """Encode; the weight is minus the logarithm of how often two released rows agree."""
        with np.errstate(invalid="ignore"):  # infinite numbers stand where the missing do
            there, here = (np.nan_to_num(table.narrow).astype(np.float32).T for table in read([released, asked]))
        gaps = np.empty(there.shape[1], dtype=np.float32)
        _squares(there, np.roll(there, 1, axis=1), gaps)
        return cls(there, here, np.float32(-np.log(max(float((gaps <= _ALIKE).mean()), 1 / gaps.size))))

    def squares(self, people: slice, into: Singles) -> None:
        """Squared differences (people, released rows)."""
        _squares(self.asked[:, people, None], self.released[:, None, :], into)


def _squares(here: Singles, there: Singles, into: Singles) -> None:
    if len(here) == 1:
        np.not_equal(here[0], there[0], out=into)
        return
    np.square(np.subtract(here[0], there[0], out=into), out=into)
    if here[1].any() or there[1].any():
        into += here[1] != there[1]


def nearest(released: pd.DataFrame, asked: Sequence[pd.DataFrame], neighbours: int) -> list[dict[str, Integers]]:
    """Give the released rows nearest to each row of the tables asked about, by each measure.

    Rows are named by their place in a random order that is the same for every call on as many rows, and of those at
    equal distance the first are taken.
    """
    order = np.random.default_rng(_SEED).permutation(len(released))
    together = pd.concat([frame.astype(object) for frame in asked], ignore_index=True)
    parts = [_Part.of(released[[name]].iloc[order], together[[name]]) for name in released]
    blocks = [_first(parts, people, min(neighbours, len(released))) for people in _slices(len(together), len(released))]
    ends = np.cumsum([len(frame) for frame in asked])[:-1]
    rows = [np.split(np.concatenate([block[i] for block in blocks]), ends) for i in range(len(MEASURES))]
    return [dict(zip(MEASURES, side, strict=True)) for side in zip(*rows, strict=True)]


def _slices(people: int, released: int) -> Iterator[slice]:
    step = max(1, _BLOCK // released)
    return (slice(start, start + step) for start in range(0, people, step))


def _first(parts: Sequence[_Part], people: slice, neighbours: int) -> tuple[Integers, Integers]:
    shape = parts[0].asked[0, people].size, parts[0].released.shape[1]
    plain, weighted, squares = (np.zeros(shape, dtype=np.float32) for _ in range(3))
    for part in parts:
        part.squares(people, squares)
        plain += squares
        squares *= part.weight
        weighted += squares
    return _least(plain, neighbours), _least(weighted, neighbours)


def _least(distance: Singles, neighbours: int) -> Integers:
    if neighbours == 1:
        return np.asarray(distance.argmin(axis=1)[:, None], dtype=np.int64)
    if neighbours == distance.shape[1]:
        return np.tile(np.arange(neighbours), (len(distance), 1))
    limit = np.partition(distance, neighbours - 1, axis=1)[:, neighbours - 1]
    rows = [np.flatnonzero(row <= most) for row, most in zip(distance, limit, strict=True)]
    return np.array(
        [near[np.argsort(row[near], kind="stable")[:neighbours]] for near, row in zip(rows, distance, strict=True)]
    )
