"""Budgets are paid in rho or in epsilon; neither is overdrawn, and both say what they cost in the other."""

import json
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.aim import AIM
from synth.budget import Budget
from synth.column import Column
from synth.currency import Gaussian, Laplace, Pure, Zcdp, currency
from synth.entropy import InsecureTestEntropy, SystemEntropy
from synth.errors import BudgetExceededError, BudgetInvalidError, NoiseInvalidError
from synth.ledger import Entry, Ledger
from synth.schema import Schema
from synth.synthesizer import MST, Independent

AMOUNTS = st.fractions(Fraction(1, 10**6), 100)
SCHEMA = Schema(
    (
        Column("a", "category", categories=("0", "1", "2"), nullable=False),
        Column("b", "category", categories=("0", "1", "2"), nullable=False),
        Column("c", "integer", min=0, max=9, nullable=False),
    )
)


def table(rows=3000):
    rng = np.random.default_rng(0)
    a = rng.integers(0, 3, rows)
    b = np.where(rng.random(rows) < 0.8, a, rng.integers(0, 3, rows))
    return pd.DataFrame({"a": a.astype(str), "b": b.astype(str), "c": rng.integers(0, 10, rows).astype(str)})


@pytest.mark.parametrize("own", [Zcdp(), Pure()])
@given(amount=AMOUNTS, sensitivity=st.integers(1, 20), times=st.integers(1, 50))
def test_nothing_costs_more_than_its_amount(own, amount, sensitivity, times):
    noise = own.noise(amount, sensitivity)
    assert own.paid(noise.rho, noise.epsilon) <= amount
    assert own.paid(noise.rho, noise.epsilon) > amount * Fraction(3, 4) or noise.sigma2 < 20
    epsilon = own.selection(amount, times)
    assert own.paid(times * epsilon**2 / 8, times * epsilon) <= amount


@given(st.fractions(Fraction(1, 100), 10**5, max_denominator=1000))
def test_the_variance_of_laplace_noise_is_the_exact_one(scale):
    t = float(scale)
    if t <= 50:
        support = np.arange(-4000, 4001, dtype=float)
        weights = np.exp(-np.abs(support) / t)
        assert math.isclose(
            float(Laplace(scale).sigma2), (support**2 * weights).sum() / weights.sum(), rel_tol=1e-6, abs_tol=2e-6
        )
    else:
        assert math.isclose(float(Laplace(scale).sigma2), 2 * t * t, rel_tol=1e-3)


def test_the_noise_drawn_has_the_variance_stated():
    """Each estimate is within 3 % of the variance but for chances below 1e-6 (kurtosis 6, 400,000 draws)."""
    for noise in (Gaussian(Fraction(40)), Laplace(Fraction(9, 2)), Laplace(Fraction(60))):
        drawn = noise.draw(400_000, SystemEntropy())
        assert math.isclose(drawn.var(), float(noise.sigma2), rel_tol=0.03)


def test_the_delta_decides_what_is_paid_in():
    assert isinstance(currency(Budget(1, 0)), Pure)
    assert isinstance(currency(Budget(1, "1e-9")), Zcdp)


@pytest.mark.parametrize("method", [Independent, MST, AIM])
def test_without_a_delta_epsilon_is_all_that_is_spent(method):
    ledger = Ledger(limit=Budget(2))
    model = method(2, 0, ledger).fit(table(), SCHEMA)
    assert Fraction(97, 100) * 2 < ledger.epsilon <= 2
    assert {entry.mechanism for entry in model.ledger} <= {"discrete Laplace", "exponential"}
    assert ledger.total(0) == Budget(ledger.epsilon, 0, ledger.rho)
    assert (model.spent.epsilon, model.spent.delta) == (2, 0)
    assert abs(model.rows - 3000) < 200
    with pytest.raises(BudgetExceededError):
        method("0.1", 0, ledger).fit(table(), SCHEMA)


def test_a_table_made_without_a_delta_keeps_its_relations():
    made = MST(5, 0).fit(table(), SCHEMA).sample()
    assert (made["a"] == made["b"]).mean() > 0.8


def test_without_a_delta_no_categories_can_be_bought():
    ledger = Ledger()
    with pytest.raises(BudgetInvalidError, match="declare"):
        MST(1, 0, ledger).fit(table())
    assert ledger.entries == ()


def test_what_needs_no_categories_can_be_bought_without_a_delta():
    schema = Schema((Column("c", "integer", buy=True),))
    model = Independent(20, 0).fit(table()[["c"]], schema)
    assert model.schema.columns[0].max is not None
    assert model.ledger[0].mechanism == "discrete Laplace"


def test_a_limit_without_a_delta_lets_no_gaussian_noise_through():
    ledger = Ledger(limit=Budget(100))
    with pytest.raises(BudgetExceededError):
        MST("0.1", "1e-9", ledger).fit(table(), SCHEMA)
    assert ledger.entries == ()


def test_a_limit_with_a_delta_takes_the_better_of_two_ways_to_add_up():
    ledger = Ledger(limit=Budget(1, "1e-9"))
    with ledger.held():
        ledger.charge(Entry("one", "discrete Laplace", Fraction(1, 2), epsilon=Fraction(1)))
    assert ledger.total("1e-9").epsilon == 1  # rho = 1/2 alone would imply about 7
    many = Ledger()
    with many.held():
        many.charge(*[Entry("one", "discrete Laplace", Fraction(1, 20000), epsilon=Fraction(1, 100))] * 1000)
    assert many.epsilon == 10
    assert many.total("1e-9").epsilon < 3


def test_a_ledger_file_keeps_both_prices_and_reads_older_lines(tmp_path):
    book = tmp_path / "book.jsonl"
    with (ledger := Ledger(book)).held():
        ledger.charge(Entry("x", "exponential", Fraction(1, 8), epsilon=Fraction(1)))
        ledger.charge(Entry("y", "discrete Gaussian", Fraction(1, 8)))
    assert [entry.epsilon for entry in Ledger(book).entries] == [1, None]
    assert Ledger(book).epsilon is None
    from synth import chain

    lines = [json.loads(line) for line in book.read_text().splitlines()]
    del lines[1]["epsilon"]
    old, previous = [], chain.START
    for line in lines:
        old.append(chain.chained({key: line[key] for key in line if key not in ("previous", "hash")}, previous))
        previous = chain.head(old[-1])
    book.write_text("".join(f"{line}\n" for line in old))
    assert [entry.epsilon for entry in Ledger(book).entries] == [None, None]


def test_nothing_is_measured_for_nothing():
    for own in (Zcdp(), Pure()):
        with pytest.raises(NoiseInvalidError):
            own.noise(Fraction(0), 1)
    with pytest.raises(BudgetInvalidError):
        MST(0, 0, entropy=InsecureTestEntropy(0))
