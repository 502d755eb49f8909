"""The two-world audit: run a mechanism with and without one canary, and see how well the worlds are told apart."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from leakage.arrays import Floats
from leakage.control import Control
from leakage.errors import ConfigurationError
from leakage.interval import Estimate, wilson
from leakage.mechanisms.dp_audit import Claim, epsilon_bound, gaussian_epsilon, mu_bound
from leakage.mechanisms.worlds import Gain, Mechanism, Worlds, by_accuracy, by_mu, chosen, limits
from leakage.risk import Risk, judge


@dataclass(frozen=True, slots=True)
class TwoWorldAudit:
    """A lower bound on a mechanism's epsilon from runs with and without one canary.

    Sources: Jagielski, Ullman & Oprea 2020 (arXiv:2006.07709), Nasr et al. 2021 (arXiv:2101.04535) for the bound;
    Nasr et al. 2023 (arXiv:2302.07956) for mu.

    Threat: a mechanism gives less privacy than it claims, for a fault in its noise, its sensitivity, its domain or its
    accounting. Knowledge: all data but the canary, which is chosen to be the worst case, and whatever `observe` sees:
    its noisy measurements (white box) or its output alone (black box, which seldom comes near the claim). This attacks
    the mechanism rather than a release, so `run` takes the mechanism, or the scores of runs already made.

    Of the runs of each world the first `choosing` choose the event, the `runs` after them are counted. With Clopper and
    Pearson's limits at 97.5 % each, ε ≥ max(ln((TPR_lo − δ)/FPR_hi), ln((TNR_lo − δ)/FNR_hi)) at 95 %: both
    directions share the same two limits, so taking the larger costs nothing. A mechanism that keeps its claim is
    called a bug in 5 % of audits at most. A gate fails, and calls it a bug, if and only if "epsilon lower bound" >
    "epsilon claimed"; a bound that is lower proves nothing good.

    The value is the balanced accuracy of telling the worlds apart, baseline ½. There is no held-out side.

    Positive control: the same audit of `violated`, a mechanism with a known violation (say, half the noise), must
    exceed the claim; without it worlds that are told apart without fail must, which only shows that there are runs
    enough. INVALID too where a score is no number.

    Details: epsilon lower bound, epsilon claimed, delta; mu and mu lower bound (of Gaussian differential privacy);
    epsilon of mu and epsilon of mu lower bound (at delta, NaN at 0; they are bounds only where the mechanism is
    Gaussian); runs; TPR and FPR of the event behind the epsilon bound.

    >>> class Response:
    ...     def __init__(self, truth: float) -> None:
    ...         self.truth, self.chance = truth, np.random.default_rng(0)
    ...     def observe(self, included: bool) -> float:
    ...         return float(included == (self.chance.random() < self.truth))
    >>> found = TwoWorldAudit(Claim(epsilon=1), runs=1000, choosing=200).run(Response(truth=0.731))
    >>> 0.7 < found.details["epsilon lower bound"] < 1
    True
    """

    claim: Claim
    runs: int = 5_000
    choosing: int = 1_000

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.runs < 1 or self.choosing < 1:
            raise ConfigurationError("an audit needs runs to choose an event by, and runs to count")

    def run(self, mechanism: Mechanism | Worlds, *, violated: Mechanism | Worlds | None = None) -> Risk:
        """Audit. Raises ConfigurationError for scores of fewer than choosing + runs runs."""
        start = time.perf_counter()
        worlds = self._observed(mechanism)
        planted = worlds.apart() if violated is None else self._observed(violated)
        accuracy, epsilon, mu = (self._counted(worlds, gain) for gain in (by_accuracy, self._epsilon, by_mu))
        return judge(
            "DP audit, two worlds",
            _balanced(accuracy, self.runs),
            baseline=0.5,
            attempts=2 * self.runs,
            planted=self._control(planted),
            faults=[f"{worlds.unknown} of the scores are not numbers"] if worlds.unknown else [],
            details={**self._bounds(epsilon), **self._gaussian(mu), "runs": float(self.runs)},
            seconds=time.perf_counter() - start,
        )

    def _observed(self, mechanism: Mechanism | Worlds) -> Worlds:
        needed = self.choosing + self.runs
        worlds = mechanism if isinstance(mechanism, Worlds) else Worlds.observed(mechanism, needed)
        if worlds.included.size < needed:
            raise ConfigurationError(f"the audit needs the scores of {needed} runs in each world")
        return worlds

    def _counted(self, worlds: Worlds, gain: Gain) -> tuple[int, int]:
        """Choose an event on the first runs; count the later ones in which it holds, with and without the canary."""
        event = chosen(worlds.part(0, self.choosing), gain)
        later = worlds.part(self.choosing, self.choosing + self.runs)
        return int(event.holds(later.included).sum()), int(event.holds(later.excluded).sum())

    def _epsilon(self, tpr: Floats, fpr: Floats, low: Floats, high: Floats) -> Floats:  # noqa: ARG002 - a Gain
        return epsilon_bound(low, high, self.claim.delta)

    def _control(self, planted: Worlds) -> Control:
        found = self._bounds(self._counted(planted, self._epsilon))["epsilon lower bound"]
        return Control.failed() if planted.unknown else self.claim.control(found)

    def _bounds(self, counted: tuple[int, int]) -> dict[str, float]:
        hits, alarms = counted
        low, high = limits(np.array([hits]), np.array([alarms]), self.runs)
        return {
            "epsilon lower bound": float(epsilon_bound(low, high, self.claim.delta)[0]),
            "epsilon claimed": self.claim.epsilon,
            "delta": self.claim.delta,
            "TPR": hits / self.runs,
            "FPR": alarms / self.runs,
        }

    def _gaussian(self, counted: tuple[int, int]) -> dict[str, float]:
        hits, alarms = counted
        low, high = limits(np.array([hits]), np.array([alarms]), self.runs)
        least = float(mu_bound(low, high)[0])
        mu = float(mu_bound(np.array([hits / self.runs]), np.array([alarms / self.runs]))[0])
        told = {"mu": mu, "mu lower bound": least}
        return told | {
            f"epsilon of {name}": gaussian_epsilon(figure, self.claim.delta) for name, figure in told.items()
        }


def _balanced(counted: tuple[int, int], runs: int) -> Estimate:
    """(TPR + TNR) / 2 with MOVER's limits from Wilson's (Zou & Donner 2008, doi:10.1002/sim.3095)."""
    right = wilson(counted[0], runs), wilson(runs - counted[1], runs)
    value = (right[0].value + right[1].value) / 2
    down, low = (math.hypot(*(r.value - getattr(r, name) for r in right)) / 2 for name in ("lower", "low"))
    up, high = (math.hypot(*(getattr(r, name) - r.value for r in right)) / 2 for name in ("upper", "high"))
    return Estimate(value, max(0.0, value - low), min(1.0, value + high), max(0.0, value - down), min(1.0, value + up))
