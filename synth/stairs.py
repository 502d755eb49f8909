"""Sums of a large table over most of its axes, and of small tables laid over a large one, in few passes over it."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.joint import Layout, marginalised
from synth.junction import JunctionTree

Floats = NDArray[np.float64]
Axes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stairs:
    """A clique's `axes`, and the smaller tables over some of them that are wanted of it.

    A table over the clique is summed over one axis once for all of those that lack it, then, smaller by that axis,
    over the next: a pair is a sum of a triple, not of the whole. `steps` holds the place of the axis and what is below.
    """

    axes: Axes
    shape: tuple[int, ...]
    own: tuple[tuple[Axes, Layout], ...]
    steps: tuple[tuple[int, "Stairs"], ...]

    @classmethod
    def of(cls, axes: Axes, wanted: Iterable[Axes], tree: JunctionTree) -> "Stairs":
        """Plan the sums, largest savings first."""
        left = list(dict.fromkeys(wanted))
        steps: list[tuple[int, Stairs]] = []
        while len(left) > 1:
            lacking = {axis: [one for one in left if axis not in one] for axis in axes}
            axis = max(axes, key=lambda one: (len(lacking[one]), tree.sizes[one]))
            if len(lacking[axis]) < 2:
                break
            place = axes.index(axis)
            steps.append((place, cls.of(axes[:place] + axes[place + 1 :], lacking[axis], tree)))
            left = [one for one in left if axis in one]
        own = tuple((one, Layout.of(one, axes, tree)) for one in left)
        return cls(axes, tree.shape(axes), own, tuple(steps))

    def sums(self, table: Floats) -> dict[Axes, Floats]:
        """Sum a table over the clique to each of the wanted ones."""
        return dict(self._sums(table))

    def spread(self, tables: Mapping[Axes, Floats]) -> Floats:
        """Lay small tables over the clique and add them up; those that are not given count as nothing."""
        whole = np.zeros(self.shape)
        for axes, layout in self.own:
            if axes in tables:
                whole += layout.over(tables[axes])
        for place, lower in self.steps:
            whole += np.expand_dims(lower.spread(tables), place)
        return whole

    def _sums(self, table: Floats) -> Iterator[tuple[Axes, Floats]]:
        for axes, _ in self.own:
            yield axes, marginalised(table, self.axes, axes)
        for place, lower in self.steps:
            yield from lower._sums(_summed(table, place))


def _summed(table: Floats, place: int) -> Floats:
    """Sum over one axis: as a product with ones where it is the last, since adding across is slow."""
    shape: Sequence[int] = table.shape
    if place == len(shape) - 1:
        summed: Floats = (table.reshape(-1, shape[-1]) @ np.ones(shape[-1])).reshape(shape[:-1])
        return summed
    parts = table.reshape(math.prod(shape[:place]), shape[place], -1)
    added: Floats = parts.sum(axis=1).reshape(*shape[:place], *shape[place + 1 :])
    return added
