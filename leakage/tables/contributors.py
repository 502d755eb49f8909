"""Contributors: which people are behind each cell of a released table, and how much of it is one person's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Floats, Integers
from leakage.cells import forms, numbers

FEWEST = 10
"""The fewest people that a cell, or a difference of cells, may be about."""

_DOMINANCE, _TOP = 0.9, 2
_NEAR = 0.1


@dataclass(frozen=True, slots=True, repr=False)
class Cells:
    """How many people are in each released cell, and which rules it breaks."""

    people: Integers
    dominated: Booleans
    near: Booleans

    @classmethod
    def of(
        cls,
        original: pd.DataFrame,
        told: pd.DataFrame,
        keys: Sequence[str],
        values: Mapping[str, str],
        person: str | None,
    ) -> Cells:
        """Look behind each cell; a value that a cell tells counts the people who have it only."""
        who = np.arange(len(original)) if person is None else pd.factorize(forms(original[person]))[0]
        amounts = {name: numbers(original[source]) for name, source in values.items()}
        shown = {name: np.isfinite(numbers(told[name])) for name in values}
        people = np.zeros(len(told), dtype=np.int64)
        dominated, near = (np.zeros(len(told), dtype=np.bool_) for _ in range(2))
        for place, rows in enumerate(_Groups.of(original, keys).behind(told)):
            people[place] = _each(who[rows]).size
            for name, amount in amounts.items():
                if shown[name][place]:
                    there = rows[np.isfinite(amount[rows])]
                    each = _each(who[there], amount[there])
                    people[place] = min(people[place], each.size)
                    largest, both, whole = each[-1:].sum(), each[-_TOP:].sum(), each.sum()
                    dominated[place] |= both > _DOMINANCE * whole
                    near[place] |= whole - both < _NEAR * largest
        return cls(people, dominated, near)

    @property
    def few(self) -> Booleans:
        """Which cells have too few people behind them."""
        return np.asarray(self.people < FEWEST, dtype=np.bool_)

    @property
    def broken(self) -> Booleans:
        """Which break any rule."""
        return np.asarray(self.few | self.dominated | self.near, dtype=np.bool_)


@dataclass(frozen=True, slots=True, repr=False)
class _Groups:
    """Rows by what stands in their keys; grouped once for each set of keys that cells are over."""

    keys: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]
    rows: int
    known: dict[tuple[str, ...], Mapping[tuple[str, ...], list[int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, original: pd.DataFrame, keys: Sequence[str]) -> _Groups:
        return cls(tuple(keys), {name: forms(original[name]).tolist() for name in keys}, len(original))

    def behind(self, told: pd.DataFrame) -> Iterator[Integers]:
        """Give the rows behind each cell; a key that is empty in a cell takes no part in it."""
        for cell in zip(*(forms(told[name]).tolist() for name in self.keys), strict=True):
            there = {name: value for name, value in zip(self.keys, cell, strict=True) if value}
            yield np.array(self._over(tuple(there)).get(tuple(there.values()), ()), dtype=np.int64)

    def _over(self, names: tuple[str, ...]) -> Mapping[tuple[str, ...], list[int]]:
        if names not in self.known:
            groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
            columns = [self.columns[name] for name in names]
            for row, cell in enumerate(zip(*columns, strict=True) if columns else [()] * self.rows):
                groups[cell].append(row)
            self.known[names] = groups
        return self.known[names]


def _each(persons: Integers, amounts: Floats | None = None) -> Floats:
    """Add up what each person contributes, the largest last."""
    _, place = np.unique(persons, return_inverse=True)
    return np.sort(np.bincount(place, amounts)).astype(np.float64)
