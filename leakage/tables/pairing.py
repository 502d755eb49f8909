"""Whose history each released pseudonym is, by the rows it was made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakage.arrays import Integers
from leakage.tables.events import Events


@dataclass(frozen=True, slots=True, repr=False)
class Pairing:
    """Of each released pseudonym the person with most of its rows, of each person the pseudonym with most; −1: none."""

    owner: Integers
    home: Integers

    @classmethod
    def of(cls, original: Events, released: Events, true_row: Integers) -> Pairing:
        """Join the released rows to the original ones that they were made from."""
        rows = np.flatnonzero(released.item >= 0)
        name, person = released.person[rows], original.person[true_row[rows]]
        sizes = (int(events.person.max(initial=-1)) + 1 for events in (released, original))
        return cls(*(_most(*pair) for pair in zip((name, person), (person, name), sizes, strict=True)))

    def sought(self, original: Events, most: int, seed: int) -> Integers:
        """People who are in the release and of whom something can be known, at random but always alike."""
        known = np.zeros(self.home.size, dtype=np.bool_)
        known[original.person[original.item >= 0]] = True
        there = np.flatnonzero(known & (self.home >= 0))
        return np.sort(np.random.default_rng(seed).permutation(there)[:most])


def _most(these: Integers, those: Integers, size: int) -> Integers:
    """For each of `these` the commonest of `those` beside it."""
    found = np.full(size, -1, dtype=np.int64)
    pair, count = np.unique(np.column_stack([these, those]), axis=0, return_counts=True)
    order = np.argsort(count, kind="stable")
    found[pair[order, 0]] = pair[order, 1]  # the last one written is the commonest
    return found
