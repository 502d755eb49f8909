"""A table that comes in pieces gives the codes, the persons and the model that the whole gives."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth import AIM, MST, Column, Independent, InsecureTestEntropy, Ledger, Schema, Unit
from synth.coded import Coded
from synth.encode import encode
from synth.errors import SchemaInvalidError, SchemaMismatchError

COLUMNS = (
    Column("who", "identifier"),
    Column("kind", "category", categories=("x", "y")),
    Column("size", "integer", min=0, max=9),
    Column("day", "date", min=dt.date(2020, 1, 1), max=dt.date(2020, 12, 31)),
)
CELLS = st.tuples(
    st.sampled_from(["1", "2", "3", "", "Ann"]),
    st.sampled_from(["x", "y", "", "stray"]),
    st.sampled_from(["0", "3", "12", "", "many"]),
    st.sampled_from(["2020-02-03", "1999-01-01", "", "soon"]),
)


def table(rows):
    return pd.DataFrame(rows, columns=[column.name for column in COLUMNS], dtype=object)


def cut(frame, ends):
    starts = [0, *sorted(ends)]
    return [frame.iloc[a:b] for a, b in zip(starts, [*starts[1:], len(frame)], strict=True)]


@given(st.lists(CELLS, max_size=40), st.lists(st.integers(0, 40), max_size=4), st.sampled_from([None, "who"]))
def test_pieces_give_the_codes_and_the_rows_of_the_whole(rows, ends, whom):
    schema, frame = Schema(COLUMNS, unit=Unit(whom, 1)), table(rows)
    coded = Coded.of(cut(frame, [min(end, len(frame)) for end in ends]), schema)
    whole = encode(frame, schema)
    assert np.array_equal(coded.codes.array, whole.array)
    assert (coded.codes.names, coded.codes.sizes) == (whole.names, whole.sizes)
    assert (coded.codes.outside, coded.codes.array.dtype) == (whole.outside, whole.array.dtype)
    used = encode(schema.unit.bounded(frame, InsecureTestEntropy(1)), schema)
    assert np.array_equal(coded.bounded(InsecureTestEntropy(1)).array, used.array)


@pytest.mark.parametrize("method", [Independent, MST, AIM])
@pytest.mark.parametrize("unit", [Unit(), Unit("who", 2)])
def test_a_model_of_pieces_is_the_model_of_the_whole(method, unit):
    rng = np.random.default_rng(2)
    who, kind, size = rng.integers(0, 300, 900), rng.choice(["x", "y"], 900), rng.integers(0, 10, 900)
    frame = table({"who": who.astype(str), "kind": kind, "size": size.astype(str), "day": ["2020-02-03"] * 900})
    schema = Schema(COLUMNS, unit=unit)
    fits = [method(1, ledger=Ledger(unit=unit), entropy=InsecureTestEntropy(4)) for _ in range(2)]
    one, two = fits[0].fit(frame, schema), fits[1].fit_coded(Coded.of(cut(frame, [7, 400]), schema))
    assert one.rows == two.rows
    assert one.ledger == two.ledger
    assert one.spent == two.spent
    assert one.sample(200).equals(two.sample(200))


def test_a_schema_that_leaves_something_open_or_fits_no_piece_is_refused():
    with pytest.raises(SchemaInvalidError, match="'kind' is to be bought"):
        Coded.of([], Schema((Column("kind", "category", buy=True),)))
    with pytest.raises(SchemaMismatchError):
        Coded.of([pd.DataFrame({"other": ["x"]})], Schema(COLUMNS))
