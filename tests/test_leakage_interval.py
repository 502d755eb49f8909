"""Intervals keep their promise: limits in order, coverage by simulation, no false certainty."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leakage import ConfigurationError, Estimate, clopper_pearson, excess, ratio, wilson
from leakage.interval import by_person

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
        assert (estimate.low, estimate.lower, estimate.upper, estimate.high) == (0.0, 0.0, 1.0, 1.0)


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


@given(st.integers(1, 3000), st.data())
def test_intervals_are_those_of_the_books(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))
    for made, method in ((wilson(hits, trials), "wilson"), (clopper_pearson(hits, trials), "exact")):
        two, one = (stats.binomtest(hits, trials).proportion_ci(level, method) for level in (0.95, 0.90))
        assert (made.low, made.high) == pytest.approx(tuple(two), abs=1e-9)
        assert (made.lower, made.upper) == pytest.approx(tuple(one), abs=1e-9)
        assert made.value == hits / trials


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
@pytest.mark.parametrize(("hits", "trials"), [(-1, 5), (6, 5), (1, 0)])
def test_more_hits_than_trials_are_refused(interval, hits: int, trials: int) -> None:
    with pytest.raises(ConfigurationError, match=r"^successes must lie between 0 and the number of trials$"):
        interval(hits, trials)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((0.5, 0.6, 0.7, 0.6, 0.7), "the limits of an interval must enclose its value within 0 and 1"),
        ((0.5, 0.4, 0.45, 0.4, 0.45), "the limits of an interval must enclose its value within 0 and 1"),
        ((0.5, -0.1, 0.7, 0.4, 0.6), "the limits of an interval must enclose its value within 0 and 1"),
        ((0.5, 0.4, 1.1, 0.4, 0.6), "the limits of an interval must enclose its value within 0 and 1"),
        ((math.nan, 0.5, 0.4, 0.5, 0.4), "the limits of an interval must enclose its value within 0 and 1"),
        ((0.5, 0.4, 0.6, 0.3, 0.5), "one-sided bounds must lie within the two-sided interval"),
        ((0.5, 0.4, 0.6, 0.4, 0.7), "one-sided bounds must lie within the two-sided interval"),
        ((0.5, 0.4, 0.6, 0.55, 0.45), "one-sided bounds must lie within the two-sided interval"),
    ],
)
def test_limits_out_of_order_are_refused_in_words(limits: tuple[float, ...], said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Estimate(*limits)
    assert str(caught.value) == said
    assert Estimate(0.5, 0.5, 0.5, 0.5, 0.5).known
    assert Estimate(0.0, 0.0, 1.0, 0.0, 1.0).known


def test_bounds_are_those_at_5_and_at_2_5_percent_and_go_on_in_minus_log() -> None:
    found = clopper_pearson(7, 100)
    assert found.bounds_at(0.05) == found.bounds_at(0.5) == pytest.approx((found.lower, found.upper), abs=1e-15)
    assert found.bounds_at(0.025) == found.bounds_at(0.04) == pytest.approx((found.low, found.high), abs=1e-15)
    near, far = -math.log(1 - found.upper), -math.log(1 - found.high)
    for halvings in (2, 3, 5):
        lower, upper = found.bounds_at(0.05 / 2**halvings)
        assert -math.log(1 - upper) == pytest.approx(near + (far - near) * halvings)
        down, lowest = -math.log(found.lower), -math.log(found.low)
        assert -math.log(lower) == pytest.approx(down + (lowest - down) * halvings)
    certain = Estimate(0.9, 0.5, 1.0, 0.6, 0.95)
    assert [certain.bounds_at(tail)[1] for tail in (0.05, 0.04, 0.025, 0.001)] == [0.95, 1.0, 1.0, 1.0]


def test_surely_above_is_when_bounds_of_half_a_percent_do_not_meet() -> None:
    low = wilson(100, 1000)
    margin = low.bounds_at(0.005)[1]
    for hits in range(100, 250):
        other = wilson(hits, 1000)
        assert other.surely_above(low) == (other.bounds_at(0.005)[0] > margin)
        assert not low.surely_above(other)
    assert not Estimate(0.5, 0.5, 0.5, 0.5, 0.5).surely_above(Estimate(0.5, 0.5, 0.5, 0.5, 0.5))


def test_a_ratio_has_the_linearised_variance_of_whole_clusters() -> None:
    top, bottom = np.array([4.0, 0.5, 3.0, 9.0, 0.0]), np.array([4.0, 2.0, 3.0, 9.0, 2.0])
    share = 16.5 / 20
    rest = [t - share * b for t, b in zip(top, bottom, strict=True)]
    variance = sum(r * r for r in rest) / 20**2 * 5 / 4
    trials = share * (1 - share) / variance
    assert 1 < trials < 20
    found = ratio(np.append(top, 5.0), np.append(bottom, 0.0))  # a cluster without a denominator says nothing
    wanted = wilson(share * trials, trials)
    assert (found.value, found.low, found.upper) == pytest.approx((wanted.value, wanted.low, wanted.upper))


@pytest.mark.parametrize(
    ("top", "bottom", "trials"),
    [
        ([2.0, 2.0, 2.0, 2.0001], [4.0, 4.0, 4.0, 4.0], 16.0),  # hardly any variance: as many as there are trials
        ([0.2, 0.2, 0.2, 0.2001], [0.4, 0.4, 0.4, 0.4], 4.0),  # of less than a whole trial: clusters
        ([0.0, 0.0, 0.0], [1.0, 2.0, 3.0], 36 / 14),  # nothing hit: clusters of this many equal ones (Kish)
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 36 / 14),
        ([0.5], [3.0], 1.0),  # one cluster has no variance
        ([3.0, 1.0], [4.0, 4.0], 4.0),
        ([9.0, 0.0], [10.0, 9.0], 1.238),
        ([0.5, 1.0, 1.5001], [1.0, 2.0, 3.0], 6.0),  # whole trials, and hardly any variance
        ([0.25, 5.0, 5.0001], [0.5, 10.0, 10.0], 2.0987),  # one is less than a trial: clusters
        ([0.0, 2.0, 0.0, 2.0], [2.0, 2.0, 2.0, 2.0], 4.0),  # all or nothing, equal clusters: a trial each
    ],
)
def test_a_ratio_counts_as_so_many_trials(top: list[float], bottom: list[float], trials: float) -> None:
    value = sum(top) / sum(bottom)
    found, wanted = ratio(np.array(top), np.array(bottom)), wilson(value * trials, trials)
    assert (found.value, found.low, found.high) == pytest.approx((value, wanted.low, wanted.high), rel=1e-3)


def test_a_ratio_above_one_is_one() -> None:
    found = ratio(np.array([3.0, 2.0]), np.array([2.0, 2.5]))
    trials = 4.5**2 / (2.0**2 + 2.5**2)
    assert (found.value, found.low) == (1.0, pytest.approx(wilson(trials, trials).low))


def test_all_of_any_number_is_one_at_most_however_it_is_rounded() -> None:
    assert {wilson(n, n).high for n in range(1, 2000)} == {1.0}
    assert {wilson(0, n).low for n in range(1, 2000)} == {0.0}


def test_excess_is_bounded_by_movers_rule() -> None:
    attack, control = clopper_pearson(60, 200), clopper_pearson(30, 150)
    for tail in (0.05, 0.01):
        upper, lower = attack.bounds_at(tail)[1], control.bounds_at(tail)[0]
        log = math.log((1 - 0.3) / (1 - 0.2))
        one, other = math.log(0.7) - math.log(1 - upper), math.log(1 - lower) - math.log(0.8)
        wanted = (0.125, 1 - math.exp(log - math.hypot(one, other)))
        assert excess(attack, control, tail) == pytest.approx(wanted)
    assert excess(attack, control) == excess(attack, control, 0.05)


def test_excess_is_one_at_most_where_a_limit_touches_one_and_unknown_where_either_is() -> None:
    assert excess(clopper_pearson(10, 10), clopper_pearson(5, 10)) == (1.0, 1.0)
    for attack, control in ((Estimate.unknown(), wilson(1, 9)), (wilson(1, 9), Estimate.unknown())):
        value, upper = excess(attack, control)
        assert math.isnan(value)
        assert upper == 1.0


def test_amounts_are_summed_by_person_in_order_of_their_names() -> None:
    amounts = np.array([1.0, 2.0, 4.0, 8.0])
    assert by_person(["b", "a", "b", "10"], amounts).tolist() == [8.0, 2.0, 5.0]
    assert by_person(["a"], np.array([3])).dtype == np.float64
