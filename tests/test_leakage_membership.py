"""Membership inference: learnt rows are told from others, a fresh draw from the same people is not."""

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage.errors import ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage.tables.closeness import closeness
from leakage.tables.copies import Copies
from leakage.tables.distances import remoteness
from leakage.tables.histograms import log_ratios, pairs
from leakage.tables.membership import MembershipInference
from leakage.tables.points import encode


def population(rows: int, seed: int) -> pd.DataFrame:
    """Three numbers and three categories that hang together."""
    generator = np.random.default_rng(seed)
    common = generator.normal(size=rows)
    numbers = {f"n{j}": (0.6 * common + generator.normal(size=rows)).round(2) for j in range(3)}
    words = {f"w{j}": [f"v{v}" for v in generator.poisson(np.exp(0.3 * common) + 1)] for j in range(3)}
    return pd.DataFrame({**numbers, **words})


def overfitted(original: pd.DataFrame, rows: int, seed: int, jitter: float = 0.1) -> pd.DataFrame:
    """Draw original rows again and again, and move their numbers a little."""
    drawn = original.sample(rows, replace=True, random_state=seed).reset_index(drop=True)
    noise = np.random.default_rng(seed).normal(0, jitter, size=(rows, 3))
    return drawn.assign(**{f"n{j}": drawn[f"n{j}"] + noise[:, j] for j in range(3)})


