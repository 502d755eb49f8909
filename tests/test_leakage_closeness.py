"""Distances of mixed rows, and closeness, which is shown and decides nothing."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage.errors import ConfigurationError, EmptyInputError, UnknownColumnError
from leakage.tables import distances
from leakage.tables.closeness import closeness
from leakage.tables.distances import gaps, nearest, remoteness
from leakage.tables.points import Points, encode

cell = st.one_of(st.none(), st.sampled_from(["x", "Y", "7"]), st.integers(-3, 10**30), st.floats(-5, 5))
tables = st.lists(st.tuples(cell, cell, st.sampled_from("ab")), min_size=1, max_size=12).map(
    lambda rows: pd.DataFrame(rows, columns=["a", "b", "c"], dtype=object)
)


def between(asked: Points, there: Points) -> np.ndarray:
    return np.vstack([part.copy() for _, part in gaps(asked, there)])


def population(rows: int, seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {"n": generator.normal(size=rows), "m": generator.normal(size=rows), "w": generator.choice(list("abc"), rows)}
    )


@settings(max_examples=60)
@given(tables, tables)
def test_a_distance_is_one(first: pd.DataFrame, second: pd.DataFrame) -> None:
    one, other = encode([first, second])
    apart = between(one, other)
    assert apart.shape == (len(first), len(second))
    assert np.isfinite(apart).all()
    assert ((apart >= 0) & (apart <= 3 + 1e-6)).all()
    assert apart == pytest.approx(between(other, one).T, abs=1e-6)
    assert (np.diag(between(one, one)) == 0).all()
    both = between(one.join(other), one.join(other))
    assert (both[:, :, None] <= both[:, None, :] + both.T[None, :, :].transpose(0, 2, 1) + 1e-5).all()


@settings(max_examples=30)
@given(tables, tables, st.integers(1, 6))
def test_the_nearest_are_the_least_distances(first: pd.DataFrame, second: pd.DataFrame, k: int) -> None:
    one, other = encode([first, second])
    assert nearest(one, other, k) == pytest.approx(np.sort(between(one, other), axis=1)[:, :k])


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = encode([population(300, 1), population(500, 2)])
    whole = nearest(one, other, 3)
    monkeypatch.setattr(distances, "_BLOCK", 1000)
    assert np.array_equal(nearest(one, other, 3), whole)


def test_cells_are_as_far_apart_as_they_should_be() -> None:
    frame = pd.DataFrame({"n": [*np.linspace(0, 100, 101), None, "?", 1e9], "w": ["a"] * 103 + ["b"]}, dtype=object)
    (points,) = encode([frame])
    apart = between(points, points)
    assert apart[0, 49] == pytest.approx(0.5, abs=0.01)
    assert apart[0, 100] == pytest.approx(1, abs=0.01)
    assert apart[0, 101] == apart[101, 102] == 1  # missing, and a word among numbers
    assert apart[0, 103] == 2  # however far away a number is, and another word
    assert remoteness(points, points).argmax() == 103


def test_one_stray_word_does_not_blind_a_column_of_numbers() -> None:
    values = np.random.default_rng(3).normal(size=200)
    (clean,), (dirty,) = (encode([pd.DataFrame({"n": list(v)}, dtype=object)]) for v in (values, [*values[:-1], "n/a"]))
    assert between(clean, clean)[:100, :100] == pytest.approx(between(dirty, dirty)[:100, :100], rel=0.05)


def test_learnt_rows_are_closer_and_fresh_ones_are_not() -> None:
    original, control = population(800, 4), population(800, 5)
    learnt = closeness(original, original.assign(n=original["n"] + 0.001), control)
    assert learnt.closer.value > 0.95
    assert learnt.others_score < 0.1
    assert learnt.original_median < learnt.control_median / 5
    assert learnt.original_nndr < 0.3 < learnt.control_nndr
    fresh = closeness(original, population(800, 6), control)
    assert fresh.closer.low < 0.5 < fresh.closer.high
    assert fresh.others_score > 0.9
    assert closeness(original, population(800, 6), control) == fresh


def test_both_sides_are_of_one_size() -> None:
    found = closeness(population(900, 7), population(100, 8), population(300, 9), rows=50)
    assert (found.rows, found.against) == (50, 300)
    assert found.closer.low < 0.5 < found.closer.high


def test_without_control_half_of_it_is_unknown() -> None:
    found = closeness(population(100, 10), population(100, 11))
    assert math.isnan(found.others_score)
    assert math.isnan(found.control_median)
    assert found.closer.upper == 1.0
    assert found.original_median > 0
    one = closeness(population(1, 12), population(1, 13), population(1, 14))
    assert math.isnan(one.original_nndr)


def test_wrong_input() -> None:
    table = population(5, 15)
    with pytest.raises(ConfigurationError):
        closeness(table, table, rows=0)
    with pytest.raises(EmptyInputError):
        closeness(table, table, table.head(0))
    with pytest.raises(UnknownColumnError):
        closeness(table, table.add_suffix("x"))
