"""A column of values with a hierarchy: a generalised cell is one of their ancestors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from deid.anonymity.axis import ANY, Codes, Flags, Node
from deid.errors import InputError
from deid.tables.coded import Coded


@dataclass(frozen=True, slots=True)
class Tree:
    """Cells by their value in the order of the hierarchy, a missing one last. Nodes are ranges of codes.

    `children` tells into which ranges one falls apart, `names` what it is called; a single value is in neither.
    """

    name: str
    codes: Codes = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)
    children: Mapping[Node, tuple[Node, ...]] = field(repr=False)
    names: Mapping[Node, str] = field(repr=False)

    @classmethod
    def of(cls, series: pd.Series, hierarchy: Mapping[str, Sequence[str]]) -> Tree:
        """Read a column; the hierarchy gives for each value its ancestors, the nearest first. Raises InputError."""
        name, coded = str(series.name), Coded.of(series)
        lacking = sum(text not in hierarchy for text in coded.texts)
        if lacking:
            raise InputError(f"hierarchies: column {name!r} has {lacking} values that its hierarchy does not know")
        paths = {text: (*reversed([str(step) for step in hierarchy[text]]), text) for text in coded.texts}
        order = sorted(coded.texts, key=lambda text: paths[text])
        place = {text: number for number, text in enumerate(order)}
        codes = np.array([*(place[text] for text in coded.texts), len(order)], dtype=np.int64)[coded.codes]
        children: dict[Node, tuple[Node, ...]] = {}
        names: dict[Node, str] = {}
        parts = tuple(_grow([paths[text] for text in order], 0, (0, len(order)), children, names))
        missing = bool((coded.codes < 0).any())
        if missing:
            parts, order = (*parts, (len(order), len(order) + 1)), [*order, ""]
        whole = (0, len(order))
        if parts != (whole,):  # else all have one ancestor, or there is one value only
            children[whole], names[whole] = parts, ANY
        return cls(name, codes, tuple(order), children, names)

    def least(self, codes: Codes) -> Node:
        """Return the nearest common ancestor, or the value."""
        first, end = int(codes.min()), int(codes.max()) + 1
        node: Node = (0, len(self.texts))
        while inside := [child for child in self.children.get(node, ()) if child[0] <= first and end <= child[1]]:
            node = inside[0]
        return node

    def spread(self, node: Node) -> float:
        """Return the share of the column's other values that have this ancestor, too."""
        return (node[1] - node[0] - 1) / max(1, len(self.texts) - 1)

    def label(self, node: Node) -> str:
        """Write the value, the ancestor's name or "*"."""
        return self.texts[node[0]] if node[1] - node[0] == 1 else self.names[node]

    def cuts(self, codes: Codes) -> Iterator[Sequence[Flags]]:
        """Yield the children of the nearest common ancestor."""
        below = self.children.get(self.least(codes), ())
        if below:
            yield [(codes >= first) & (codes < end) for first, end in below]


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
