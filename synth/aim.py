"""AIM: measure, round by round, what the model so far gets most wrong."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median
from typing import ClassVar

from synth.errors import WorkloadInvalidError
from synth.inference import Axes, fit, pooled
from synth.marginal import Marginal, total
from synth.plan import MOST_PAIRS, SELECTION, Plan, marginals
from synth.survey import Survey
from synth.synthesizer import Estimate, PrivateSynthesizer, Work
from synth.till import PENALTY, Till

# Settled by trials on four tables at epsilon 0.1 to 10 (`python -m benchmarks synth` shows where they lead).
_FIRST = Fraction(1, 10)
_CLEAR = 0.07  # columns are measured again until their noise is no larger a share of the rows
_CRUMB = Fraction(1, 1000)  # a share of the budget that buys nothing
_NONES = 10  # among so many candidates "none" stands once more, lest chance decide where nothing stands out
_STEPS, _LAST_STEPS = 25, 150
_SMALL_MODEL = 4096
_TARGET_WEIGHT = 2


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
    Tables of many columns (more than 32) are modelled by their pairs alone: there are too many triples to choose from.
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
        "marginal selection": (1 - _FIRST) * SELECTION,
        "marginal of a round": (1 - _FIRST) * (1 - SELECTION),
    }

    def work(self, till: Till, rows: int) -> Work:
        """Foretell the rounds that the budget allows; prices may rise, and rounds then be fewer."""
        sizes = till.codes.sizes
        weights = self._weights(till.codes.names, sizes)
        if not weights:
            return Work(0, len(sizes), sum(sizes), 1, 0)
        plan = Plan.of(till, weights, rows, till.budget * (1 - _FIRST))
        pairs = sum(len(axes) == 2 for axes in weights)
        cells = min(self._room(1.0, sizes), till.codes.cells(range(len(sizes))))
        scored = plan.rounds * min(pairs, MOST_PAIRS)
        return Work(plan.rounds, pairs + plan.rounds * 4, cells, math.ceil(plan.rounds / plan.together), scored)

    def _estimate(self, till: Till) -> Estimate:
        sizes = till.codes.sizes
        weights = self._weights(till.codes.names, sizes)
        if not weights:
            return Estimate.of(till, till.one_ways(till.budget))
        measured = _columns(till)
        rows = total(measured)
        survey = Survey(till, fit(sizes, measured, rows, zeros=till.zeros), rows)
        if till.left > till.budget * _CRUMB:
            survey, measured = self._rounds(survey, Plan.of(till, weights, rows, till.left), measured)
        known = list(dict.fromkeys(m.axes for m in measured))
        if till.left > till.budget * _CRUMB:
            measured += till.measure([axes for axes in known if len(axes) > 1] or known, till.left, "once more")
        rows = total(measured)
        joint = fit(sizes, measured, rows, survey.model.potentials, zeros=till.zeros, steps=_LAST_STEPS).joint
        self.progress(1.0)
        return Estimate(joint, rows, tuple(measured))

    def _rounds(self, survey: Survey, plan: Plan, measured: list[Marginal]) -> tuple[Survey, list[Marginal]]:
        """Choose and measure until nothing is left; give the last model and all that was measured."""
        till = survey.till
        while till.left >= plan.least:
            self.progress(float(till.spent / till.budget))
            taken: list[Axes] = []
            while len(taken) < plan.together and (left := till.left) >= plan.least:
                held = [*till.zeros, *(m.axes for m in measured if len(m.axes) > 1)]
                axes = self._choose(survey, plan, held, taken)
                if axes is None:  # nothing is worth its noise at this price
                    plan = plan.dearer()
                    break
                measured = [*measured, *till.measure([axes], plan.purse(axes, left), "marginal of a round")]
                taken.append(axes)
            if taken:
                rows, start = total(measured), survey.model.potentials
                model = fit(till.codes.sizes, measured, rows, start, zeros=till.zeros, steps=_STEPS)
                survey = Survey(till, model, rows, survey.least)
        return survey, measured

    def _choose(self, survey: Survey, plan: Plan, held: Sequence[Axes], taken: Sequence[Axes]) -> Axes | None:
        """Choose the marginal that the model gets most wrong, less the noise that it would carry; None for none."""
        till, left = survey.till, survey.till.left
        room = self._room(1 - float(left / plan.budget), till.codes.sizes)
        among = [axes for axes in plan.offered(till) if axes not in taken]
        fits = survey.room_for(among, list(dict.fromkeys(held)), room)
        if not fits:
            return None
        scores = []
        for axes in fits:
            noise = PENALTY * till.sigma(plan.purse(axes, left)) * till.codes.cells(axes)
            scores.append(plan.weights[axes] * (survey.gap(axes) - round(noise)))
        nones = [0] * math.ceil(len(fits) / _NONES)
        chosen = till.select([*scores, *nones], max(plan.weights.values()), plan.selection(left))
        return fits[chosen] if chosen < len(fits) else None

    def _room(self, spent: float, sizes: Sequence[int]) -> int:
        """Give the cells that a model may have when this share of the budget is spent."""
        return sum(sizes) + max(_SMALL_MODEL, math.floor(self.max_cells * spent))

    def _check(self, names: tuple[str, ...]) -> None:
        if self.target is not None and self.target not in names:
            raise WorkloadInvalidError(f"the target {self.target!r} is no modelled column of the schema")
        if not all(type(weight) is int and weight >= 0 for weight in self.workload.values()):
            raise WorkloadInvalidError("the weights of a workload are whole numbers, and none is negative")
        for columns in self.workload:
            if not 2 <= len(set(columns)) == len(columns) <= 3 or not set(columns) <= set(names):
                raise WorkloadInvalidError(f"a workload names two or three modelled columns, not {tuple(columns)!r}")

    def _weights(self, names: tuple[str, ...], sizes: tuple[int, ...]) -> dict[Axes, int]:
        """Give the candidates and their weights; the schema alone decides.

        A bought schema may leave columns out, whatever the workload says of them.
        """
        own = {
            tuple(sorted(names.index(column) for column in columns)): weight
            for columns, weight in self.workload.items()
            if set(columns) <= set(names)
        }
        named = names.index(self.target) if self.target in names else None
        weights = {axes: own.get(axes, _TARGET_WEIGHT if named in axes else 1) for axes in marginals(sizes)}
        return {axes: weight for axes, weight in weights.items() if weight}


def _columns(till: Till) -> list[Marginal]:
    """Measure every column, and again with as much as was spent until their noise is small, or all is spent."""
    measured = till.one_ways(till.budget * _FIRST)
    while till.left > till.budget * _CRUMB:
        noise = median(math.sqrt(m.sigma2) * m.counts.size for m in pooled(measured).values())
        if PENALTY * noise <= _CLEAR * total(measured):
            break
        amount = min(till.left, till.spent)
        measured += till.one_ways(till.left if till.left - amount < till.budget * _FIRST else amount)
    return measured
