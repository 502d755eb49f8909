"""Constraints hold in what is written: under conditions, in every type, with any decimals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth import AIM, MST, Column, Independent, Ledger, Schema
from synth.constraint import Determines, Never, Order, Sum
from synth.encode import decode, encode
from synth.errors import SchemaInvalidError, WorkloadInvalidError
from synth.metadata import schema_of


def fitted(frame: pd.DataFrame, *columns: Column, constraints: tuple[object, ...] = ()) -> MST:
    return MST(10.0, 1e-6).fit(frame, Schema(columns, constraints=constraints))  # type: ignore[arg-type, return-value]


def test_a_sum_adds_up_under_a_condition() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": rng.integers(0, 1000, 400), "b": rng.integers(0, 1000, 400)})
    frame["t"] = frame["a"] + frame["b"]
    columns = (*(Column(name, "integer", min=0, max=999) for name in "ab"), Column("t", "integer", min=0, max=1998))
    model = fitted(frame, *columns, constraints=(Sum("t", ("a", "b")),))
    for text in (True, False):
        made = model.sample(300, {"a": 500}, text=text).replace("", None).dropna().astype(int)
        assert set(made["a"]) == {500}
        assert (made["a"] + made["b"] == made["t"]).all()


def test_what_is_determined_follows_a_condition_and_any_type() -> None:
    words = {str(number): ("low" if number < 50 else "high") for number in range(100)}
    frame = pd.DataFrame({"n": np.arange(300) % 100})
    frame["w"] = frame["n"].astype(str).map(words)
    by = Column("n", "integer", min=0, max=99, nullable=False)
    model = fitted(frame, by, Column("w", "category", ("low", "high")), constraints=(Determines("w", "n", words),))
    made = model.sample(200, {"n": 49})
    assert set(made["n"]) == {49}
    assert set(made["w"]) == {"low"}


@pytest.mark.parametrize(
    ("by", "cells", "values"),
    [
        (Column("by", "boolean", nullable=False), [True, False], {"true": "x", "false": "y"}),
        (
            Column("by", "date", min=pd.Timestamp("2020-01-01").date(), max=pd.Timestamp("2020-01-02").date(),
                   format="%d/%m/%Y", nullable=False),
            ["01/01/2020", "02/01/2020"],
            {"01/01/2020": "x", "02/01/2020": "y"},
        ),
        (Column("by", "real", min=1, max=2, decimals=0, nullable=False), [1.0, 2.0], {"1.0": "x", "2.0": "y"}),
    ],
    ids=["boolean", "date", "real"],
)  # fmt: skip
def test_what_is_determined_is_there_in_typed_samples_too(
    by: Column, cells: list[object], values: dict[str, str]
) -> None:
    frame = pd.DataFrame({"by": cells * 50, "w": ["x", "y"] * 50})
    model = fitted(frame, by, Column("w", "category", ("x", "y")), constraints=(Determines("w", "by", values),))
    for text in (False, True):
        made = model.sample(100, text=text)
        assert set(made["w"]) <= {"x", "y"}
        assert made.groupby("w")["by"].nunique().max() == 1


reals = st.tuples(st.integers(0, 3), st.sampled_from([7.0, 8.0, 10.5, 12.0, 9.876]))


@given(reals, reals, st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_an_order_holds_in_writing_with_any_decimals(
    low: tuple[int, float], high: tuple[int, float], seed: int
) -> None:
    columns = tuple(
        Column(name, "real", min=0, max=most, decimals=decimals, nullable=False)
        for name, (decimals, most) in zip(("s", "e"), (low, high), strict=True)
    )
    schema = Schema(columns, constraints=(Order(("s", "e")),))
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.uniform(0, min(low[1], high[1]), (300, 2)), axis=1)
    codes = encode(pd.DataFrame(rows, columns=["s", "e"]), schema).array
    typed = decode(codes, schema, False, np.random.default_rng(seed))
    text = decode(codes, schema, True, np.random.default_rng(seed)).astype(float)
    for made in (typed, text):
        assert (made["s"] <= made["e"]).all()
        assert made["s"].between(0, low[1] + 10.0 ** -low[0]).all()
        assert made["e"].between(0, high[1] + 10.0 ** -high[0]).all()


def test_schemas_that_no_row_can_meet_are_refused() -> None:
    yes = Column("a", "category", ("x",), nullable=False)
    with pytest.raises(SchemaInvalidError, match="every row"):
        Schema((yes, Column("b", "category", ("y",), nullable=False)), constraints=(Never({"a": ("x",), "b": ("y",)}),))
    with pytest.raises(SchemaInvalidError, match="in order"):
        Schema(
            (Column("a", "integer", min=10, max=20), Column("b", "integer", min=0, max=5)),
            constraints=(Order(("a", "b")),),
        )
    many = tuple(str(number) for number in range(1000))
    columns = tuple(Column(name, "category", many) for name in "abc")
    with pytest.raises(SchemaInvalidError, match="combinations"):
        Schema(columns, constraints=(Never({"a": ("1",), "b": ("1",), "c": ("1",)}),))


@pytest.mark.parametrize("weight", [-50, 1.5, "3", True])
def test_a_workload_weighs_in_whole_numbers_and_never_below_none(weight: object) -> None:
    """A weight below 0 would let a row move a score by more than the selection is charged for."""
    frame = pd.DataFrame({"a": ["x", "y"] * 50, "b": ["u", "v"] * 50})
    schema = Schema((Column("a", "category", ("x", "y")), Column("b", "category", ("u", "v"))))
    ledger = Ledger()
    with pytest.raises(WorkloadInvalidError):
        AIM(1.0, 1e-6, ledger, workload={("a", "b"): weight}).fit(frame, schema)  # type: ignore[dict-item]
    assert not ledger.entries


def test_an_ordinal_column_of_metadata_is_modelled() -> None:
    columns = {"class": {"sdtype": "ordinal"}, "deck": {"sdtype": "ordinal", "range_values": ["A", "B"]}}
    schema = schema_of({"tables": {"t": {"columns": columns}}})
    assert [(column.type, column.buy) for column in schema.columns] == [("category", True), ("category", False)]


def test_a_cell_that_cannot_be_written_tells_nothing() -> None:
    schema = Schema((Column("a", "integer", min=0, max=9),))
    codes = encode(pd.DataFrame({"a": [10**5000, 3]}, dtype=object), schema)
    assert codes.array[:, 0].tolist() == [10, 3]


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        (Column("t", "integer", min=0, max=99, nullable=False), (50, 50)),
        (Column("t", "integer", min=1, max=100, nullable=False), (50, 50)),
        (Column("t", "integer", min=0, max=100, nullable=False), (50, None)),
    ],
)
def test_a_sum_that_would_leave_its_bounds_is_refused(total, parts):
    ends = [{"buy": True} if end is None else {"min": 0, "max": end} for end in parts]
    columns = [Column(name, "integer", nullable=False, **end) for name, end in zip("ab", ends, strict=True)]
    with pytest.raises(SchemaInvalidError, match="column 't'"):
        Schema((*columns, total), constraints=(Sum("t", ("a", "b")),))


def test_a_sum_or_what_is_determined_is_never_missing_where_it_may_not_be():
    part = Column("a", "integer", min=0, max=9)
    other = Column("b", "integer", min=0, max=9, nullable=False)
    with pytest.raises(SchemaInvalidError, match="nullable"):
        Schema(
            (part, other, Column("t", "integer", min=0, max=18, nullable=False)), constraints=(Sum("t", ("a", "b")),)
        )
    by, level = Column("by", "category", categories=("x", "y"), nullable=False), ("low", "high")
    made = Column("made", "category", categories=level, nullable=False)
    with pytest.raises(SchemaInvalidError, match="list all of it"):
        Schema((by, made), constraints=(Determines("made", "by", {"x": "low"}),))
    schema = Schema((by, made), constraints=(Determines("made", "by", {"x": "low", "y": "high"}),))
    frame = pd.DataFrame({"by": ["x", "y", "y"] * 9, "made": ["low", "high", "high"] * 9})
    assert not Independent(1).fit(frame, schema).sample(200).isna().any(axis=None)
    with pytest.raises(SchemaInvalidError, match="list all of it"):
        Schema((other, made), constraints=(Determines("made", "b", {str(n): "low" for n in range(9)}),))
    Schema((other, made), constraints=(Determines("made", "b", {str(n): "low" for n in range(10)}),))


def test_whether_cells_are_missing_is_no_gift_of_the_metadata():
    told = {"sdtype": "numerical", "decimal_places": 0}
    assert schema_of({"tables": {"t": {"columns": {"a": told}}}}).origin == "declared"
    for nullable in (True, False):
        found = schema_of({"tables": {"t": {"columns": {"a": {**told, "range_is_nullable": nullable}}}}})
        assert (found.origin, found.reviewed) == ("draft", False)
