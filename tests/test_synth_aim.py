"""AIM measures what the model gets most wrong, within its budget and its memory, and what the user weighs."""

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from synth.aim import AIM
from synth.budget import rho_of
from synth.column import Column
from synth.distance import mean_variation
from synth.encode import encode
from synth.errors import WorkloadInvalidError
from synth.ledger import Ledger
from synth.schema import Schema
from synth.synthesizer import MST


def ring(rows=6000, columns=6, seed=0):
    """A table in which each column is related to its two neighbours on a ring: no tree holds that."""
    rng = np.random.default_rng(seed)
    codes = np.empty((rows, columns), dtype=int)
    codes[:, 0] = rng.integers(0, 3, rows)
    for place in range(1, columns):
        stay = rng.random(rows) < 0.7
        codes[:, place] = np.where(stay, codes[:, place - 1], rng.integers(0, 3, rows))
    closing = rng.random(rows) < 0.5
    codes[:, -1] = np.where(closing, codes[:, 0], codes[:, -1])
    names = "abcdef"[:columns]
    frame = pd.DataFrame({name: codes[:, n].astype(str) for n, name in enumerate(names)})
    schema = Schema(tuple(Column(name, "category", categories=("0", "1", "2"), nullable=False) for name in names))
    return frame, schema


def test_more_of_the_relations_are_kept_than_in_a_tree():
    frame, schema = ring()
    real = encode(frame, schema)
    kept = {}
    for method in (MST, AIM):
        made = method(5).fit(frame, schema).sample(len(frame))
        kept[method] = mean_variation(real, encode(made, schema), 2)
    assert kept[AIM] < 0.5 * kept[MST]


@pytest.mark.parametrize("epsilon", ["0.1", "1", "10"])
def test_nearly_all_of_the_budget_is_spent_and_no_more(epsilon):
    frame, schema = ring(1000)
    ledger = Ledger()
    AIM(epsilon, "1e-9", ledger).fit(frame, schema)
    whole = rho_of(epsilon, "1e-9")
    assert ledger.rho <= whole
    assert ledger.rho >= whole * Fraction(97, 100)
    assert {entry.mechanism for entry in ledger.entries} <= {"discrete Gaussian", "exponential"}


def test_a_model_stays_within_its_cells():
    rng = np.random.default_rng(0)
    names = tuple(str(n) for n in range(12))
    base = rng.integers(0, 12, 4000)
    frame = pd.DataFrame({c: ((base + rng.integers(0, 4, 4000)) % 12).astype(str) for c in "abcdef"})
    schema = Schema(tuple(Column(c, "category", categories=names, nullable=False) for c in "abcdef"))
    cells = {limit: AIM(20, max_cells=limit).fit(frame, schema).joint.tree.cells for limit in (64, 2**14)}
    assert cells[64] <= 4096 + 6 * 12
    assert cells[64] < cells[2**14] <= 2**14 + 6 * 12


def measured(model):
    return [entry.columns for entry in model.ledger if entry.step == "marginal of a round"]


def test_what_the_workload_leaves_out_is_not_measured():
    frame, schema = ring(2000)
    pairs = list(itertools.combinations("abcdef", 2))
    triples = itertools.combinations("abcdef", 3)
    workload = {("a", "b"): 5, **dict.fromkeys([pair for pair in pairs if pair != ("a", "b")], 0)}
    workload |= dict.fromkeys(triples, 0)
    assert set(measured(AIM(5, workload=workload).fit(frame, schema))) == {("a", "b")}


def test_a_target_is_measured_first():
    """Where every pair is related alike, what weighs double is chosen first: all three, but for chances below 1e-3."""
    rng = np.random.default_rng(0)
    base = rng.integers(0, 4, 5000)
    frame = pd.DataFrame(
        {c: np.where(rng.random(5000) < 0.5, base, rng.integers(0, 4, 5000)).astype(str) for c in "abcdef"}
    )
    schema = Schema(tuple(Column(c, "category", categories=tuple("0123"), nullable=False) for c in "abcdef"))
    assert all("f" in columns for columns in measured(AIM(5, target="f").fit(frame, schema))[:3])


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "absent"},
        {"workload": {("a",): 1}},
        {"workload": {("a", "a"): 1}},
        {"workload": {("a", "absent"): 1}},
        {"workload": {("a", "b", "c", "d"): 1}},
    ],
)
def test_a_workload_of_other_columns_is_refused(wrong):
    frame, schema = ring(50)
    ledger = Ledger()
    with pytest.raises(WorkloadInvalidError):
        AIM(1, "1e-9", ledger, **wrong).fit(frame, schema)
    assert ledger.entries == ()


