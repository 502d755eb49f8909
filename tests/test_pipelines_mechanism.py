"""The audit of the synthesizer: a claim that is kept stays below it, marginals that cost more than booked do not."""

import math
from dataclasses import replace
from fractions import Fraction
from statistics import NormalDist

import pytest

from benchmarks.mutants.synthetic import unshared
from leakage import Risk
from leakage.mechanisms.dp_audit import Claim
from leakage.mechanisms.two_world import TwoWorldAudit
from pipelines import mechanism
from pipelines.mechanism import SEVERAL, SHARE, Toy, audit_method, claimed
from synth import Budget, Independent
from synth.budget import rho_of

EPSILON, DELTA = "3", "1/100"
CLAIMED = math.sqrt(2 * float(rho_of(Fraction(EPSILON), Fraction(DELTA))))


def audit(columns: int, runs: int) -> Risk:
    toy = Toy(lambda frame, schema: Independent(EPSILON, DELTA).fit(frame, schema), columns)
    return TwoWorldAudit(Claim(float(EPSILON), float(Fraction(DELTA))), runs, 60).run(toy)


@pytest.mark.parametrize("columns", [1, 2, SEVERAL])
def test_a_budget_that_is_shared_out_is_kept(columns: int) -> None:
    share = audit(columns, 300).details["mu lower bound"] / CLAIMED
    assert 0.1 < share < 1.15  # .69 ± .11, from .22 to 1.08 in 4,000 audits of normal scores of the claimed mu


def test_shares_that_come_to_more_than_the_whole_show_on_several_columns_alone() -> None:
    told_apart = NormalDist().cdf(CLAIMED / 2)  # how often an audit is right, at best, where the claim is kept
    with unshared():  # of 800 answers .70 are right on one column, .82 on several, ± .014
        assert audit(1, 400).value < told_apart + 0.06 < audit(SEVERAL, 400).value


@pytest.mark.parametrize("delta", ["0", "1e-6"])
def test_the_worse_of_both_audits_decides(delta: str) -> None:
    risk = audit_method("independent", Budget(1, delta), 400)
    shares = [risk.details[f"{SHARE}, {which}"] for which in ("one column", f"{SEVERAL} columns")]
    assert risk.state == "OK"
    assert risk.details[SHARE] == max(shares) < 1.25


@pytest.mark.parametrize(
    ("first", "again", "told"), [(0.9, None, 0.9), (1.2, 0.7, 0.7), (1.2, 1.1, 1.1), (1.1, 1.3, 1.1)]
)
def test_a_bug_is_one_that_a_second_audit_shows_too(
    monkeypatch: pytest.MonkeyPatch, first: float, again: float | None, told: float
) -> None:
    runs: list[int] = []
    risk = audit_method("independent", Budget(1, 0), 100)

    def scripted(method: str, budget: tuple[str, str], columns: int, number: int) -> Risk:
        if columns > 1:
            return replace(risk, details={**risk.details, SHARE: 0.1})
        runs.append(number)
        shares = [first] if again is None else [first, again]
        return replace(risk, details={**risk.details, SHARE: shares[len(runs) - 1]})

    monkeypatch.setattr(mechanism, "_audit", scripted)
    assert audit_method("independent", Budget(1, 0), 100).details[SHARE] == told
    assert runs == ([100] if again is None else [100, 200])


def test_a_claim_is_one_that_few_runs_can_refute() -> None:
    assert claimed(Budget("8", "1e-6")) == ("1", "1/100")
    assert claimed(Budget("1/2", 0)) == ("1/2", "0")
