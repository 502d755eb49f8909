"""Small cells: released counts, sums and means of few people, or of one who outweighs the others."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from leakage.arrays import Booleans
from leakage.cells import numbers, require_columns, require_rows
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.interval import clopper_pearson
from leakage.risk import Risk, judge
from leakage.tables.aggregate import Aggregate, aggregates
from leakage.tables.contributors import FEWEST, Cells
from leakage.tables.differences import differences

_CROWD = 2 * FEWEST


@dataclass(frozen=True, slots=True)
class SmallCells:
    """The share of released cells that tell of few people, or of one of whom the others do not hide.

    Sources: the rules are those of Hundepool et al. 2012 (Statistical Disclosure Control, chapter 4), their figures
    those of acro (Preen & Smith 2022, github.com/AI-SDC/ACRO): 10 people a cell at least; the two largest contributors
    make up 90 % of a cell at most; the second largest, who subtracts their own part, comes no nearer to the largest
    one's value than by 10 % of it (p-percent).

    Threat: someone reads a table of counts, sums or means and knows the group that a person is in, or is a contributor
    who subtracts their own part. Knowledge: the table, tables of the same people released before or beside it
    (`others`). Attacker: none is needed, the cells are held against the rows that they were made from. That a cell has
    nobody in it tells something too, and counts as few.

    `original` are the rows, with the columns `keys`, `person` where a person may have several rows, and the columns
    that `values` names; `released` is the table, one row a cell, with the columns `keys` (empty ones in a margin),
    `count`, and the columns of sums and means, each named in `values` with the column of the original that it tells of.
    A row whose count and values are all empty is suppressed. Every cell counts, nothing is sampled. Exact tables are
    meant: noise does not make a cell larger.

    There is no control, the baseline is 0. The positive control is a copy with a cell of one person, a cell that one
    outweighs, and an earlier table that lacks one person: each must be seen.

    Details: "cells", "suppressed"; "few", "dominated" and "near", how many cells break each rule, and "broken", any;
    "differences"; "least people".

    >>> rows = pd.DataFrame({"ward": ["a"] * 20 + ["b"] * 3, "cost": [100.0] * 23})
    >>> table = pd.DataFrame({"ward": ["a", "b"], "n": [20, 3]})
    >>> risk = SmallCells(["ward"], "n").run(rows, table)
    >>> risk.details["cells"], risk.details["few"], risk.details["least people"]
    (2.0, 1.0, 3.0)
    """

    keys: Sequence[str]
    count: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    person: str | None = None
    others: Sequence[Aggregate] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Check the columns, and freeze what they mean."""
        named = [*self.keys, self.count, *self.values]
        if not self.keys or len(set(named)) < len(named):
            raise ConfigurationError("a table of cells needs keys, and different columns for counts and values")
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Judge every cell. Raises EmptyInputError where all are suppressed."""
        start = time.perf_counter()
        if control is not None:
            raise ConfigurationError("small cells have no control: a cell is small or not")
        self._check(original, released)
        told = released[self._told(released)]
        if not len(told):
            raise EmptyInputError("every cell of the table is suppressed: there is nothing to attack")
        cells = self._cells(original, told)
        below = sum(bool((numbers(original[name]) < 0).any()) for name in set(self.values.values()))
        return judge(
            "small cells",
            clopper_pearson(int(cells.broken.sum()), len(told)),
            baseline=0.0,
            attempts=len(told),
            planted=self._planted(original, told),
            faults=["values below 0: what a person adds to a cell says nothing of them then"] if below else [],
            details={
                "cells": len(told),
                "suppressed": len(released) - len(told),
                "few": cells.few.sum(),
                "dominated": cells.dominated.sum(),
                "near": cells.near.sum(),
                "broken": cells.broken.sum(),
                "differences": self._differences(told, self.others),
                "least people": cells.people.min(),
            },
            seconds=time.perf_counter() - start,
            fewest=1,
        )

    def _check(self, original: pd.DataFrame, released: pd.DataFrame) -> None:
        require_rows(original, "original")
        require_rows(released, "released")
        require_columns(original, [*self.keys, *set(self.values.values())], "original")
        require_columns(original, [] if self.person is None else [self.person], "original")
        require_columns(released, [*self.keys, self.count, *self.values], "released")

    def _told(self, released: pd.DataFrame) -> Booleans:
        amounts = [np.isfinite(numbers(released[name])) for name in (self.count, *self.values)]
        return np.asarray(np.any(amounts, axis=0), dtype=np.bool_)

    def _cells(self, original: pd.DataFrame, told: pd.DataFrame) -> Cells:
        return Cells.of(original, told, self.keys, self.values, self.person)

    def _differences(self, told: pd.DataFrame, others: Sequence[Aggregate]) -> int:
        return differences(self._tables(told), others, FEWEST)

    def _planted(self, original: pd.DataFrame, told: pd.DataFrame) -> Control:
        alone, outweighed = codeword("cell", 1), codeword("cell", 2)
        keys = (alone, *[outweighed] * _CROWD)
        amounts = {name: [1.0] * _CROWD + [1e6] for name in self.values.values()}
        person = {} if self.person is None else {self.person: [codeword("person", n) for n in range(len(keys))]}
        rows = pd.DataFrame({**amounts, **person, **dict.fromkeys(self.keys, keys)}, dtype=object)
        table = dict.fromkeys(self.keys, (alone, outweighed)) | dict.fromkeys((self.count, *self.values), (1, 1))
        found = self._cells(pd.concat([original, rows], ignore_index=True), pd.DataFrame(table))
        earlier = [Aggregate(t.columns, {c: n - 1 for c, n in t.counts.items()}) for t in self._tables(told)]
        seen = [bool(found.few[0]), self._differences(told, earlier) > 0 or not earlier]
        seen += [bool(found.dominated[1]), bool(found.near[1])] if self.values else []
        return Control(sum(seen) / len(seen), 1.0)

    def _tables(self, told: pd.DataFrame) -> list[Aggregate]:
        return aggregates(told, self.keys, self.count)
