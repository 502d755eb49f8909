"""Budgets are exact, never negative, and convert as the literature says."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.budget import Budget, epsilon_of, rho_of
from synth.errors import BudgetInvalidError
from synth.ledger import Ledger

EPSILONS = st.fractions(min_value=Fraction(1, 100), max_value=20)
DELTAS = st.sampled_from(["1e-3", "1e-6", "1e-9", "1e-12"])


@pytest.mark.parametrize(("epsilon", "rho"), [("0.1", 0.000177138), (1, 0.0149731), (3, 0.120582), (10, 1.090786)])
def test_conversion_gives_the_published_values(epsilon, rho):
    assert float(rho_of(epsilon, "1e-9")) == pytest.approx(rho, rel=1e-5)


@given(EPSILONS, DELTAS)
def test_converting_there_and_back_never_gains(epsilon, delta):
    rho = rho_of(epsilon, delta)
    assert rho_of(epsilon_of(rho, delta), delta) >= rho  # the epsilon stated covers the rho spent
    assert float(epsilon_of(rho, delta)) == pytest.approx(float(epsilon), rel=1e-6)


@given(EPSILONS, DELTAS)
def test_conversion_is_tighter_than_the_textbook_and_not_below_a_single_gaussian(epsilon, delta):
    rho = float(rho_of(epsilon, delta))
    assert rho + 2 * math.sqrt(rho * math.log(1 / float(delta))) >= float(epsilon) * 0.999


@given(st.lists(EPSILONS, min_size=2, max_size=5), DELTAS)
def test_more_epsilon_is_more_rho(epsilons, delta):
    rhos = [rho_of(epsilon, delta) for epsilon in sorted(epsilons)]
    assert rhos == sorted(rhos)


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 3.0, 10.0])
def test_dp_accounting_agrees(epsilon):
    import dp_accounting
    from dp_accounting import pld, rdp

    delta, rho = 1e-9, float(rho_of(epsilon, "1e-9"))
    event = dp_accounting.GaussianDpEvent(noise_multiplier=math.sqrt(1 / (2 * rho)))
    by_rdp = rdp.RdpAccountant().compose(event).get_epsilon(delta)
    exact = pld.PLDAccountant(value_discretization_interval=1e-3).compose(event).get_epsilon(delta)
    assert epsilon == pytest.approx(by_rdp, rel=0.01)
    assert exact <= epsilon  # zCDP states no less than the Gaussian mechanism really costs
    assert epsilon < exact * 1.2


def test_floats_mean_their_decimal_notation_and_arithmetic_is_exact():
    budget = Budget(0.1, 1e-9, Fraction(1, 3))
    assert budget.epsilon == Fraction(1, 10)
    assert budget * 3 == Budget("0.3", "3e-9", 1)
    assert 3 * budget - budget == budget + budget
    assert budget <= budget + budget


@pytest.mark.parametrize("wrong", [-1, "-1e-9", float("nan"), float("inf"), "one"])
def test_what_is_no_budget_is_refused(wrong):
    with pytest.raises(BudgetInvalidError):
        Budget(epsilon=wrong)


def test_a_budget_never_goes_below_zero():
    with pytest.raises(BudgetInvalidError):
        Budget(1) - Budget(2)


@pytest.mark.parametrize(("epsilon", "delta"), [(0, "1e-9"), (1, 0), (1, 1)])
def test_conversion_needs_a_positive_epsilon_and_a_delta_between_0_and_1(epsilon, delta):
    with pytest.raises(BudgetInvalidError):
        rho_of(epsilon, delta)


def test_nothing_spent_is_no_epsilon():
    assert epsilon_of(0, "1e-9") == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: Budget(epsilon="one"), "epsilon must be a finite number"),
        (lambda: Budget(delta="1/0"), "delta must be a finite number"),
        (lambda: Budget(rho=-1), "rho must not be negative"),
        (lambda: Budget(1) * "-2", "factor must not be negative"),
        (lambda: rho_of(0, "1e-9"), "epsilon must be positive"),
        (lambda: rho_of("x", "1e-9"), "epsilon must be a finite number"),
        (lambda: rho_of(1, 1), "delta must lie strictly between 0 and 1"),
        (lambda: rho_of(1, 0), "delta must lie strictly between 0 and 1"),
        (lambda: rho_of(1, "x"), "delta must be a finite number"),
        (lambda: epsilon_of(-1, "1e-9"), "rho must not be negative"),
        (lambda: epsilon_of(1, 0), "delta must lie strictly between 0 and 1"),
        (lambda: epsilon_of(1, "-1"), "delta must not be negative"),
        (lambda: Ledger().total("x"), "delta must be a finite number"),
    ],
)
def test_what_is_wrong_is_named(wrong, said):
    with pytest.raises(BudgetInvalidError) as caught:
        wrong()
    assert str(caught.value) == said


def test_a_budget_is_nothing_unless_said_and_compares_in_each_of_three():
    assert Budget() == Budget(0, 0, 0)
    for less in (Budget(1, "0.1", 2), Budget(2, "0.2", 2), Budget(2, "0.1", 3)):
        assert less <= Budget(2, "0.2", 3)
        assert not Budget(2, "0.2", 3) <= less
    assert Budget(3, "0.3", 5) - Budget(1, "0.1", 2) == Budget(2, "0.2", 3)


def test_a_budget_shows_its_three_figures():
    budget = Budget("1/3", "1e-9", "1/7")
    assert repr(budget) == "Budget(epsilon=0.333333, delta=1e-09, rho=0.142857)"
    assert budget._repr_html_() == "<code>ε = 0.333333, δ = 1e-09, ρ = 0.142857</code>"


@pytest.mark.parametrize("delta", ["1e-3", "1e-9", "1e-15"])
@pytest.mark.parametrize("rho", ["1e-9", "1/1000", "1/2", 1, 3, 50])
def test_no_order_gives_a_smaller_epsilon_than_the_conversion(rho, delta):
    """Every order a > 1 bounds delta (Proposition 12); ours is as good as the best of a fine grid."""
    epsilon, best = float(epsilon_of(rho, delta)), math.inf
    r, d = float(Fraction(rho)), math.log(float(delta))
    for step in range(1, 4000):
        a = 1 + 10 ** (step / 400 - 4)
        best = min(best, a * r + (a * math.log1p(-1 / a) - math.log(a - 1) - d) / (a - 1))
    best = max(best, 0.0)
    assert best * 0.999 <= epsilon <= best * (1 + 1e-6) + 1e-12


@pytest.mark.parametrize("epsilon", ["1/100", "1/2", 1, 7, 20])
def test_rounding_is_to_the_safe_side_and_costs_next_to_nothing(epsilon):
    rho = rho_of(epsilon, "1e-9")
    back = epsilon_of(rho, "1e-9")
    assert Fraction(epsilon) * (1 - Fraction(1, 10**8)) < back < Fraction(epsilon) * (1 + Fraction(1, 10**8))
    assert rho <= rho_of(back, "1e-9") < rho * (1 + Fraction(1, 10**8))
    assert (rho * 2**80).denominator == (back * 2**80).denominator == 1


def test_a_budget_of_epsilon_and_delta_states_the_rho_that_implies_them():
    assert Budget.of("1/2", "1e-9") == Budget("1/2", "1e-9", rho_of("1/2", "1e-9"))


def test_next_to_nothing_spent_is_next_to_no_epsilon():
    assert 0 <= epsilon_of(Fraction(1, 10**400), "1e-9") < Fraction(1, 10**20)  # a rho that no float can hold
