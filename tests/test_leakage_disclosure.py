"""k, l, t and the three attackers of a record-level release: hand-computed, lawful, and never too hopeful."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage.errors import ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage.tables.disclosure import RecordRisk
from leakage.tables.diversity import Secrets, closeness, distinct, entropic, recursive, secrets
from leakage.tables.equivalence import Classes, equivalence, forms
from leakage.tables.population import MODELS, fit_pitman, pitman, zayatz

QUASI = ["zip", "age"]
PATIENTS = pd.DataFrame(  # nine patients in three classes, as in Li et al. 2007, table 3
    {
        "zip": ["476**"] * 3 + ["4790*"] * 3 + ["476**"] * 3,
        "age": ["2*"] * 3 + [">=40"] * 3 + ["3*"] * 3,
        "salary": [3, 4, 5, 6, 11, 8, 7, 9, 10],
        "ill": ["ulcer", "gastritis", "cancer", "gastritis", "flu", "bronchitis", "bronchitis", "pneumonia", "cancer"],
    }
)
TABLES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from("ab*"), st.integers(0, 40), st.sampled_from("uvw")),
    min_size=1,
    max_size=60,
).map(lambda rows: pd.DataFrame(rows, columns=["a", "b", "number", "word"]))


def people(rows: int, seed: int) -> pd.DataFrame:
    """Ages and towns that many share, beside a secret."""
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": generator.integers(20, 60, rows) // 10 * 10,
            "town": [f"T{t}" for t in generator.integers(0, 4, rows)],
            "ill": [f"I{t}" for t in generator.integers(0, 6, rows)],
        }
    )


def test_the_figures_of_a_table_that_can_be_counted_by_hand() -> None:
    found = RecordRisk(QUASI, ["ill"]).run(PATIENTS, PATIENTS)
    assert found.state == "INVALID"  # nine rows
    assert found.value == pytest.approx(3 / 9)
    assert found.details["k"] == found.details["l"] == 3
    assert found.details["classes"] == 3
    assert found.details["prosecutor max"] == pytest.approx(1 / 3)
    assert (found.details["below 5"], found.details["uniques"]) == (1.0, 0.0)
    # {ulcer, gastritis, cancer} of 1/9, 2/9, 2/9: Σ max(p − q, 0) = 2/9 + 1/9 + 1/9
    assert found.details["t"] == pytest.approx(4 / 9)
    assert found.details["entropy l"] == pytest.approx(3)


def test_the_earth_movers_distances_of_the_paper() -> None:
    # Li et al. 2007: 0.375 for salaries {3, 4, 5} and 0.167 for {6, 8, 11} among 3 … 11
    rank = PATIENTS["salary"].to_numpy() - 3
    group = np.repeat([0, 1, 2], 3)
    order = np.lexsort((rank, group))
    found = Secrets(group, rank[order], np.ones(9, dtype=np.int64), ordered=True)
    assert closeness(found)[:2] == pytest.approx([0.375, 1 / 6])


def test_l_by_hand() -> None:
    classes = Classes(np.repeat([0, 1], [6, 4]), np.array([6, 4]))
    found = secrets(classes, pd.Series([*"aaabbc", *"dddd"]))
    assert distinct(found).tolist() == [3, 1]
    assert entropic(found) == pytest.approx([math.exp(math.log(2) / 2 + math.log(3) / 3 + math.log(6) / 6), 1])
    # counts 3, 2, 1 and c = 2: 3 < 2·(2+1) but not 3 < 2·1; c = 4: 3 < 4·1; one value: 4 < 2·4
    assert recursive(found, 2).tolist() == [2, 1]
    assert recursive(found, 4).tolist() == [3, 1]
    assert recursive(found, 0.5).tolist() == [0, 0]


def test_missing_secrets_do_not_widen_a_class() -> None:
    classes = Classes(np.repeat([0, 1], [3, 2]), np.array([3, 2]))
    found = secrets(classes, pd.Series(["a", None, "a", None, None]))
    assert distinct(found).tolist() == [1]
    assert found.known == 2


@given(TABLES)
@settings(max_examples=60)
def test_ordered_and_equal_distances_are_what_they_are_defined_to_be(table: pd.DataFrame) -> None:
    classes = equivalence(table, ["a"])
    for name in ("number", "word"):
        found = secrets(classes, table[name])
        every = np.unique(table[name])
        q = np.array([(table[name] == v).mean() for v in every])
        for distance, group in zip(closeness(found), range(len(classes.sizes)), strict=True):
            inside = table[name][classes.place == group]
            p = np.array([(inside == v).mean() for v in every])
            moved = np.abs(np.cumsum(p - q)).sum() / (len(every) - 1) if found.ordered else np.abs(p - q).sum() / 2
            assert distance == pytest.approx(moved, abs=1e-9)
            assert 0 <= distance <= 1


@given(TABLES, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_laws(table: pd.DataFrame, random: object) -> None:
    fine, coarse = equivalence(table, ["a", "b"]), equivalence(table, ["a"])
    assert coarse.k >= fine.k
    merged = equivalence(table.assign(b=table["b"].replace("a", "*")), ["a", "b"])
    assert merged.k >= fine.k
    assert merged.below(5) <= fine.below(5)
    assert distinct(secrets(coarse, table["word"])).min() >= distinct(secrets(fine, table["word"])).min()
    assert closeness(secrets(coarse, table["word"])).max() <= closeness(secrets(fine, table["word"])).max() + 1e-9
    found = secrets(fine, table["word"])
    assert (recursive(found, 3) <= distinct(found)).all()
    assert (entropic(found) <= distinct(found) + 1e-9).all()
    order = np.random.default_rng(len(table)).permutation(len(table))
    attack = RecordRisk(["a", "b"], ["word", "number"], population=1000)
    one, other = (attack.run(t, t).to_dict() for t in (table, table.iloc[order]))
    figures = [[one["value"], *one["details"].values()], [other["value"], *other["details"].values()]]  # type: ignore[attr-defined]
    assert np.allclose(*np.array(figures, dtype=float), equal_nan=True)


def test_one_unique_person_is_seen() -> None:
    table = people(2000, 1)
    clean = RecordRisk(["age", "town"], ["ill"]).run(table, table)
    assert clean.state == "OK"
    assert clean.details["k"] > 80
    assert clean.upper < 0.02
    odd = pd.concat([table, pd.DataFrame({"age": [97], "town": ["T0"], "ill": ["I0"]})], ignore_index=True)
    found = RecordRisk(["age", "town"], ["ill"]).run(odd, odd)
    assert (found.details["k"], found.details["l"], found.details["prosecutor max"]) == (1, 1, 1)
    assert found.details["homogeneous"] == pytest.approx(1 / 2001)


def test_a_whole_list_of_names_is_all_risk() -> None:
    table = people(200, 2).assign(name=range(200))
    found = RecordRisk(["name"]).run(table, table)
    assert (found.value, found.state) == (1.0, "OK")
    hidden = RecordRisk(["name", "town"]).run(table, table.drop(columns="name"))
    assert hidden.details["columns used"] == 1
    assert hidden.value == pytest.approx(4 / 200)


def test_a_register_is_counted() -> None:
    table = people(400, 3)
    register = pd.concat([table] * 3 + [people(100, 4)])
    found = RecordRisk(["age", "town"], register=register).run(table, table)
    by_hand = register.value_counts(["age", "town"])
    assert found.value == pytest.approx(
        np.mean([1 / by_hand[a, t] for a, t in zip(table.age, table.town, strict=True)])
    )
    assert found.details["journalist max"] == pytest.approx(
        1 / by_hand[list(table.value_counts(["age", "town"]).index)].min()
    )
    # whoever is missing from the register is at least among the released
    assert RecordRisk(["age", "town"], register=register.head(0)).run(table, table).value == pytest.approx(16 / 400)


def drawn(shares: np.ndarray, population: int, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sizes in the sample and in the population of the classes that the sample saw."""
    generator = np.random.default_rng(seed)
    everyone = generator.choice(shares.size, population, p=shares / shares.sum())
    sample = generator.choice(everyone, rows, replace=False)
    f, big = (np.bincount(x, minlength=shares.size) for x in (sample, everyone))
    return f[f > 0], big[f > 0]


