"""How many people of the population share a class, when only the sample that is released is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from leakage.arrays import Floats, Integers
from leakage.tables.equivalence import Classes

_EVERY = 1000  # population sizes that are summed one by one; further ones in blocks
_GROWTH = 1.01
_LARGE = 200  # class sizes in the sample above which the spread of the population's is too narrow to sum
_FEW = 0.1  # the sampling fraction up to which Dankar et al. take Pitman's model
_EDGE = 1e-4


@dataclass(frozen=True, slots=True, repr=False)
class Outlook:
    """By the size of a class in the sample: E[1/F], and P(F = 1), F being its size in the population."""

    size: Integers
    inverse: Floats
    unique: Floats

    def risk(self, sizes: Integers) -> Floats:
        """E[1/F] of classes of these sizes."""
        return self.inverse[np.searchsorted(self.size, sizes)]

    def alone(self, sizes: Integers) -> Floats:
        """P(F = 1) of classes of these sizes."""
        return self.unique[np.searchsorted(self.size, sizes)]


@dataclass(frozen=True, slots=True, repr=False)
class Chances:
    """Of every released row: the chance of a right claim, the most cautious one, and P(F = 1)."""

    usual: Floats
    worst: Floats
    alone: Floats


def counted(people: Integers) -> Chances:
    """So many people of the population are known to agree with each row."""
    return Chances(1 / people, 1 / people, (people == 1).astype(np.float64))


def estimated(classes: Classes, population: int, model: str) -> Chances:
    """Estimate the chances under a model; the cautious ones are the higher of Pitman's and Zayatz's."""
    usual, *others = (MODELS[name](classes.sizes, population) for name in (model, "pitman", "zayatz"))
    worst = np.max([one.risk(classes.sizes) for one in (usual, *others)], axis=0)
    chances = (usual.risk(classes.sizes), worst, usual.alone(classes.sizes))
    return Chances(*(classes.each(amounts) for amounts in chances))


def itself(sizes: Integers) -> Outlook:
    """Take the release for all of the population."""
    size = np.unique(sizes)
    return Outlook(size, 1 / size, (size == 1).astype(np.float64))


def zayatz(sizes: Integers, population: int) -> Outlook:
    """P(F | f) by Bayes' rule, the population's class sizes taken to be spread as the sample's (Zayatz 1991).

    The sample was drawn without replacement: f is hypergeometric. The sample's classes are smaller than the
    population's, so the estimate errs on the side of a high risk.
    """
    size, often = np.unique(sizes, return_counts=True)
    drawn = int(sizes.sum())
    logs = stats.hypergeom.logpmf(size[:, None], population, size[None, :], drawn) + np.log(often)
    weight = special.softmax(logs, axis=1)
    return Outlook(size, weight @ (1 / size), weight[:, 0] * (size[0] == 1))


def pitman(sizes: Integers, population: int) -> Outlook:
    """P(F | f) under Pitman's sampling formula, its parameters fitted by maximum likelihood (Hoshino 2001).

    The rest of the population arrives by the same scheme, so F − f is beta-binomial with f − α and θ + n − f + α.
    A sample without any two rows alike says nothing of classes that people share, and F = 1 is assumed.
    """
    size = np.unique(sizes)
    if size[-1] == 1:
        return itself(sizes)
    alpha, theta = fit_pitman(sizes)
    rows, rest = int(sizes.sum()), population - int(sizes.sum())
    # everyone of the rest stays out of a class of one with (n + i + θ − 1 + α)/(n + i + θ)
    never = special.gammaln([theta + rows, theta + alpha + population - 1])
    join = special.gammaln([theta + rows + alpha - 1, theta + population])
    alone = np.exp(never.sum() - join.sum())
    inverse = np.array([_inverse(int(f), rest, f - alpha, theta + rows - f + alpha) for f in size])
    return Outlook(size, inverse, np.where(size == 1, min(1.0, alone), 0.0))


def dankar(sizes: Integers, population: int) -> Outlook:
    """Pitman's model up to a tenth of the population, Zayatz's above (Dankar et al. 2012).

    Their rule takes the smaller of Zayatz's and a negative binomial estimate above a tenth; the second, which
    often does not converge, is left out, so that this errs on the side of a high risk.
    """
    few = sizes.sum() <= _FEW * population
    return pitman(sizes, population) if few else zayatz(sizes, population)


MODELS: dict[str, Callable[[Integers, int], Outlook]] = {"dankar": dankar, "pitman": pitman, "zayatz": zayatz}


def fit_pitman(sizes: Integers) -> tuple[float, float]:
    """α in (0, 1) and θ > −α at which these class sizes are the likeliest."""
    size, often = np.unique(sizes, return_counts=True)
    steps, rows = np.arange(1, sizes.size), int(sizes.sum())

    def badness(at: Floats) -> float:
        alpha, theta = _parameters(at)
        grown = (often * (special.gammaln(size - alpha) - special.gammaln(1 - alpha))).sum()
        fresh = np.log(theta + steps * alpha).sum()
        return float(special.gammaln(theta + rows) - special.gammaln(theta + 1) - fresh - grown)

    bounds = [(-9.0, 9.0), (-9.0, np.log(100.0 * rows))]
    starts = [np.array([a, np.log(t)]) for a in (-2.0, 1.0) for t in (1.0, sizes.size)]
    found = [optimize.minimize(badness, start, method="L-BFGS-B", bounds=bounds) for start in starts]
    return _parameters(min(found, key=lambda one: float(one.fun)).x)


def _parameters(at: Floats) -> tuple[float, float]:
    alpha = _EDGE + (1 - 2 * _EDGE) * float(special.expit(at[0]))
    return alpha, float(np.exp(at[1])) - alpha


def _inverse(size: int, rest: int, a: float, b: float) -> float:
    """E[1/(size + X)], X beta-binomial: summed, or for large classes from its mean and variance."""
    if size > _LARGE:
        mean = size + rest * a / (a + b)
        spread = rest * a * b * (a + b + rest) / ((a + b) ** 2 * (a + b + 1))
        return float(min(1 / size, (1 + spread / mean**2) / mean))
    at, width = _grid(rest)
    logs = stats.betabinom.logpmf(at, rest, a, b)
    weight = width * np.exp(logs - logs.max())
    return float((weight / (size + at)).sum() / weight.sum())


def _grid(rest: int) -> tuple[Integers, Integers]:
    """Whole numbers from 0 to `rest` that stand for blocks, and how many each stands for."""
    every = np.arange(min(rest, _EVERY) + 1)
    steps = int(np.ceil(np.log(max(rest, _EVERY) / _EVERY) / np.log(_GROWTH))) + 1
    far = np.unique((_EVERY * _GROWTH ** np.arange(1, steps + 1)).astype(np.int64))
    edges = np.concatenate([every, np.minimum(far[far > every[-1]], rest)])
    edges = np.unique(np.append(edges, rest)).astype(np.int64)
    width = np.diff(edges, prepend=-1)
    return edges - (width - 1) // 2, width
