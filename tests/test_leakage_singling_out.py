"""Singling out: copied people are alone in what the release says of them, people like them are so by chance only."""

import itertools
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage import ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage.tables.isolation import isolation
from leakage.tables.predicates import FAMILIES, Release
from leakage.tables.scales import NULL, Scale
from leakage.tables.singling_out import SinglingOut

ATTACK = SinglingOut(attempts=200)


def population(rows: int, seed: int) -> pd.DataFrame:
    """Draw people with a rare value, a tail, a missing cell and a correlation here and there."""
    generator = np.random.default_rng(seed)
    town = generator.integers(0, 8, rows)
    pay = generator.lognormal(3, 1, rows).round(1)
    return pd.DataFrame(
        {
            "age": generator.normal(50, 15, rows).round(0),
            "pay": np.where(generator.random(rows) < 0.05, np.nan, pay),
            "town": [f"T{t}" for t in town],
            "work": [f"W{w}" for w in (generator.random(rows) ** 2 * 30).astype(int)],
            "car": [f"C{c}" for c in (town + generator.integers(0, 2, rows)) % 5],
        }
    )


def test_copied_rows_are_singled_out_far_above_the_control() -> None:
    original, control = population(300, 1), population(300, 2)
    found = ATTACK.run(original, original, control)
    assert found.state == "OK", found.reason
    assert found.value > 0.95
    assert found.residual is not None
    assert found.residual > 0.9
    assert all(found.details[f"residual {name}"] > 0.5 for name in FAMILIES)


def test_a_tenth_of_copied_rows_shows_too() -> None:
    original, control = population(1000, 3), population(1000, 4)
    mixed = pd.concat([original.head(100), population(900, 5)], ignore_index=True)
    found = SinglingOut(attempts=600).run(original, mixed, control)
    assert found.residual is not None
    assert 0.05 < found.residual < 0.2
    assert found.details["residual whole row"] == pytest.approx(0.1, abs=0.05)


def test_a_small_control_does_not_hide_a_leak() -> None:
    original, control = population(600, 6), population(60, 7)
    mixed = pd.concat([original.head(300), population(300, 8)], ignore_index=True)
    found = ATTACK.run(original, mixed, control)
    assert found.details["crowd"] == 60
    assert found.residual is not None
    assert found.residual > 0.3


def test_rows_changed_a_little_are_singled_out_too() -> None:
    original, control = population(300, 9), population(300, 10)
    near = original.assign(age=original["age"] + 0.3, pay=original["pay"] * 1.01)
    found = ATTACK.run(original, near, control)
    assert found.residual is not None
    assert found.residual > 0.6


@pytest.mark.parametrize(("people", "strangers"), [(300, 300), (300, 100)])
def test_fresh_draws_leave_no_residual_risk(people: int, strangers: int) -> None:
    # the bound must hold in 95 %: more than 3 misses of 10 happen by chance once in 1,000 (Bin(10, 0.05))
    uppers, residuals = [], []
    for seed in range(10):
        tables = (population(n, 100 * seed + k) for k, n in enumerate((people, people, strangers)))
        found = ATTACK.run(*tables)
        uppers.append(found.residual_upper)
        residuals.append(found.residual)
    assert sum(upper < 0 for upper in uppers if upper is not None) <= 3
    assert np.mean([r for r in residuals if r is not None]) < 0.05
    assert np.median([u for u in uppers if u is not None]) < 0.1


def test_what_holds_by_chance_is_in_the_control_as_well() -> None:
    # numbers that nobody shares: half of all fresh lone extremes and gaps isolate by chance, so that value alone lies
    original, released, control = (population(400, seed)[["age"]] for seed in (11, 12, 13))
    found = SinglingOut(attempts=400).run(original, released, control)
    assert found.value < found.details["trivial"] + 0.35
    assert found.residual_upper is None or found.state == "INVALID" or found.residual_upper >= 0


