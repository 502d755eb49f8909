"""True positives at few false alarms, and the area under the curve: bounds hold at their stated rates."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leakage.errors import ConfigurationError
from leakage.roc import Scores, auc, strongest, tpr, tpr_at

numbers = st.lists(st.floats(-5, 5) | st.integers(0, 2).map(float) | st.just(float("nan")), min_size=0, max_size=60)


@settings(max_examples=60)
@given(members=numbers, others=numbers, fpr=st.floats(0.001, 0.5))
def test_limits_enclose_the_value_whatever_the_scores(members: list[float], others: list[float], fpr: float) -> None:
    scores = Scores.of(np.array(members), np.array(others))
    for found in (tpr(scores, fpr), auc(scores), strongest({"a": scores, "b": scores}, tpr_at(fpr))):
        assert found.known == bool(members and others) or len(members) < 2 or len(others) < 2
        assert found.low <= found.lower <= found.upper <= found.high


@settings(max_examples=40)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=40), st.lists(st.floats(-5, 5), min_size=2, max_size=40))
def test_the_area_only_depends_on_the_order_and_turns_round_with_the_sides(a: list[float], b: list[float]) -> None:
    one = Scores.of(np.array(a), np.array(b))
    other = auc(Scores.of(one.others, one.members))
    assert auc(one).value == pytest.approx(1 - other.value)
    assert auc(one).lower == pytest.approx(1 - other.upper, abs=1e-6)
    assert auc(Scores.of(one.members * 4, one.others * 4)).value == pytest.approx(auc(one).value)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_one_sided_bounds_are_wrong_as_seldom_as_they_say(shift: float) -> None:
    generator = np.random.default_rng(5)
    rate, area = float(stats.norm.sf(stats.norm.isf(0.01) - shift)), float(stats.norm.cdf(shift / np.sqrt(2)))
    wrong = np.zeros(4)
    for _ in range(300):
        scores = Scores.of(generator.normal(size=300) + shift, generator.normal(size=300))
        found, surface = tpr(scores, 0.01), auc(scores)
        wrong += [found.upper < rate, found.lower > rate, surface.upper < area, surface.lower > area]
    # 5 % each; 29 or more of 300 would be seen once in 2,000 times
    assert wrong.max() < 29


def test_the_bound_of_the_strongest_holds_though_it_was_chosen_from_many() -> None:
    generator = np.random.default_rng(6)
    wrong, total = 0, 0.0
    for _ in range(60):
        people = generator.normal(size=(8, 2, 400))
        found = strongest({str(i): Scores.of(*pair) for i, pair in enumerate(people)}, auc)
        wrong += found.upper < 0.5 or found.lower > 0.5
        total += found.value
    # lower bounds are wrong at most 5 % of the time: 10 or more of 60 would be seen once in 1,000 times
    assert wrong < 10
    assert total / 60 == pytest.approx(0.5, abs=0.008)  # the best of eight by hindsight would be near 0.53


def test_perfect_and_useless_scores() -> None:
    perfect = Scores.of(np.ones(1500), np.zeros(1500))
    assert tpr(perfect, 0.01).value == 1.0
    assert tpr(perfect, 0.01).lower > 0.98
    assert auc(perfect).lower > 0.98
    same = Scores.of(np.zeros(2000), np.zeros(2000))
    assert tpr(same, 0.01).value == pytest.approx(0.01, abs=0.01)
    assert auc(same).value == 0.5
    assert tpr(Scores.of(np.ones(20), np.zeros(20)), 0.01).upper == 1.0


def test_a_score_of_two_values_is_worth_what_guessing_among_them_is() -> None:
    # all members and half of the others score 1: at 1 % a claimant draws one in fifty of those who do
    scores = Scores.of(np.ones(5000), np.repeat([0.0, 1.0], 2500))
    assert tpr(scores, 0.01).value == pytest.approx(0.02, abs=0.01)


def test_wrong_settings() -> None:
    scores = Scores.of(np.ones(3), np.ones(3))
    with pytest.raises(ConfigurationError):
        tpr(scores, 1.0)
    with pytest.raises(ConfigurationError):
        auc(scores, attackers=0)
    assert not strongest({}, auc).known
