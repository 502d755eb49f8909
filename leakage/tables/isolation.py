"""Isolation: how many predicates hold for exactly one person, among the people attacked and among strangers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from leakage.arrays import Floats, Integers
from leakage.interval import Estimate, ratio
from leakage.risk import FEWEST
from leakage.tables.predicates import Coded, Found


@dataclass(frozen=True, slots=True, repr=False)
class Tally:
    """What became of the predicates of a family, one entry each, in crowds of equal size.

    `rows`: the released row that each was read off; `people`: how many of the original's people it isolates in
    `crowds` random crowds of `crowd` rows; `strangers`: how likely it isolates one of the control in one such crowd.
    """

    rows: Integers
    people: Floats
    strangers: Floats
    crowd: int
    crowds: float

    @property
    def attack(self) -> Estimate:
        """Isolation in the original; the released row is the independent unit."""
        return _rate(self.rows, self.people)

    @property
    def held_out(self) -> Estimate:
        """Isolation in the control, in as many crowds."""
        rate = _rate(self.rows, self.strangers)
        limits = (rate.value, rate.low, rate.high, rate.lower, rate.upper)
        return Estimate(*(min(1.0, self.crowds * figure) for figure in limits)) if rate.known else rate

    @property
    def floor(self) -> float:
        """A lower bound of the residual risk; −1 where there are too few predicates or no room above the control."""
        low, high = self.attack.lower, self.held_out.upper
        return -1.0 if self.rows.size < FEWEST // 2 or high >= 1 else (low - high) / (1 - high)

    def half(self, odd: int) -> Tally:
        """Keep the predicates of every other released row."""
        kept = self.rows % 2 == odd
        return replace(self, rows=self.rows[kept], people=self.people[kept], strangers=self.strangers[kept])


def tally(found: Found, original: Coded, control: Coded) -> Tally:
    """Count whom the predicates hold for."""
    rows, others = original.codes.shape[1], control.codes.shape[1]
    crowd = min(rows, others)
    held, strangers = (np.array([t.count(p) for p in found.predicates], dtype=np.int64) for t in (original, control))
    return Tally(
        np.array([predicate.row for predicate in found.predicates], dtype=np.int64),
        isolation(held, rows, crowd, rows / crowd),
        isolation(strangers, others, crowd),
        crowd,
        rows / crowd,
    )


def isolation(counts: Integers, rows: int, crowd: int, crowds: float = 1.0) -> Floats:
    """How many people are isolated in so many random crowds by a predicate that holds for `counts` of all rows.

    Rounded, so that sure is 1 and next to never is 0.

    >>> isolation(np.array([0, 1, 2]), rows=4, crowd=2, crowds=2).tolist()
    [0.0, 1.0, 1.3333]
    """
    return np.asarray(crowds * stats.hypergeom.pmf(1, rows, counts, crowd), dtype=np.float64).round(4)


def strongest(families: Mapping[str, Tally]) -> tuple[str, str]:
    """Choose the attacker for the even released rows on the odd ones, and the other way round."""
    odd, even = (max(families, key=lambda name: families[name].half(half).floor) for half in (1, 0))
    return odd, even


def mixed(families: Mapping[str, Tally], picked: Sequence[str]) -> Tally:
    """Join the predicates of the even rows by the first attacker picked, and of the odd rows by the second."""
    even, odd = (families[name].half(half) for half, name in enumerate(picked))
    return replace(
        even,
        rows=np.concatenate([even.rows, odd.rows]),
        people=np.concatenate([even.people, odd.people]),
        strangers=np.concatenate([even.strangers, odd.strangers]),
    )


def _rate(rows: Integers, amounts: Floats) -> Estimate:
    return ratio(np.bincount(rows, amounts).astype(np.float64), np.bincount(rows).astype(np.float64))
