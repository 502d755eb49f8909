"""k-anonymity: what comes out is what was asked for, counted independently, and stands for what went in."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import deid
from deid import anonymize
from deid.errors import InputError
from leakage import RecordRisk

QUASI = ["age", "town", "score"]
TOWNS = {
    "Leeds": ("Yorkshire", "England"),
    "York": ("Yorkshire", "England"),
    "Derby": ("Derbyshire", "England"),
    "Cardiff": ("Wales",),
    "Swansea": ("Wales",),
}


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(6, 120))
    seed = draw(st.integers(0, 2**32 - 1))
    generator, missing = np.random.default_rng(seed), draw(st.sampled_from([0, 0.2]))
    frame = pd.DataFrame(
        {
            "age": generator.integers(0, draw(st.integers(1, 90)), rows),
            "town": generator.choice(list(TOWNS), rows, p=np.array([5, 3, 1, 1, 1]) / 11),
            "score": np.where(generator.random(rows) < missing, np.nan, generator.normal(0, 9, rows).round(1)),
            "ill": generator.choice(["a", "b", "c"], rows),
            "cost": generator.integers(0, 9, rows),
        },
        index=generator.integers(0, 50, rows),
    )
    return frame.astype({"town": "category"}) if draw(st.booleans()) else frame


def stands_for(cell: object, value: object) -> bool:
    """Whether a generalised cell may stand for a value."""
    if pd.isna(value):
        return cell is None or cell == "*"
    if cell == "*" or str(value) in str(cell).split(" | ") or cell in TOWNS.get(str(value), ()):
        return True
    if str(value) in TOWNS:
        return False
    text, number = str(cell), float(str(value))
    try:
        return float(text) == number
    except ValueError:
        pass
    cut = text.index("-", 1)
    return float(text[:cut]) <= number <= float(text[cut + 1 :])


@given(tables(), st.integers(1, 6), st.sampled_from([0.0, 0.05, 0.3]), st.booleans())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_every_row_shares_what_is_known_of_it_with_k_others(
    frame: pd.DataFrame, k: int, suppression: float, known: bool
) -> None:
    before = frame.copy(deep=True)
    hierarchies = {"town": TOWNS} if known else None
    done = anonymize(frame, QUASI, k, hierarchies=hierarchies, suppression=suppression)
    pd.testing.assert_frame_equal(frame, before)
    sizes = done.data.groupby(QUASI, dropna=False, observed=True).size()
    assert sizes.min() >= min(k, done.loss.smallest) >= k
    gone = len(frame) - len(done.data)
    assert gone <= suppression * len(frame)
    assert done.loss.suppressed == pytest.approx(gone / len(frame))
    assert 0 <= done.loss.certainty <= 1
    places = frame.reset_index(drop=True).reset_index()
    kept = _kept(frame, done.data, places)
    for name in QUASI:
        pairs = zip(done.data[name], places[name].iloc[kept], strict=True)
        assert all(stands_for(cell, value) for cell, value in pairs)
    assert done.data["cost"].tolist() == frame["cost"].iloc[kept].tolist()
    assert done.data.columns.tolist() == frame.columns.tolist()


def _kept(frame: pd.DataFrame, data: pd.DataFrame, places: pd.DataFrame) -> list[int]:
    """Find the rows that are left: they come in their order, with index and other cells as they were."""
    kept, row = [], 0
    cells = list(zip(data.index, data["ill"], data["cost"], *(data[name] for name in QUASI), strict=True))
    for label, ill, cost, *known in cells:
        while not (
            frame.index[row] == label
            and places["ill"][row] == ill
            and places["cost"][row] == cost
            and all(stands_for(cell, places[name][row]) for cell, name in zip(known, QUASI, strict=True))
        ):
            row += 1
        kept.append(row)
        row += 1
    return kept


@given(tables(), st.integers(2, 3), st.sampled_from([1.0, 0.5, 0.3]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_secrets_are_diverse_and_like_those_of_all(frame: pd.DataFrame, l: int, t: float) -> None:  # noqa: E741
    if frame["ill"].nunique() < l:
        with pytest.raises(InputError, match="whole table"):
            anonymize(frame, QUASI, 2, sensitive=["ill"], l=l, t=t)
        return
    done = anonymize(frame, QUASI, 2, sensitive=["ill"], l=l, t=t, suppression=0.0)
    risk = RecordRisk(QUASI, ["ill"]).run(frame.astype({"town": str}), done.data)
    assert risk.details["k"] >= 2
    assert risk.details["l"] >= l
    assert risk.details["t"] <= t + 1e-6


def test_without_a_demand_nothing_changes_but_the_type() -> None:
    frame = pd.DataFrame({"age": [3, 4], "town": ["a", "b"]})
    done = anonymize(frame, ["age", "town"], 1)
    assert done.data.astype(str).equals(frame.astype(str))
    assert done.loss.certainty == 0


def test_one_group_is_all_that_is_left_of_what_cannot_be_cut() -> None:
    frame = pd.DataFrame({"age": [3, 4, 5], "town": ["a", "b", "c"]})
    done = anonymize(frame, ["age", "town"], 3)
    assert done.data["age"].tolist() == ["3-5"] * 3
    assert done.data["town"].tolist() == ["*"] * 3
    assert done.loss.certainty == 1


def test_a_hierarchy_is_climbed_no_higher_than_needed() -> None:
    frame = pd.DataFrame({"town": ["Leeds"] * 3 + ["York"] * 2 + ["Cardiff"] * 2 + ["Swansea"] * 2})
    done = anonymize(frame, ["town"], 3, hierarchies={"town": TOWNS}, suppression=0.0)
    assert done.data["town"].tolist() == ["Yorkshire"] * 5 + ["Wales"] * 4


def test_a_category_may_be_a_value_and_wider_than_others() -> None:
    hierarchy = {"England": (), "Leeds": ("England",), "York": ("England",), "Wales": ()}
    frame = pd.DataFrame({"place": ["England"] * 2 + ["Leeds"] * 4 + ["York"] + ["Wales"] * 3})
    done = anonymize(frame, ["place"], 3, hierarchies={"place": hierarchy}, suppression=0.0)
    assert done.data["place"].tolist() == ["England"] * 2 + ["Leeds"] * 4 + ["England"] + ["Wales"] * 3


def test_a_few_odd_rows_are_left_out_rather_than_all_be_coarse() -> None:
    frame = pd.DataFrame({"town": ["Leeds"] * 50 + ["York"] * 49 + ["Cardiff"]})
    done = anonymize(frame, ["town"], 5, suppression=0.01)
    assert done.data["town"].tolist() == ["Leeds"] * 50 + ["York"] * 49
    assert done.loss.suppressed == 0.01
    assert set(anonymize(frame, ["town"], 5, suppression=0.0).data["town"]) == {"Leeds", "Cardiff | York"}


@pytest.mark.parametrize(
    ("columns", "options", "why"),
    [
        ([], {}, "list of quasi-identifiers"),
        ("age", {}, "list of quasi-identifiers"),
        (["age", "age"], {}, "named once"),
        (["gone"], {}, "no column 'gone'"),
        (["age"], {"k": 0}, "at least 1"),
        (["age"], {"t": 2.0}, "0 … 1"),
        (["age"], {"suppression": 1.0}, "suppression"),
        (["age"], {"l": 2}, "none is named"),
        (["age"], {"k": 99}, "whole table"),
        (["town"], {"hierarchies": {"town": {"Leeds": ()}}}, "does not know"),
    ],
)
def test_wrong_input(columns: list[str], options: dict[str, object], why: str) -> None:
    frame = pd.DataFrame({"age": [3, 4], "town": ["Leeds", "York"]})
    with pytest.raises(InputError, match=why):
        anonymize(frame, columns, **{"k": 2, **options})  # type: ignore[arg-type]


def test_nothing_shows_a_cell() -> None:
    done = anonymize(pd.DataFrame({"town": ["Leeds"] * 3}), ["town"], 2)
    assert "Leeds" not in repr(done)
    assert deid.Anonymised is type(done)
