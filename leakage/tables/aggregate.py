"""Released aggregates: how many people of each cell have the secret."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from leakage.arrays import Floats
from leakage.cells import forms, numbers
from leakage.errors import ConfigurationError

Texts: TypeAlias = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A released table of counts over `columns`: to each cell, one value a column, how many people it counts.

    With the secret among the columns a cell counts the people who have its value; without, the people of the cell
    who have the secret. A cell that is not listed was not released (and need not be 0). Values are text as
    `leakage.tables.equivalence.forms` writes it. Raises ConfigurationError when a cell has not one value a column, or a
    count is no finite number.
    """

    columns: tuple[str, ...]
    counts: Mapping[tuple[str, ...], float] = field(repr=False)

    def __post_init__(self) -> None:
        """Check the cells."""
        if len(set(self.columns)) < len(self.columns) or any(len(cell) != len(self.columns) for cell in self.counts):
            raise ConfigurationError("an aggregate needs different columns, and cells with one value for each of them")
        if not all(math.isfinite(count) for count in self.counts.values()):
            raise ConfigurationError("the counts of an aggregate must be finite; leave out those that were suppressed")


def tabulate(frame: pd.DataFrame, columns: Sequence[str], secret: str, positive: object) -> Aggregate:
    """Count the people with the secret in every cell of these columns that has people, exactly.

    >>> people = pd.DataFrame({"sex": ["f", "f", "m"], "ill": ["yes", "no", "no"]})
    >>> dict(tabulate(people, ["sex"], "ill", "yes").counts)
    {('f',): 1.0, ('m',): 0.0}
    """
    has = forms(frame[secret]) == form(positive)
    cells = zip(*(forms(frame[name]) for name in columns), strict=True) if columns else ((),) * len(frame)
    counts: dict[tuple[str, ...], float] = {}
    for cell, one in zip(cells, has, strict=True):
        counts[cell] = counts.get(cell, 0.0) + float(one)
    return Aggregate(tuple(columns), dict(sorted(counts.items())))


def form(value: object) -> str:
    """Write one value as cells are written."""
    return str(forms(pd.Series([value], dtype=object))[0])


def aggregates(frame: pd.DataFrame, columns: Sequence[str], count: str) -> list[Aggregate]:
    """Read a table with one count a row; a row counts over the columns in which it is not missing or empty.

    Rows whose count is missing or no finite number were suppressed, and are left out.
    """
    there = [name for name in columns if name in frame.columns]
    cells = np.array([forms(frame[name]) for name in there], dtype=object).reshape(len(there), len(frame)).T
    amounts = numbers(frame[count])
    kept = np.isfinite(amounts)
    return list(_tables(there, cells[kept], amounts[kept]))


def _tables(names: Sequence[str], cells: Texts, amounts: Floats) -> Iterator[Aggregate]:
    used = cells != ""
    for shape in np.unique(used, axis=0):
        rows = np.flatnonzero((used == shape).all(axis=1))
        counts = {tuple(map(str, cells[row, shape])): float(amounts[row]) for row in rows}
        yield Aggregate(tuple(name for name, on in zip(names, shape, strict=True) if on), counts)


def about(tables: Sequence[Aggregate], secret: str, value: str) -> list[Aggregate]:
    """Keep the counts of people with this value of the secret, by the other columns."""
    return [_sliced(table, table.columns.index(secret), value) for table in tables if secret in table.columns]


def _sliced(table: Aggregate, place: int, value: str) -> Aggregate:
    kept = {(*c[:place], *c[place + 1 :]): n for c, n in table.counts.items() if c[place] == value}
    return Aggregate((*table.columns[:place], *table.columns[place + 1 :]), kept)
