"""Audits of differential privacy: exact mechanisms keep to their claim nearly to the digit, broken ones are caught."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leakage import ConfigurationError, EmptyInputError
from leakage.mechanisms.dp_audit import Claim, epsilon_bound, gaussian_delta, gaussian_epsilon, mu_bound
from leakage.mechanisms.one_run import OneRunAudit, one_run_epsilon, one_run_p_value
from leakage.mechanisms.two_world import TwoWorldAudit
from leakage.mechanisms.worlds import Worlds


def responses(epsilon: float, runs: int, seed: int) -> Worlds:
    """Randomised response, which leaks exactly epsilon."""
    generator, truth = np.random.default_rng(seed), 1 / (1 + math.exp(-epsilon))
    tossed = generator.random((2, runs)) < truth
    return Worlds(tossed[0] * 1.0, ~tossed[1] * 1.0)


def laplace(epsilon: float, runs: int, seed: int) -> Worlds:
    """A count of 7 or 8 with discrete Laplace noise."""
    p = 1 - math.exp(-epsilon)
    noise = np.subtract(*(np.random.default_rng(seed).geometric(p, (2, 2, runs))))
    return Worlds(8.0 + noise[0], 7.0 + noise[1])


def normal(mu: float, runs: int, seed: int) -> Worlds:
    drawn = np.random.default_rng(seed).normal(size=(2, runs))
    return Worlds(drawn[0] + mu, drawn[1])


def bound(worlds: Worlds, claim: Claim | None = None) -> float:
    return TwoWorldAudit(claim or Claim(1), 5000, choosing=500).run(worlds).details["epsilon lower bound"]


@pytest.mark.parametrize("mechanism", [responses, laplace])
def test_an_exact_mechanism_nearly_reaches_its_epsilon_and_seldom_exceeds_it(mechanism) -> None:
    # 100 audits of 5,000 runs: 0.94 on average (standard error 0.0023); each exceeds 1 with probability 0.05 at most,
    # more than 14 of 100 in one of 20,000 test runs even at 0.05 (it is about 0.01)
    found = np.array([bound(mechanism(1.0, 5500, seed)) for seed in range(100)])
    assert found.mean() == pytest.approx(0.94, abs=0.012)
    assert np.sum(found > 1) <= 14


@pytest.mark.parametrize(("epsilon", "runs", "expected"), [(1, 200, 0.68), (1, 20_000, 0.97), (3, 5000, 2.87)])
def test_expected_counts_give_the_published_bounds(epsilon: float, runs: int, expected: float) -> None:
    truth = 1 / (1 + math.exp(-epsilon))
    hits, alarms = round(truth * runs), round((1 - truth) * runs)
    low, high = stats.beta.ppf(0.025, hits, runs - hits + 1), stats.beta.ppf(0.975, alarms + 1, runs - alarms)
    assert float(epsilon_bound(np.array(low), np.array(high), 0.0)) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize("factor", [2, 4])
def test_noise_that_is_too_small_is_called_a_bug(factor: int) -> None:
    found = TwoWorldAudit(Claim(1)).run(laplace(factor, 6000, seed=1), violated=laplace(2, 6000, seed=2))
    assert found.state == "OK"
    assert found.details["epsilon lower bound"] > found.details["epsilon claimed"] + 0.5


def test_canaries_that_lower_the_score_and_leaks_of_absence_are_found_too() -> None:
    worlds = laplace(2, 6000, seed=3)
    assert bound(Worlds(-worlds.included, -worlds.excluded)) > 1.5
    # what happens without the canary only: half of those runs say so, and no run with it
    silent = Worlds(np.zeros(6000), (np.arange(6000) % 2).astype(float))
    assert bound(silent) > 4


def test_delta_excuses_what_it_allows_and_no_more() -> None:
    # with probability 0.05 the canary is given away, otherwise nothing is said
    told = Worlds((np.random.default_rng(4).random(6000) < 0.05) * 1.0, np.zeros(6000))
    assert bound(told, Claim(0.1, delta=0.06)) == 0
    assert bound(told, Claim(0.1, delta=0.001)) > 2


def test_a_gaussian_shows_its_mu() -> None:
    # 20 audits of mu 0.45: the estimate within 0.03 of it on average (standard error 0.01), its bound below
    found = [TwoWorldAudit(Claim(1, 0.01)).run(normal(0.45, 6000, seed)).details for seed in range(20)]
    assert np.mean([f["mu"] for f in found]) == pytest.approx(0.45, abs=0.03)
    assert sum(f["mu lower bound"] > 0.45 for f in found) <= 5  # each with probability 0.05 at most
    assert all(f["epsilon lower bound"] < f["epsilon of mu"] + 0.1 for f in found)


def test_the_same_world_twice_shows_nothing() -> None:
    found = TwoWorldAudit(Claim(1)).run(normal(0.0, 6000, seed=5))
    assert found.state == "OK"
    assert found.details["epsilon lower bound"] < 0.1
    assert found.interval[0] < 0.5
    constant = TwoWorldAudit(Claim(1)).run(Worlds(np.ones(6000), np.ones(6000)))
    assert constant.details["epsilon lower bound"] == 0


def test_runs_that_choose_the_event_are_not_counted() -> None:
    apart, alike = Worlds(np.ones(500), np.zeros(500)), normal(0.0, 500, seed=15)
    both = Worlds(np.concatenate([apart.included, alike.included]), np.concatenate([apart.excluded, alike.excluded]))
    found = TwoWorldAudit(Claim(1), runs=500, choosing=500).run(both)
    assert found.details["epsilon lower bound"] == 0
    assert found.value < 0.6


def test_an_audit_that_could_not_have_found_a_violation_is_invalid() -> None:
    found = TwoWorldAudit(Claim(10), runs=500, choosing=100).run(responses(1, 600, seed=6))
    assert found.state == "INVALID"
    assert "planted leak" in found.reason
    sound = TwoWorldAudit(Claim(1)).run(responses(1, 6000, seed=7), violated=responses(1, 6000, seed=8))
    assert sound.state == "INVALID"  # what should have been a violation was none


def test_scores_that_are_no_numbers_are_invalid_and_infinities_are_scores() -> None:
    worlds = laplace(1, 6000, seed=9)
    worlds.included[3] = math.nan
    assert "1 of the scores" in TwoWorldAudit(Claim(1)).run(worlds).reason
    told = Worlds(np.full(6000, math.inf), np.full(6000, -math.inf))
    assert bound(told) > 7


def test_a_mechanism_is_run_in_both_worlds_and_nothing_is_changed() -> None:
    asked = []

    class Counter:
        def observe(self, included: bool) -> float:
            asked.append(included)
            return float(included)

    found = TwoWorldAudit(Claim(1), runs=100, choosing=20).run(Counter())
    assert asked == [True, False] * 120
    assert found.value == 1
    worlds = laplace(1, 6000, seed=10)
    before = worlds.included.copy(), worlds.excluded.copy()
    first, second = (TwoWorldAudit(Claim(1)).run(worlds).to_dict() | {"seconds": 0} for _ in range(2))
    assert first == second
    assert (worlds.included == before[0]).all()
    assert (worlds.excluded == before[1]).all()


@given(st.floats(0.01, 8), st.floats(0, 8))
@settings(max_examples=60)
def test_conversions_of_gaussian_privacy_agree(mu: float, epsilon: float) -> None:
    delta = gaussian_delta(mu, epsilon)
    assert 0 <= delta <= 2 * stats.norm.cdf(mu / 2) - 1 + 1e-12
    if delta > 1e-12:
        assert gaussian_epsilon(mu, delta) == pytest.approx(epsilon, abs=1e-4)
    fpr = np.array([0.01, 0.3])
    tpr = stats.norm.cdf(stats.norm.ppf(fpr) + mu)
    assert mu_bound(tpr, fpr) == pytest.approx(mu, rel=1e-3)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 5), st.floats(0, 0.5))
@settings(max_examples=200)
def test_rates_that_a_claim_allows_never_refute_it(tpr: float, fpr: float, epsilon: float, delta: float) -> None:
    grows = math.exp(epsilon)
    allowed = tpr <= grows * fpr + delta and 1 - fpr <= grows * (1 - tpr) + delta
    found = float(epsilon_bound(np.array(tpr), np.array(fpr), delta))
    assert (found <= epsilon + 1e-9) == allowed or found == pytest.approx(epsilon, abs=1e-6)


TABLE = {  # shared research, section 5: m = r, delta = 1e-5; all canaries guessed with this accuracy
    100: (0, 0.05, 0.47, 0.96, 1.63, 3.49),
    1000: (0.09, 0.30, 0.73, 1.25, 2.02, 5.78),
    5000: (0.15, 0.36, 0.80, 1.33, 2.12, 7.28),
}


@pytest.mark.parametrize("canaries", TABLE)
def test_one_run_bounds_are_those_of_the_table(canaries: int) -> None:
    accuracies = (0.55, 0.60, 0.70, 0.80, 0.90, 1.0)
    found = [one_run_epsilon(canaries, canaries, round(canaries * a), 1e-5) for a in accuracies]
    assert [round(one, 2) for one in found] == list(TABLE[canaries])


@given(st.integers(1, 60), st.data())
@settings(max_examples=60)
def test_the_p_value_is_the_published_formula(canaries: int, data: st.DataObject) -> None:
    guesses = data.draw(st.integers(1, canaries))
    right, epsilon, delta = data.draw(st.integers(0, guesses)), data.draw(st.floats(0, 6)), data.draw(st.floats(0, 0.1))
    q = math.exp(epsilon) / (1 + math.exp(epsilon))

    def at_least(v: int) -> float:
        return sum(math.comb(guesses, k) * q**k * (1 - q) ** (guesses - k) for k in range(max(v, 0), guesses + 1))

    beta = at_least(right)
    alpha = max(0.0, *((at_least(right - i) - beta) / i for i in range(1, canaries + 1)))
    expected = min(1.0, beta + 2 * canaries * delta * alpha)
    assert one_run_p_value(canaries, guesses, right, epsilon, delta) == pytest.approx(expected, abs=1e-9)


def in_or_out(epsilon: float, canaries: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Each canary's inclusion by randomised response, with which a single run is epsilon-private."""
    generator = np.random.default_rng(seed)
    included = generator.random(canaries) < 0.5
    truth = generator.random(canaries) < 1 / (1 + math.exp(-epsilon))
    return (included == truth) + generator.random(canaries) / 2, included


