"""A guarantee for persons holds however many rows one of them has."""

import json
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.aim import AIM
from synth.budget import Budget, rho_of
from synth.column import Column
from synth.entropy import InsecureTestEntropy, SystemEntropy
from synth.errors import SchemaInvalidError, UnitMismatchError
from synth.ledger import Ledger
from synth.purchase import Purse, buy_schema, threshold
from synth.schema import Schema
from synth.synthesizer import MST, Independent
from synth.unit import Unit


def visits(people=400, each=5):
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(people), each)
    return pd.DataFrame(
        {
            "patient": [f"P{n}" for n in person],
            "ward": rng.choice(["a", "b"], len(person)),
            "stay": rng.choice(["long", "short"], len(person)),
        }
    )


def described(rows=3, **more):
    return Schema(
        (
            Column("patient", "identifier"),
            Column("ward", "category", categories=("a", "b"), nullable=False, **more),
            Column("stay", "category", categories=("long", "short"), nullable=False),
        ),
        unit=Unit("patient", rows),
    )


@given(
    st.lists(st.sampled_from(["", "Ann", "Bob", "Cy"]), max_size=40),
    st.integers(1, 4),
    st.integers(0, 2**32),
)
def test_no_person_keeps_more_rows_and_nobody_loses_another_persons(people, most, seed):
    frame = pd.DataFrame({"who": pd.Series(people, dtype=object), "row": range(len(people))})
    kept = Unit("who", most).bounded(frame, InsecureTestEntropy(seed))
    for person in ("Ann", "Bob", "Cy"):
        assert (kept["who"] == person).sum() == min(most, people.count(person))
    assert (kept["who"] != "").all()
    assert kept["row"].is_monotonic_increasing
    assert (frame["who"].iloc[kept["row"]].to_numpy() == kept["who"].to_numpy()).all()


def test_a_row_as_unit_leaves_the_table_alone():
    frame = visits(3)
    assert Unit().bounded(frame, SystemEntropy()) is frame


def test_noise_and_its_price_grow_with_the_rows_of_a_person():
    spent, sigma2 = {}, {}
    for rows in (1, 4):
        model = Independent(1).fit(visits(), described(rows))
        spent[rows] = model.spent.rho
        sigma2[rows] = model.marginals[0].sigma2
        assert model.schema.unit.rows == rows
    allowed = rho_of(1, "1e-9")
    assert all(Fraction(95, 100) * allowed < rho <= allowed for rho in spent.values())
    assert 15 <= float(sigma2[4] / sigma2[1]) <= 17


@pytest.mark.parametrize("method", [Independent, MST, AIM])
def test_the_number_of_rows_is_that_of_the_rows_used(method):
    model = method(50).fit(visits(), described(2))
    assert abs(model.rows - 800) < 40
    assert model.sample(7)["patient"].tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_a_choice_is_made_as_for_all_rows_of_a_person():
    """Scores count a third for three rows: shares of 500 choices lie within 0.1 but for chances below 1e-5."""
    from synth.currency import Zcdp
    from synth.encode import encode
    from synth.till import Till

    codes = encode(visits(), described())
    epsilon = float(Zcdp().selection(Fraction(1, 8), 1))
    for most in (1, 3):
        ledger = Ledger()
        with ledger.held():
            till = Till(codes, ledger, SystemEntropy(), Zcdp(), Fraction(1000), most)
            chosen = [till.select([4, 0], 2, Fraction(1, 8)) for _ in range(500)]
        odds = np.exp(epsilon * 4 / (2 * 2 * most))
        assert abs(chosen.count(0) / 500 - odds / (1 + odds)) < 0.1


def test_the_ledger_says_whom_it_protects_and_mixes_nothing(tmp_path):
    book = tmp_path / "book.jsonl"
    MST(1, ledger=Ledger(book, unit=Unit("patient", 3))).fit(visits(), described(3))
    head = json.loads(book.read_text().splitlines()[0])
    assert head["unit"] == {"column": "patient", "rows": 3}
    assert head["neighbours"] == "add or remove one person (column 'patient', at most 3 rows each)"
    again = Ledger(book)
    assert again.unit == Unit("patient", 3)
    spent = again.rho
    for other in (described(2), None):
        with pytest.raises(UnitMismatchError):
            MST(1, ledger=again).fit(visits(), other)
    for unit in (Unit(), Unit("patient", 2)):
        with pytest.raises(UnitMismatchError):
            Ledger(book, unit=unit)
    assert Ledger(book).rho == spent


def test_what_is_bought_for_persons_costs_their_rows_too():
    frame = visits()
    open_schema = Schema(
        (
            Column("patient", "identifier"),
            Column("ward", "category", buy=True),
            Column("stay", "category", categories=("long", "short")),
        ),
        unit=Unit("patient", 5),
    )
    ledger = Ledger(unit=open_schema.unit)
    with ledger.held():
        bought = buy_schema(frame, Purse(Fraction(1), Fraction("1e-6"), ledger, SystemEntropy(), most=5), open_schema)
    assert bought.columns[1].categories == ("a", "b")
    assert bought.unit == open_schema.unit
    assert 0 < ledger.rho <= 1
    assert threshold(10.0, Fraction("1e-6"), 5) > threshold(10.0, Fraction("1e-6")) + 4


def test_values_of_one_person_are_not_bought():
    frame = pd.DataFrame(
        {"who": ["x"] * 5 + [f"p{n}" for n in range(3000)], "town": ["Atlantis"] * 5 + ["Leeds"] * 3000}
    )
    schema = Schema((Column("who", "identifier"), Column("town", "category", buy=True)), unit=Unit("who", 5))
    for _ in range(20):
        model = Independent(10).fit(frame, schema)
        assert model.schema.columns[1].categories == ("Leeds",)


@pytest.mark.parametrize(
    ("column", "rows"), [("patient", 0), ("patient", -1), ("patient", True), (None, 2), (3, 1), ("patient", 1.5)]
)
def test_a_unit_that_is_none_is_refused(column, rows):
    with pytest.raises(SchemaInvalidError):
        Unit(column, rows)


@pytest.mark.parametrize("name", ["ward", "nobody"])
def test_the_person_stands_in_an_identifier_of_the_schema(name):
    with pytest.raises(SchemaInvalidError, match=name):
        Schema(described().columns, unit=Unit(name, 2))


def test_a_unit_reads_back_as_written():
    schema = described(4)
    assert 'unit = { column = "patient", rows = 4 }' in schema.to_toml()
    assert Schema.from_text(schema.to_toml()) == schema
    with pytest.raises(SchemaInvalidError):
        Schema.from_text(schema.to_toml().replace("rows = 4", 'rows = "4"'))
    with pytest.raises(SchemaInvalidError):
        Schema.from_text(schema.to_toml().replace('{ column = "patient", rows = 4 }', '"person"'))


def test_a_person_with_a_thousand_rows_weighs_as_much_as_declared():
    frame = pd.concat([visits(), pd.DataFrame({"patient": ["hoarder"] * 5000, "ward": "a", "stay": "long"})])
    model = Independent(100).fit(frame, described(2))
    assert abs(model.rows - 802) < 40
    assert Budget(100, "1e-9").epsilon == model.spent.epsilon