def independent(original: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    """Keep every column's own distribution, with noise, and nothing else."""
    generator = np.random.default_rng(seed)
    columns = {}
    for name in original:
        counts = original[name].value_counts()
        noisy = np.clip(counts.to_numpy() + generator.normal(0, 0.3, len(counts)), 0, None)
        columns[name] = generator.choice(counts.index.to_numpy(), rows, p=noisy / noisy.sum())
    return pd.DataFrame(columns)


def test_an_overfitted_release_is_caught() -> None:
    original, control = population(600, 1), population(600, 2)
    found = MembershipInference().run(original, overfitted(original, 900, 3), control)
    assert found.state == "OK", found.reason
    assert found.value > 0.3
    assert found.estimate.lower > 0.1
    assert found.details["auc"] > 0.8
    assert found.baseline == 0.01


def test_a_fresh_draw_is_not() -> None:
    found = MembershipInference().run(population(2000, 4), population(2000, 5), population(2000, 6))
    assert found.state == "OK", found.reason
    # with 2,000 on both sides the bound of a release without leak is under 3.1 % in 95 of 100 tables
    assert found.upper < 0.035
    assert found.details["auc upper"] < 0.545
    assert found.details["tpr at 0.1% upper"] < 0.02


def test_false_alarms_are_as_rare_as_stated() -> None:
    found = [
        MembershipInference().run(population(250, 7 + i), population(250, 57 + i), population(250, 107 + i))
        for i in range(10)
    ]
    assert all(risk.state == "OK" for risk in found)
    # a lower bound above the baseline errs in at most 5 %: three times in ten with probability 1.2 %
    assert sum(risk.estimate.lower > 0.01 for risk in found) < 3
    # the strongest attacker is not chosen on the rows it is scored on, so its mean stays at chance: 4 standard errors
    assert abs(np.mean([risk.details["auc"] for risk in found]) - 0.5) < 4 * 0.03 / math.sqrt(10)


def test_a_few_remote_rows_learnt_by_heart_show_among_the_exposed_while_distances_call_the_release_safe() -> None:
    original, control, fresh = population(2500, 8), population(3000, 9), population(2500, 10)
    sides = encode([original, control])
    learnt = original.iloc[np.argsort(-remoteness(*sides))[:25]]  # 1 %
    released = pd.concat([fresh.head(2475), learnt])
    exposed = MembershipInference(exposed=0.1).run(original, released, control)
    everyone = MembershipInference().run(original, released, control)
    assert exposed.state == everyone.state == "OK"
    assert exposed.value > 0.08
    assert exposed.value > 4 * everyone.value
    assert everyone.value < 0.03
    assert closeness(original, released, control).others_score > 0.95
    copies = Copies().run(original, released, control)
    assert copies.value == pytest.approx(0.01, abs=0.002)
    assert copies.details["surplus upper"] < 0.02
    unlearnt = MembershipInference(exposed=0.1).run(original, fresh, control)
    assert unlearnt.value < 0.05


def test_who_knows_the_marginals_sees_what_distances_do_not() -> None:
    found = []
    for seed in (11, 12, 13):
        original, control = population(100, seed), population(1200, seed + 50)
        released = independent(original, 6000, seed)
        attack = MembershipInference(marginals=[(name,) for name in original])
        found.append(attack.run(original, released, control).details)
    area = {name: np.mean([details[name] for details in found]) for name in found[0]}
    assert area["auc marginals"] > 0.62
    assert area["auc marginals"] > area["auc nearest row"] + 0.05
    assert area["auc"] > 0.6


def test_rows_that_all_share_tell_nothing_and_the_attack_says_so() -> None:
    small = [population(400, seed)[["w0"]] for seed in (14, 15, 16)]
    found = MembershipInference().run(small[0], small[0], small[2])
    assert found.state == "OK", found.reason  # a named copy is found
    assert found.details["copied rows found"] < 0.2  # a plain one is not
    assert found.upper < 0.12
    same = pd.DataFrame({"a": [1] * 400, "b": ["x"] * 400})
    nothing = MembershipInference().run(same, same.copy(), same.copy())
    assert nothing.state == "OK", nothing.reason
    assert nothing.details["auc"] == 0.5


def test_without_enough_hold_out_rows_it_is_invalid() -> None:
    original, released = population(300, 17), population(300, 18)
    none = MembershipInference().run(original, released)
    assert none.state == "INVALID"
    assert "no hold-out" in none.reason
    assert none.upper == 1.0
    for rows in (0, 1, 2, 150):
        few = MembershipInference().run(original, released, population(rows, 19))
        assert few.state == "INVALID"
        assert "at least 200 are needed" in few.reason
        assert few.upper == 1.0
    exposed = MembershipInference(exposed=0.05).run(original, released, population(300, 19))
    assert exposed.state == "INVALID"
    assert "exposed hold-out rows" in exposed.reason
    some = MembershipInference().run(original, released, population(400, 19))
    assert math.isnan(some.details["tpr at 0.1%"])
    assert some.details["tpr at 0.1% upper"] < 0.1
    assert MembershipInference().run(original.head(9), released, population(300, 19)).state == "INVALID"


def test_a_control_that_was_released_is_noticed() -> None:
    original, control = population(400, 20), population(400, 21)
    found = MembershipInference().run(original, overfitted(control, 400, 22), control)
    assert found.state == "INVALID"
    assert "more released" in found.reason


def test_the_rows_scored_are_bounded() -> None:
    original, control = population(900, 23), population(700, 24)
    found = MembershipInference(attempts=300).run(original, population(300, 25), control)
    assert found.attempts == 300
    assert found.details["hold-out scored"] == 300


def test_odd_tables_are_answered() -> None:
    generator = np.random.default_rng(26)
    rows = 260

    def odd(seed: int) -> pd.DataFrame:
        draw = np.random.default_rng(seed)
        mixed = np.array([None, "x", 3, 3.5, True, Decimal("2.5"), float("nan"), "7"], dtype=object)
        return pd.DataFrame(
            {
                "mixed": mixed[draw.integers(0, len(mixed), rows)],
                "huge": pd.Series([10 ** int(d) for d in draw.integers(1, 500, rows)], dtype=object),
                "wide": draw.choice([1e308, -1e308, 0.0, np.inf], rows),
                "constant": 1,
                "missing": None,
                "category": pd.Categorical(draw.choice(["a", "b"], rows)),
                "whole": pd.array(draw.integers(0, 50, rows), dtype="Int64"),
                "flag": pd.array(draw.choice([True, False, None], rows), dtype="boolean"),
                "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 900, rows), unit="D"),
                "list": [[int(d)] for d in draw.integers(0, 3, rows)],
                "dirty": [("?" if d < 0.1 else str(round(d, 3))) for d in draw.random(rows)],
            }
        ).set_axis(generator.integers(0, 5, rows))

    original = odd(27)
    found = MembershipInference().run(original, original.drop(columns="flag").assign(extra=1), odd(28))
    assert found.state == "OK", found.reason
    assert found.value > 0.9
    assert found.details["columns compared"] == 10
    assert MembershipInference().run(original, original.head(1), odd(28)).state == "OK"


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    tables = [population(250, seed) for seed in (29, 30, 31)]
    before = [table.copy(deep=True) for table in tables]
    attack = MembershipInference(exposed=0.9)
    first, second = (attack.run(*tables).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    for table, kept in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, kept)


def test_wrong_input() -> None:
    table = population(20, 32)
    for wrong in (
        {"attempts": 0},
        {"exposed": 0.0},
        {"exposed": 1.1},
        {"marginals": [()]},
        {"marginals": [("a", "a")]},
    ):
        with pytest.raises(ConfigurationError):
            MembershipInference(**wrong)
    with pytest.raises(EmptyInputError):
        MembershipInference().run(table.head(0), table)
    with pytest.raises(EmptyInputError):
        MembershipInference().run(table, table.head(0))
    with pytest.raises(OverlapError):
        MembershipInference().run(table, table, table)
    with pytest.raises(UnknownColumnError, match="none of the original"):
        MembershipInference().run(table, table.add_suffix("x"))
    with pytest.raises(UnknownColumnError, match="control"):
        MembershipInference().run(table, table, table[["n0"]])
    with pytest.raises(UnknownColumnError, match="height"):
        MembershipInference(marginals=[("n0", "height")]).run(table, table)


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=30), st.lists(st.sampled_from("abc"), min_size=1, max_size=30)
)
def test_a_cell_commoner_in_the_release_is_likelier_a_members(released: list[str], reference: list[str]) -> None:
    sides = encode([pd.DataFrame({"a": list(column)}) for column in (released, reference, "abc")])
    forward = log_ratios(sides[2], sides[0], sides[1], pairs(1))[0]
    backward = log_ratios(sides[2], sides[1], sides[0], pairs(1))[0]
    assert forward == pytest.approx(-backward)
    more = encode([pd.DataFrame({"a": list(column)}) for column in ([*released, "a"], reference, "abc")])
    after = log_ratios(more[2], more[0], more[1], pairs(1))[0]
    assert after[0] > forward[0]
    assert (after[1:] < forward[1:]).all()
