"""The dial trades misses against false alarms, in one direction only."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import Finding
from deid.dial import DIALS, Dial
from deid.errors import PolicyError
from deid.labels import LABELS
from deid.voting import vote

SCORES = st.floats(0, 1)


@pytest.mark.parametrize("label", sorted(LABELS))
def test_each_position_asks_for_more_than_the_one_before(label: str) -> None:
    thresholds = [Dial(position).threshold(label) for position in DIALS]
    assert thresholds == sorted(thresholds)
    assert thresholds[0] < thresholds[-1]


@given(st.sampled_from(sorted(LABELS)), SCORES)
def test_what_a_stricter_dial_hides_a_laxer_one_hides(label: str, score: float) -> None:
    finding = [Finding(0, 3, label, score, "x")] if label != "WITHHELD" else []
    hidden = [bool(vote("Ann", finding, Dial(position))) for position in DIALS]
    assert hidden == sorted(hidden, reverse=True)


@given(SCORES, SCORES)
def test_a_floor_holds_for_every_label(floor: float, own: float) -> None:
    dial = Dial("balanced", floor, {"PERSON": own})
    assert all(dial.threshold(label) >= floor for label in LABELS)
    assert dial.threshold("PERSON") == max(floor, own)


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan, math.inf])
def test_a_threshold_is_a_share(score: float) -> None:
    with pytest.raises(PolicyError):
        Dial(floor=score)
    with pytest.raises(PolicyError):
        Dial(thresholds={"PERSON": score})


def test_a_position_is_known() -> None:
    with pytest.raises(PolicyError, match="recall, balanced, precision"):
        Dial("loud")
