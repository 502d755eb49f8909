"""Predicates on a person's row, read off a released table: each holds for exactly one released row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Integers
from leakage.tables.scales import Scale

Range: TypeAlias = tuple[int, int, int]
"""A column by position, and the codes from low (included) to high (not included)."""

_SEED = 20200414
_TRIES = 5  # candidates tried, as a multiple of the predicates wanted


@dataclass(frozen=True, slots=True, repr=False)
class Predicate:
    """What a row must be in, all of it, and the position of the released row that this was read off."""

    row: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Coded:
    """A table as codes (columns, rows), with the rows of each column in the order of their codes."""

    codes: Integers
    order: Integers
    ranked: Integers

    @classmethod
    def of(cls, frame: pd.DataFrame, scales: Sequence[Scale]) -> Coded:
        """Code a table by the scales of the release, one a column."""
        codes = np.array([scale.codes(frame[name]) for scale, name in zip(scales, frame, strict=True)])
        order = np.argsort(codes, axis=1, kind="stable")
        return cls(codes, order, np.take_along_axis(codes, order, axis=1))

    def within(self, known: Range, among: Integers | None = None) -> Integers:
        """Give the rows in a range, of all or among some."""
        column, low, high = known
        if among is None:
            first, last = np.searchsorted(self.ranked[column], [low, high])
            return np.asarray(self.order[column, first:last], dtype=np.int64)
        codes = self.codes[column, among]
        return np.asarray(among[(codes >= low) & (codes < high)], dtype=np.int64)

    def count(self, predicate: Predicate) -> int:
        """Count the rows that a predicate holds for."""
        rows: Integers | None = None
        for known in predicate.ranges:
            rows = self.within(known, rows)
            if not rows.size:
                return 0
        return 0 if rows is None else int(rows.size)


@dataclass(frozen=True, slots=True, repr=False)
class Release:
    """A released table as an attacker reads it: its codes, what each cell tells, and which cells are masks."""

    scales: Sequence[Scale]
    table: Coded
    low: Integers
    high: Integers
    masked: Booleans

    @classmethod
    def of(cls, frame: pd.DataFrame, known: pd.DataFrame) -> Release:
        """Read a release; `known` are other people's rows, which tell what cells look like unmasked."""
        scales = [Scale.of(frame[name]) for name in frame]
        table = Coded.of(frame, scales)
        windows = [scale.windows(codes) for scale, codes in zip(scales, table.codes, strict=True)]
        masks = [
            scale.masked(codes, scale.codes(known[name]))
            for scale, codes, name in zip(scales, table.codes, frame, strict=True)
        ]
        low, high = (np.array([window[side] for window in windows]) for side in (0, 1))
        return cls(scales, table, low, high, np.array(masks, dtype=np.bool_))

    def uniques(self) -> Integers:
        """Give the rows that no other equals (Sweeney's uniques), in a random order that is always the same."""
        key = np.zeros(self.masked.shape[1], dtype=np.int64)
        for codes in self.table.codes:
            _, code = np.unique(codes, return_inverse=True)
            key = np.unique(key * (int(code.max()) + 1) + code, return_inverse=True)[1]
        alone = np.flatnonzero(np.bincount(key)[key] == 1)
        return np.random.default_rng(_SEED).permutation(alone)

    def alone(self, row: int, columns: Iterable[int], fewest: int) -> Predicate | None:
        """Add what the row tells, column after column, until it holds for no other row; None if it never does."""
        ranges: list[Range] = []
        here: Integers | None = None
        for column in columns:
            if self.masked[column, row]:
                continue
            ranges.append((column, int(self.low[column, row]), int(self.high[column, row])))
            here = self.table.within(ranges[-1], here)
            if here.size == 1 and len(ranges) >= fewest:
                return Predicate(row, tuple(ranges))
        return None


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """Distinct predicates of one family, and how many candidates were tried for them."""

    predicates: Sequence[Predicate]
    tried: int


def _univariate(release: Release, most: int, _: int) -> Found:
    """Take what one cell of a column has: a rare value, an end of the numbers and all beyond, a lone missing cell."""
    found = [
        Predicate(row, ((column, low, high),))
        for column, scale in enumerate(release.scales)
        for row, low, high in scale.lone(release.table.codes[column])
        if not release.masked[column, row]
    ]
    chosen = np.random.default_rng(_SEED).permutation(len(found))[:most]
    return Found([found[place] for place in chosen], len(found))


def _multivariate(release: Release, most: int, size: int) -> Found:
    """Take the columns in random order, at least `size` of them and then as many as it takes to be alone."""
    generator = np.random.default_rng(_SEED)
    fewest = min(size, len(release.scales))
    drawn = (release.alone(row, generator.permutation(len(release.scales)), fewest) for row in _again(release, most))
    return _distinct(drawn, most)


def _whole_row(release: Release, most: int, _: int) -> Found:
    """Take all that a row tells: the predicates that hold for the fewest people."""
    classes = [np.unique(codes).size for codes in release.table.codes]
    columns = np.argsort(classes, kind="stable")[::-1].tolist()
    told = (~release.masked).sum(axis=0)
    return _distinct((release.alone(row, columns, max(1, int(told[row]))) for row in release.uniques()), most)


FAMILIES: Mapping[str, Callable[[Release, int, int], Found]] = {
    "univariate": _univariate,
    "multivariate": _multivariate,
    "whole row": _whole_row,
}


def _again(release: Release, most: int) -> Iterator[int]:
    """Go through the rows that can be alone, more than once where there are few."""
    rows = release.uniques().tolist()
    for start in range(0, _TRIES * most, max(1, len(rows))):
        yield from rows[: _TRIES * most - start]


def _distinct(drawn: Iterable[Predicate | None], most: int) -> Found:
    found: dict[tuple[int, frozenset[Range]], Predicate] = {}
    tried = 0
    for predicate in drawn:
        tried += 1
        if predicate is not None:
            found.setdefault((predicate.row, frozenset(predicate.ranges)), predicate)
        if len(found) >= most or tried >= _TRIES * most:
            break
    return Found(list(found.values()), tried)
