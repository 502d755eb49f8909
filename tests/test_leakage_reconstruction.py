"""Reconstruction: exact counts give people away, noise above the root of n hides them."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from leakage.errors import ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage.tables.aggregate import Aggregate, aggregates, tabulate
from leakage.tables.decoding import decode, explains, least_squares, linear_programme
from leakage.tables.equations import Equations, People, equations
from leakage.tables.reconstruction import Reconstruction

QUASI = ["age", "town", "work", "sex"]
ATTACK = Reconstruction(QUASI, "ill", "yes")


def population(rows: int, seed: int, pattern: float = 0.0) -> pd.DataFrame:
    """People whose illness is a coin's, or with a probability `pattern` that of their town."""
    generator = np.random.default_rng(seed)
    town = generator.integers(0, 6, rows)
    ill = np.where(generator.random(rows) < pattern, town % 2 == 1, generator.random(rows) < 0.4)
    return pd.DataFrame(
        {
            "age": generator.integers(18, 90, rows),
            "town": [f"T{t}" for t in town],
            "work": [f"W{w}" for w in generator.integers(0, 12, rows)],
            "sex": generator.integers(0, 2, rows).astype(bool),
            "ill": np.where(ill, "yes", "no"),
        }
    )


def marginals(frame: pd.DataFrame, ways: int, noise: float = 0.0, seed: int = 0) -> list[Aggregate]:
    """All tables over up to so many quasi-identifiers, with Laplace noise of this scale."""
    generator = np.random.default_rng(seed)
    sets = [some for k in range(1, ways + 1) for some in itertools.combinations(QUASI, k)]
    tables = [tabulate(frame, some, "ill", "yes") for some in sets]
    return [Aggregate(t.columns, {c: n + generator.laplace(0, noise) for c, n in t.counts.items()}) for t in tables]


def subset_sums(people: int, sums: int, noise: float, seed: int) -> tuple[Equations, np.ndarray]:
    generator = np.random.default_rng(seed)
    has = (generator.random(people) < 0.4).astype(float)
    matrix = sparse.csr_matrix(generator.integers(0, 2, (sums, people)).astype(float))
    return Equations(matrix, np.ones(people), matrix @ has + generator.normal(0, noise, sums), 0.4), has


def test_exact_marginals_give_people_away() -> None:
    original, control = population(1000, 1), population(1000, 2)
    found = ATTACK.run(original, marginals(original, 3), control)
    assert found.state == "OK"
    assert found.value > 0.95
    assert found.control is not None
    assert found.control < 0.7
    assert found.residual is not None
    assert found.residual > 0.8
    assert found.details["explained"] == 1


@pytest.mark.parametrize("people", [100, 400])
def test_random_sums_with_noise_below_the_root_of_n_are_solved_and_above_are_not(people: int) -> None:
    for noise, least, most in ((0.0, 1.0, 1.0), (0.1 * people**0.5, 0.97, 1.0), (20 * people**0.5, 0.0, 0.7)):
        system, has = subset_sums(people, 2 * people, noise, people)
        for name, share in decode(system).items():
            if name != "common rate":
                assert least <= ((share > 0.5) == has).mean() <= most, (noise, name)


def test_two_thousand_people_are_rebuilt_from_their_sums() -> None:
    generator = np.random.default_rng(3)
    bits = generator.integers(0, 2, (600, 700))
    names = [f"q{j}" for j in range(700)]
    original = pd.DataFrame(bits, columns=names).assign(ill=(generator.random(600) < 0.4).astype(int))
    sums = bits.T @ original["ill"].to_numpy()
    tables = [Aggregate((name,), {("1",): float(total)}) for name, total in zip(names, sums, strict=True)]
    assert Reconstruction(names, "ill", 1).run(original, tables).value > 0.95
    crowd = population(2000, 17)
    found = ATTACK.run(crowd, marginals(crowd, 3))
    assert found.value > 0.95
    assert found.seconds < 60  # on a busy core; 1 s alone


