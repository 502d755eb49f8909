"""Released counts as linear equations in the secrets of people who share all their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from leakage.arrays import Floats, Integers, Sparse
from leakage.cells import forms
from leakage.tables.aggregate import Aggregate

_MOST = 1e9  # what no count of people exceeds; it keeps squares finite


@dataclass(frozen=True, slots=True, repr=False)
class Equations:
    """Counts q of groups g: Σ_g sums[q, g]·size[g]·(share of g with the secret) ≈ counts[q].

    A group are the people with the same cells, whom no count tells apart. Groups of size 0 are in no count; what is
    concluded about them holds for anybody with such cells. The `rate` is the share of all people with the secret.
    """

    sums: Sparse
    size: Floats
    counts: Floats
    rate: float = 0.5

    @property
    def people(self) -> Floats:
        """How many people each count is about."""
        return np.asarray(self.sums @ self.size, dtype=np.float64)


@dataclass(frozen=True, slots=True, repr=False)
class People:
    """The cells of people as codes, a row a column of `names`; the first `counted` people are in the counts."""

    names: tuple[str, ...]
    codes: Integers
    values: tuple[dict[str, int], ...]
    counted: int

    @classmethod
    def of(cls, frames: Sequence[pd.DataFrame], names: Sequence[str]) -> People:
        """Read the cells of several tables alike; only the first table's people are counted."""
        codes, values = [], []
        for name in names:
            code, found = pd.factorize(np.concatenate([forms(frame[name]) for frame in frames]), sort=True)
            codes.append(code)
            values.append({text: number for number, text in enumerate(found)})
        return cls(tuple(names), np.array(codes, dtype=np.int64), tuple(values), len(frames[0]))

    def groups(self) -> Integers:
        """Give every person the number of their group."""
        return _joint(self.codes)

    def cells(self, columns: Sequence[str], cells: Sequence[tuple[str, ...]]) -> tuple[Integers, Integers]:
        """Give the cell of each person over these columns, and those named (nobody's included), a number each."""
        places = [self.names.index(name) for name in columns]
        wanted = np.array(
            [[self.values[p].get(text, -1) for p, text in zip(places, cell, strict=True)] for cell in cells],
            dtype=np.int64,
        ).reshape(len(cells), len(places))
        joint = _joint(np.concatenate([self.codes[places], wanted.T], axis=1))
        return joint[: self.codes.shape[1]], joint[self.codes.shape[1] :]


def equations(
    people: People, tables: Sequence[Aggregate], others: Sequence[Aggregate] = (), rate: float = 0.5
) -> Equations:
    """Turn all counts of cells that have people into equations; those over other columns are of no use.

    `tables` count people with the secret, and `others` people without.
    """
    group = people.groups()
    size = np.bincount(group[: people.counted], minlength=int(group.max(initial=-1)) + 1).astype(np.float64)
    parts = [_part(people, group, table) for table in (*tables, *others)]
    sums = sparse.vstack([sparse.csr_matrix((0, size.size)), *(part for part, _ in parts)], format="csr")
    counts = np.clip(np.concatenate([np.zeros(0), *(count for _, count in parts)]), -_MOST, _MOST)
    total = np.asarray(sums @ size, dtype=np.float64)
    without = np.arange(counts.size) >= sum(count.size for _, count in parts[: len(tables)])
    return Equations(sums[total > 0], size, np.where(without, total - counts, counts)[total > 0], rate)


def _part(people: People, group: Integers, table: Aggregate) -> tuple[Sparse, Floats]:
    """Tell which groups stand in each cell."""
    groups, first = np.unique(group, return_index=True)
    if not table.counts or not set(table.columns) <= set(people.names):
        return sparse.csr_matrix((0, groups.size)), np.zeros(0)
    cell, wanted = people.cells(table.columns, list(table.counts))
    width = int(max(cell.max(initial=0), wanted.max())) + 1
    stands = sparse.csr_matrix((np.ones(groups.size), (cell[first], groups)), shape=(width, groups.size))
    return stands[wanted], np.array(list(table.counts.values()), dtype=np.float64)


def _joint(codes: Integers) -> Integers:
    """One number a distinct column of codes (which may be −1), counted from 0."""
    key = np.zeros(codes.shape[1], dtype=np.int64)
    for code in codes:
        key = np.unique(key * (int(code.max(initial=0)) + 2) + code + 1, return_inverse=True)[1].astype(np.int64)
    return key
