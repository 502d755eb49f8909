"""What a model gets wrong, marginal by marginal, and which of them it has room for."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from synth.inference import Axes, Fit
from synth.junction import JunctionTree
from synth.till import Till


@dataclass(frozen=True, slots=True)
class Survey:
    """A fitted model beside the table it is of; each marginal is compared once, however often it is asked for.

    `least` has the cells that a smaller model came to with a marginal: one that holds more comes to no fewer.
    """

    till: Till
    model: Fit
    rows: float
    least: dict[Axes, int] = field(default_factory=dict, repr=False)
    _gaps: dict[Axes, int] = field(default_factory=dict, repr=False)

    def gap(self, axes: Axes) -> int:
        """Count what the model is off in all cells of a marginal: exact and private, for a selection only.

        What it expects is rounded to whole numbers, so that one row changes the count by exactly one.
        """
        known = self._gaps.get(axes)
        if known is None:
            expected = np.rint(self.model.joint.project(axes) * self.rows).astype(np.int64)
            known = self._gaps[axes] = int(np.abs(self.till.exact(axes) - expected).sum())
        return known

    def room_for(self, among: Sequence[Axes], held: Sequence[Axes], cells: int) -> list[Axes]:
        """Give those of some marginals with which, and what is `held`, a model stays within so many cells.

        A triple fits only where its pairs are known.
        """
        tree = self.model.joint.tree
        parts = tree.components
        return [axes for axes in among if self._fits(tree, parts, held, axes, cells)]

    def _fits(self, tree: JunctionTree, parts: Sequence[int], held: Sequence[Axes], axes: Axes, cells: int) -> bool:
        if tree.holds(axes):
            return True
        if len(axes) > 2 and not all(map(tree.holds, itertools.combinations(axes, 2))):
            return False
        if len({parts[axis] for axis in axes}) == len(axes):  # nothing relates them yet: one clique more
            return tree.cells + tree.size(axes) <= cells
        if self.least.get(axes, 0) <= cells:
            self.least[axes] = JunctionTree.of(tree.sizes, [*held, axes]).cells
        return self.least[axes] <= cells