@pytest.mark.parametrize("wrong", [{"target": "absent"}, {"workload": {("a", "absent"): 1}}])
def test_without_a_schema_a_workload_of_absent_columns_is_refused_before_one_is_bought(wrong):
    ledger = Ledger()
    with pytest.raises(WorkloadInvalidError):
        AIM(1, "1e-9", ledger, **wrong).fit(ring(50)[0])
    assert ledger.entries == ()


def test_a_target_that_the_bought_schema_leaves_out_costs_no_fit():
    frame = ring(300)[0].assign(name=[f"unique {n}" for n in range(300)])
    model = AIM(5, "1e-9", target="name", workload={("a", "name"): 3}).fit(frame)
    assert list(model.sample(5).columns) == list(frame.columns)


def test_progress_rises_to_the_end():
    told = []
    frame, schema = ring(500)
    AIM(1, progress=told.append).fit(frame, schema)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 5


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_table_of_hardly_any_rows_gives_an_answer(rows):
    frame, schema = ring(50)
    assert list(AIM(1).fit(frame.iloc[:rows], schema).sample(5).columns) == list("abcdef")


def test_where_no_pair_fits_into_the_model_the_columns_are_left_to_themselves():
    rng = np.random.default_rng(0)
    names = tuple(str(n) for n in range(90))
    frame = pd.DataFrame({column: rng.choice(names, 200) for column in "ab"})
    schema = Schema(tuple(Column(column, "category", categories=names, nullable=False) for column in "ab"))
    model = AIM(1, max_cells=100).fit(frame, schema)
    assert measured(model) == []
    assert len(model.sample(10)) == 10


def test_columns_with_one_value_and_with_none_give_an_answer():
    frame = pd.DataFrame({"one": ["x"] * 60, "none": [""] * 60, "two": ["y", "z"] * 30})
    schema = Schema(
        (
            Column("one", "category", categories=("x",), nullable=False),
            Column("none", "category", categories=("x", "y")),
            Column("two", "category", categories=("y", "z"), nullable=False),
        )
    )
    made = AIM(50).fit(frame, schema).sample(40)
    assert set(made["one"]) == {"x"}
    assert set(made["two"]) == {"y", "z"}


def test_a_column_of_thousands_of_categories_does_not_shut_out_the_others():
    rng = np.random.default_rng(0)
    names = tuple(f"k{n}" for n in range(6000))
    small = rng.choice(list("xyz"), 3000)
    frame = pd.DataFrame({"many": rng.choice(names, 3000), "small": small, "same": small})
    schema = Schema(
        (
            Column("many", "category", categories=names),
            Column("small", "category", categories=tuple("xyz"), nullable=False),
            Column("same", "category", categories=tuple("xyz"), nullable=False),
        )
    )
    model = AIM(2).fit(frame, schema)
    assert ("small", "same") in measured(model)
    made = model.sample(500)
    assert (made["small"] == made["same"]).mean() > 0.9


def test_ten_thousand_categories_beside_others_give_a_table_of_them():
    rng = np.random.default_rng(0)
    names = tuple(f"k{n}" for n in range(10_000))
    frame = pd.DataFrame({"many": rng.choice(names[:50], 4000), "few": rng.choice(list("xyz"), 4000)})
    columns = (Column("many", "category", categories=names), Column("few", "category", categories=tuple("xyz")))
    for method in (AIM, MST):
        made = method(3).fit(frame, Schema(columns)).sample(400)
        assert set(made["many"].dropna()) <= set(names)
        assert made["many"].isin(names[:50]).mean() > 0.5


@pytest.mark.parametrize("method", [AIM, MST])
def test_many_more_columns_than_fit_one_model_give_a_table_and_some_of_their_relations(method):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"c{n}": rng.choice(list("xyz"), 1000) for n in range(100)})
    for n in range(1, 100, 2):
        frame[f"c{n}"] = frame[f"c{n - 1}"]
    schema = Schema(tuple(Column(name, "category", categories=tuple("xyz"), nullable=False) for name in frame.columns))
    model = method(2, "1e-6", max_cells=2**16) if method is AIM else method(20, "1e-6")
    made = model.fit(frame, schema).sample(300)
    assert made.shape == (300, 100)
    kept = [(made[f"c{n}"] == made[f"c{n - 1}"]).mean() > 0.8 for n in range(1, 100, 2)]
    assert np.mean(kept) > 0.5


def test_many_columns_give_an_answer_with_most_of_their_relations():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"c{n}": rng.choice(list("xyz"), 2000) for n in range(18)})
    for n in range(1, 18, 2):
        frame[f"c{n}"] = frame[f"c{n - 1}"]
    schema = Schema(tuple(Column(name, "category", categories=tuple("xyz"), nullable=False) for name in frame.columns))
    made = AIM(1).fit(frame, schema).sample(500)
    kept = [(made[f"c{n}"] == made[f"c{n - 1}"]).mean() > 0.9 for n in range(1, 18, 2)]
    assert np.mean(kept) > 0.8
