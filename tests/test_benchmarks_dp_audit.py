"""The audit of our own synthesizers sees what they measure, and catches those that are broken on purpose."""

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.dp_audit import BROKEN, SOUND, Case, Fitted, table
from leakage.mechanisms.dp_audit import Claim
from leakage.mechanisms.two_world import TwoWorldAudit
from leakage.mechanisms.worlds import Worlds


def test_neighbours_differ_by_the_canary_alone() -> None:
    without, with_it = table(2, 0), table(2, 1)
    assert with_it.iloc[:-1].equals(without)
    assert set(with_it.iloc[-1][["answer 1", "answer 2"]]) == {"yes"}
    assert "yes" not in set(without["answer 1"])


@pytest.mark.parametrize("method", ["independent", "MST", "AIM"])
def test_one_laplace_count_says_all_or_nothing(method: str) -> None:
    seen = {round(Fitted(Case(method, 1, "0")).observe(number % 2 == 0), 9) for number in range(40)}
    assert seen == {-1.0, 1.0}  # ln of the ratio of two neighbouring probabilities at epsilon 1: one case or the other


def test_what_is_measured_is_worth_no_more_than_the_budget() -> None:
    for case in SOUND:
        if case.delta == "0" and case.seen == "measurements":
            assert max(abs(Fitted(case).observe(True)) for _ in range(10)) <= 1 + 1e-9
    assert abs(Fitted(Case("MST", 1, "0", Fraction(1, 2))).observe(True)) == pytest.approx(2)


@pytest.mark.parametrize("case", [BROKEN[1], BROKEN[5]], ids=lambda case: f"{case.title}, {case.delta}")
def test_plain_bugs_are_caught_within_a_few_runs(case: Case) -> None:
    # 150 runs: noise × 1/4 is ε = 4, a domain read off the rows is no privacy at all
    worlds = Worlds.observed(Fitted(case), 200)
    assert np.isfinite(worlds.included).all()
    found = TwoWorldAudit(Claim(1, float(case.delta)), runs=150, choosing=50).run(worlds)
    assert found.details["epsilon lower bound"] > 1
