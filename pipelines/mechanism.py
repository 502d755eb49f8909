"""An audit of the very synthesizer that made a table: run on toy tables, with and without one row that says it all."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd

from leakage import Risk
from leakage.mechanisms.dp_audit import Claim
from leakage.mechanisms.two_world import TwoWorldAudit
from pipelines.synthesizers import METHODS
from synth import Budget, Column, Schema
from synth.budget import rho_of
from synth.model import Model

SHARE = "lower bound over the claim"
SEVERAL = 3
_ANSWERS, _ROWS = ("no", "perhaps", "yes"), 60
_DELTA = Fraction(1, 100)
_FEWER = 8  # how many times fewer runs there are on several columns, each of which takes longer
_ELSEWHERE = 1e9  # a score that no likelihood ratio reaches: the canary shows in the domain itself


@dataclass(frozen=True, slots=True)
class Toy:
    """A synthesizer fitted, anew each time, to a table in which only the canary says yes, in every column."""

    fit: Callable[[pd.DataFrame, Schema], Model]
    columns: int = 1

    def observe(self, included: bool) -> float:
        """Fit with the operating system's randomness; give the log-likelihood ratio of all that was measured.

        A model whose domain is not the declared one has read it off the rows, which tells the canary without fail.
        """
        names = [f"answer {number}" for number in range(1, self.columns + 1)]
        schema = Schema(tuple(Column(name, "category", _ANSWERS, nullable=False) for name in names))
        answers = ["no", "perhaps"] * (_ROWS // 2) + ["yes"] * included
        model = self.fit(pd.DataFrame(dict.fromkeys(names, answers)), schema)
        declared = all(column.categories == _ANSWERS for column in model.schema.columns)
        return _likelihood_ratio(model) if declared else math.copysign(_ELSEWHERE, 1 if included else -1)


def audit_method(method: str, spent: Budget, runs: int) -> Risk:
    """Audit a synthesizer on one column, and on three that are measured in several marginals.

    On one, all of the budget goes to one measurement, the worst case: an epsilon that is that which was spent, 1 at
    most, and a delta of 0 or, where one was spent, 1/100: a claim that few runs can refute. What scales noise wrongly
    scales it wrongly at any budget. On three, what every marginal says of the canary is put together, at the
    largest epsilon that the runs can refute: the budget has to be shared out among them, and shares that come to more
    than the whole show.

    With delta = 0 noise is Laplace and the bound on epsilon tight (of several measurements looser). With delta above 0
    it is Gaussian, and mu is compared with what the budget's rho comes to (mu² = 2 rho; Dong, Roth & Su 2022,
    arXiv:1905.02383): the same claim, before it is loosened to an epsilon. The largest of all, as a share of what is
    claimed, is the detail `SHARE`; above 1 it is a bug. Either bound errs in 5 % of audits at most, so that an audit
    which shows a bug is made again, anew and with twice the runs, and counts by what both show: a sound synthesizer is
    called a bug in 2 % of releases at most, and in .5 % without a delta. The risk is that of the columns which show
    most. Raises the errors of `synth` and of `leakage`.
    """
    epsilon, delta = claimed(spent)
    alone = _confirmed(method, (epsilon, delta), 1, runs)
    fewer = max(100, runs // _FEWER)
    together = _confirmed(method, (str(refutable(fewer)), delta), SEVERAL, fewer)
    worst = max(alone, together, key=lambda risk: (risk.state != "OK", risk.details[SHARE]))
    told = {f"{SHARE}, one column": alone, f"{SHARE}, {SEVERAL} columns": together}
    return replace(worst, details={**worst.details, **{name: risk.details[SHARE] for name, risk in told.items()}})


def refutable(runs: int) -> int:
    """Return the largest whole epsilon that worlds without any likeness refute in so many runs of each.

    >>> refutable(100), refutable(250)
    (3, 4)
    """
    return math.floor(math.log(runs / 4))


def claimed(spent: Budget) -> tuple[str, str]:
    """Return epsilon and delta of the audits of a synthesizer that spent so much."""
    return str(min(spent.epsilon, Fraction(1))), str(_DELTA if spent.delta else 0)


def _confirmed(method: str, budget: tuple[str, str], columns: int, runs: int) -> Risk:
    """Audit once, and once more where that shows a bug."""
    found = _audit(method, budget, columns, runs)
    if found.state != "OK" or found.details[SHARE] <= 1:
        return found
    again = _audit(method, budget, columns, 2 * runs)
    return min(found, again, key=lambda risk: (risk.state == "OK", risk.details[SHARE]))


def _audit(method: str, budget: tuple[str, str], columns: int, runs: int) -> Risk:
    maker, stated = METHODS[method], Budget(*budget)
    claim = Claim(float(stated.epsilon), float(stated.delta))
    toy = Toy(lambda frame, schema: maker(*budget).fit(frame, schema), columns)
    risk = TwoWorldAudit(claim, runs, max(50, runs // 5)).run(toy)
    shares = [risk.details["epsilon lower bound"] / claim.epsilon]
    if stated.delta:
        shares.append(risk.details["mu lower bound"] / math.sqrt(2 * float(rho_of(stated.epsilon, stated.delta))))
    return replace(risk, details={**risk.details, SHARE: max(shares)})


def _likelihood_ratio(model: Model) -> float:
    """Return ln P(measured | with the canary) − ln P(measured | without).

    The canary changes one cell of each marginal, the last, which is empty without it.
    """
    measured = [entry for entry in model.ledger if entry.columns]
    found = 0.0
    for marginal, entry in zip(model.marginals, measured, strict=True):
        seen = float(marginal.counts.ravel()[-1])
        if entry.epsilon is None:
            found += (2 * seen - 1) / (2 * float(marginal.sigma2))
        else:
            found += (abs(seen) - abs(seen - 1)) * float(entry.epsilon)
    return found
