"""Linkability: two parts of a copied person meet in one released row, two parts of a stranger by chance only."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage import ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage.tables.linkability import Linkability
from leakage.tables.proximity import nearest

LEFT, RIGHT = ["age", "town", "work"], ["pay", "car"]
ATTACK = Linkability(LEFT, RIGHT)


def population(rows: int, seed: int) -> pd.DataFrame:
    """Draw people whose town tells their car in part."""
    generator = np.random.default_rng(seed)
    town = generator.integers(0, 8, rows)
    return pd.DataFrame(
        {
            "age": generator.normal(50, 15, rows).round(2),
            "town": [f"T{t}" for t in town],
            "work": [f"W{w}" for w in generator.integers(0, 30, rows)],
            "pay": generator.lognormal(3, 1, rows).round(2),
            "car": [f"C{c}" for c in (town + generator.integers(0, 2, rows)) % 5],
        }
    )


def test_the_parts_of_copied_rows_are_linked_far_above_the_control() -> None:
    original, control = population(400, 1), population(400, 2)
    found = ATTACK.run(original, original, control)
    assert found.state == "OK", found.reason
    assert found.value > 0.95
    assert found.control is not None
    assert found.control < 0.1
    assert found.residual is not None
    assert found.residual > 0.9


def test_part_of_the_rows_copied_and_all_changed_a_little_shows_too() -> None:
    original, control = population(600, 3), population(600, 4)
    copied = original.head(200).assign(age=lambda f: f["age"] + 0.01, pay=lambda f: f["pay"] + 0.001)
    found = ATTACK.run(original, pd.concat([copied, population(400, 5)], ignore_index=True), control)
    assert found.residual == pytest.approx(1 / 3, abs=0.08)


def test_a_column_in_which_rows_seldom_agree_counts_for_more() -> None:
    # flags that were drawn anew drown a rare class for the distance, but not for the weights
    generator = np.random.default_rng(30)

    def people(first: int) -> pd.DataFrame:
        own = first + np.random.default_rng(first).permutation(300)
        return pd.DataFrame({"id": [f"I{i}" for i in own], "pay": own})

    flags = [f"flag{i}" for i in range(4)]
    original, control = people(0), people(300)
    tables = [
        frame.assign(**{name: generator.choice(["y", "n"], 300) for name in flags})
        for frame in (original, original, control)
    ]
    found = Linkability(["id", *flags], ["pay"]).run(*tables)
    assert found.details["weighted"] > 0.95
    assert found.details["distance"] < 0.6
    assert found.value > 0.95


@pytest.mark.parametrize("neighbours", [1, 3])
def test_fresh_draws_leave_no_residual_risk(neighbours: int) -> None:
    # the bound must hold in 95 %: more than 3 misses of 12 happen by chance twice in 1,000 (Bin(12, 0.05))
    uppers = []
    for seed in range(12):
        tables = (population(300, 100 * seed + k) for k in range(3))
        found = Linkability(LEFT, RIGHT, neighbours).run(*tables)
        assert found.residual_upper is not None
        uppers.append(found.residual_upper)
    assert sum(upper < 0 for upper in uppers) <= 3
    assert max(uppers) < 0.1


def test_what_tells_itself_is_no_leak() -> None:
    # the same column under two names links everybody, strangers too
    original, released, control = (population(300, seed) for seed in (6, 7, 8))
    twice = [frame.assign(again=frame["age"]) for frame in (original, released, control)]
    found = Linkability(["age"], ["again"]).run(*twice)
    assert found.value > 0.9
    assert found.residual_upper is not None
    assert found.state == "OK"
    assert abs(found.value - (found.control or 0)) < 0.1


def test_parts_that_tell_nothing_link_nobody() -> None:
    original, control = population(300, 9), population(300, 10)
    flat = original.assign(**dict.fromkeys([*LEFT, *RIGHT], 1))
    found = ATTACK.run(original, flat, control)
    assert found.state == "INVALID"  # everybody's nearest row is the first, so everybody is linked to everybody
    masked = original.assign(pay=None, car="[CAR]")
    found = ATTACK.run(original, masked, control)
    assert found.value < 0.1


def test_ties_are_no_link() -> None:
    # 4 classes on each side: of about 75 rows that tie on one part and 75 on the other a few are the same
    original, released, control = (
        pd.DataFrame({"a": np.random.default_rng(s).integers(0, 4, 300).astype(str), "b": "x"}).assign(
            b=np.random.default_rng(s + 50).integers(0, 4, 300).astype(str)
        )
        for s in (11, 12, 13)
    )
    found = Linkability(["a"], ["b"]).run(original, released, control)
    assert found.value < 0.5
    assert found.residual_upper is not None


def test_without_parts_the_columns_are_halved() -> None:
    original, control = population(200, 14), population(200, 15)
    whole = Linkability().run(original, original, control).to_dict()
    named = Linkability(["age", "town"], ["work", "pay", "car"]).run(original, original, control).to_dict()
    assert {**whole, "seconds": 0} == {**named, "seconds": 0}


def test_no_control_and_a_small_one_are_invalid() -> None:
    original = population(100, 16)
    found = ATTACK.run(original, original)
    assert found.state == "INVALID"
    assert "hold-out" in found.reason
    assert ATTACK.run(original, original, population(12, 17)).state == "INVALID"
    assert ATTACK.run(original.head(12), original, population(100, 18)).state == "INVALID"


def test_a_control_that_was_released_is_noticed() -> None:
    original, control = population(200, 19), population(200, 20)
    found = ATTACK.run(original, control, control)
    assert found.state == "INVALID"
    assert "in the release" in found.reason


@settings(max_examples=40)
@given(st.integers(1, 12), st.integers(1, 8), st.integers(1, 14), st.integers(0, 1000))
def test_the_nearest_are_the_nearest_by_hand(released: int, asked: int, neighbours: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    there, here = (
        pd.DataFrame({"n": generator.integers(0, 9, rows), "c": generator.choice(list("abc"), rows)})
        for rows in (released, asked)
    )
    near = nearest(there, [here], neighbours)[0]["distance"]
    assert near.shape == (asked, min(neighbours, released))
    order = np.random.default_rng(19690116).permutation(released)
    low, high = np.quantile(there["n"], [0.01, 0.99])
    scale = high - low if high > low else 1.0
    scaled = [np.clip((f["n"].to_numpy() - low) / scale, -1, 2) for f in (there.iloc[order], here)]
    gaps = (scaled[1][:, None] - scaled[0][None]) ** 2 + (
        here["c"].to_numpy()[:, None] != there["c"].to_numpy()[order][None]
    )
    for row, places in enumerate(near):
        assert len(set(places)) == len(places)
        assert np.sort(gaps[row])[: len(places)] == pytest.approx(np.sort(gaps[row][places]), abs=1e-5)


def test_odd_cells_are_answered() -> None:
    rows = 80
    original = pd.DataFrame(
        {
            "huge": ["9" * 400 if i == 0 else 10**30 + i for i in range(rows)],
            "mixed": [i if i % 2 else f"x{i}" for i in range(rows)],
            "list": [[i % 7] for i in range(rows)],
            "flag": pd.array([i % 3 == 0 for i in range(rows)], dtype="boolean"),
            "kind": pd.Categorical(list("abcd") * 20),
            "count": pd.array([None if i % 9 == 0 else i for i in range(rows)], dtype="Int64"),
            "inf": [np.inf if i == 3 else -np.inf if i == 4 else i * 1.5 for i in range(rows)],
            "none": None,
        },
        index=[0] * rows,
    )
    control = original.iloc[:40].assign(flag=None, count="?", inf="?")
    found = Linkability().run(original.iloc[40:], original.iloc[40:], control)
    assert found.value > 0.9


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    original, control = population(150, 21), population(150, 22)
    before = original.copy(deep=True)
    first, second = (ATTACK.run(original, original, control).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    pd.testing.assert_frame_equal(original, before)


def test_wrong_input() -> None:
    original, control = population(50, 23), population(50, 24)
    with pytest.raises(UnknownColumnError, match="height"):
        Linkability(["height"], RIGHT).run(original, original, control)
    with pytest.raises(UnknownColumnError, match="one of the two parts"):
        ATTACK.run(original, original[LEFT], control)
    with pytest.raises(UnknownColumnError, match="control"):
        ATTACK.run(original, original, control.drop(columns="age"))
    with pytest.raises(OverlapError):
        ATTACK.run(original, original, original)
    with pytest.raises(EmptyInputError):
        ATTACK.run(original, original.head(0), control)
    for wrong in (
        (["a"], []),
        ("age", "pay"),
        (["a"], ["a", "b"]),
        (["a"], ["b"], 0),
        (["a"], ["b"], 1, 0),
    ):
        with pytest.raises(ConfigurationError):
            Linkability(*wrong)  # type: ignore[arg-type]
