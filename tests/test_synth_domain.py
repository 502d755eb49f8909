"""Nothing of a table is free: two tables that differ in one row or person give the same schema, columns and errors."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.aim import AIM
from synth.column import Column
from synth.errors import SynthError
from synth.schema import Schema
from synth.synthesizer import MST, Independent
from synth.unit import Unit

SCHEMA = Schema(
    (
        Column("who", "identifier"),
        Column("age", "integer", min=0, max=99),
        Column("town", "category", categories=("Leeds", "York")),
        Column("paid", "real", min=0, max=100, nullable=False),
        Column("note", "text"),
    )
)
PERSONS = Schema(SCHEMA.columns, unit=Unit("who", 2))
CELLS = st.sampled_from(["", "7", "x", "1e999", "-5", "100000", "Atlantis", "Leeds", "nan", "2020-01-01", "\x00", " "])
ROWS = st.fixed_dictionaries(dict.fromkeys(SCHEMA.names, CELLS))


def people(rows=200):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "who": [f"p{n // 2}" for n in range(rows)],
            "age": rng.integers(0, 100, rows).astype(str),
            "town": rng.choice(["Leeds", "York", ""], rows),
            "paid": np.round(rng.random(rows) * 100, 2).astype(str),
            "note": "n",
        }
    )


def shape_of(method, frame, schema):
    """Give all that shows before any noise does: the error, or columns, types, codes and cliques measured first."""
    try:
        model = method(1).fit(frame, schema)
    except SynthError as error:
        return type(error), str(error)
    made = model.sample(3)
    first = [entry.columns for entry in model.ledger if entry.step == "1-way marginal"]
    return model.schema, list(made.columns), list(made.dtypes), first, [m.counts.shape for m in model.marginals[:3]]


@settings(max_examples=40)
@given(row=ROWS, remove=st.booleans())
@pytest.mark.parametrize("method", [Independent, MST])
def test_a_row_more_changes_nothing_that_is_free(method, row, remove):
    frame = people()
    other = frame.iloc[1:] if remove else pd.concat([frame, pd.DataFrame([row])], ignore_index=True)
    assert shape_of(method, frame, SCHEMA) == shape_of(method, other, SCHEMA)


@pytest.mark.parametrize(
    "change", [{"town": "Atlantis"}, {"age": "999999"}, {"paid": ""}, {"age": ""}, {"paid": "1e308"}, {"note": "\x00"}]
)
def test_nor_does_it_for_aim(change):
    frame = people()
    other = pd.concat([frame, frame.iloc[[0]].assign(**change)], ignore_index=True)
    assert shape_of(AIM, frame, SCHEMA) == shape_of(AIM, other, SCHEMA)


@settings(max_examples=25)
@given(rows=st.lists(ROWS, min_size=1, max_size=9))
def test_a_person_more_changes_nothing_that_is_free(rows):
    frame = people()
    other = pd.concat([frame, pd.DataFrame(rows).assign(who="new")], ignore_index=True)
    assert shape_of(MST, frame, PERSONS) == shape_of(MST, other, PERSONS)


@pytest.mark.parametrize("dtype", ["null", "category", "number"])
def test_a_typed_table_is_read_as_one_of_texts_is(dtype):
    """A null turns whole numbers into floats, and a stray text turns a column into objects: neither shows."""
    frame = pd.DataFrame({"age": [1, 2, 3] * 20, "town": ["York", "Leeds", "York"] * 20})
    changed = {
        "null": frame.assign(age=frame["age"].astype(float).mask(frame.index == 5)),
        "category": frame.assign(town=pd.Categorical(frame["town"].mask(frame.index == 5, "Atlantis"))),
        "number": frame.assign(age=frame["age"].astype(object).mask(frame.index == 5, "many")),
    }[dtype]
    schema = Schema(SCHEMA.columns[1:3])
    one, other = (Independent(1).fit(table, schema) for table in (frame, changed))
    assert one.schema == other.schema
    assert one.sample(5).dtypes.tolist() == other.sample(5).dtypes.tolist()
    assert [m.counts.shape for m in one.marginals] == [m.counts.shape for m in other.marginals]


def test_a_drafted_schema_says_that_it_was_read_from_the_rows():
    frame = people()
    other = pd.concat([frame, frame.iloc[[0]].assign(town="Atlantis")], ignore_index=True)
    assert Schema.draft(frame) != Schema.draft(other)  # which is why it is marked
    for draft in (Schema.draft(frame), Schema.draft(other)):
        model = Independent(1).fit(frame, draft)
        assert (model.schema.origin, model.schema.reviewed) == ("draft", False)
        assert "not reviewed" in model._repr_html_()
        assert "DRAFT" in draft.to_toml()