def test_predicates_never_look_at_the_original() -> None:
    released, control = population(200, 14), population(200, 15)
    first, second = (Release.of(released, control) for _ in range(2))
    for make in FAMILIES.values():
        assert make(first, 50, 3).predicates == make(second, 50, 3).predicates
    # whatever the original, as many predicates are made, and the strangers' counts are the same
    runs = [ATTACK.run(population(200, seed), released, control).details for seed in (16, 17)]
    for name in FAMILIES:
        for figure in (f"predicates {name}", f"candidates {name}", f"control {name}"):
            assert runs[0][figure] == runs[1][figure]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_predicate_is_distinct_and_holds_for_its_own_released_row_alone(family: str) -> None:
    released = population(150, 18)
    release = Release.of(released, population(150, 19))
    found = FAMILIES[family](release, 400, 2).predicates
    assert len({(p.row, p.ranges) for p in found}) == len(found) > 30
    for predicate in found:
        rows = release.table.within(predicate.ranges[0])
        for known in predicate.ranges[1:]:
            rows = release.table.within(known, rows)
        assert rows.tolist() == [predicate.row]
        assert release.table.count(predicate) == 1
    if family == "multivariate":
        assert min(len(p.ranges) for p in found) >= 2


CELLS = st.one_of(st.none(), st.integers(-5, 30), st.sampled_from(["", " a", "A", "7", "b"]), st.booleans())


@settings(max_examples=60)
@given(st.lists(CELLS, min_size=1, max_size=40), st.lists(CELLS, max_size=10))
def test_codes_mean_what_the_cells_mean(released: list[object], asked: list[object]) -> None:
    there, here = pd.Series(released, dtype=object), pd.Series(asked, dtype=object)
    scale = Scale.of(there)
    codes, other = scale.codes(there), scale.codes(here)
    assert codes.min() >= NULL
    low, high = scale.windows(codes)
    assert ((low <= codes) & (codes < high)).all()  # a cell lies in its own window
    from leakage.cells import texts

    for (one, code), (two, same) in itertools.product(
        zip(texts(there), codes, strict=True), zip(texts(here), other, strict=True)
    ):
        assert (one == two) == (code == same)


@given(st.integers(1, 9), st.data())
@settings(max_examples=50)
def test_isolation_is_the_mean_over_all_crowds(rows: int, data: st.DataObject) -> None:
    holds, crowd = data.draw(st.integers(0, rows)), data.draw(st.integers(1, rows))
    alone = sum(sum(row < holds for row in drawn) == 1 for drawn in itertools.combinations(range(rows), crowd))
    expected = alone / comb(rows, crowd)
    assert isolation(np.array([holds]), rows, crowd)[0] == pytest.approx(expected, abs=1e-4)


def test_a_window_is_a_tenth_of_the_rows_and_open_at_the_ends() -> None:
    column = pd.Series(np.arange(1000.0))
    scale = Scale.of(column)
    codes = scale.codes(column)
    low, high = scale.windows(codes)
    inside = [int(((codes >= a) & (codes < b)).sum()) for a, b in zip(low, high, strict=True)]
    assert 99 <= inside[500] <= 101
    assert scale.codes(pd.Series([1e9, -1e9])).tolist() == [2000, 0]
    assert high[-1] > 2000  # beyond the greatest
    assert low[0] == 0
    mass = pd.Series([0.0] * 900 + list(range(1, 101)))
    scale = Scale.of(mass)
    codes = scale.codes(mass)
    assert scale.windows(codes)[1][0] == codes[0] + 1  # a value that most have tells itself


def test_masks_do_not_blind_the_attacker() -> None:
    original, control = population(300, 20), population(300, 21)
    masked = original.assign(town="[TOWN]", car=[f"P-{i:x}" for i in range(300)])
    masked.loc[::2, "work"] = "[WORK]"
    suppressed = original.copy()
    suppressed.loc[::2, ["town", "work"]] = None
    for released in (masked, suppressed):
        found = ATTACK.run(original, released, control)
        assert found.residual is not None
        assert found.residual > 0.4
        assert found.details["residual multivariate"] > 0.4
        assert found.details["residual whole row"] > 0.4