@pytest.mark.parametrize("noise", [10.0, 60.0])
def test_noise_hides_them_without_making_the_result_invalid(noise: float) -> None:
    # ε = 1 over 10 marginals is a scale of 10 each (a person is once in every table)
    original, control = population(1500, 4), population(1500, 5)
    found = ATTACK.run(original, marginals(original, 2, noise), control)
    assert found.state == "OK"
    assert found.residual_upper is not None
    assert found.residual_upper < 0.15
    assert found.advantage_upper < 0.15
    assert found.details["right shrunken least squares"] > found.details["right least squares"]
    assert found.details["right common rate"] == found.baseline


def test_what_holds_for_everybody_is_no_residual_risk() -> None:
    original, control = population(1500, 6, pattern=0.8), population(1500, 7, pattern=0.8)
    found = ATTACK.run(original, marginals(original, 1), control)
    assert found.value > found.baseline + 0.15
    assert found.residual_upper is not None
    assert found.residual_upper < 0.2


def test_people_whom_no_count_tells_apart_are_one_unknown() -> None:
    original = population(200, 8).assign(age=1, work="x")
    found = ATTACK.run(original, marginals(original, 2))
    assert found.details["unknowns"] == 12
    assert found.details["alone"] == 0
    assert found.value < 0.8
    only_town = ATTACK.run(original, [tabulate(original, ["town"], "ill", "yes")])
    assert only_town.details["unknowns"] == 6


def test_least_squares_and_the_programme_by_hand() -> None:
    # groups of 2, 1 and 1: the first two together 2, all 3, the last two 2 → shares ½, 1, 1
    system = Equations(
        sparse.csr_matrix([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]), np.array([2.0, 1, 1]), np.array([2.0, 3, 2])
    )
    for solve in (least_squares, linear_programme):
        share = solve(system)
        assert share == pytest.approx([0.5, 1, 1], abs=0.01)
        assert share is not None
        assert explains(system, share)
    assert system.people.tolist() == [3, 4, 2]


def test_the_programme_ignores_a_few_wild_counts() -> None:
    # least absolute error: 10 % of the counts are nonsense, the rest are exact (Dwork, McSherry & Talwar 2007)
    system, has = subset_sums(60, 300, 0.0, 9)
    wild = system.counts.copy()
    wild[::10] += 40
    share = linear_programme(Equations(system.sums, system.size, wild))
    assert share is not None
    assert ((share > 0.5) == has).all()


def test_whoever_has_the_cells_of_a_group_is_judged_alike() -> None:
    original = population(300, 10)
    twins = original.copy()
    people = People.of([original, twins], QUASI)
    system = equations(people, marginals(original, 2))
    groups = people.groups()
    assert (groups[:300] == groups[300:]).all()
    assert system.size.sum() == 300
    strangers = People.of([original, population(50, 11)], QUASI)
    assert np.isfinite(least_squares(equations(strangers, marginals(original, 2)))).all()


def test_counts_of_the_other_value_count_as_well() -> None:
    original = population(400, 12)
    cells = [(*some, "ill") for some in itertools.combinations(QUASI, 3)]
    whole = pd.concat([original.value_counts(list(c)).rename("count").reset_index() for c in cells])
    assert ATTACK.run(original, whole).value > 0.9
    healthy = whole[whole["ill"] == "no"]
    assert ATTACK.run(original, healthy).value > 0.9
    # how many people live where says nothing of their illness
    people = pd.concat([original.value_counts(list(c[:-1])).rename("count").reset_index() for c in cells])
    both = pd.concat([people.assign(ill=None), whole[whole["ill"] == "no"].head(1)])
    assert ATTACK.run(original, both).value < 0.7
    third = original.assign(ill=original["ill"].mask(original.index < 50, "maybe"))
    assert ATTACK.run(third, healthy).state == "INVALID"  # "no" is not the rest of "yes"


