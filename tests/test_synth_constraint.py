"""What is declared to hold in every row holds in every row, whatever the real rows and the noise are."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.aim import AIM
from synth.column import Column
from synth.constraint import Determines, Never, Order, Sum
from synth.encode import encode
from synth.errors import SchemaInvalidError
from synth.schema import Schema
from synth.synthesizer import MST, Independent

COLUMNS = (
    Column("sex", "category", categories=("female", "male")),
    Column("pregnant", "category", categories=("no", "yes"), nullable=False),
    Column("begun", "date", min=dt.date(2020, 1, 1), max=dt.date(2022, 12, 31)),
    Column("ended", "date", min=dt.date(2020, 1, 1), max=dt.date(2022, 12, 31)),
    Column("level", "integer", min=1, max=3, nullable=False),
    Column("school", "category", categories=("primary", "middle", "high")),
    Column("a", "integer", min=0, max=50),
    Column("b", "integer", min=0, max=50, nullable=False),
    Column("both", "integer", min=0, max=100),
    Column("least", "real", min=0, max=10, decimals=1, nullable=False),
    Column("most", "real", min=-2, max=12, decimals=2, nullable=False, bins=(0, 3.3, 7)),
)
CONSTRAINTS = (
    Never({"sex": ("male",), "pregnant": ("yes",)}),
    Order(("begun", "ended")),
    Determines("school", "level", {"1": "primary", "2": "middle", "3": "high"}),
    Sum("both", ("a", "b")),
    Order(("least", "most")),
)
SCHEMA = Schema(COLUMNS, constraints=CONSTRAINTS)


def rows(count, seed, wild):
    """Rows that keep all of it, or (`wild`) hold anything."""
    rng = np.random.default_rng(seed)
    sex, pregnant = rng.choice(["female", "male", ""], count), rng.choice(["no", "yes"], count)
    days = np.sort(rng.integers(0, 1090, (count, 2)), axis=1)
    amounts = np.sort(np.round(rng.random((count, 2)) * 10, 1), axis=1)
    if wild:
        days, amounts = rng.permuted(days, axis=1), rng.permuted(amounts, axis=1)
    level, a, b = rng.integers(1, 4, count), rng.integers(0, 51, count), rng.integers(0, 51, count)
    begun, ended = (pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(days[:, n], unit="D")) for n in (0, 1))
    return pd.DataFrame(
        {
            "sex": sex,
            "pregnant": pregnant if wild else np.where(sex == "male", "no", pregnant),
            "begun": begun.dt.strftime("%Y-%m-%d").mask(rng.random(count) < 0.1, ""),
            "ended": ended.dt.strftime("%Y-%m-%d").mask(rng.random(count) < 0.1, ""),
            "level": level,
            "school": np.array(["primary", "middle", "high"])[level - 1],
            "a": a,
            "b": b,
            "both": a + b,
            "least": amounts[:, 0],
            "most": amounts[:, 1],
        }
    ).astype(str)


def violations(made):
    begun, ended = (pd.to_datetime(made[name], errors="coerce") for name in ("begun", "ended"))
    parts = pd.to_numeric(made["a"], errors="coerce") + pd.to_numeric(made["b"])
    school = made["level"].map({"1": "primary", "2": "middle", "3": "high"})
    return {
        "never": int(((made["sex"] == "male") & (made["pregnant"] == "yes")).sum()),
        "order": int((begun > ended).sum()),
        "determines": int((school != made["school"]).sum()),
        "sum": int((pd.to_numeric(made["both"], errors="coerce").fillna(-1) != parts.fillna(-1)).sum()),
        "order of reals": int((made["least"].astype(float) > made["most"].astype(float)).sum()),
    }


@pytest.mark.parametrize("method", [Independent, MST, AIM])
@pytest.mark.parametrize("wild", [False, True])
def test_every_synthetic_row_keeps_every_constraint(method, wild):
    made = method(1).fit(rows(1500, 0, wild), SCHEMA).sample(3000, text=True)
    assert violations(made) == dict.fromkeys(violations(made), 0)
    assert list(made.columns) == [column.name for column in COLUMNS]
    assert made["both"].ne("").any()
    assert set(made["school"]) == {"primary", "middle", "high"}


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from(["0.05", "1", "30"]))
def test_whatever_the_noise_is(seed, epsilon):
    made = MST(epsilon).fit(rows(60, seed, wild=True), SCHEMA).sample(400, text=True)
    assert sum(violations(made).values()) == 0


def test_what_follows_from_others_costs_nothing():
    model = Independent(1).fit(rows(100, 0, wild=False), SCHEMA)
    assert {"school", "both"}.isdisjoint(name for entry in model.ledger for name in entry.columns)
    assert len(encode(rows(10, 0, wild=False), SCHEMA).names) == 9


def test_constraints_hold_under_conditions():
    model = MST(10).fit(rows(2000, 0, wild=False), SCHEMA)
    made = model.sample(300, {"sex": "male", "begun": "2022-06-01", "a": 7}, text=True)
    assert set(made["a"]) == {"7"}
    assert sum(violations(made).values()) == 0
    assert set(made["pregnant"]) == {"no"}


def test_a_schema_with_constraints_is_written_and_read_back():
    assert Schema.from_text(SCHEMA.to_toml()) == SCHEMA


WRONG = [
    Never({"sex": ("male",)}),
    Never({"sex": ("male",), "pregnant": ("maybe",)}),
    Never({"sex": ("male",), "absent": ("yes",)}),
    Never({"sex": ("male",), "level": ("1",)}),
    Order(("begun", "begun")),
    Order(("begun", "level")),
    Order(("sex", "level")),
    Determines("level", "school", {"primary": "1"}),
    Determines("school", "level", {"1": "university"}),
    Sum("both", ("a",)),
    Sum("both", ("a", "least")),
    Sum("least", ("most", "a")),
    Sum("both", ("a", "both")),
]


@pytest.mark.parametrize("constraint", WRONG, ids=repr)
def test_a_constraint_that_fits_no_column_is_refused(constraint):
    with pytest.raises(SchemaInvalidError):
        Schema(COLUMNS, constraints=(constraint,))


@pytest.mark.parametrize(
    "pair",
    [
        (Sum("both", ("a", "b")), Order(("both", "level"))),
        (Order(("a", "b")), Order(("b", "level"))),
        (Sum("both", ("a", "b")), Sum("both", ("b", "level"))),
    ],
)
def test_two_constraints_that_decide_the_same_column_are_refused(pair):
    with pytest.raises(SchemaInvalidError, match="column"):
        Schema(COLUMNS, constraints=pair)


@pytest.mark.parametrize(
    "text",
    [
        'kind = "perhaps"',
        'kind = "never"',
        'kind = "never"\nvalues = { sex = "male" , pregnant = [1] }',
        'kind = "order"\ncolumns = ["begun"]',
        'kind = "sum"\ncolumn = "both"\nparts = ["a", 3]',
        'kind = "determines"\ncolumn = "school"\nby = "level"\nvalues = { "1" = 2 }',
        'kind = "order"\ncolumns = ["begun", "ended"]\nstrict = true',
    ],
)
def test_a_constraint_that_cannot_be_read_is_refused(text):
    with pytest.raises(Exception, match="constraint") as caught:
        Schema.from_text(Schema(COLUMNS).to_toml() + f"\n[[constraint]]\n{text}\n")
    assert caught.value.code.startswith("S10")
