"""Copies: rows that were copied show beyond those that are alike by chance."""

import math

import numpy as np
import pandas as pd
import pytest

from leakage.errors import EmptyInputError, OverlapError, UnknownColumnError
from leakage.interval import Estimate, clopper_pearson
from leakage.tables.copies import TOLERATED, Copies, ratio_of


def population(rows: int, seed: int, values: int = 12) -> pd.DataFrame:
    """Three columns, one of them identifying: how many rows occur by chance depends on its values."""
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": generator.integers(20, 20 + 4 * values, rows),
            "sex": generator.choice(["f", "m"], rows),
            "town": generator.choice(list("abcdefghij")[: values - 2], rows),
        }
    )


def test_rows_alike_by_chance_pass_and_copies_do_not() -> None:
    original, control, fresh = (population(4000, seed, 60) for seed in (1, 2, 3))
    clean = Copies().run(original, fresh, control)
    assert clean.state == "OK"
    assert 0.4 < clean.value < 0.7
    assert clean.details["ratio upper"] < 1.1
    assert clean.details["surplus upper"] < 0
    copied = Copies().run(original, pd.concat([fresh.head(500), original.head(2000)]), control)
    assert copied.details["ratio"] > 1.15
    assert copied.details["ratio upper"] > copied.details["ratio"] > 1.1
    assert copied.residual is not None
    assert copied.residual > 0.3


def test_one_row_in_a_hundred_is_seen() -> None:
    original, control, fresh = (population(3000, seed, 5000) for seed in (4, 5, 6))
    found = Copies().run(original, pd.concat([fresh, original.head(30)]), control)
    assert found.value - (found.control or 0) == pytest.approx(0.01, abs=0.006)
    clean = Copies().run(original, fresh, control)
    assert clean.residual_upper is not None
    assert clean.residual_upper < 0.01 < clean.residual_upper + found.value
    assert found.details["surplus"] > clean.details["surplus upper"]


def test_no_copies_at_all_are_bounded_though_they_have_no_ratio() -> None:
    original, control, released = (pd.DataFrame({"id": range(s, s + 1000)}) for s in (0, 5000, 9000))
    found = Copies().run(original, released, control)
    assert found.state == "OK"
    assert math.isnan(found.details["ratio"])
    assert math.isnan(found.details["ratio upper"])
    assert found.details["surplus upper"] == pytest.approx(0.003, abs=1e-4)  # the rule of three


def test_a_copy_with_one_common_cell_changed_shows_in_the_identifying_columns() -> None:
    original, control, fresh = (population(1000, seed, 3000) for seed in (7, 8, 9))
    released = original.assign(sex="x")
    found = Copies().run(original, released, control)
    assert found.value == 0
    assert found.details["identifying surplus"] > 0.8
    assert Copies().run(original, fresh, control).details["identifying ratio upper"] < 1.6
    assert "identifying ratio" not in Copies().run(original, fresh[["age"]], control).details


def test_writing_makes_no_difference() -> None:
    original = pd.DataFrame({"a": [1, 2, None] * 20, "b": ["X ", "y", None] * 20})
    released = pd.DataFrame({"a": ["1.0", " 2", ""], "b": ["x", "Y", None]})
    control = pd.DataFrame({"a": range(10, 50), "b": "z"})
    found = Copies().run(original, released, control)
    assert found.value == 1.0
    assert found.control == 0.0


def test_the_bound_of_a_ratio_holds() -> None:
    generator = np.random.default_rng(10)
    for share in (0.02, 0.3, 0.9):
        draws = generator.binomial(400, share, size=(300, 2))
        bounds = [ratio_of(clopper_pearson(a, 400), clopper_pearson(b, 400))[1] for a, b in draws.tolist()]
        # 5 % may miss the true ratio 1; of 300 more than 28 do with probability 0.1 %
        assert sum(bound < 1 for bound in bounds) <= 28
    assert all(math.isnan(figure) for figure in ratio_of(Estimate.unknown(), clopper_pearson(1, 2)))
    none, some = clopper_pearson(0, 100), clopper_pearson(50, 100)
    assert ratio_of(none, some)[0] == 0
    assert 0 < ratio_of(none, some)[1] < 0.1
    assert ratio_of(clopper_pearson(100, 100), clopper_pearson(100, 100))[1] < TOLERATED


def test_without_control_it_is_invalid() -> None:
    original = population(100, 11)
    assert "hold-out" in Copies().run(original, original).reason
    assert Copies().run(original, original, population(20, 12)).state == "INVALID"
    assert Copies().run(original, original, population(0, 12)).state == "INVALID"
    assert Copies().run(original.head(1), original, population(90, 12)).state == "INVALID"
    control = population(300, 14, 999)
    released = Copies().run(population(300, 13, 999), control.copy(), control)
    assert released.state == "INVALID"
    assert "in the release" in released.reason


def test_odd_tables_are_answered() -> None:
    mixed = pd.Series([None, 10**400, True, "x", [1]] * 10, dtype=object)
    odd = pd.DataFrame({"a": mixed, "b": pd.Categorical(["p", None] * 25), "c": 1})
    odd.index = pd.Index([0] * 50)
    found = Copies().run(odd, odd.copy(), odd.assign(c=2))
    assert (found.state, found.value, found.control) == ("OK", 1.0, 0.0)


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    tables = [population(80, seed) for seed in (15, 16, 17)]
    before = [table.copy(deep=True) for table in tables]
    first, second = (Copies().run(*tables).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    for table, kept in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, kept)


def test_wrong_input() -> None:
    table = population(50, 18)
    with pytest.raises(EmptyInputError):
        Copies().run(table.head(0), table)
    with pytest.raises(OverlapError):
        Copies().run(table, table, table)
    with pytest.raises(UnknownColumnError):
        Copies().run(table, table[[]])
    with pytest.raises(UnknownColumnError, match="more than one"):
        Copies().run(table, pd.concat([table, table], axis=1))
