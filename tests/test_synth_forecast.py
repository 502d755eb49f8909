"""What is foretold is what a fit then does: the shares of its budget, its rounds, the size of its model."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from synth.aim import AIM
from synth.budget import Budget
from synth.column import Column
from synth.errors import BudgetInvalidError
from synth.forecast import Forecast
from synth.schema import Schema
from synth.synthesizer import MST, Independent

NAMES = "abcdef"


def table(rows=4000):
    rng = np.random.default_rng(0)
    base = rng.integers(0, 4, rows)
    return pd.DataFrame(
        {c: np.where(rng.random(rows) < 0.6, base, rng.integers(0, 4, rows)).astype(str) for c in NAMES}
    )


def described(**more):
    given = more or {"categories": tuple("0123")}
    rest = (Column(c, "category", categories=tuple("0123"), nullable=False) for c in NAMES[:-1])
    return Schema((*rest, Column(NAMES[-1], "category", nullable=False, **given)))


@pytest.mark.parametrize("method", [Independent, MST, AIM])
@pytest.mark.parametrize("delta", ["1e-9", 0])
def test_a_fit_keeps_to_the_shares_foretold(method, delta):
    told = Forecast.of(method(3, delta), described(), 6, 4000)
    model = method(3, delta).fit(table(), described())
    assert sum(share.share for share in told.shares) == 1
    assert sum(share.amount for share in told.shares) == told.terms.amount
    spent = Counter()
    for entry in model.ledger:
        spent[entry.step] += told.terms.currency.paid(entry.rho, entry.epsilon)
    for share in told.shares:
        if method is not AIM or share.step == "1-way marginal":  # AIM's rounds share what is left as they go
            assert Fraction(93, 100) * share.amount < spent[share.step] <= share.amount
    assert float(model.marginals[0].sigma2) ** 0.5 == pytest.approx(told.shares[0].sigma)
    assert model.joint.tree.cells <= told.cells
    chosen = sum("selection" in entry.step for entry in model.ledger)
    assert chosen <= told.rounds + 6  # a choice of none doubles the price, and makes later rounds fewer


def test_what_is_bought_is_foretold_as_a_share():
    for schema in (None, described(buy=True)):
        told = Forecast.of(MST(1), schema, 6, 4000)
        assert told.shares[0].step == "schema"
        assert told.shares[0].share == Fraction(1, 4)
        assert sum(share.share for share in told.shares) == 1
        assert (told.open, told.seconds) == (6 if schema is None else 1, None)


def test_more_rows_and_more_columns_cost_more():
    little, much = (Forecast.of(AIM(1), described(), 6, rows) for rows in (1000, 10_000_000))
    assert 0 < little.seconds < much.seconds
    assert little.mebibytes < much.mebibytes


def test_a_budget_that_is_none_is_refused():
    with pytest.raises(BudgetInvalidError):
        Forecast.of(MST(1, 0), None, 6, 4000)
    assert Forecast.of(MST(1, 0), described(), 6, 4000).terms.stated == Budget(1)