@pytest.mark.parametrize("rows", [1000, 8000])
@pytest.mark.parametrize("tail", [0.0, 0.7, 1.0])
def test_estimates_of_smooth_populations_are_never_too_hopeful(rows: int, tail: float) -> None:
    shares = np.arange(1.0, 20_001) ** -tail
    f, big = drawn(shares, 20_000, rows, 5)
    table = pd.DataFrame({"q": np.repeat(np.arange(f.size), f)})
    found = RecordRisk(["q"], population=20_000).run(table, table)
    truth = (f / big).sum() / rows
    assert truth < found.upper
    assert truth - 0.02 < found.value < truth + 0.25
    assert found.value < found.details["prosecutor mean"]
    assert found.details["population uniques estimated"] > ((f == 1) & (big == 1)).sum() / rows - 0.02


def test_pitman_is_found_again() -> None:
    # Pitman's own urn, α = 0.5, θ = 20: the fit is near, and so is the share of the rest that stays alone
    generator, alpha, theta = np.random.default_rng(6), 0.5, 20.0
    place, sizes = [], np.zeros(6000)
    classes = 0
    for seen in range(6000):
        if generator.random() < (theta + classes * alpha) / (theta + seen):
            joined, classes = classes, classes + 1
        else:
            weight = np.maximum(sizes[:classes] - alpha, 0)
            joined = int(np.searchsorted(np.cumsum(weight), generator.random() * weight.sum()))
        sizes[joined] += 1
        place.append(joined)
    sample, everyone = (np.bincount(place[:end], minlength=classes) for end in (1500, 6000))
    f = sample[sample > 0]
    a, t = fit_pitman(f)
    assert a == pytest.approx(alpha, abs=0.1)
    assert t == pytest.approx(theta, abs=20)
    seen = pitman(f, 6000)
    truth = (f / everyone[sample > 0]).sum() / 1500
    assert (seen.risk(f) * f).sum() / 1500 == pytest.approx(truth, abs=0.03)
    assert seen.alone(f)[f == 1].sum() == pytest.approx(((f == 1) & (everyone[sample > 0] == 1)).sum(), abs=40)


