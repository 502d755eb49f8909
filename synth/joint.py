"""A joint distribution that factors along a junction tree: one table a clique, its new columns given the shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.encode import Whole, blank, numbered
from synth.errors import QueryInvalidError
from synth.junction import JunctionTree
from synth.surplus import settle

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MAX_CELLS = 10_000_000
_RADIX = 2**16


@dataclass(frozen=True)
class Joint:
    """A distribution: `tables[k]` is P(own columns | shared columns) of clique k.

    A table has a row for each combination of the shared columns' codes and a column for each of the own ones';
    a root's table has one row. Every row sums to one.
    """

    tree: JunctionTree
    tables: tuple[Floats, ...]

    @cached_property
    def beliefs(self) -> tuple[Floats, ...]:
        """The distribution over each clique, one axis for each of its columns."""
        beliefs: list[Floats] = []
        for clique, table in zip(self.tree.cliques, self.tables, strict=True):
            given = np.ones((1, 1))
            if clique.parent >= 0:
                above = self.tree.cliques[clique.parent].axes
                given = marginalised(beliefs[clique.parent], above, clique.separator).reshape(-1, 1)
            beliefs.append((table * given).reshape(self.tree.shape(clique.axes)))
        return tuple(beliefs)

    def project(self, axes: Sequence[int]) -> Floats:
        """Give the distribution over the columns `axes`, one axis each in that order.

        Raises QueryInvalidError above ten million cells.
        """
        wanted = set(axes)
        if self.tree.size(axes) > _MAX_CELLS:
            raise QueryInvalidError("this marginal has more than ten million cells")
        messages: dict[int, list[_Message]] = {}
        loose: list[_Message] = []
        for place in reversed(range(len(self.tree.cliques))):
            clique = self.tree.cliques[place]
            below = messages.pop(place, [])
            kept = tuple(axis for axis in clique.own if axis in wanted)
            if not kept and not below:
                continue
            names = (*kept, *(name for message in below for name in message.kept))
            within = wanted.intersection(clique.separator)
            if clique.parent < 0 or len(names) + len(within) == len(wanted):  # nothing more comes from above
                names = (*within, *names)
                loose.append(_Message(_product(self.beliefs[place], clique.axes, below, names), (), names))
                wanted.difference_update(names)
                continue
            table = self.tables[place].reshape(self.tree.shape(clique.axes))
            found = _product(table, clique.axes, below, (*clique.separator, *names))
            messages.setdefault(clique.parent, []).append(_Message(found, clique.separator, names))
        whole = _product(np.ones(()), (), loose, tuple(axes))
        return np.ascontiguousarray(whole)

    def given(self, evidence: Mapping[int, Floats]) -> "Joint | None":
        """Condition on what is known of columns: a weight for each code, 0 for those that are ruled out.

        None where the distribution rules out all of it.
        """
        tables: list[Floats] = [table.copy() for table in self.tables]
        sure = True
        for place in reversed(range(len(self.tree.cliques))):
            clique = self.tree.cliques[place]
            table = tables[place].reshape(self.tree.shape(clique.axes))
            for axis in clique.own:
                if axis in evidence:
                    spread = [1] * len(clique.axes)
                    spread[clique.axes.index(axis)] = -1
                    table *= evidence[axis].reshape(spread)
            mass = tables[place].sum(axis=1, keepdims=True)
            tables[place] /= np.where(mass > 0, mass, 1.0)
            if clique.parent < 0:
                sure = sure and bool(mass[0, 0] > 0)
                continue
            above = self.tree.cliques[clique.parent].axes
            laid = Layout.of(clique.separator, above, self.tree).over(mass.reshape(self.tree.shape(clique.separator)))
            tables[clique.parent] = (tables[clique.parent].reshape(self.tree.shape(above)) * laid).reshape(
                tables[clique.parent].shape
            )
        return Joint(self.tree, tuple(tables)) if sure else None

    def sample(self, rows: int, rng: np.random.Generator) -> Whole:
        """Draw `rows` rows of codes whose counts follow the model as closely as whole numbers can.

        In every group of rows with the same codes in what is given, a column's counts are the expected ones
        rounded up or down (systematic sampling), dealt out in an order drawn afresh for every column, so that
        columns with the same ones given do not become related by the rounding. Then `settle` changes cells until
        all pairs of columns fit too.
        """
        codes = blank(rows, self.tree.sizes)
        for clique, table in zip(self.tree.cliques, self.tables, strict=True):
            groups = numbered(codes, clique.separator, self.tree.sizes)
            rest = table
            for axis in clique.own:
                size = self.tree.sizes[axis]
                parts = rest.reshape(len(rest), size, -1)
                codes[:, axis] = drawn = _systematic(groups, parts.sum(axis=2), rng)
                rest = parts.reshape(-1, parts.shape[2])
                groups = groups * size + drawn
        return settle(codes, self, rng)


@dataclass(frozen=True, slots=True)
class _Message:
    """What a clique tells its parent: a table over what they share, and the wanted columns below."""

    table: Floats
    separator: tuple[int, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table over some of a clique's columns is laid over the clique's: transposed, then reshaped."""

    order: tuple[int, ...]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, axes: Sequence[int], onto: Sequence[int], tree: JunctionTree) -> "Layout":
        """Lay columns `axes` over columns `onto`, which hold them."""
        order = tuple(list(axes).index(axis) for axis in onto if axis in axes)
        return cls(order, tuple(tree.sizes[axis] if axis in axes else 1 for axis in onto))

    def over(self, table: Floats) -> Floats:
        """Lay a table so that it can be added to, or multiplied by, the clique's."""
        return table.transpose(self.order).reshape(self.shape)


