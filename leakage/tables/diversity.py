"""What classes show about a secret: l-diversity and t-closeness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakage.arrays import Booleans, Floats, Integers
from leakage.cells import Column, forms, is_numeric, numbers
from leakage.tables.equivalence import Classes

_CATEGORIES = 20  # distinct numbers up to which a column is taken for coded categories, the stricter reading


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """How often each value of a secret stands in each class, one entry a pair that occurs, sorted by both.

    Values are numbered from 0, in numeric order if they are `ordered`; rows whose secret is missing count nowhere,
    so that they neither widen nor blur a class, and classes without any known secret are left out.
    """

    group: Integers
    value: Integers
    count: Integers
    ordered: bool

    @property
    def known(self) -> int:
        """How many rows have a secret."""
        return int(self.count.sum())

    def start(self) -> Integers:
        """Where each class begins."""
        return np.flatnonzero(np.diff(self.group, prepend=-1)).astype(np.int64)

    def sizes(self) -> Integers:
        """Rows of each class with a known secret."""
        return np.add.reduceat(self.count, self.start())

    def shares(self) -> Floats:
        """Give the share of each value in its class."""
        sizes = self.sizes()
        return np.asarray(self.count / np.repeat(sizes, np.diff([*self.start(), self.count.size])), dtype=np.float64)


def secrets(classes: Classes, column: Column) -> Secrets:
    """Count a secret column by class; a column of more than 20 distinct numbers and nothing else is ordered.

    Fewer numbers are taken for coded categories: their distances then count in full, which is the stricter reading.
    """
    text = forms(column)
    present: Booleans = text != ""
    number = numbers(column)
    ordered = is_numeric(column) and np.unique(number[present]).size > _CATEGORIES
    value = np.unique(number[present] if ordered else text[present].astype(str), return_inverse=True)[1]
    width = int(value.max(initial=0)) + 1
    pair, count = np.unique(classes.place[present] * width + value, return_counts=True)
    return Secrets(pair // width, pair % width, count.astype(np.int64), ordered)


def distinct(found: Secrets) -> Integers:
    """Count the different secrets of each class (distinct l-diversity).

    Sources of l: Machanavajjhala et al. 2007, doi:10.1145/1217299.1217302.
    """
    return np.add.reduceat(np.ones_like(found.count), found.start())


def entropic(found: Secrets) -> Floats:
    """Take the exponential of each class's entropy: entropy l-diversity holds for every l up to it."""
    share = found.shares()
    return np.exp(np.add.reduceat(-share * np.log(share), found.start()))


def recursive(found: Secrets, c: float) -> Integers:
    """Find the largest l of each class with r₁ < c·(r_l + … + r_m), counts in falling order; 0 if there is none."""
    order = np.lexsort((-found.count, found.group))
    count, start = found.count[order], found.start()
    length = np.diff([*start, count.size])
    running = np.cumsum(count)
    total = np.repeat(running[start + length - 1], length)
    tail = total - running + count  # r_l + … + r_m at the place of r_l
    return np.add.reduceat((np.repeat(count[start], length) < c * tail).astype(np.int64), start)


def closeness(found: Secrets) -> Floats:
    """Earth mover's distance of each class from the whole table, in [0, 1].

    Source: Li, Li & Venkatasubramanian 2007, doi:10.1109/ICDE.2007.367856.

    Unordered values are all at distance 1; ordered ones at their distance in rank over m − 1.
    """
    overall = np.bincount(found.value, found.count) / found.count.sum()
    if overall.size < 2:
        return np.zeros(found.start().size)
    return _ordered(found, overall) if found.ordered else _equal(found, overall)


def _equal(found: Secrets, overall: Floats) -> Floats:
    # ½ Σ|p − q| = Σ max(p − q, 0), and p is above 0 only where a pair is listed
    return np.add.reduceat(np.maximum(found.shares() - overall[found.value], 0), found.start())


def _ordered(found: Secrets, overall: Floats) -> Floats:
    """1/(m−1)·Σᵢ|Pᵢ − Qᵢ|, summed over the stretches on which a class's cumulative share P is level.

    On a stretch Q only rises, so |P − Q| changes its sign once, where Q passes P; sums of Q are read off.
    """
    start, width = found.start(), overall.size
    length = np.diff([*start, found.value.size])
    running = np.cumsum(found.shares())
    level = running - np.repeat(np.concatenate([[0.0], running[start[1:] - 1]]), length)
    last = start + length - 1
    level[last] = 1.0
    until = np.append(found.value[1:], width)
    until[last] = width
    q = np.cumsum(overall)
    q[-1] = 1.0
    distance = np.add.reduceat(_stretch(found.value, until, level, q), start)
    head = _stretch(np.zeros_like(start), found.value[start], np.zeros(start.size), q)
    return np.clip((distance + head) / (width - 1), 0, 1)


def _stretch(begin: Integers, end: Integers, level: Floats, q: Floats) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(q)])
    turn = np.clip(np.searchsorted(q, level), begin, end)
    below = level * (turn - begin) - (sums[turn] - sums[begin])
    above = (sums[end] - sums[turn]) - level * (end - turn)
    return np.asarray(below + above, dtype=np.float64)