def test_zayatz_by_hand() -> None:
    # half of 8 people are drawn: two uniques and a pair. P(F=1|f=1) = 2·½ / (2·½ + 1·P(one of a pair) = 4/7)
    found = zayatz(np.array([1, 1, 2]), 8)
    assert found.alone(np.array([1])) == pytest.approx([7 / 11])
    assert found.risk(np.array([1, 2])) == pytest.approx([7 / 11 + 4 / 22, 1 / 2])


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30), st.integers(0, 100_000))
@settings(max_examples=60)
def test_a_class_is_never_smaller_in_the_population(sizes: list[int], more: int) -> None:
    f = np.array(sizes)
    for model in MODELS.values():
        found = model(f, int(f.sum()) + more)
        assert (found.risk(f) <= 1 / f + 1e-9).all()
        assert (found.risk(f) >= 1 / (f + more) - 1e-9).all()
        assert (found.alone(f) <= found.risk(f) + 1e-9).all()


def test_a_population_of_the_release_itself_changes_nothing() -> None:
    table = people(300, 7)
    for model in MODELS:
        found = RecordRisk(["age", "town"], population=300, model=model).run(table, table)
        assert found.value == pytest.approx(found.details["prosecutor mean"])


def test_control_rows_bring_false_claims_only() -> None:
    table = people(300, 8).assign(name=range(300))
    other = people(300, 9).assign(name=range(1000, 1300))
    found = RecordRisk(["town", "age"]).run(table, table, other)
    assert found.details["false claims"] == 0
    assert found.control is None
    single = pd.DataFrame({"town": [f"T{i}" for i in range(40)]})
    assert RecordRisk(["town"]).run(single, single, other).details["false claims"] == 1


def test_odd_cells() -> None:
    column = pd.Series(
        [True, None, float("nan"), "", " * ", "*", 1.50, "1.5", 2**70, 2**70 + 1, "nan", "1e400"], dtype=object
    )
    assert forms(column).tolist() == [
        *["true", "", "", "", "*", "*", "1.5", "1.5"],
        *[str(2**70), str(2**70 + 1), "nan", "1e400"],
    ]
    table = people(60, 10)
    odd = table.assign(
        age=table["age"].astype("Int64").mask(table.index < 5),
        town=table["town"].astype("category"),
        ill=pd.Series([1, "x", None, 2.5, True, 10**30] * 10, dtype=object),
    )
    odd.index = pd.Index([0] * 60)
    found = RecordRisk(["age", "town"], ["ill"], population=10_000).run(odd, odd)
    assert found.state == "OK"
    same = table.assign(age=1, town="x", ill="y")
    alike = RecordRisk(["age", "town"], ["ill"], population=60).run(same, same)
    assert (alike.details["k"], alike.details["l"], alike.details["t"]) == (60, 1, 0)
    none = RecordRisk(["age"], ["ill"]).run(table, table.assign(ill=None))
    assert none.state == "INVALID"
    assert math.isnan(none.details["l"])
    assert "0 rows have a secret" in none.reason
    one = RecordRisk(["age"], ["ill"], population=50).run(table, table.head(1))
    assert one.state == "INVALID"
    assert one.upper == 1


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    table, before = people(100, 11), people(100, 11)
    attack = RecordRisk(["age", "town"], ["ill"], register=people(50, 12))
    first, second = (attack.run(table, table).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    pd.testing.assert_frame_equal(table, before)
    assert "T1" not in repr(attack)


def test_wrong_input() -> None:
    table = people(50, 13)
    with pytest.raises(UnknownColumnError, match="height"):
        RecordRisk(["height"]).run(table, table)
    with pytest.raises(UnknownColumnError, match="released table has no column ill"):
        RecordRisk(["age"], ["ill"]).run(table, table.drop(columns="ill"))
    with pytest.raises(UnknownColumnError, match="register"):
        RecordRisk(["age"], register=table[["town"]]).run(table, table)
    with pytest.raises(OverlapError):
        RecordRisk(["age"]).run(table, table, table)
    with pytest.raises(EmptyInputError):
        RecordRisk(["age"]).run(table, table.head(0))
    with pytest.raises(ConfigurationError, match="as large as the release"):
        RecordRisk(["age"], population=49).run(table, table)
    for settings_ in ({"quasi": []}, {"quasi": ["a"], "sensitive": ["a"]}, {"quasi": ["a"], "population": 0}):
        with pytest.raises(ConfigurationError):
            RecordRisk(**settings_)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="dankar"):
        RecordRisk(["a"], model="wishes")
    with pytest.raises(ConfigurationError):
        RecordRisk(["a"], c=math.nan)
