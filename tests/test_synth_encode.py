"""Codes follow the schema alone, and come back as cells the schema allows."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.column import Column
from synth.encode import decode, encode
from synth.errors import SchemaMismatchError
from synth.schema import Schema

SCHEMA = Schema(
    (
        Column("id", "identifier"),
        Column("sex", "category", categories=("female", "male", "01")),
        Column("smoker", "boolean"),
        Column("age", "integer", min=0, max=119, bins=(18, 40, 65)),
        Column("cost", "real", min=0.0, max=100.0, bins=(1.0, 10.0), decimals=2, nullable=False),
        Column("seen", "date", min=dt.date(2020, 1, 1), max=dt.date(2020, 12, 31), format="%d.%m.%Y"),
        Column("note", "text"),
    )
)
CELLS = {
    "id": ["p1", "p2", "p3"],
    "sex": ["01", "", "female"],
    "smoker": ["true", "", "false"],
    "age": ["17", "", "18"],
    "cost": ["0.99", "1", "10.00"],
    "seen": ["01.01.2020", "", "31.12.2020"],
    "note": ["x", "y", ""],
}
ANY = st.text(max_size=6) | st.sampled_from(["", "nan", "inf", "-1e999", "0x10", "01.01.2020", "99.99.2020", "9" * 400])


def test_texts_and_types_encode_alike():
    text = pd.DataFrame(CELLS)
    typed = text.assign(
        smoker=pd.array([True, None, False], dtype="boolean"),
        age=[17.0, None, 18.0],
        cost=[0.99, 1, 10.0],
        seen=pd.to_datetime(["2020-01-01", None, "2020-12-31"]),
        sex=["01", None, "female"],
    )
    expected = [[2, 1, 0, 0, 0], [3, 2, 4, 1, 32], [0, 0, 1, 2, 31]]
    assert encode(text, SCHEMA).array.tolist() == expected
    assert encode(typed, SCHEMA).array.tolist() == expected
    assert encode(text, SCHEMA).outside == 0


def test_values_outside_are_clamped_or_missing_and_only_counted():
    frame = pd.DataFrame({**CELLS, "sex": ["x"] * 3, "age": ["-5", "500", "old"], "cost": ["-1", "", "1e9"]})
    codes = encode(frame, SCHEMA)
    assert codes.array[:, 0].tolist() == [3, 3, 3]
    assert codes.array[:, 2].tolist() == [0, 3, 4]
    assert codes.array[:, 3].tolist() == [0, 0, 2]
    assert codes.outside == 3 + 3 + 2
    assert "outside" not in repr(codes)


def test_a_category_outside_goes_to_the_declared_fallback():
    schema = Schema((Column("c", "category", categories=("a", "b"), nullable=False, fallback="b"),))
    assert encode(pd.DataFrame({"c": ["a", "zzz", ""]}), schema).array.ravel().tolist() == [0, 1, 1]


@settings(max_examples=60)
@given(st.lists(st.tuples(*[ANY] * 7), max_size=5))
def test_no_cell_ever_raises(rows):
    frame = pd.DataFrame(rows, columns=list(SCHEMA.names), dtype=object)
    codes = encode(frame, SCHEMA)
    assert (codes.array >= 0).all()
    assert (codes.array < np.array(codes.sizes)).all()


@pytest.mark.parametrize("text", [True, False])
def test_decoded_rows_encode_to_the_same_codes(text):
    rng = np.random.default_rng(0)
    sizes = [column.size for column in SCHEMA.modelled]
    codes = np.stack([rng.integers(0, size, 2000) for size in sizes], axis=1)
    table = decode(codes, SCHEMA, text, rng)
    assert tuple(table.columns) == SCHEMA.names
    again = encode(table, SCHEMA)
    assert (again.array == codes).all()
    assert again.outside == 0


def test_decoded_cells_look_like_the_input():
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, column.size, 500) for column in SCHEMA.modelled], axis=1)
    table = decode(codes, SCHEMA, True, rng)
    assert table["id"].tolist()[:2] == ["1", "2"]
    assert set(table["sex"]) == {"female", "male", "01", ""}
    assert table["age"].str.fullmatch(r"\d{1,3}|").all()
    assert table["cost"].str.fullmatch(r"\d+\.\d\d").all()
    assert table["seen"].str.fullmatch(r"\d\d\.\d\d\.2020|").all()
    assert (table["note"] == "").all()
    assert decode(codes, SCHEMA, False, rng).dtypes.astype(str).to_dict() == {
        "id": "Int64",
        "sex": "object",
        "smoker": "boolean",
        "age": "Int64",
        "cost": "float64",
        "seen": "datetime64[s]",
        "note": "object",
    }


def test_a_number_is_spread_evenly_over_its_public_bin():
    schema = Schema((Column("n", "integer", min=0, max=9, bins=(5,), nullable=False),))
    values = decode(np.zeros((50_000, 1), dtype=np.int64), schema, False, np.random.default_rng(0))["n"]
    assert values.value_counts().min() > 9_500
    assert set(values) == {0, 1, 2, 3, 4}


def test_the_input_is_left_as_it_is():
    frame = pd.DataFrame(CELLS)
    before = frame.copy(deep=True)
    encode(frame, SCHEMA)
    pd.testing.assert_frame_equal(frame, before)


def test_an_undeclared_column_is_an_error():
    with pytest.raises(SchemaMismatchError, match="'extra'"):
        encode(pd.DataFrame({**CELLS, "extra": ["", "", ""]}), SCHEMA)


TIMES = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2030, 12, 31)).map(lambda at: at.replace(microsecond=0))


@given(st.lists(TIMES | st.none(), min_size=1, max_size=20), st.booleans())
def test_a_time_comes_back_within_its_bin_and_as_it_was_written(times, text):
    column = Column("at", "datetime", min=dt.datetime(2000, 1, 1), max=dt.datetime(2030, 12, 31, 23, 59, 59))
    schema = Schema((column,))
    written = ["" if at is None else at.strftime(column.format) for at in times]
    frame = pd.DataFrame({"at": written if text else pd.Series(times, dtype="datetime64[ns]")})
    codes = encode(frame, schema)
    assert codes.outside == 0
    made = decode(codes.array, schema, text, np.random.default_rng(0))
    assert (encode(made, schema).array == codes.array).all()
    if text:
        assert all(cell == "" or dt.datetime.strptime(cell, column.format) for cell in made["at"])
    else:
        assert made["at"].dtype == "datetime64[s]"


def test_a_draft_finds_times_of_day():
    at = pd.Series(pd.to_datetime(["2020-02-03 04:05:06", "2021-03-04 00:00:00", None, "2020-01-01 12:00:00"]))
    typed, written = (
        Schema.draft(pd.DataFrame({"at": cells})).columns[0]
        for cells in (at, at.dt.strftime("%d.%m.%Y %H:%M").fillna(""))
    )
    assert (typed.type, typed.format) == ("datetime", "%Y-%m-%d %H:%M:%S")
    assert (written.type, written.format) == ("datetime", "%d.%m.%Y %H:%M")
    assert typed.min == dt.datetime(2020, 1, 1)
    assert typed.max == dt.datetime(2021, 12, 31, 23, 59, 59)