def marginalised(table: Floats, axes: Sequence[int], kept: Sequence[int]) -> Floats:
    """Sum a table over all columns but the `kept` ones, which then are its axes in that order."""
    gone = tuple(place for place, axis in enumerate(axes) if axis not in kept)
    left = [axis for axis in axes if axis in kept]
    summed: Floats = table.sum(axis=gone).transpose([left.index(axis) for axis in kept])
    return summed


def _product(table: Floats, axes: Sequence[int], below: Sequence[_Message], out: Sequence[int]) -> Floats:
    """Multiply a table by messages and sum over every column that is not in `out`."""
    names = list(dict.fromkeys([*axes, *out, *(name for m in below for name in (*m.separator, *m.kept))]))
    operands: list[Any] = [table, [names.index(axis) for axis in axes]]
    for message in below:
        operands += [message.table, [names.index(name) for name in (*message.separator, *message.kept)]]
    operands.append([names.index(name) for name in out])
    product: Floats = np.einsum(*operands, optimize=len(below) > 1)
    return product


def _systematic(groups: Ints, table: Floats, rng: np.random.Generator) -> Ints:
    """Draw a code for every row from its group's row of `table`, evenly spaced within each group."""
    rows = len(groups)
    narrow = groups.astype(np.uint16) if len(table) <= _RADIX else groups  # which numpy sorts in linear time
    order = rng.permutation(rows)
    order = order[np.argsort(narrow[order], kind="stable")]
    counts = np.bincount(groups, minlength=len(table))
    names = np.flatnonzero(counts)
    size = counts[names]
    owner = np.repeat(np.arange(len(names)), size)
    rank = np.arange(rows) - (np.cumsum(size) - size)[owner]
    point = np.minimum((rank + rng.random(len(names))[owner]) / size[owner], np.nextafter(1.0, 0.0))
    steps = np.cumsum(table[names], axis=1)
    steps /= np.where(steps[:, -1:] > 0, steps[:, -1:], 1.0)
    steps[:, -1] = 1.0
    ladder = (steps + np.arange(len(names))[:, None]).ravel()
    drawn = np.searchsorted(ladder, point + owner, side="right") - owner * table.shape[1]
    codes = np.empty(rows, dtype=np.int64)
    codes[order] = np.clip(drawn, 0, table.shape[1] - 1)
    return codes