def test_one_run_keeps_to_its_error_rate_and_catches_a_violation() -> None:
    # 100 sound audits: each calls a bug with probability 0.05 at most, more than 14 in one of 20,000 test runs
    found = [OneRunAudit(Claim(1)).run(*in_or_out(1, 1000, seed)).details["epsilon lower bound"] for seed in range(100)]
    assert sum(one > 1 for one in found) <= 14
    assert np.mean(found) > 0.7
    broken = OneRunAudit(Claim(1)).run(*in_or_out(2, 1000, seed=200))
    assert broken.state == "OK"
    assert broken.details["epsilon lower bound"] > 1.3


def test_a_few_sure_guesses_are_enough() -> None:
    generator = np.random.default_rng(11)
    included = generator.random(2000) < 0.5
    scores = generator.random(2000)
    sure = np.arange(2000) < 160
    scores[sure] = np.where(included[sure], 2.0, -1.0)
    found = OneRunAudit(Claim(1)).run(scores, included)
    guesses, right = int(found.details["guesses"]), int(found.details["right"])
    assert guesses < 2000
    assert found.details["epsilon lower bound"] > 1
    # chosen among three shares, hence at a third of alpha
    assert found.details["epsilon lower bound"] == one_run_epsilon(2000, guesses, right, 0.0, 0.05 / 3)
    assert found.value < 0.6


