"""The audit of the synthesizer: a claim that is kept stays below it, marginals that cost more than booked do not."""

import math
from fractions import Fraction

import pytest

from benchmarks.mutants.synthetic import unshared
from leakage.mechanisms.dp_audit import Claim
from leakage.mechanisms.two_world import TwoWorldAudit
from pipelines.mechanism import SEVERAL, SHARE, Toy, audit_method, claimed
from synth import Budget, Independent
from synth.budget import rho_of

EPSILON, DELTA = "3", "1/100"
CLAIMED = math.sqrt(2 * float(rho_of(Fraction(EPSILON), Fraction(DELTA))))


def bound(columns: int) -> float:
    toy = Toy(lambda frame, schema: Independent(EPSILON, DELTA).fit(frame, schema), columns)
    risk = TwoWorldAudit(Claim(float(EPSILON), float(Fraction(DELTA))), 300, 60).run(toy)
    return risk.details["mu lower bound"] / CLAIMED


@pytest.mark.parametrize("columns", [1, 2, SEVERAL])
def test_a_budget_that_is_shared_out_is_kept(columns: int) -> None:
    assert 0.4 < bound(columns) < 1.15  # above 1 in 3 of 1,000 audits, as far as this in none of 10,000


def test_shares_that_come_to_more_than_the_whole_show_on_several_columns_alone() -> None:
    with unshared():
        assert bound(1) < 1.15
        assert bound(SEVERAL) > 1.15


@pytest.mark.parametrize("delta", ["0", "1e-6"])
def test_the_worse_of_both_audits_decides(delta: str) -> None:
    risk = audit_method("independent", Budget(1, delta), 400)
    shares = [risk.details[f"{SHARE}, {which}"] for which in ("one column", f"{SEVERAL} columns")]
    assert risk.state == "OK"
    assert risk.details[SHARE] == max(shares) < 1.25


def test_a_claim_is_one_that_few_runs_can_refute() -> None:
    assert claimed(Budget("8", "1e-6")) == ("1", "1/100")
    assert claimed(Budget("1/2", 0)) == ("1/2", "0")
