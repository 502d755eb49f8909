"""From noisy counts to the distribution on a junction tree that fits them best.

Least squares over all distributions that factor along the tree, in the log potentials of what was measured: McKenna,
Sheldon and Miklau, "Graphical-model based estimation and inference for differential privacy",
ICML 2019, arXiv 1901.09136. The result is non-negative, sums to one, and its marginals agree with one another.
Everything here is post-processing of noisy counts and costs no budget.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import ThreadpoolController

from synth.joint import Joint, marginalised
from synth.junction import JunctionTree
from synth.marginal import Marginal
from synth.stairs import Stairs

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Axes = tuple[int, ...]

_TOLERANCE = 1e-5
_MAX_STEPS = 400
_MEMORY = 10  # steps of which the curvature is remembered
_FLOOR = 1e-4
_BLUR = 3  # a share of less than so many standard deviations of its noise moves no faster than one of so many
_LEAST = 0.3  # in standard deviations of its noise: what a share that was measured as none starts with
_FORBIDDEN = -1e4  # as a log potential: its exponential is zero
_NONE = -200.0  # a log share below it counts as none: products of such shares would be subnormal, which is slow


@cache
def _pools() -> ThreadpoolController:
    """Find the libraries that start threads: for tables of this size they would mostly wait for one another."""
    return ThreadpoolController()


def onto_simplex(counts: Floats, total: float) -> Floats:
    """Give the nearest vector (L2) that is non-negative and sums to `total` > 0 (Duchi et al. 2008, ICML).

    >>> onto_simplex(np.array([3.0, 2.0, -1.0]), 5.0)
    array([3., 2., 0.])
    """
    falling = np.sort(counts)[::-1]
    surplus = (np.cumsum(falling) - total) / np.arange(1, counts.size + 1)
    nearest: Floats = np.maximum(counts - surplus[np.flatnonzero(falling > surplus)[-1]], 0.0)
    return nearest


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted distribution, and the log potentials behind it, by the columns they are over."""

    joint: Joint
    potentials: Mapping[Axes, Floats]


def fit(
    sizes: tuple[int, ...],
    marginals: Sequence[Marginal],
    total: float,
    start: Mapping[Axes, Floats] | None = None,
    *,
    zeros: Mapping[Axes, Bools] | None = None,
    steps: int = _MAX_STEPS,
    tolerance: float = _TOLERANCE,
) -> Fit:
    """Fit a distribution to noisy marginals, among them a 1-way marginal of every column.

    `total` is the estimated number of rows. `start`: the potentials of an earlier fit to fewer marginals; what they
    leave out starts from nothing. `zeros`: combinations that get no probability, True where they are ruled out. A
    marginal without axes (the number of rows alone) is passed over. Columns that occur in no larger marginal are fitted
    in closed form. The descent ends after `steps`, or when a step lowers the loss by no more than the share
    `tolerance`.
    """
    rows, ruled = max(total, 1.0), zeros or {}
    together = pooled(marginals)
    groups = [axes for axes in (*together, *ruled) if len(axes) > 1]
    tree = JunctionTree.of(sizes, groups)
    related = {axis for axes in (*groups, *ruled) for axis in axes}
    singles = {axes: onto_simplex(m.counts, rows) / rows for axes, m in together.items() if len(axes) == 1}
    first = {
        axes: np.log(singles[axes] + _FLOOR) if axes in singles else np.zeros(tree.shape(axes)) for axes in together
    }
    known = {axes: table for axes, table in (start or {}).items() if axes in together}
    targets = {axes: _Target.of(m, rows) for axes, m in together.items() if related.issuperset(axes)}
    descent = _Descent(tree, targets, {**first, **known}, ruled)
    if targets:
        for axes in targets:
            if axes not in known and len(axes) > 1:
                descent.adjust(axes)
        descent.run(steps, tolerance)
    tables = list(descent.tables())
    for place, clique in enumerate(tree.cliques):
        if clique.axes in singles and not related.intersection(clique.axes):
            tables[place] = (singles[clique.axes] / singles[clique.axes].sum()).reshape(1, -1)
    return Fit(Joint(tree, tuple(tables)), descent.potentials)


