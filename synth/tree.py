"""A joint distribution that is a forest: one root a component, every other column given its parent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.errors import QueryInvalidError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MAX_CELLS = 10_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A forest over columns 0 … d - 1: `order` lists parents before children, `parent[j]` is -1 for a root.

    >>> Shape.of(3, [(2, 1)]).parent
    (-1, -1, 1)
    """

    order: tuple[int, ...]
    parent: tuple[int, ...]

    @classmethod
    def of(cls, columns: int, pairs: Sequence[tuple[int, int]]) -> "Shape":
        """Root every component of the forest with these edges at its best connected column."""
        near: list[list[int]] = [[] for _ in range(columns)]
        for i, j in pairs:
            near[i].append(j)
            near[j].append(i)
        parent, order = [-2] * columns, []
        for root in sorted(range(columns), key=lambda place: -len(near[place])):
            if parent[root] == -2:
                parent[root] = -1
                reached = [root]
                for place in reached:
                    fresh = [other for other in near[place] if parent[other] == -2]
                    for other in fresh:
                        parent[other] = place
                    reached.extend(fresh)
                order.extend(reached)
        return cls(tuple(order), tuple(parent))

    @property
    def children(self) -> tuple[int, ...]:
        """List the columns that have a parent, parents before children."""
        return tuple(place for place in self.order if self.parent[place] >= 0)


@dataclass(frozen=True, slots=True)
class Tree:
    """A distribution on a forest: `tables[j]` is P(j) for a root, else P(j | parent), a row a parent code."""

    shape: Shape
    tables: tuple[Floats, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Count the codes of every column."""
        return tuple(table.shape[-1] for table in self.tables)

    def project(self, axes: Sequence[int]) -> Floats:
        """Give the distribution over the columns `axes`, one axis each in that order.

        Raises QueryInvalidError above ten million cells.
        """
        sizes = self.sizes
        if math.prod(sizes[axis] for axis in axes) > _MAX_CELLS:
            raise QueryInvalidError("this marginal has more than ten million cells")
        wanted, messages = frozenset(axes), _Messages.empty(len(sizes))
        for place in reversed(self.shape.order):
            if place in wanted or messages.names[place]:
                messages.send(self, place, place in wanted)
        flat, names = messages.flat, messages.flat_names
        table = flat.reshape([sizes[name] for name in names])
        return table.transpose([names.index(axis) for axis in axes])

    def sample(self, rows: int, rng: np.random.Generator) -> Ints:
        """Draw `rows` rows of codes whose counts follow the model as closely as whole numbers can.

        In every group of rows with the same parent code, the child's counts are the expected ones rounded up
        or down (systematic sampling), dealt out in an order drawn afresh for every column, so that columns
        with one parent do not become related by the rounding.
        """
        codes = np.zeros((rows, len(self.tables)), dtype=np.int64)
        for place in self.shape.order:
            parent, table = self.shape.parent[place], self.tables[place]
            groups = codes[:, parent] if parent >= 0 else np.zeros(rows, dtype=np.int64)
            codes[:, place] = _systematic(groups, table.reshape(-1, table.shape[-1]), rng)
        return codes


@dataclass(slots=True)
class _Messages:
    """What has come up to every column: a matrix (own codes, codes of wanted columns below), and names."""

    tables: list[Floats | None]
    names: list[tuple[int, ...]]
    flat: Floats
    flat_names: tuple[int, ...]

    @classmethod
    def empty(cls, columns: int) -> "_Messages":
        return cls([None] * columns, [()] * columns, np.ones(1), ())

    def send(self, tree: Tree, place: int, wanted: bool) -> None:
        """Sum column `place` out (or keep it, if wanted) and pass the result to its parent."""
        table, size = self.tables[place], tree.sizes[place]
        below = np.ones((size, 1)) if table is None else table
        names = self.names[place]
        if wanted:
            below = (np.eye(size)[:, :, None] * below[:, None, :]).reshape(size, -1)
            names = (place, *names)
        parent, message = tree.shape.parent[place], tree.tables[place] @ below
        if parent < 0:
            self.flat = np.outer(self.flat, message).ravel()
            self.flat_names += names
            return
        other = self.tables[parent]
        if other is not None:
            message = (other[:, :, None] * message[:, None, :]).reshape(len(message), -1)
        self.tables[parent] = message
        self.names[parent] += names


def _systematic(groups: Ints, table: Floats, rng: np.random.Generator) -> Ints:
    """Draw a code for every row from its group's row of `table`, evenly spaced within each group."""
    rows = len(groups)
    order = rng.permutation(rows)
    order = order[np.argsort(groups[order], kind="stable")]
    size = np.bincount(groups, minlength=len(table))
    start = np.cumsum(size) - size
    owner = groups[order]
    rank = np.arange(rows) - start[owner]
    point = np.minimum((rank + rng.random(len(table))[owner]) / size[owner], np.nextafter(1.0, 0.0))
    steps = np.cumsum(table, axis=1) / table.sum(axis=1, keepdims=True)
    steps[:, -1] = 1.0
    ladder = (steps + np.arange(len(table))[:, None]).ravel()
    drawn = np.searchsorted(ladder, point + owner, side="right") - owner * table.shape[1]
    codes = np.empty(rows, dtype=np.int64)
    codes[order] = np.clip(drawn, 0, table.shape[1] - 1)
    return codes
