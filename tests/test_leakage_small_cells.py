"""Small cells: few people, one who outweighs, and what two tables tell together; a table of crowds passes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakage import Aggregate, ConfigurationError, EmptyInputError, SmallCells, UnknownColumnError
from leakage.tables.differences import differences

WARDS = {"north": 40, "south": 25, "east": 12}


def rows(sizes: dict[str, int], cost: float = 100.0) -> pd.DataFrame:
    wards = [ward for ward, size in sizes.items() for _ in range(size)]
    return pd.DataFrame({"id": [f"p{n}" for n in range(len(wards))], "ward": wards, "cost": cost})


def table(frame: pd.DataFrame, *keys: str) -> pd.DataFrame:
    return frame.groupby(list(keys)).agg(n=("id", "nunique"), cost=("cost", "sum")).reset_index()


def attack(**more: object) -> SmallCells:
    return SmallCells(["ward"], "n", {"cost": "cost"}, **more)  # type: ignore[arg-type]


def test_cells_of_crowds_pass() -> None:
    frame = rows(WARDS)
    found = attack().run(frame, table(frame, "ward"))
    assert (found.state, found.value, found.details["least people"]) == ("OK", 0.0, 12)
    assert (found.details["few"], found.details["dominated"], found.details["near"]) == (0, 0, 0)


@pytest.mark.parametrize(("size", "few"), [(9, 1), (10, 0)])
def test_nine_people_are_few_and_ten_are_not(size: int, few: int) -> None:
    frame = rows({**WARDS, "west": size})
    found = attack().run(frame, table(frame, "ward"))
    assert found.details["few"] == few == found.details["broken"]
    assert found.value == pytest.approx(few / 4)


def test_a_cell_that_nobody_is_in_counts_as_few() -> None:
    frame = rows(WARDS)
    listed = pd.concat([table(frame, "ward"), pd.DataFrame({"ward": ["west"], "n": [0]})])
    found = attack().run(frame, listed)
    assert (found.details["few"], found.details["least people"]) == (1, 0)


@given(st.lists(st.floats(0.01, 1000), min_size=12, max_size=30))
def test_dominance_and_nearness_are_as_defined(amounts: list[float]) -> None:
    frame = rows({"north": len(amounts)}).assign(cost=amounts)
    found = attack().run(frame, table(frame, "ward"))
    *others, second, first = sorted(amounts)
    rest, whole = sum(others), sum(amounts)
    assert found.details["dominated"] == (first + second > 0.9 * whole) or first + second == pytest.approx(0.9 * whole)
    assert found.details["near"] == (rest < 0.1 * first) or rest == pytest.approx(0.1 * first)


def test_a_person_with_many_rows_is_one_person() -> None:
    frame = rows({"north": 40}).assign(id=[f"p{n // 8}" for n in range(40)])
    listed = table(frame, "ward")
    assert attack().run(frame, listed).details["few"] == 0
    assert attack(person="id").run(frame, listed).details["few"] == 1


def test_a_sum_counts_those_who_have_the_value() -> None:
    frame = rows({"north": 40})
    frame["cost"] = np.where(frame.index < 4, 100.0, np.nan)
    listed = table(frame, "ward")
    assert attack().run(frame, listed).details["least people"] == 4
    assert attack().run(frame, listed.assign(cost="")).details["least people"] == 40


def test_suppressed_cells_are_not_judged_but_their_margin_is() -> None:
    frame = rows({**WARDS, "west": 3})
    listed = table(frame, "ward").astype(object)
    listed.loc[listed["ward"] == "west", ["n", "cost"]] = ""
    alone = attack().run(frame, listed)
    assert (alone.details["broken"], alone.details["suppressed"], alone.details["differences"]) == (0, 1, 0)
    whole = pd.concat([listed, pd.DataFrame({"ward": [""], "n": [80], "cost": [8000.0]})])
    margin = attack().run(frame, whole)
    assert (margin.details["broken"], margin.details["differences"]) == (0, 1)


@pytest.mark.parametrize(("gone", "told"), [(0, 0), (1, 1), (9, 1), (10, 0)])
def test_an_earlier_table_tells_who_came_or_left(gone: int, told: int) -> None:
    frame = rows(WARDS)
    earlier = Aggregate(("ward",), {("north",): 40.0 - gone, ("south",): 25.0})
    found = attack(others=[earlier]).run(frame, table(frame, "ward"))
    assert found.details["differences"] == told


@given(st.lists(st.integers(10, 50), min_size=2, max_size=6), st.integers(0, 30))
def test_what_is_left_of_a_total_is_what_the_cells_do_not_list(counts: list[int], rest: int) -> None:
    total = Aggregate((), {(): float(sum(counts) + rest)})
    cells = Aggregate(("ward",), {(str(n),): float(count) for n, count in enumerate(counts)})
    expected = int(0 < rest < 10)
    assert differences([total], [cells], 10) == differences([cells], [total], 10) == expected
    assert differences([total, cells], [], 10) == expected
    assert differences([total], [Aggregate(("sex",), {})], 10) == 0


def test_values_below_zero_are_invalid() -> None:
    frame = rows(WARDS)
    frame.loc[0, "cost"] = -5.0
    found = attack().run(frame, table(frame, "ward"))
    assert found.state == "INVALID"
    assert "below 0" in found.reason


def test_the_result_repeats_and_shows_no_value() -> None:
    frame = rows({**WARDS, "zzward": 3})
    first, second = (attack().run(frame, table(frame, "ward")).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert "zzward" not in str(first)


def test_wrong_input() -> None:
    frame = rows(WARDS)
    listed = table(frame, "ward")
    with pytest.raises(ConfigurationError):
        SmallCells([], "n")
    with pytest.raises(ConfigurationError):
        SmallCells(["n"], "n")
    with pytest.raises(ConfigurationError):
        attack().run(frame, listed, frame)
    with pytest.raises(UnknownColumnError):
        SmallCells(["town"], "n").run(frame, listed)
    with pytest.raises(UnknownColumnError):
        attack(person="who").run(frame, listed)
    with pytest.raises(EmptyInputError):
        attack().run(frame, listed.assign(n="", cost=""))
