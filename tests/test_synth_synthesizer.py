"""One fit spends what it states, says what it spent, and gives a table like the one it was fitted to."""

import itertools
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import synth
from synth.aim import AIM
from synth.budget import Budget, rho_of
from synth.column import Column
from synth.distance import mean_variation
from synth.encode import encode, numbered
from synth.entropy import InsecureTestEntropy
from synth.errors import (
    AccountantRefusedError,
    BudgetExceededError,
    BudgetInvalidError,
    QueryInvalidError,
    SchemaMismatchError,
    SynthError,
)
from synth.ledger import Ledger
from synth.schema import Schema
from synth.synthesizer import MST, Independent

METHODS = [Independent, MST, AIM]
SCHEMA = Schema(
    (
        Column("id", "identifier"),
        Column("age", "integer", min=0, max=99),
        Column("old", "boolean", nullable=False),
        Column("town", "category", categories=("Leeds", "York")),
        Column("note", "text"),
    )
)
TOKEN = "QQTOKEN"
ADULT = Path(__file__).resolve().parents[2] / "shared" / "data" / "tables" / "adult.csv"


def people(rows, seed=0):
    rng = np.random.default_rng(seed)
    age = rng.integers(0, 100, rows)
    return pd.DataFrame(
        {
            "id": [f"{TOKEN}{i}" for i in range(rows)],
            "age": age.astype(str),
            "old": np.where(age >= 50, "true", "false"),
            "town": rng.choice(["Leeds", "York", ""], rows),
            "note": [f"{TOKEN} {i} wrote this" for i in range(rows)],
        }
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("declared", [True, False])
def test_a_fit_spends_no_more_than_stated_and_books_all_of_it(method, declared, tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl", Budget(1, "1e-9"))
    model = method(1, 1e-9, ledger).fit(people(500), SCHEMA if declared else None)
    assert (model.spent.epsilon, model.spent.delta) == (1, Fraction("1e-9"))
    assert model.spent.rho == sum(entry.rho for entry in model.ledger) == ledger.rho
    allowed = rho_of(1, "1e-9") if declared else rho_of(1, "5e-10")
    assert Fraction(95, 100) * allowed < model.spent.rho <= allowed
    assert ledger.delta <= (0 if declared else Fraction("5e-10"))
    assert Ledger(tmp_path / "ledger.jsonl").entries == model.ledger
    assert model.private


@pytest.mark.parametrize("method", METHODS)
def test_a_second_fit_over_the_limit_is_refused_before_anything_is_spent(method, tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, Budget("1.3", "1e-9"))
    method(1, "1e-9", ledger).fit(people(50), SCHEMA)
    before = path.read_bytes()
    with pytest.raises(BudgetExceededError):
        method(1, "1e-9", ledger).fit(people(50), SCHEMA)
    assert path.read_bytes() == before


def test_two_fits_compose_as_zcdp_within_the_limit():
    ledger = Ledger(limit=Budget(1, "1e-9"))
    for _ in range(2):
        MST("0.65", "1e-9", ledger).fit(people(50), SCHEMA)  # 1.3 by plain addition, below 1 by composition
    assert ledger.total("1e-9").epsilon <= Fraction("1.0000001")


def test_diffprivlibs_accountant_is_charged_and_respected():
    from diffprivlib import BudgetAccountant

    accountant = BudgetAccountant(epsilon=1.5, delta=1e-6)
    ledger = Ledger()
    MST(1, "1e-9", ledger, accountant=accountant).fit(people(50), SCHEMA)
    assert accountant.total()[0] == 1
    spent = ledger.rho
    with pytest.raises(AccountantRefusedError):
        MST(1, "1e-9", ledger, accountant=accountant).fit(people(50), SCHEMA)
    assert (ledger.rho, accountant.total()[0]) == (spent, 1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("declared", [True, False])
def test_no_value_of_the_table_is_in_ledger_model_or_error(method, declared, tmp_path):
    path = tmp_path / "ledger.jsonl"
    model = method(1, ledger=Ledger(path)).fit(people(300), SCHEMA if declared else None)
    for shown in (path.read_text(), repr(model), model._repr_html_(), model.schema.to_toml(), model.sample().to_csv()):
        assert TOKEN not in shown
    with pytest.raises(SynthError) as caught:
        method(1).fit(people(3).rename(columns={"town": "city"}), SCHEMA)
    assert TOKEN not in str(caught.value)


def test_a_sample_has_the_header_of_the_input_and_the_types_of_the_schema():
    frame = people(2000)
    before = frame.copy(deep=True)
    model = MST(3).fit(frame, SCHEMA)
    table = model.sample(text=True)
    pd.testing.assert_frame_equal(frame, before)
    assert list(table.columns) == list(frame.columns)
    assert abs(len(table) - 2000) < 200
    assert table["age"].str.fullmatch(r"\d{1,2}|").all()
    assert set(table["town"]) == {"Leeds", "York", ""}
    assert set(table["note"]) == {""}
    assert model.sample(5).dtypes.astype(str).tolist() == [
        "Int64",
        "Int64",
        "boolean",
        "object",
        "object",
    ]


def test_mst_keeps_the_relation_that_independent_loses():
    frame = people(5000)
    real = encode(frame, SCHEMA)
    kept = mean_variation(real, encode(MST(1).fit(frame, SCHEMA).sample(5000), SCHEMA), 2)
    lost = mean_variation(real, encode(Independent(1).fit(frame, SCHEMA).sample(5000), SCHEMA), 2)
    assert kept < 0.6 * lost


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": []}, dtype=object),
        pd.DataFrame({"a": ["x"]}),
        pd.DataFrame({"a": ["", "", ""], "b": ["k", "k", "k"]}),
        pd.DataFrame({"a": [None] * 5, "b": [1] * 5, "c": [2.5, None, 1, 1, 1]}),
        pd.DataFrame({"d": pd.to_datetime(["2020-01-01", None]), "t": [True, False]}),
    ],
    ids=["no rows", "one cell", "all null and constant", "typed", "dates"],
)
def test_small_and_degenerate_tables_work(method, declared, frame):
    schema = Schema.draft(frame) if declared else None
    model = method(1).fit(frame, schema)
    for rows in (None, 0, 1, 9):
        table = model.sample(rows)
        assert list(table.columns) == list(frame.columns)
        assert rows is None or len(table) == rows


def test_wide_categories_and_many_columns_are_answered():
    rng = np.random.default_rng(0)
    wide = Column("code", "category", categories=tuple(f"c{i}" for i in range(10_000)), nullable=False)
    columns = (wide, *(Column(f"b{i}", "boolean", nullable=False) for i in range(60)))
    frame = pd.DataFrame({c.name: rng.choice(c.categories, 500) for c in columns})
    assert MST(1).fit(frame, Schema(columns)).sample(100).shape == (100, 61)


def test_marginals_are_expected_counts_and_agree():
    model = MST(2).fit(people(1000), SCHEMA)
    pair = model.marginal(["town", "old"]).counts
    assert pair.shape == (3, 2)
    assert pair.sum() == pytest.approx(model.rows)
    np.testing.assert_allclose(pair.sum(axis=1), model.marginal(["town"]).counts, atol=1e-6)
    for wrong in (["note"], ["old", "old"], ["absent"]):
        with pytest.raises(QueryInvalidError):
            model.marginal(wrong)
    with pytest.raises(QueryInvalidError):
        model.sample(-1)


def test_a_test_seed_repeats_and_marks_everything_as_not_private(tmp_path):
    path = tmp_path / "ledger.jsonl"
    tables = [
        MST(1, ledger=Ledger(path), entropy=InsecureTestEntropy(3)).fit(people(200), SCHEMA).sample(50)
        for _ in range(2)
    ]
    pd.testing.assert_frame_equal(*tables)
    model = MST(1, entropy=InsecureTestEntropy(3)).fit(people(200), SCHEMA)
    assert not model.private
    assert "NOT PRIVATE" in model._repr_html_()
    assert {json.loads(line)["private"] for line in path.read_text().splitlines()[1:]} == {False}


def test_two_fits_with_the_systems_randomness_differ():
    first, second = (Independent(1).fit(people(200), SCHEMA).marginal(["age"]).counts for _ in range(2))
    assert (first != second).any()


@pytest.mark.parametrize(
    "wrong", [{"epsilon": 0}, {"epsilon": -1}, {"epsilon": 0, "delta": 0}, {"epsilon": 1, "delta": 1}]
)
def test_a_budget_that_is_none_is_refused_at_once(wrong):
    with pytest.raises(BudgetInvalidError):
        MST(**wrong)


def test_an_undeclared_column_is_refused_before_anything_is_spent():
    ledger = Ledger()
    with pytest.raises(SchemaMismatchError):
        MST(1, ledger=ledger).fit(people(5).assign(extra=""), SCHEMA)
    assert ledger.entries == ()


def test_every_error_has_a_code_of_its_own_and_an_explanation():
    errors = SynthError.__subclasses__()
    assert len({error.code for error in errors}) == len(errors)
    for error in errors:
        assert error.code.startswith("S")
        assert error.exit_code in (2, 3)
        assert len(error.__doc__) > 60


@pytest.mark.skipif(not ADULT.exists(), reason="the Adult table is not here")
def test_adult_at_epsilon_1_meets_its_target():
    from benchmarks.protocol_adult import load

    adult = load()
    real = encode(adult.train, adult.schema)
    assert real.outside == 0
    model = synth.MST(1, 1e-9).fit(adult.train, adult.schema)
    table = encode(model.sample(len(adult.train)), adult.schema)
    assert mean_variation(real, table, 2) < 0.046  # 0.040 on average, standard deviation 0.001
    pairs = list(itertools.combinations(range(14), 2))
    expected = [model.joint.project(p) for p in pairs]
    shares = []
    for p in pairs:
        flat = numbered(real.array, p, real.sizes)
        shares.append(np.bincount(flat, minlength=real.sizes[p[0]] * real.sizes[p[1]]) / len(flat))
    by_model = np.mean([np.abs(e.ravel() - s).sum() / 2 for e, s in zip(expected, shares, strict=True)])
    assert mean_variation(real, table, 2) <= 1.1 * by_model
