"""The noisy counts behind a model are a release of their own: unbiased, with the noise that they state."""

import math

import numpy as np
import pandas as pd

from synth.aim import AIM
from synth.column import Column
from synth.measured import measured
from synth.schema import Schema
from synth.synthesizer import MST, Independent

SCHEMA = Schema(
    (
        Column("id", "identifier"),
        Column("age", "integer", min=0, max=99, bins=(50,)),
        Column("noisy_count", "category", categories=("no", "yes"), nullable=False),
    )
)


def people(rows=1000):
    rng = np.random.default_rng(0)
    age = rng.integers(0, 100, rows)
    return pd.DataFrame({"id": "x", "age": age, "noisy_count": np.where(age >= 50, "yes", "no")})


def test_every_marginal_is_there_once_with_a_row_for_each_combination():
    for method in (Independent, MST, AIM):
        tables = measured(method(1).fit(people(), SCHEMA))
        assert len({one.columns for one in tables}) == len(tables)
        assert {("age",), ("noisy_count",)} <= {one.columns for one in tables}
        for one in tables:
            assert list(one.counts.columns[:-1]) == list(one.columns)
            assert len(one.counts) == math.prod({"age": 3, "noisy_count": 2}[name] for name in one.columns)
            assert "id" not in one.counts


def test_labels_stand_for_what_was_counted():
    ((age, flag),) = [measured(Independent(500).fit(people(), SCHEMA))]
    assert age.counts["age"].tolist() == ["[0, 50)", "[50, 99]", ""]
    assert flag.counts.columns.tolist() == ["noisy_count", "noisy_count_"]
    truth = [(people()["age"] < 50).sum(), (people()["age"] >= 50).sum(), 0]
    assert np.abs(age.counts["noisy_count"] - truth).max() < 6 * age.sigma + 1


def test_the_noise_is_unbiased_and_has_the_deviation_stated():
    """Over 300 fits of 5 cells mean and deviation lie within 5 standard errors: chances below 1e-5."""
    truth = np.array([(people()["age"] < 50).sum(), (people()["age"] >= 50).sum(), 0])
    gaps, sigma = [], 0.0
    for _ in range(300):
        age = measured(Independent(1).fit(people(), SCHEMA))[0]
        gaps.extend(age.counts["noisy_count"] - truth)
        sigma = age.sigma
    assert abs(np.mean(gaps)) < 5 * sigma / math.sqrt(len(gaps))
    assert abs(np.std(gaps) / sigma - 1) < 5 / math.sqrt(2 * len(gaps))