def pooled(marginals: Sequence[Marginal]) -> dict[Axes, Marginal]:
    """Make one of all measurements of the same columns."""
    together: dict[Axes, Marginal] = {}
    for marginal in marginals:
        if marginal.axes:
            known = together.get(marginal.axes)
            together[marginal.axes] = marginal if known is None else known.pooled(marginal)
    return together


@dataclass(frozen=True, slots=True)
class _Target:
    """A measured share of rows, its precision, and the standard deviation of its noise."""

    share: Floats
    weight: float
    noise: float

    @classmethod
    def of(cls, marginal: Marginal, rows: float) -> "_Target":
        noise = math.sqrt(marginal.sigma2) / rows
        return cls(marginal.counts / rows, 1 / noise**2, noise)


class _Descent:
    """The loss as a function of the log potentials, with its gradient, both by messages on the junction tree.

    L-BFGS moves each potential in units that make small shares move as easily as large ones.
    """

    def __init__(
        self,
        tree: JunctionTree,
        targets: Mapping[Axes, _Target],
        start: Mapping[Axes, Floats],
        zeros: Mapping[Axes, Bools],
    ) -> None:
        self._tree = tree
        self._targets = targets
        self._fixed = {axes: np.where(ruled, _FORBIDDEN, 0.0) for axes, ruled in zeros.items()}
        self._laid: list[list[Axes]] = [[] for _ in tree.cliques]
        for axes in dict.fromkeys((*start, *zeros)):
            self._laid[tree.holder(axes)].append(axes)
        self._held = [[axes for axes in laid if axes in targets] for laid in self._laid]
        wanted = [list(laid) for laid in self._laid]
        for clique in tree.cliques:
            if clique.parent >= 0:
                wanted[clique.parent].append(clique.separator)
        self._stairs = [Stairs.of(c.axes, own, tree) for c, own in zip(tree.cliques, wanted, strict=True)]
        self._shapes = {axes: target.share.shape for axes, target in targets.items()}
        self._ends = np.cumsum([target.share.size for target in targets.values()])
        self.potentials: Mapping[Axes, Floats] = start
        units = [np.maximum(t.share, 0.0) + _BLUR * t.noise for t in targets.values()]
        self._units = np.concatenate([one.ravel() for one in units]) if units else np.empty(0)

    def adjust(self, axes: Axes) -> None:
        """Make the model agree with one measurement, as far as that can be a distribution.

        One step of iterative proportional fitting: from afar the descent would overshoot, and a share that has become
        zero does not come back.
        """
        target, place = self._targets[axes], self._tree.holder(axes)
        joint = Joint(self._tree, self.tables())
        now = marginalised(joint.beliefs[place], self._tree.cliques[place].axes, axes)
        wanted = onto_simplex(target.share.ravel(), 1.0).reshape(now.shape)
        least = _LEAST * target.noise
        ratio = np.log((wanted + least) / (now + least))
        self.potentials = {**self.potentials, axes: self.potentials[axes] + ratio}

    def run(self, steps: int, tolerance: float) -> None:
        """Descend until the loss has stopped falling."""
        first: Floats = np.concatenate([self.potentials[axes].ravel() for axes in self._targets]) * self._units
        with _pools().limit(limits=1, user_api="blas"):
            found = minimize(
                self._value,
                first,
                jac=True,
                method="L-BFGS-B",
                options={"maxiter": steps, "maxfun": 2 * steps, "maxcor": _MEMORY, "ftol": tolerance, "gtol": 0.0},
            )
        self.potentials = {**self.potentials, **self._unpacked(found.x)}

    def tables(self) -> tuple[Floats, ...]:
        """Give the conditional table of each clique."""
        return self._up_pass(self.potentials)

    def _unpacked(self, vector: Floats) -> dict[Axes, Floats]:
        parts = np.split(vector / self._units, self._ends[:-1])
        return {axes: part.reshape(shape) for part, (axes, shape) in zip(parts, self._shapes.items(), strict=True)}

    def _value(self, vector: Floats) -> tuple[float, Floats]:
        """Give the loss, weighted squares of what the marginals are off, and its gradient.

        The gradient of an expectation by a log potential is a covariance: the loss's derivatives by the beliefs are
        summed up the tree, as the loss itself would be, and down again.
        """
        tree, tables = self._tree, self._up_pass({**self.potentials, **self._unpacked(vector)})
        beliefs, sums = self._down_pass(tables)
        loss = 0.0
        pulls: list[Floats] = [np.empty(0)] * len(tree.cliques)
        waiting: list[dict[Axes, Floats]] = [{} for _ in tree.cliques]
        for place in reversed(range(len(tree.cliques))):
            clique = tree.cliques[place]
            for axes in self._held[place]:
                target = self._targets[axes]
                gap = sums[place][axes] - target.share
                loss += target.weight * float(np.vdot(gap, gap))
                _add(waiting[place], axes, 2 * target.weight * gap)
            pulls[place] = self._stairs[place].spread(waiting[place])
            if clique.parent >= 0:
                flat = pulls[place].reshape(tables[place].shape)
                below = np.einsum("ij,ij->i", tables[place], flat)
                flat -= below[:, None]
                _add(waiting[clique.parent], clique.separator, below.reshape(tree.shape(clique.separator)))
        gradients = self._gradients(beliefs, sums, pulls)
        return loss, np.concatenate([gradients[axes].ravel() for axes in self._targets]) / self._units

    def _gradients(
        self, beliefs: Sequence[Floats], sums: Sequence[Mapping[Axes, Floats]], pulls: list[Floats]
    ) -> dict[Axes, Floats]:
        """Carry the derivatives by the beliefs down from the roots, and sum them to those by the potentials."""
        tree = self._tree
        flows: list[dict[Axes, Floats]] = []
        gradients: dict[Axes, Floats] = {}
        for place, clique in enumerate(tree.cliques):
            belief, flow = beliefs[place], pulls[place]
            if clique.parent < 0:
                flow -= float(np.vdot(belief, flow))
            else:
                mass = sums[clique.parent][clique.separator]
                carried = flows[clique.parent][clique.separator] / np.where(mass > 0, mass, 1.0)
                flow += carried.reshape(carried.shape + (1,) * len(clique.own))
            flow *= belief
            flows.append(self._stairs[place].sums(flow))
            gradients.update({axes: flows[place][axes] for axes in self._held[place]})
        return gradients

    def _down_pass(self, tables: Sequence[Floats]) -> tuple[list[Floats], list[dict[Axes, Floats]]]:
        """Give each clique's distribution, from the roots to the leaves, and its sums."""
        beliefs: list[Floats] = []
        sums: list[dict[Axes, Floats]] = []
        for clique, table, stairs in zip(self._tree.cliques, tables, self._stairs, strict=True):
            given = sums[clique.parent][clique.separator].reshape(-1, 1) if clique.parent >= 0 else np.ones((1, 1))
            beliefs.append((table * given).reshape(stairs.shape))
            sums.append(stairs.sums(beliefs[-1]))
        return beliefs, sums

    def _up_pass(self, potentials: Mapping[Axes, Floats]) -> tuple[Floats, ...]:
        """Sum columns out, from the leaves to the roots; what is left in each clique is its conditional table."""
        tree = self._tree
        waiting: list[dict[Axes, Floats]] = [{} for _ in tree.cliques]
        tables: list[Floats] = [np.empty((0, 0))] * len(tree.cliques)
        for place in reversed(range(len(tree.cliques))):
            clique = tree.cliques[place]
            for axes in self._laid[place]:
                for known in (potentials, self._fixed):
                    if axes in known:
                        _add(waiting[place], axes, known[axes])
            flat = self._stairs[place].spread(waiting[place]).reshape(tree.size(clique.separator), -1)
            peak = flat.max(axis=1, keepdims=True)
            flat -= peak
            flat[flat < _NONE] = -np.inf
            np.exp(flat, out=flat)
            mass = flat.sum(axis=1, keepdims=True)
            flat /= mass
            tables[place] = flat
            if clique.parent >= 0:
                message = (peak + np.log(mass)).reshape(tree.shape(clique.separator))
                _add(waiting[clique.parent], clique.separator, message)
        return tuple(tables)


def _add(tables: dict[Axes, Floats], axes: Axes, more: Floats) -> None:
    tables[axes] = tables[axes] + more if axes in tables else more