def test_a_control_of_another_form_is_noticed() -> None:
    original, control = population(100, 33), population(100, 34)
    found = ATTACK.run(original, original, control.assign(town="somewhere", age=control["age"] + 1e6))
    assert found.state == "INVALID"
    assert "2 columns" in found.reason
    assert found.details["columns used"] == found.details["columns"] - 2


def test_no_control_and_a_small_one_are_invalid() -> None:
    original = population(100, 22)
    found = ATTACK.run(original, original)
    assert found.state == "INVALID"
    assert "hold-out" in found.reason
    few = ATTACK.run(original, original, population(12, 23))
    assert few.state == "INVALID"
    assert "12 hold-out" in few.reason


def test_a_control_that_was_released_is_noticed() -> None:
    original, control = population(300, 24), population(300, 25)
    found = ATTACK.run(original, control, control)
    assert found.state == "INVALID"
    assert "in the release" in found.reason


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.assign(**dict.fromkeys(f, "[GONE]")),
        lambda f: f.assign(**dict.fromkeys(f)),
        lambda f: pd.concat([f.head(1)] * 100),
        lambda f: f.head(1),
        lambda f: f.head(25),
    ],
)
def test_too_few_predicates_are_invalid(spoil) -> None:  # type: ignore[no-untyped-def]
    original, control = population(100, 26), population(100, 27)
    found = SinglingOut(columns=["town", "work"], attempts=200).run(original, spoil(original), control)
    assert found.state == "INVALID"
    assert "attempts" in found.reason


def test_odd_cells_are_answered() -> None:
    generator = np.random.default_rng(28)
    rows = 120
    original = pd.DataFrame(
        {
            "huge": ["9" * 400 if i % 50 == 0 else 10**30 + i for i in range(rows)],
            "mixed": [i if i % 2 else f"x{i}" for i in range(rows)],
            "list": [[i % 7] for i in range(rows)],
            "flag": pd.array(generator.random(rows) < 0.5, dtype="boolean"),
            "kind": pd.Categorical(generator.choice(list("abc"), rows)),
            "count": pd.array([None if i % 9 == 0 else i % 40 for i in range(rows)], dtype="Int64"),
            "inf": [np.inf if i == 3 else -np.inf if i == 4 else i * 1.5 for i in range(rows)],
            "day": pd.date_range("2020-01-01", periods=rows),
            "same": 1,
            "none": None,
        },
        index=[0] * rows,
    )
    control = original.sample(60, random_state=0).assign(mixed="text", flag=None, count="?")
    found = ATTACK.run(original.iloc[60:], original.iloc[60:], control)
    assert found.value > 0.9


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    original, control = population(150, 29), population(150, 30)
    before = original.copy(deep=True)
    first, second = (ATTACK.run(original, original, control).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    pd.testing.assert_frame_equal(original, before)


def test_wrong_input() -> None:
    original, control = population(50, 31), population(50, 32)
    with pytest.raises(UnknownColumnError, match="height"):
        SinglingOut(["height"]).run(original, original, control)
    with pytest.raises(UnknownColumnError, match="none of"):
        ATTACK.run(original, original.add_suffix("x"), control)
    with pytest.raises(UnknownColumnError, match="control"):
        ATTACK.run(original, original, control.drop(columns="age"))
    with pytest.raises(UnknownColumnError, match="more than one"):
        ATTACK.run(pd.concat([original, original], axis=1), original, control)
    with pytest.raises(OverlapError):
        ATTACK.run(original, original, original)
    for empty in (
        (original.head(0), original, control),
        (original, original.head(0)),
        (original, original, original[:0]),
    ):
        with pytest.raises(EmptyInputError):
            ATTACK.run(*empty)
    for wrong in ({"size": 0}, {"attempts": 0}, {"columns": "age"}):
        with pytest.raises(ConfigurationError):
            SinglingOut(**wrong)  # type: ignore[arg-type]
