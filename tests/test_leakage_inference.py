"""1−X on tables: a memorised release shows against the hold-out, a correlation that holds for all does not."""

import numpy as np
import pandas as pd
import pytest

from leakage import ColumnInference, ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage import attribute_inference as infer
from leakage.cells import classes, is_numeric, texts

KNOWN = ["age", "town", "work"]


def population(rows: int, seed: int) -> pd.DataFrame:
    """A secret that town tells in part, beside columns that identify people."""
    generator = np.random.default_rng(seed)
    town = generator.integers(0, 4, rows)
    secret = np.where(generator.random(rows) < 0.6, town, generator.integers(0, 4, rows))
    return pd.DataFrame(
        {
            "age": generator.normal(50, 15, rows).round(2),
            "town": [f"T{t}" for t in town],
            "work": [f"W{w}" for w in generator.integers(0, 30, rows)],
            "secret": [f"S{s}" for s in secret],
        }
    )


def test_memorised_rows_show_against_the_control() -> None:
    original, control = population(500, 1), population(500, 2)
    found = infer(original, original, control, known=KNOWN, secret="secret")
    assert found.state == "OK"
    assert found.value > 0.97
    assert found.control is not None
    assert found.control < 0.75
    assert found.residual is not None
    assert found.residual > 0.9


def test_half_memorised_rows_show_too() -> None:
    original, control = population(800, 3), population(800, 4)
    released = pd.concat([original.head(400), population(400, 5)], ignore_index=True)
    found = infer(original, released, control, known=KNOWN, secret="secret")
    assert found.residual is not None
    assert found.residual > 0.15


def test_what_holds_for_everybody_is_no_residual_risk() -> None:
    original, control = population(900, 6), population(900, 7)
    found = infer(original, population(900, 8), control, known=KNOWN, secret="secret")
    assert found.state == "OK"
    assert found.value > found.baseline + 0.2
    assert found.residual_upper is not None
    assert found.residual_upper < 0.15


def test_a_secret_unlike_anything_stays_at_the_baseline() -> None:
    original, control = population(600, 9), population(600, 10)
    shuffled = original.assign(secret=np.random.default_rng(11).permutation(original["secret"]))
    found = infer(original, shuffled, control, known=KNOWN, secret="secret")
    # memorised rows carry the wrong secret: no better than the majority, up to 5 standard errors
    assert found.value < found.baseline + 5 * np.sqrt(0.25 / 600)


def test_no_hold_out_is_invalid() -> None:
    original = population(200, 12)
    found = infer(original, original, known=KNOWN, secret="secret")
    assert found.state == "INVALID"
    assert "hold-out" in found.reason
    few = infer(original, original, population(10, 13), known=KNOWN, secret="secret")
    assert few.state == "INVALID"
    assert "10 hold-out" in few.reason


def test_a_control_that_was_released_is_noticed() -> None:
    original, control = population(400, 14), population(400, 15)
    found = infer(original, control, control, known=KNOWN, secret="secret")
    assert found.state == "INVALID"
    assert "in the release" in found.reason


def test_numbers_as_text_and_numeric_secrets() -> None:
    original, control = population(300, 16), population(300, 17)
    as_text = [frame.astype(str) for frame in (original, original, control)]
    assert is_numeric(as_text[0]["age"])
    found = infer(*as_text, known=["town", "work"], secret="age")
    assert found.baseline == pytest.approx(0.1, abs=0.02)


def test_columns_that_were_dropped_are_unknown_to_the_attacker() -> None:
    original, control = population(300, 18), population(300, 19)
    found = infer(original, original[["town", "secret"]], control, known=KNOWN, secret="secret")
    assert 0.5 < found.value < 0.85


def test_missing_cells_and_unlearnable_releases_do_not_break_it() -> None:
    original, control = population(120, 20), population(120, 21)
    original.loc[::3, ["age", "town"]] = None
    original.loc[::5, "secret"] = None
    found = infer(original, original, control, known=KNOWN, secret="secret")
    assert found.attempts == 120 - 24
    masked = infer(original, original.assign(secret=None), control, known=KNOWN, secret="secret")
    assert masked.state == "INVALID"
    token = infer(original, original.assign(secret="[GONE]"), control, known=KNOWN, secret="secret")
    assert token.value == 0.0


def test_the_input_is_not_changed_and_the_result_repeats() -> None:
    original, control = population(150, 22), population(150, 23)
    before = original.copy(deep=True)
    first, second = (infer(original, original, control, known=KNOWN, secret="secret").to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    pd.testing.assert_frame_equal(original, before)


def test_wrong_input() -> None:
    original = population(50, 24)
    with pytest.raises(UnknownColumnError, match="height"):
        infer(original, original, known=["height"], secret="secret")
    with pytest.raises(UnknownColumnError, match="secret"):
        infer(original, original.drop(columns="secret"), known=KNOWN, secret="secret")
    with pytest.raises(UnknownColumnError, match="none of the known"):
        infer(original, original[["secret"]], known=KNOWN, secret="secret")
    with pytest.raises(OverlapError):
        infer(original, original, original, known=KNOWN, secret="secret")
    with pytest.raises(EmptyInputError):
        infer(original, original.head(0), known=KNOWN, secret="secret")
    with pytest.raises(ConfigurationError):
        ColumnInference(["secret"], "secret")


def test_cells_compare_as_they_are_meant() -> None:
    assert texts(pd.Series([" Leeds", "LEEDS", "007", 7, 7.0, None], dtype=object)) == [
        "leeds",
        "leeds",
        "7",
        "7",
        "7",
        "",
    ]
    banded = classes([pd.Series(range(100)), pd.Series(["5", "95", "x", None])])
    assert banded[1] == ["0", "9", None, None]
