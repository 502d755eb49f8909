"""Rates of rows equally hard: a leak keeps its size, what one side's rows have by luck goes, and the bound holds."""

import numpy as np
import pandas as pd
from scipy import stats

from leakage import ColumnInference
from leakage.arrays import Booleans
from leakage.interval import excess, wilson
from leakage.tables.hardness import clean_hits, matched

ROWS, CONTROL = 600, 400


def sides(generator: np.random.Generator, leaked: float) -> tuple[list[Booleans], list[Booleans]]:
    """Draw who is right on rows of which most are as hard for one as for the other; some of the original leak."""
    clean = [generator.random(rows) < 0.8 for rows in (ROWS, CONTROL)]
    hits = [np.where(generator.random(one.size) < 0.1, generator.random(one.size) < 0.8, one) for one in clean]
    hits[0] |= generator.random(ROWS) < leaked
    return hits, clean


def test_the_bound_of_the_residual_risk_errs_no_more_often_than_it_says() -> None:
    generator = np.random.default_rng(20261126)
    for leaked in (0.0, 0.1):
        drawn = [matched(*sides(generator, leaked)) for _ in range(2000)]
        missed = sum(excess(*pair)[1] < leaked for pair in drawn)
        assert stats.binomtest(missed, len(drawn), 0.05, alternative="greater").pvalue > 1e-6, missed


def test_a_leak_keeps_its_size_and_its_interval_becomes_narrow() -> None:
    generator = np.random.default_rng(3)
    found, plain = [], []
    for _ in range(500):
        hits, clean = sides(generator, 0.1)
        found.append(excess(*matched(hits, clean)))
        plain.append(excess(*(wilson(int(one.sum()), one.size) for one in hits)))
    values, bounds = np.array(found).T
    assert abs(values.mean() - 0.1) < 0.01
    assert values.std() < 0.6 * np.array(plain).T[0].std()
    assert bounds.mean() < np.array(plain).T[1].mean() - 0.05


def test_a_covariate_that_says_nothing_changes_nothing() -> None:
    hits = [np.arange(100) % 3 == 0, np.arange(60) % 3 == 0]
    silent = [np.zeros(100, dtype=np.bool_), np.zeros(60, dtype=np.bool_)]
    for one, plain in zip(matched(hits, silent), (wilson(34, 100), wilson(20, 60)), strict=True):
        assert abs(one.value - plain.value) < 1e-12
        assert abs(one.upper - plain.upper) < 0.01


def test_nobody_to_learn_from_is_nobody_right() -> None:
    frame, truth = pd.DataFrame({"a": ["x", "y"] * 20}), np.zeros((40, 0), dtype=np.bool_)
    assert not any(hit.any() for hit in clean_hits([frame, frame], [truth, truth]))


def secretive(rows: int, seed: int) -> pd.DataFrame:
    """A secret that its visits tell nearly always, for anybody."""
    generator = np.random.default_rng(seed)
    ill = generator.random(rows) < 0.4
    return pd.DataFrame(
        {
            "visits": generator.poisson(1 + 6 * ill),
            "weight": generator.normal(75, 14, rows).round(1),
            "ill": np.where(ill, "yes", "no"),
        }
    )


def test_few_rows_bound_the_residual_risk_of_a_secret_that_anybody_can_guess() -> None:
    original, released, control = (secretive(3000, seed) for seed in range(3))
    attack = ColumnInference(["visits", "weight"], "ill", 3000)
    found = attack.run(original, released, control)
    assert found.control is not None
    assert found.control > 0.85
    assert found.residual_upper is not None
    assert found.residual_upper < 0.1
    copied = attack.run(original, original, control)
    assert copied.residual_upper is not None
    assert copied.residual_upper > 0.3
