"""Intervals keep their promise: limits in order, coverage by simulation, no false certainty."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leakage import ConfigurationError, Estimate, clopper_pearson, excess, ratio, wilson

# A coverage of 95 % over 1,000 simulations stays above 90.5 % but for one time in 10 million
SIMULATIONS, FEWEST_COVERED = 1000, 905
ALPHA = 1e-6


@given(st.integers(1, 5000), st.data())
def test_limits_are_in_order(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    for estimate in (wilson(successes, trials), clopper_pearson(successes, trials)):
        assert 0 <= estimate.low <= estimate.lower <= estimate.value <= estimate.upper <= estimate.high <= 1


@given(st.integers(1, 2000))
def test_no_success_is_not_no_risk(trials: int) -> None:
    assert clopper_pearson(0, trials).upper == pytest.approx(1 - 0.05 ** (1 / trials))
    assert wilson(0, trials).upper > 0
    assert ratio(np.zeros(trials), np.full(trials, 2.5)).upper > 0


def test_known_values() -> None:
    # Fewest samples for an upper bound of 9 % with 0 to 3 hits
    assert [clopper_pearson(hits, n).upper <= 0.09 for hits, n in ((0, 32), (1, 51), (2, 68), (3, 84))] == [True] * 4
    assert [clopper_pearson(hits, n).upper <= 0.09 for hits, n in ((0, 31), (1, 50), (2, 67), (3, 83))] == [False] * 4


def test_nothing_measured_fails_closed() -> None:
    for estimate in (wilson(0, 0), clopper_pearson(0, 0), ratio(np.zeros(3), np.zeros(3)), Estimate.unknown()):
        assert not estimate.known
        assert estimate.upper == 1.0


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.95])
def test_coverage_of_rates(share: float) -> None:
    hits = np.random.default_rng(1).binomial(200, share, SIMULATIONS)
    exact = [clopper_pearson(int(h), 200) for h in hits]
    assert sum(e.low <= share <= e.high for e in exact) >= 0.95 * SIMULATIONS - 34
    score = [wilson(int(h), 200) for h in hits]
    assert sum(e.low <= share <= e.high for e in score) >= FEWEST_COVERED


def test_coverage_of_accuracy_when_people_have_several_documents() -> None:
    """People differ, so their documents are no independent trials: the naive interval covers too seldom."""
    generator = np.random.default_rng(2)
    covered, naive = 0, 0
    for _ in range(SIMULATIONS):
        skill = generator.beta(2, 1, size=80)
        right = generator.binomial(10, skill).astype(float)
        estimate = ratio(right, np.full(80, 10.0))
        plain = wilson(float(right.sum()), 800)
        covered += estimate.low <= 2 / 3 <= estimate.high
        naive += plain.low <= 2 / 3 <= plain.high
    assert covered >= FEWEST_COVERED
    assert naive < FEWEST_COVERED


@pytest.mark.parametrize("hit", [0.15, 0.9])
def test_coverage_of_micro_f(hit: float) -> None:
    generator = np.random.default_rng(3)
    covered = 0
    false = 0.1
    truth = 2 * 0.4 * hit / (0.4 * hit + 0.6 * false + 0.4)
    for _ in range(SIMULATIONS):
        gold = generator.random((150, 2)) < 0.4
        claimed = np.where(gold, generator.random((150, 2)) < hit, generator.random((150, 2)) < false)
        total = (gold.sum(axis=1) + claimed.sum(axis=1)).astype(float)
        estimate = ratio(2.0 * (gold & claimed).sum(axis=1), total)
        covered += estimate.low <= truth <= estimate.high
    assert covered >= FEWEST_COVERED


def test_single_trials_are_wilson() -> None:
    right = np.array([1.0, 0.0, 1.0, 1.0])
    assert ratio(right, np.ones(4)) == wilson(3, 4)


def test_excess_bound_covers() -> None:
    generator = np.random.default_rng(4)
    attack = generator.binomial(400, 0.6, SIMULATIONS)
    control = generator.binomial(300, 0.5, SIMULATIONS)
    bounds = [excess(wilson(int(a), 400), wilson(int(c), 300))[1] for a, c in zip(attack, control, strict=True)]
    covered = sum(bound >= 0.2 for bound in bounds)
    assert covered >= FEWEST_COVERED
    assert stats.binom.sf(covered - 1, SIMULATIONS, 0.95) > ALPHA  # and is not needlessly wide


def test_excess_over_a_certain_control_is_unknown() -> None:
    value, upper = excess(wilson(9, 10), wilson(10, 10))
    assert math.isnan(value)
    assert upper == 1.0


@given(st.floats(-1, 2), st.floats(-1, 2), st.floats(-1, 2))
def test_an_impossible_estimate_is_refused(value: float, low: float, high: float) -> None:
    if 0 <= low <= value <= high <= 1:
        assert Estimate(value, low, high, low, high).value == value
    else:
        with pytest.raises(ConfigurationError):
            Estimate(value, low, high, low, high)


@given(st.floats(0, 1), st.floats(1e-9, 1e9))
def test_any_share_of_any_number_of_trials_has_limits_in_order(share: float, trials: float) -> None:
    found = wilson(share * trials, trials)
    assert found.low <= found.lower <= found.value <= found.upper <= found.high


@given(st.integers(30, 4000), st.data(), st.floats(1e-3, 0.05), st.sampled_from([clopper_pearson, wilson]))
def test_bounds_of_a_smaller_error_are_never_too_narrow(trials, data, tail, interval):
    hits = data.draw(st.integers(0, trials))
    lower, upper = interval(hits, trials).bounds_at(tail)
    if interval is clopper_pearson:
        least = float(stats.beta.ppf(tail, hits, trials - hits + 1)) if hits else 0.0
        most = float(stats.beta.ppf(1 - tail, hits + 1, trials - hits)) if hits < trials else 1.0
    else:
        least, most = stats.binomtest(hits, trials).proportion_ci(1 - 2 * tail, "wilson")
    assert lower <= least + 0.05 * (hits / trials - least) + 1e-9
    assert upper >= most - 0.05 * (most - hits / trials) - 1e-9
    assert upper <= most + 0.4 * (most - hits / trials) + 1e-9
