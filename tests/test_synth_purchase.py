"""A schema that nobody declared is paid for, and tells no more than it was paid for."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from synth.entropy import SystemEntropy
from synth.errors import BudgetExceededError, NoiseInvalidError
from synth.ledger import Entry, Ledger
from synth.purchase import MAX_CATEGORIES, Purse, buy_schema, threshold

RHO, DELTA = Fraction(1, 2), Fraction("1e-9")


def buy(frame, rho=RHO, ledger=None, schema=None, **more):
    ledger = Ledger() if ledger is None else ledger
    with ledger.held():
        return buy_schema(frame, Purse(rho, DELTA, ledger, SystemEntropy(), **more), schema)


def people(rows):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, rows).astype(str),
            "cost": [f"{value:.2f}" for value in rng.gamma(2, 300, rows)],
            "seen": pd.to_datetime("2015-01-01") + pd.to_timedelta(rng.integers(0, 2000, rows), unit="D"),
            "town": rng.choice(["Leeds", "York", "Hull"], rows, p=[0.5, 0.3, 0.2]),
            "zip": rng.choice(["01234", "04567", ""], rows),
            "name": [f"Person {i}" for i in range(rows)],
            "empty": [""] * rows,
        }
    )


def test_types_bounds_and_categories_are_found():
    schema = buy(people(20_000))
    age, cost, seen, town, code, name, empty = schema.columns
    assert schema.origin == "bought"
    assert (age.type, age.nullable) == ("integer", False)
    assert 0 <= age.min <= 20
    assert 85 <= age.max <= 130
    assert age.size >= 10
    assert cost.type == "real"
    assert cost.max >= 1000
    assert (seen.type, seen.min.year, seen.max.year) == ("date", 2015, 2024)  # on a grid of five years
    assert (town.type, town.categories) == ("category", ("Hull", "Leeds", "York"))
    assert (code.categories, code.nullable) == (("01234", "04567"), True)
    assert (name.type, empty.type) == ("text", "text")


def test_every_spend_is_booked_and_no_more_than_granted():
    ledger = Ledger()
    buy(people(2000), ledger=ledger)
    assert 0 < ledger.rho <= RHO
    assert 0 < ledger.delta <= DELTA
    assert {entry.columns[0] for entry in ledger.entries} == set(people(1).columns)


def test_nothing_is_drawn_that_the_ledger_refuses():
    from synth.budget import Budget

    ledger = Ledger(limit=Budget("0.01", "1e-6"))
    with pytest.raises(BudgetExceededError):
        buy(people(100), ledger=ledger)
    assert ledger.entries == ()


def test_a_value_that_one_row_holds_is_not_bought():
    frame = pd.DataFrame({"town": ["Leeds"] * 3000 + ["Atlantis"]})
    for _ in range(20):
        assert buy(frame).columns[0].categories == ("Leeds",)


def test_the_threshold_keeps_its_promise():
    for sigma2 in (Fraction(1), Fraction(100), Fraction(10**6)):
        sigma = math.sqrt(sigma2)
        needed = threshold(sigma, Fraction("1e-6")) - 1  # noise that lifts a count of one over the threshold
        support = np.arange(needed, needed + math.ceil(20 * sigma) + 50, dtype=float)
        whole = np.arange(-math.ceil(40 * sigma) - 50, math.ceil(40 * sigma) + 50, dtype=float)
        tail = np.exp(-(support**2) / (2 * float(sigma2))).sum() / np.exp(-(whole**2) / (2 * float(sigma2))).sum()
        assert tail <= 1e-6


@pytest.mark.parametrize("change", ["extreme", "category", "null", "row"])
def test_neighbouring_tables_give_the_same_names_and_no_error(change):
    frame = people(500)
    neighbour = frame.copy()
    extra = frame.iloc[[0]].copy()
    if change == "extreme":
        extra["age"] = "999999999"
    elif change == "category":
        extra["town"] = "Atlantis"
    elif change == "null":
        extra["age"] = ""
    neighbour = pd.concat([frame, extra], ignore_index=True)
    first, second = buy(frame), buy(neighbour)
    assert first.names == second.names
    assert not any("Atlantis" in column.categories for column in second.columns)
    assert all(column.max is None or column.max != 999999999 for column in second.columns)


def test_far_too_many_categories_are_text():
    values = np.repeat([f"v{i}" for i in range(MAX_CATEGORIES + 200)], 60)
    assert buy(pd.DataFrame({"v": values})).columns[0].type == "text"


def test_a_schema_cannot_be_had_for_nothing():
    with pytest.raises(NoiseInvalidError):
        buy(people(5), rho=Fraction(0))


def test_spends_that_are_there_already_stay():
    ledger = Ledger()
    with ledger.held():
        ledger.charge(Entry("earlier", "discrete Gaussian", Fraction(1, 9)))
    buy(people(10), ledger=ledger)
    assert ledger.entries[0].step == "earlier"


def test_what_a_schema_leaves_out_is_bought_and_the_rest_stays():
    from synth.column import Column
    from synth.schema import Schema

    frame = people(20_000)[["age", "cost", "seen", "town"]]
    stated = Schema(
        (
            Column("age", "integer", min=0, max=120, nullable=False, buy=True),
            Column("cost", "real", decimals=1, buy=True),
            Column("seen", "date", buy=True, nullable=False),
            Column("town", "category", buy=True, nullable=False),
        )
    )
    ledger = Ledger()
    bought = buy(frame, ledger=ledger, schema=stated)
    age, cost, seen, town = bought.columns
    assert bought.origin == "bought"
    assert bought.open == ()
    assert (age.min, age.max, age.nullable) == (0, 120, False)
    assert len(age.bins) > 8
    assert cost.max >= 1000
    assert cost.decimals == 1
    assert seen.min.year == 2015
    assert town.categories == ("Hull", "Leeds", "York")
    assert ledger.rho <= RHO
    assert ledger.delta <= DELTA
    assert Schema.from_text(stated.to_toml()) == stated


def test_times_of_day_are_found():
    rng = np.random.default_rng(0)
    at = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 2000 * 86400, 20_000), unit="s")
    joined = pd.Series(at).dt.strftime("%Y-%m-%dT%H:%M:%S")
    seen, written = buy(pd.DataFrame({"seen": at, "written": joined})).columns
    assert (seen.type, written.type) == ("datetime", "datetime")
    assert (seen.format, written.format) == ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
    assert seen.min.year == 2015
    assert seen.size > 12


def test_a_column_left_open_of_which_nothing_is_sure_is_text():
    from synth.column import Column
    from synth.schema import Schema

    stated = Schema((Column("v", "integer", buy=True), Column("w", "category", buy=True, nullable=False)))
    frame = pd.DataFrame({"v": ["1"], "w": ["x"]})
    assert [column.type for column in buy(frame, schema=stated).columns] == ["text", "text"]