def test_one_run_that_could_not_have_found_a_violation_is_invalid() -> None:
    scores, included = in_or_out(1, 50, seed=12)
    assert OneRunAudit(Claim(5)).run(scores, included).state == "INVALID"
    assert OneRunAudit(Claim(1)).run(*in_or_out(1, 20, seed=13)).state == "INVALID"
    scores, included = in_or_out(1, 500, seed=14)
    assert OneRunAudit(Claim(1)).run(scores, included, violated=np.zeros(500)).state == "INVALID"
    assert "coin" in OneRunAudit(Claim(1)).run(scores, np.ones(500, dtype=bool)).reason
    scores[0] = math.nan
    assert "1 of the scores" in OneRunAudit(Claim(1)).run(scores, included).reason


def test_wrong_settings() -> None:
    for wrong in ((-1, 0), (math.nan, 0), (math.inf, 0), (1, 1), (1, -0.1)):
        with pytest.raises(ConfigurationError):
            Claim(*wrong)
    with pytest.raises(ConfigurationError, match="6000 runs"):
        TwoWorldAudit(Claim(1)).run(responses(1, 100, seed=1))
    with pytest.raises(ConfigurationError, match="as many runs"):
        Worlds(np.zeros(3), np.zeros(4))
    with pytest.raises(ConfigurationError):
        TwoWorldAudit(Claim(1), runs=0)
    for shares in ((), (0,), (1.5,)):
        with pytest.raises(ConfigurationError):
            OneRunAudit(Claim(1), shares)
    with pytest.raises(ConfigurationError):
        OneRunAudit(Claim(1)).run(np.zeros(3), np.zeros(4, dtype=bool))
    with pytest.raises(EmptyInputError):
        OneRunAudit(Claim(1)).run(np.zeros(0), np.zeros(0, dtype=bool))
