"""An audit of the very synthesizer that made a table: run on a toy table, with and without one row that says it all."""

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
_ANSWERS, _ROWS = ("no", "perhaps", "yes"), 60
_SCHEMA = Schema((Column("answer", "category", _ANSWERS, nullable=False),))
_DELTA = Fraction(1, 100)
_ELSEWHERE = 1e9  # a score that no likelihood ratio reaches: the canary shows in the domain itself


@dataclass(frozen=True, slots=True)
class Toy:
    """A synthesizer fitted, anew each time, to a table in which only the canary says yes."""

    fit: Callable[[pd.DataFrame, Schema], Model]

    def observe(self, included: bool) -> float:
        """Fit with the operating system's randomness; give the log-likelihood ratio of what was measured.

        A model whose domain is not the declared one has read it off the rows, which tells the canary without fail.
        """
        answers = ["no", "perhaps"] * (_ROWS // 2) + ["yes"] * included
        model = self.fit(pd.DataFrame({"answer": answers}), _SCHEMA)
        declared = model.schema.columns[0].categories == _ANSWERS
        return _likelihood_ratio(model) if declared else math.copysign(_ELSEWHERE, 1 if included else -1)


def audit_method(method: str, spent: Budget, runs: int) -> Risk:
    """Audit a synthesizer at a budget of the kind that was spent, all of it on one column: the worst case.

    The epsilon is that which was spent, 1 at most, and the delta 0 or, where one was spent, 1/100: a claim that few
    runs can refute. What scales noise wrongly scales it wrongly at any budget.

    With delta = 0 noise is Laplace and the bound on epsilon tight. With delta above 0 it is Gaussian, and mu is
    compared with what the budget's rho comes to (mu² = 2 rho; Dong, Roth & Su 2022, arXiv:1905.02383): the same claim,
    before it is loosened to an epsilon. The larger of the two, as a share of what is claimed, is the detail `SHARE`;
    above 1 it is a bug. Raises the errors of `synth` and of `leakage`.
    """
    maker, budget = METHODS[method], claimed(spent)
    stated = Budget(*budget)
    claim = Claim(float(stated.epsilon), float(stated.delta))
    risk = TwoWorldAudit(claim, runs, max(100, runs // 5)).run(
        Toy(lambda frame, schema: maker(*budget).fit(frame, schema))
    )
    details = risk.details
    shares = [details["epsilon lower bound"] / claim.epsilon]
    if stated.delta:
        shares.append(details["mu lower bound"] / math.sqrt(2 * float(rho_of(stated.epsilon, stated.delta))))
    return replace(risk, details={**details, SHARE: max(shares)})


def claimed(spent: Budget) -> tuple[str, str]:
    """Return epsilon and delta of the audits of a synthesizer that spent so much."""
    return str(min(spent.epsilon, Fraction(1))), str(_DELTA if spent.delta else 0)


def _likelihood_ratio(model: Model) -> float:
    """Return ln P(measured | with the canary) − ln P(measured | without), of the one cell that the canary changes."""
    measured = [entry for entry in model.ledger if entry.columns]
    found = 0.0
    for marginal, entry in zip(model.marginals, measured, strict=True):
        seen = float(marginal.counts.ravel()[-1])
        if entry.epsilon is None:
            found += (2 * seen - 1) / (2 * float(marginal.sigma2))
        else:
            found += (abs(seen) - abs(seen - 1)) * float(entry.epsilon)
    return found
