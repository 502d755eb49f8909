"""A quasi-identifier as codes: numbers by rank, categories in the order of their hierarchy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deid.errors import InputError
from deid.tables.coded import Coded

Codes = NDArray[np.int64]
Node = tuple[int, int]
"""A range of codes, the end excluded."""

ANY = "*"


@dataclass(frozen=True, slots=True)
class Axis:
    """The codes of a column's cells, and the ranges of codes that a generalised value may stand for.

    `children` tells for each range of a hierarchy into which it falls apart; a column of numbers has none, and is cut
    anywhere. A missing cell has the last code, and is never in a range with numbers but the whole.
    """

    name: str
    codes: Codes = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)
    numbers: NDArray[np.float64] | None = field(repr=False)
    children: Mapping[Node, tuple[Node, ...]] = field(repr=False)
    names: Mapping[Node, str] = field(repr=False)

    @property
    def whole(self) -> Node:
        """The range of all codes."""
        return 0, len(self.labels)

    @classmethod
    def of(cls, series: pd.Series, hierarchy: Mapping[str, Sequence[str]] | None) -> Axis:
        """Read a column: a hierarchy gives for each value its ancestors, the nearest first.

        Without one a column of numbers is cut into ranges, and any other value is itself or anything. Raises InputError
        for a value that the hierarchy lacks.
        """
        name, coded = str(series.name), Coded.of(series)
        if hierarchy is None and pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
            return cls._numeric(name, series)
        return cls._nominal(name, coded, dict.fromkeys(coded.texts, ()) if hierarchy is None else hierarchy)

    @classmethod
    def _numeric(cls, name: str, series: pd.Series) -> Axis:
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        there = np.isfinite(values)
        distinct, codes = np.unique(values[there], return_inverse=True)
        full = np.full(values.size, distinct.size, dtype=np.int64)
        full[there] = codes
        labels = [_plain(value) for value in distinct]
        if there.all():
            return cls(name, full, tuple(labels), distinct, {}, {})
        parts = ((0, distinct.size), (distinct.size, distinct.size + 1))
        whole = (0, distinct.size + 1)
        return cls(name, full, (*labels, ""), np.append(distinct, np.nan), {whole: parts}, {whole: ANY})

    @classmethod
    def _nominal(cls, name: str, coded: Coded, hierarchy: Mapping[str, Sequence[str]]) -> Axis:
        lacking = [text for text in coded.texts if text not in hierarchy]
        if lacking:
            raise InputError(f"hierarchies: column {name!r} has {len(lacking)} values that its hierarchy does not know")
        missing = bool((coded.codes < 0).any())
        paths = {text: (*reversed([str(step) for step in hierarchy[text]]), text) for text in coded.texts}
        order = sorted(coded.texts, key=lambda text: paths[text])
        place = {text: number for number, text in enumerate(order)}
        codes = np.array([*(place[text] for text in coded.texts), len(order)], dtype=np.int64)[coded.codes]
        children: dict[Node, tuple[Node, ...]] = {}
        names: dict[Node, str] = {}
        parts = tuple(_grow([paths[text] for text in order], 0, (0, len(order)), children, names))
        whole = (0, len(order) + missing)
        if parts != (whole,):  # else all have one ancestor, or there is one value only
            children[whole] = (*parts, (len(order), len(order) + 1)) if missing else parts
            names[whole] = ANY
        return cls(name, codes, (*order, *([""] * missing)), None, children, names)

    def spread(self, node: Node) -> float:
        """How much a range leaves open, from 0 for one value to 1 for all: the share of the span or of the values."""
        first, end = node
        if end - first <= 1:
            return 0.0
        if self.numbers is None or node in self.names:
            return (end - first - 1) / max(1, len(self.labels) - 1)
        known = self.numbers[np.isfinite(self.numbers)]
        return float((self.numbers[end - 1] - self.numbers[first]) / (known[-1] - known[0]))

    def label(self, node: Node) -> str:
        """Write a range as a cell: a value, the name of a category, "25-34", or "*"."""
        first, end = node
        if end - first == 1:
            return self.labels[first]
        if node in self.names:
            return self.names[node]
        return f"{self.labels[first]}-{self.labels[end - 1]}"


def _grow(
    paths: Sequence[Sequence[str]],
    depth: int,
    node: Node,
    children: dict[Node, tuple[Node, ...]],
    names: dict[Node, str],
) -> Iterator[Node]:
    """Yield the ranges below a node, and note those farther down."""
    first, end = node
    while first < end:
        if len(paths[first]) == depth:  # the category itself is a value, too
            yield first, first + 1
            first += 1
            continue
        step, last = paths[first][depth], first
        while last < end and len(paths[last]) > depth and paths[last][depth] == step:
            last += 1
        below = (first, last)
        if last - first > 1:
            parts = tuple(_grow(paths, depth + 1, below, children, names))
            if parts != (below,):  # else a narrower category is the same rows, and tells more
                names[below], children[below] = step, parts
        yield below
        first = last


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