def test_a_table_of_counts_is_read_by_its_rows() -> None:
    frame = pd.DataFrame(
        {
            "town": ["A", "a ", None, "", "B"],
            "age": [1, None, 2.0, None, None],
            "count": [3, "4", "<5", 7, "inf"],
            "note": "x",
        }
    )
    found = {table.columns: dict(table.counts) for table in aggregates(frame, ["town", "age", "work"], "count")}
    assert found == {("town", "age"): {("a", "1"): 3.0}, ("town",): {("a",): 4.0}, (): {(): 7.0}}


@given(st.integers(0, 1000), st.integers(2, 40))
@settings(max_examples=25)
def test_the_true_secrets_always_explain_exact_counts(seed: int, rows: int) -> None:
    original = population(rows, seed)
    people = People.of([original], QUASI)
    system = equations(people, marginals(original, 2))
    ill = np.bincount(people.groups(), original["ill"] == "yes", minlength=system.size.size)
    assert system.sums @ ill == pytest.approx(system.counts)
    assert system.people.min() >= 1
    share = least_squares(system)
    assert ((share >= 0) & (share <= 1)).all()
    order = np.random.default_rng(seed).permutation(rows)
    again = equations(People.of([original.iloc[order]], QUASI), marginals(original, 2))
    assert least_squares(again) == pytest.approx(share, abs=1e-6)


def test_odd_cells() -> None:
    original = population(80, 13)
    tables = marginals(original, 3)
    odd = original.astype({"town": "category", "age": "Int64"})
    odd.index = pd.Index([0] * 80)
    assert ATTACK.run(odd, tables).value == ATTACK.run(original, tables).value
    hidden = original.assign(ill=original["ill"].mask(original.index < 30))
    assert ATTACK.run(hidden, tables).attempts == 50
    constant = ATTACK.run(original.assign(ill="no"), tables)
    assert "nothing to infer" in constant.reason
    unknown = ATTACK.run(original.assign(ill=None), tables)
    assert unknown.state == "INVALID"
    elsewhere = ATTACK.run(original, [Aggregate(("town",), {("nowhere",): 5.0}), Aggregate(("height",), {("1",): 2.0})])
    assert "no released count" in elsewhere.reason
    assert ATTACK.run(original.head(10), tables).state == "INVALID"
    assert ATTACK.run(original, tables, original.head(0).copy()).control is not None
    wild = [Aggregate(("town",), {("t0",): 1e300, ("t1",): -5.0})]
    assert 0 <= ATTACK.run(original, wild).value <= 1


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    original, control = population(150, 14), population(100, 15)
    tables, before = marginals(original, 2, 1.0), original.copy(deep=True)
    first, second = (ATTACK.run(original, tables, control).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    pd.testing.assert_frame_equal(original, before)
    assert "yes" not in repr(ATTACK)
    assert "t0" not in repr(tables[1])


def test_wrong_input() -> None:
    original = population(50, 16)
    tables = marginals(original, 1)
    with pytest.raises(UnknownColumnError, match="height"):
        Reconstruction(["height"], "ill", "yes").run(original, tables)
    with pytest.raises(UnknownColumnError, match="released table has no column count"):
        ATTACK.run(original, original)
    with pytest.raises(OverlapError):
        ATTACK.run(original, tables, original)
    with pytest.raises(EmptyInputError):
        ATTACK.run(original.head(0), tables)
    with pytest.raises(EmptyInputError, match="no count"):
        ATTACK.run(original, [])
    for settings_ in (([], "ill", 1), (["ill"], "ill", 1), (["count"], "ill", 1), (["age"], "ill", None)):
        with pytest.raises(ConfigurationError):
            Reconstruction(*settings_)
    with pytest.raises(ConfigurationError, match="aggregate"):
        Aggregate(("a", "b"), {("1",): 1.0})
    with pytest.raises(ConfigurationError, match="finite"):
        Aggregate(("a",), {("1",): float("nan")})
