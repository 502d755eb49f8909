"""From noisy counts to the forest-shaped distribution that fits them best.

Least squares over all distributions that factor along the pairs, by mirror descent in the pairs' log
potentials: McKenna, Sheldon and Miklau, "Graphical-model based estimation and inference for differential
privacy", ICML 2019, arXiv 1901.09136. The result is non-negative, sums to one, and its marginals agree with
one another. Everything here is post-processing of noisy counts and costs no budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.marginal import Marginal
from synth.tree import Shape, Tree

Floats = NDArray[np.float64]

_CHECK = 25
_TOLERANCE = 3e-3
_MAX_STEPS = 5000
_FLOOR = 1e-4


def onto_simplex(counts: Floats, total: float) -> Floats:
    """Give the nearest vector (L2) that is non-negative and sums to `total` > 0 (Duchi et al. 2008, ICML).

    >>> onto_simplex(np.array([3.0, 2.0, -1.0]), 5.0)
    array([3., 2., 0.])
    """
    falling = np.sort(counts)[::-1]
    surplus = (np.cumsum(falling) - total) / np.arange(1, counts.size + 1)
    nearest: Floats = np.maximum(counts - surplus[np.flatnonzero(falling > surplus)[-1]], 0.0)
    return nearest


def fit(sizes: tuple[int, ...], ways: Sequence[Marginal], pairs: Sequence[Marginal], total: float) -> Tree:
    """Fit a forest to a noisy 1-way marginal of every column and to noisy 2-way marginals that form one.

    A 1-way marginal without axes (the number of rows alone) is passed over. `total` is the estimated number
    of rows. Columns that occur in no pair are fitted in closed form.
    """
    rows = max(total, 1.0)
    shape = Shape.of(len(sizes), [(m.axes[0], m.axes[1]) for m in pairs])
    singles: list[Floats] = [np.empty(0)] * len(sizes)
    for marginal in ways:
        if marginal.axes:  # without axes it is the number of rows alone
            singles[marginal.axes[0]] = onto_simplex(marginal.counts, rows) / rows
    tables = [single / single.sum() for single in singles]
    if pairs:
        descent = _Descent(shape, _targets(shape, ways, pairs, rows), tables)
        for place, table in descent.run().items():
            tables[place] = table
    return Tree(shape, tuple(tables))


@dataclass(frozen=True, slots=True)
class _Target:
    """A measured share of rows, and its precision in units of the best measurement's."""

    share: Floats
    weight: float


@dataclass(frozen=True, slots=True)
class _Targets:
    """What was measured: each column alone, and each column (second axis) with its parent (first axis)."""

    single: dict[int, _Target]
    pair: dict[int, _Target]


def _targets(shape: Shape, ways: Sequence[Marginal], pairs: Sequence[Marginal], rows: float) -> _Targets:
    best = min(float(m.sigma2) for m in (*ways, *pairs))
    linked = {*shape.children, *(shape.parent[place] for place in shape.children)}
    single = {m.axes[0]: _Target(m.counts / rows, best / float(m.sigma2)) for m in ways if m.axes[0] in linked}
    pair = {}
    for m in pairs:
        first, second = m.axes
        upright = shape.parent[second] == first
        pair[second if upright else first] = _Target(
            (m.counts if upright else m.counts.T) / rows, best / float(m.sigma2)
        )
    return _Targets(single, pair)


@dataclass(frozen=True, slots=True)
class _Beliefs:
    """The marginals that potentials imply, with the tables they come from and the loss they leave."""

    single: dict[int, Floats]
    pair: dict[int, Floats]
    tables: dict[int, Floats]
    loss: float


class _Descent:
    """Mirror descent with a step size that grows while the loss falls and halves when it does not."""

    def __init__(self, shape: Shape, targets: _Targets, start: Sequence[Floats]) -> None:
        self._children = [place for place in shape.order if shape.parent[place] >= 0]
        self._roots = [place for place in shape.order if place in targets.single and shape.parent[place] < 0]
        self._parent = shape.parent
        self._targets = targets
        self._single = {place: np.log(start[place] + _FLOOR) for place in targets.single}
        self._pair = {place: np.zeros_like(target.share) for place, target in targets.pair.items()}

    def run(self) -> dict[int, Floats]:
        """Descend until the loss has stopped falling; give the table of every column concerned."""
        beliefs, step = self._beliefs(self._single, self._pair), 1.0
        earlier = beliefs.loss
        for count in range(1, _MAX_STEPS + 1):
            single, pair = self._moved(beliefs, step)
            tried = self._beliefs(single, pair)
            if tried.loss < beliefs.loss:
                self._single, self._pair, beliefs, step = single, pair, tried, step * 1.1
            else:
                step /= 2
            if count % _CHECK == 0:
                if earlier - beliefs.loss <= _TOLERANCE * beliefs.loss:
                    break
                earlier = beliefs.loss
        return beliefs.tables

    def _moved(self, beliefs: _Beliefs, step: float) -> tuple[dict[int, Floats], dict[int, Floats]]:
        single = {
            place: potential - step * target.weight * (beliefs.single[place] - target.share)
            for (place, potential), target in zip(self._single.items(), self._targets.single.values(), strict=True)
        }
        pair = {
            place: potential - step * target.weight * (beliefs.pair[place] - target.share)
            for (place, potential), target in zip(self._pair.items(), self._targets.pair.values(), strict=True)
        }
        return single, pair

    def _beliefs(self, single: dict[int, Floats], pair: dict[int, Floats]) -> _Beliefs:
        """Pass messages up and down once (belief propagation is exact on a forest)."""
        up, tables = dict(single), {}
        for place in reversed(self._children):
            joint = pair[place] + up[place]
            peak = joint.max(axis=1, keepdims=True)
            weights = np.exp(joint - peak)
            mass = weights.sum(axis=1, keepdims=True)
            tables[place] = weights / mass
            up[self._parent[place]] = up[self._parent[place]] + (peak + np.log(mass))[:, 0]
        alone: dict[int, Floats] = {}
        for place in self._roots:
            weights = np.exp(up[place] - up[place].max())
            tables[place] = alone[place] = weights / weights.sum()
        joints = {}
        for place in self._children:
            joints[place] = alone[self._parent[place]][:, None] * tables[place]
            alone[place] = joints[place].sum(axis=0)
        return _Beliefs(alone, joints, tables, self._loss(alone, joints))

    def _loss(self, single: dict[int, Floats], pair: dict[int, Floats]) -> float:
        loss = 0.0
        for beliefs, targets in ((single, self._targets.single), (pair, self._targets.pair)):
            for place, target in targets.items():
                gap = (beliefs[place] - target.share).ravel()
                loss += target.weight * float(gap @ gap)
        return loss
