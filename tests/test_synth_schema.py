"""A schema says what is public, reads back as written, and refuses what it does not understand."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.column import Column
from synth.errors import (
    SchemaInvalidError,
    SchemaKeyUnknownError,
    SchemaMismatchError,
    SchemaUnreadableError,
    TableInvalidError,
)
from synth.schema import Schema

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
INTEGERS = st.integers(-(10**6), 10**6)
REALS = st.floats(-1e6, 1e6)


def ranged(kind, values):
    return st.builds(
        lambda name, bounds, nullable: Column(
            name, kind, min=min(bounds), max=max(bounds), bins=tuple(sorted(set(bounds))), nullable=nullable
        ),
        TEXTS,
        st.lists(values, min_size=1, max_size=6),
        st.booleans(),
    )


COLUMNS = st.one_of(
    st.builds(
        lambda name, values, nullable: Column(name, "category", categories=tuple(values), nullable=nullable),
        TEXTS,
        st.lists(TEXTS, min_size=1, max_size=5, unique=True),
        st.booleans(),
    ),
    ranged("integer", INTEGERS),
    ranged("real", REALS),
    ranged("date", DATES),
    st.builds(Column, TEXTS, st.sampled_from(["boolean", "identifier", "text"])),
)


@given(st.lists(COLUMNS, min_size=1, max_size=4, unique_by=lambda c: c.name), st.sampled_from(["declared", "draft"]))
def test_toml_reads_back_as_written(tmp_path_factory, columns, origin):
    schema = Schema(tuple(columns), origin=origin, reviewed=origin == "declared")
    path = tmp_path_factory.getbasetemp() / "schema.toml"
    path.write_text(schema.to_toml(), encoding="utf-8")
    assert Schema.from_toml(path) == schema


HEAD = "schema_version = 1\nreviewed = true\n"


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (HEAD + '[[column]]\nname = "a"\ntype = "integer"\nminimum = 1\n', SchemaKeyUnknownError, "minimum"),
        (HEAD + 'epsilon = 1\n[[column]]\nname = "a"\ntype = "text"\n', SchemaKeyUnknownError, "epsilon"),
        (HEAD, SchemaInvalidError, "no column"),
        ("schema_version = 1\n", SchemaInvalidError, "reviewed"),
        ("schema_version = 2\nreviewed = true\n", SchemaUnreadableError, "schema_version"),
        ("nonsense", SchemaUnreadableError, "TOML"),
        (HEAD + '[[column]]\nname = "a"\n', SchemaInvalidError, "type"),
        (HEAD + '[[column]]\nname = "a"\ntype = "number"\n', SchemaInvalidError, "type"),
        (HEAD + '[[column]]\nname = "a"\ntype = "integer"\nmin = 1\n', SchemaInvalidError, "max"),
        (HEAD + '[[column]]\nname = "a"\ntype = "integer"\nmin = 3\nmax = 1\n', SchemaInvalidError, "above"),
        (HEAD + '[[column]]\nname = "a"\ntype = "integer"\nmin = 0.5\nmax = 1\n', SchemaInvalidError, "min"),
        (HEAD + '[[column]]\nname = "a"\ntype = "real"\nmin = nan\nmax = 1\n', SchemaInvalidError, "min"),
        (HEAD + '[[column]]\nname = "a"\ntype = "category"\ncategories = ["x", "x"]\n', SchemaInvalidError, "twice"),
        (HEAD + '[[column]]\nname = "a"\ntype = "category"\ncategories = [1]\n', SchemaInvalidError, "categories"),
        (HEAD + '[[column]]\nname = "a"\ntype = "category"\nnullable = false\n', SchemaInvalidError, "categories"),
        (HEAD + '[[column]]\nname = "a"\ntype = "text"\nmin = 1\n', SchemaInvalidError, "min"),
        (HEAD + '[[column]]\nname = "a"\ntype = "text"\ndecimals = "2"\n', SchemaInvalidError, "decimals"),
        (HEAD + '[[column]]\nname = "a"\ntype = "text"\n' * 2, SchemaInvalidError, "twice"),
        (HEAD + '[[column]]\nname="a"\ntype="integer"\nmin=0\nmax=9\nbins=[3, 2]\n', SchemaInvalidError, "rise"),
    ],
)
def test_a_wrong_schema_is_refused_and_the_place_is_named(tmp_path, text, error, says):
    path = tmp_path / "schema.toml"
    path.write_text(text)
    with pytest.raises(error, match=says):
        Schema.from_toml(path)


def test_a_missing_schema_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(SchemaUnreadableError):
        Schema.from_toml(tmp_path / "absent.toml")


def test_a_draft_is_marked_and_warns_loudly():
    frame = pd.DataFrame({"sex": ["f", "m"] * 60, "patient_id": [f"p{i}" for i in range(120)]})
    schema = Schema.draft(frame)
    assert (schema.origin, schema.reviewed) == ("draft", False)
    assert "READ FROM THE PRIVATE DATA" in schema.to_toml()
    assert [column.type for column in schema.columns] == ["category", "identifier"]


def test_a_draft_finds_types_and_rounds_bounds_outward():
    frame = pd.DataFrame(
        {
            "age": [str(18 + i % 71) for i in range(300)],
            "zip": [f"0{1000 + i}" for i in range(300)],
            "cost": [f"{i * 1.37:.2f}" if i % 10 else "" for i in range(300)],
            "born": [f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/19{50 + i % 40}" for i in range(300)],
            "smoker": ["yes", "no", "yes"] * 100,
            "nothing": [""] * 300,
        }
    )
    age, code, cost, born, smoker, nothing = Schema.draft(frame).columns
    assert (age.type, age.min, age.max, age.nullable) == ("integer", 18, 88, False)
    assert code.type == "text"  # leading zeros are no number
    assert (cost.type, cost.decimals, cost.nullable) == ("real", 2, True)
    assert cost.max >= 299 * 1.37
    assert (born.type, born.format, born.min) == ("date", "%d/%m/%Y", dt.date(1950, 1, 1))
    assert (smoker.type, smoker.categories) == ("boolean", ("no", "yes"))
    assert nothing.type == "text"


def test_schema_and_table_must_name_the_same_columns():
    schema = Schema((Column("a", "text"), Column("b", "text")))
    with pytest.raises(SchemaMismatchError, match="'b'"):
        schema.check(("a",))
    with pytest.raises(SchemaMismatchError, match="'c'"):
        schema.check(("a", "b", "c"))


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(), pd.DataFrame([[1]], columns=[0]), pd.DataFrame([[1, 2]], columns=["a", "a"])]
)
def test_what_is_no_table_is_refused(frame):
    with pytest.raises(TableInvalidError):
        Schema.draft(frame)
