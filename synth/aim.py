"""AIM: measure, round by round, what the model so far gets most wrong."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar, TypeAlias

import numpy as np

from synth.errors import WorkloadInvalidError
from synth.inference import Axes, Fit, fit
from synth.junction import JunctionTree
from synth.marginal import Marginal, total
from synth.schema import Schema
from synth.select import MAX_CELLS
from synth.synthesizer import Estimate, PrivateSynthesizer, Work
from synth.till import PENALTY, Till

# How the budget is shared: settled by trials on four tables, not on one; no benchmark repeats them yet.
_FIRST = Fraction(1, 10)
_SELECTION = Fraction(1, 10)
_ROUNDS_A_COLUMN, _MOST_ROUNDS = 2, 120
_NOISE = 0.04
_FITS = 50
_GROWTH = 0.4
_LEAST = Fraction(1, 4)
_STEPS, _LAST_STEPS = 25, 150
_SMALL_MODEL = 4096
_TARGET_WEIGHT = 2
_TRIPLE_CELLS = 100_000
_MOST_TRIPLES = 5_000
_MOST_PAIRS = 220

_Known: TypeAlias = tuple[Sequence[Marginal], Sequence[Axes]]  # all that was measured; what of it since the last fit


def _silent(_: float) -> None:
    return None


@dataclass(frozen=True, slots=True)
class AIM(PrivateSynthesizer):
    """The columns, then one by one the pairs and triples that the model gets most wrong.

    McKenna, Mullins, Sheldon and Miklau 2022, "AIM: an adaptive and iterative mechanism", PVLDB 15(11), arXiv
    2201.12677. Unlike there, a marginal gets the more budget the more cells it has, and prices
    double, so that noise falls, when none is worth its noise.

    `target`: a column that the table is made for, say the label of a classifier: marginals with it weigh double.
    `workload`: whole numbers by which pairs and triples of columns weigh instead, those not named 1, and 0 for none.
    `max_cells`: the size of the model, which bounds memory and time. `progress`: called with the share of the budget
    that is spent, as rounds go by.

    >>> AIM(epsilon=1, target="income").method
    'aim'

    Raises WorkloadInvalidError, when it is fitted, for a target or a workload of columns that are not modelled.
    """

    target: str | None = field(default=None, kw_only=True)
    workload: Mapping[tuple[str, ...], int] = field(default_factory=dict, kw_only=True)
    max_cells: int = field(default=2**18, kw_only=True)
    progress: Callable[[float], None] = field(default=_silent, kw_only=True, repr=False)

    method: ClassVar[str] = "aim"
    split: ClassVar[Mapping[str, Fraction]] = {
        "1-way marginal": _FIRST,
        "marginal selection": (1 - _FIRST) * _SELECTION,
        "marginal of a round": (1 - _FIRST) * (1 - _SELECTION),
    }

    def work(self, till: Till, rows: int) -> Work:
        """Foretell the rounds that the budget allows; prices may rise, and rounds then be fewer."""
        sizes = till.codes.sizes
        weights = self._weights(till.codes.names, sizes)
        if not weights:
            return Work(0, len(sizes), sum(sizes), 1, 0)
        plan = _Plan.of(till, weights, rows, till.budget * (1 - _FIRST))
        pairs = sum(len(axes) == 2 for axes in weights)
        offered = min(pairs, _MOST_PAIRS)
        cells = min(self.max_cells + _SMALL_MODEL + sum(sizes), till.codes.cells(range(len(sizes))))
        return Work(
            plan.rounds, pairs + plan.rounds * 4, cells, math.ceil(plan.rounds / plan.together), plan.rounds * offered
        )

    def _estimate(self, till: Till) -> Estimate:
        sizes = till.codes.sizes
        weights = self._weights(till.codes.names, sizes)
        if not weights:
            return Estimate.of(till, till.one_ways(till.budget))
        measured = till.one_ways(till.budget * _FIRST)
        model = fit(sizes, measured, total(measured), zeros=till.zeros)
        plan = _Plan.of(till, weights, total(measured), till.left)
        while till.left >= plan.unit * _LEAST:
            self.progress(float(till.spent / till.budget))
            taken: list[Axes] = []
            while len(taken) < plan.together and (left := till.left) >= plan.unit * _LEAST:
                axes = self._choose(till, model, plan, (measured, taken), left)
                if axes is None:  # nothing is worth its noise at this price
                    plan = plan.dearer()
                    break
                measured += till.measure([axes], plan.purse(axes, left), "marginal of a round")
                taken.append(axes)
            if taken:
                model = fit(sizes, measured, total(measured), model.potentials, zeros=till.zeros, steps=_STEPS)
        known = list(dict.fromkeys(m.axes for m in measured))
        if till.left > 0:
            measured += till.measure([axes for axes in known if len(axes) > 1] or known, till.left, "once more")
        rows = total(measured)
        joint = fit(sizes, measured, rows, model.potentials, zeros=till.zeros, steps=_LAST_STEPS).joint
        self.progress(1.0)
        return Estimate(joint, rows, tuple(measured))

    def _check(self, schema: Schema) -> None:
        self._named(tuple(c.name for c in schema.modelled))

    def _weights(self, names: tuple[str, ...], sizes: tuple[int, ...]) -> dict[Axes, int]:
        """Give the candidates and their weights; the schema alone decides."""
        own, named = self._named(names)
        weights = {axes: own.get(axes, _TARGET_WEIGHT if named in axes else 1) for axes in _candidates(sizes)}
        return {axes: weight for axes, weight in weights.items() if weight}

    def _named(self, names: tuple[str, ...]) -> tuple[dict[Axes, int], int | None]:
        """Give the places of the workload's columns with their weights, and the target's."""
        if self.target is not None and self.target not in names:
            raise WorkloadInvalidError(f"the target {self.target!r} is no modelled column of the schema")
        own = {self._axes(columns, names): weight for columns, weight in self.workload.items()}
        return own, None if self.target is None else names.index(self.target)

    @staticmethod
    def _axes(columns: Sequence[str], names: tuple[str, ...]) -> Axes:
        if not 2 <= len(set(columns)) == len(columns) <= 3 or not set(columns) <= set(names):
            raise WorkloadInvalidError(f"a workload names two or three modelled columns, not {tuple(columns)!r}")
        return tuple(sorted(names.index(column) for column in columns))

    def _choose(self, till: Till, model: Fit, plan: "_Plan", known: "_Known", left: Fraction) -> Axes | None:
        """Choose the marginal that the model gets most wrong, less the noise that it would carry; None for none."""
        measured, taken = known
        tree, rows = model.joint.tree, total(measured)
        room = sum(tree.sizes) + max(_SMALL_MODEL, math.floor(self.max_cells * (1 - left / plan.budget)))
        parts = tree.components
        groups = list(dict.fromkeys((*till.zeros, *(m.axes for m in measured if len(m.axes) > 1))))
        fits = [axes for axes in plan.offered(till) if axes not in taken and _fits(tree, parts, groups, axes, room)]
        if not fits:
            return None
        scores = []
        for axes in fits:
            expected = np.rint(model.joint.project(axes) * rows).astype(np.int64)
            noise = PENALTY * till.sigma(plan.purse(axes, left)) * expected.size
            scores.append(plan.weights[axes] * (int(np.abs(till.exact(axes) - expected).sum()) - round(noise)))
        chosen = till.select([*scores, 0], max(plan.weights.values()), plan.selection(left))
        return fits[chosen] if chosen < len(fits) else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a round may cost: `unit` of the budget, by the size of the marginal. `together`: rounds between two fits."""

    weights: Mapping[Axes, int]
    price: Mapping[Axes, Fraction]
    unit: Fraction
    budget: Fraction
    rounds: int

    @property
    def together(self) -> int:
        """Count the rounds between two fits."""
        return math.ceil(self.rounds / _FITS)

    @classmethod
    def of(cls, till: Till, weights: Mapping[Axes, int], rows: float, budget: Fraction) -> "_Plan":
        """Plan two rounds a column, or more where the noise of the middle pair then still is small beside `rows`."""
        sizes = till.codes.sizes
        cells = {axes: till.codes.cells(axes) for axes in weights}
        middle = float(np.median([count for axes, count in cells.items() if len(axes) == 2] or list(cells.values())))
        prices = {axes: Fraction(round(1000 * (count / middle) ** _GROWTH), 1000) for axes, count in cells.items()}
        price = {axes: max(_LEAST, one) for axes, one in prices.items()}
        few = max(1, _ROUNDS_A_COLUMN * len(sizes))
        noise = PENALTY * middle * till.sigma(budget * (1 - _SELECTION) / few) / max(rows, 1.0)
        rounds = min(max(few, round(few * (_NOISE / noise) ** 2)), max(few, len(weights)), _MOST_ROUNDS)
        return cls(weights, price, budget / rounds, budget, rounds)

    def dearer(self) -> "_Plan":
        """Give the plan by which a marginal costs double, and carries less noise."""
        return replace(self, unit=self.unit * 2)

    def selection(self, left: Fraction) -> Fraction:
        """Give what choosing the marginal of a round costs."""
        return min(self.unit, left) * _SELECTION

    def purse(self, axes: Axes, left: Fraction) -> Fraction:
        """Give what measuring a marginal may cost: its price, or all that is left where the rest would buy nothing."""
        price, rest = self.unit * (1 - _SELECTION) * self.price[axes], left - self.selection(left)
        return rest if rest - price < self.unit * _LEAST else price

    def offered(self, till: Till) -> list[Axes]:
        """Give the candidates of a round: all, or of very many pairs some, drawn without looking at the data."""
        pairs = [axes for axes in self.weights if len(axes) == 2]
        if len(pairs) <= _MOST_PAIRS:
            return list(self.weights)
        drawn = [pairs[place] for place in till.draw(len(pairs), _MOST_PAIRS)]
        return [*drawn, *(axes for axes in self.weights if len(axes) > 2)]


def _candidates(sizes: tuple[int, ...]) -> Iterator[Axes]:
    places = [place for place, size in enumerate(sizes) if size > 1]
    for pair in itertools.combinations(places, 2):
        if math.prod(sizes[axis] for axis in pair) <= MAX_CELLS:
            yield pair
    if math.comb(len(places), 3) <= _MOST_TRIPLES:
        for triple in itertools.combinations(places, 3):
            if math.prod(sizes[axis] for axis in triple) <= _TRIPLE_CELLS:
                yield triple


def _fits(tree: JunctionTree, parts: Sequence[int], groups: Sequence[Axes], axes: Axes, room: int) -> bool:
    """Whether the model stays within `room` with this marginal; a triple comes only where its pairs are known."""
    if tree.holds(axes):
        return True
    if len(axes) > 2 and not all(map(tree.holds, itertools.combinations(axes, 2))):
        return False
    if len({parts[axis] for axis in axes}) == len(axes):  # nothing relates them yet: one clique more
        return tree.cells + tree.size(axes) <= room
    return JunctionTree.of(tree.sizes, [*groups, axes]).cells <= room
